using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// The layers that a layer is made of: their names made unique, their parameters one after another with dotted names. A parameter that several
/// members share stands once, where it comes first.
/// </summary>
internal sealed class Members
{
    private readonly Layer[] _layers;
    private readonly int[][] _indices;

    /// <summary>Adopts members.</summary>
    /// <param name="owner">Name of the layer made of them, for messages.</param>
    /// <param name="layers">The members.</param>
    /// <exception cref="ArgumentException">An instance stands twice, or a parameter is trainable here and frozen there.</exception>
    public Members(string owner, params ReadOnlySpan<Layer> layers)
    {
        _layers = layers.ToArray();
        _indices = new int[_layers.Length][];
        HashSet<Layer> seen = [];
        HashSet<string> names = [];
        List<ParameterSpec> parameters = [];
        for (int i = 0; i < _layers.Length; i++)
        {
            Layer member = _layers[i];
            if (!seen.Add(member))
            {
                throw new ArgumentException(
                    $"{owner}: layer {member.Name} stands twice, which would share its weights. Make a second layer, or share them with {nameof(Tied)}.", nameof(layers));
            }

            string name = member.Name;
            for (int number = 2; !names.Add(name); number++)
            {
                name = $"{member.Name}{number}";
            }

            member.Rename(name);
            _indices[i] = [.. member.Parameters.Select(parameter => Place(owner, parameters, parameter with { Name = $"{name}.{parameter.Name}" }))];
        }

        Parameters = parameters;
    }

    /// <summary>The members.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The parameters of all.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>Whether a member draws random numbers in training.</summary>
    public bool UsesRandomness => _layers.Any(layer => layer.UsesRandomness);

    /// <summary>What members normalise over; each kind once.</summary>
    public IReadOnlyList<NormKind> Norms => [.. _layers.SelectMany(layer => layer.Norms).Distinct()];

    /// <summary>Statistics of all members, one after another.</summary>
    public IReadOnlyList<Shape> Statistics => [.. _layers.SelectMany(layer => layer.Statistics)];

    /// <summary>One member's own parameters out of those of all.</summary>
    public Tensor[] Of(int member, ReadOnlySpan<Tensor> parameters)
    {
        Tensor[] own = new Tensor[_indices[member].Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = parameters[_indices[member][i]];
        }

        return own;
    }

    /// <summary>A member's computation.</summary>
    public Tensor Apply(int member, Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) =>
        _layers[member].Apply(input, randomness, Of(member, parameters));

    /// <summary>A member's computation of a task's examples.</summary>
    public Tensor ApplyRows(int member, Tensor rows, ReadOnlySpan<Tensor> parameters, TaskStatistics statistics) =>
        _layers[member].ApplyRows(rows, Of(member, parameters), statistics);

    private static int Place(string owner, List<ParameterSpec> parameters, ParameterSpec parameter)
    {
        int index = parameters.FindIndex(other => ReferenceEquals(other.Identity, parameter.Identity));
        if (index < 0)
        {
            parameters.Add(parameter);
            return parameters.Count - 1;
        }

        return parameters[index].Trainable == parameter.Trainable
            ? index
            : throw new ArgumentException($"{owner}: {parameters[index].Name} and {parameter.Name} are one parameter, trainable in one place and frozen in the other. Freeze both or none.");
    }
}
