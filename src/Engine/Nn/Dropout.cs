using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Dropout (Srivastava et al. 2014): in training each number is kept with probability 1 - rate and then divided by it, or becomes 0; otherwise the
/// input itself. Each example draws from its own key, so masks differ by example and by round.
/// </summary>
public sealed class Dropout : Layer
{
    private readonly double _rate;

    /// <summary>A dropout.</summary>
    /// <param name="rate">Probability of becoming 0, at least 0 and below 1.</param>
    /// <param name="name">Name; <c>dropout</c> unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public Dropout(double rate, string name = "dropout")
        : base(name)
    {
        Check(rate);
        _rate = rate;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public override bool UsesRandomness => _rate > 0;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters, Randomness? randomness) => Of(input, _rate, randomness);

    /// <summary>The input with numbers dropped; itself without randomness or where the rate is 0.</summary>
    internal static Tensor Of(Tensor input, double rate, Randomness? randomness) =>
        randomness is null || rate == 0 ? input : input * (randomness.Keep(rate, input.Shape) * (1 / (1 - rate)));

    /// <summary>Refuses a rate that is no probability of dropping.</summary>
    internal static void Check(double rate)
    {
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Dropout: the rate is the probability of becoming 0, at least 0 and below 1.");
        }
    }
}
