using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// A model together with what a learner learns besides it. As a layer it computes what the model computes; what matters is that everything which
/// initialises, clips, noises and saves a layer's parameters does so with the learner's too.
/// </summary>
internal sealed class LearnedModel : Layer
{
    private const string Prefix = "learner.";
    private readonly Layer _model;

    /// <summary>A model and more parameters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="own">The learner's own, named without prefix.</param>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public LearnedModel(Layer model, IReadOnlyList<ParameterSpec> own)
        : base(model.Name)
    {
        _model = model;
        Parameters = [.. model.Parameters, .. own.Select(parameter => parameter with { Name = Prefix + parameter.Name })];
        string[] twice = [.. Parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key)];
        if (twice.Length > 0)
        {
            throw new ArgumentException($"{model.Name}: the learner has parameters of its own named {string.Join(", ", twice)}, as the model has. Rename that layer.", nameof(model));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public override bool UsesRandomness => _model.UsesRandomness;

    /// <inheritdoc/>
    public override IReadOnlyList<NormKind> Norms => _model.Norms;

    /// <inheritdoc/>
    internal override IReadOnlyList<Shape> Statistics => _model.Statistics;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => _model.OutputShape(input);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => Compute(input, parameters, null);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) =>
        _model.Apply(input, randomness, parameters[.._model.Parameters.Count]);

    /// <inheritdoc/>
    internal override Tensor ComputeRows(Tensor rows, Tensor[] parameters, TaskStatistics statistics) =>
        _model.ApplyRows(rows, parameters.AsSpan(.._model.Parameters.Count), statistics);
}
