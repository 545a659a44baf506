using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>What layers share that work on the rows of [step, feature] and have no parameters.</summary>
public abstract class StepLayer : Layer
{
    private protected StepLayer(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == 2 && input[0] > 0
            ? Result(input)
            : throw Refuse($"the input must be [step, feature] with at least one step; got {input}. Reshape it first.");
    }

    /// <summary>Shape of the result for [step, feature].</summary>
    private protected abstract Shape Result(Shape input);
}
