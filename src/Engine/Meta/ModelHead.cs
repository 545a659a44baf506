using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>Which of a model's parameters are its head: those of the last layer that has any.</summary>
internal static class ModelHead
{
    /// <summary>The layer that a parameter belongs to: its name up to the last dot.</summary>
    public static string LayerOf(string parameter)
    {
        int dot = parameter.LastIndexOf('.');
        return dot < 0 ? string.Empty : parameter[..dot];
    }

    /// <summary>Whether a parameter is one of the head's.</summary>
    public static bool Has(IReadOnlyList<ParameterSpec> parameters, int index) => LayerOf(parameters[index].Name) == LayerOf(parameters[^1].Name);

    /// <summary>Refuses a model that has no layer in front of its head.</summary>
    /// <exception cref="ArgumentException">All parameters are one layer's.</exception>
    public static void Require(Layer model, string learner)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Parameters.Count == 0 || Has(model.Parameters, 0))
        {
            throw new ArgumentException(
                $"{learner}: {model.Name} must have a body and, behind it, a head, the last layer with parameters; it has one layer only. Give it another, or use Maml.", nameof(model));
        }
    }
}
