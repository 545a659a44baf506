using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Mechanisms;

/// <summary>
/// Local privacy for a vector of norm 1: a uniform direction from the half sphere around it with probability e^ε/(1 + e^ε), otherwise from the other half, scaled so that the mean of the answers is the
/// vector (Duchi, Jordan and Wainwright 2018, "Minimax optimal procedures for locally private estimation", section 4.2.3; PrivUnit of Bhowmick et al. 2018 with its cap at the equator). Not thread-safe.
/// </summary>
/// <remarks>
/// The answer is a function of one randomised response to "which half?" and of a direction that does not know the vector but for that, so it costs what one such response costs. Which
/// half is decided by an exact coin; the direction is made in double precision.
/// </remarks>
public sealed class UnitVectorMechanism : IDisposable
{
    private readonly MechanismRandomness _randomness;
    private readonly RandomizedResponseEvent _event;
    private readonly int _dimension;
    private readonly double[] _direction;

    /// <summary>A mechanism.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="epsilon">ε of one answer, above 0 and below 700.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range or NaN.</exception>
    public UnitVectorMechanism(int dimension, double epsilon)
        : this(dimension, epsilon, new MechanismRandomness())
    {
    }

    internal UnitVectorMechanism(int dimension, double epsilon, MechanismRandomness randomness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (!(epsilon is > 0 and < 700))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "UnitVectorMechanism: ε must lie above 0 and below 700.");
        }

        double probability = Math.Min(1, 2 / (1 + Math.Exp(epsilon)) * (1 + 1e-14));
        (_dimension, _randomness) = (dimension, randomness);
        _direction = new double[dimension];
        _event = new RandomizedResponseEvent(probability, 2);
        Length = MeanHeightInverse(dimension) / (1 - probability);
    }

    /// <summary>The length of every answer: about √(πd/2)·(e^ε + 1)/(e^ε - 1).</summary>
    public double Length { get; }

    /// <summary>One answer.</summary>
    /// <param name="vector">d numbers; their direction alone counts, so a vector that is not 1 long is scaled to it. A zero vector gets a uniform direction.</param>
    /// <returns>The answer and what it costs, under exchanging a unit's vector.</returns>
    /// <exception cref="ArgumentException">There are not d numbers, or one is not finite.</exception>
    public NoisyValues<double> Answer(ReadOnlySpan<double> vector)
    {
        double squares = 0;
        foreach (double value in vector)
        {
            squares += value * value;
        }

        if (vector.Length != _dimension || !double.IsFinite(squares))
        {
            throw new ArgumentException($"Answer: give {_dimension} finite numbers whose squares add up to one.", nameof(vector));
        }

        _randomness.Begin();
        double product = 0, length = 0;
        for (int i = 0; i < _direction.Length; i++)
        {
            _direction[i] = _randomness.Stream.NextGaussian();
            product += _direction[i] * vector[i];
            length += _direction[i] * _direction[i];
        }

        bool drawn = (_randomness.Stream.NextUInt32() & 1) == 1;
        bool near = _randomness.Stream.Bernoulli(_event.NoiseProbability) ? drawn : squares > 0 || drawn;
        double scale = (near == product >= 0 ? Length : -Length) / Math.Sqrt(length);
        return new NoisyValues<double>(Array.ConvertAll(_direction, value => value * scale), _event);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _randomness.Dispose();

    /// <summary>1/E|⟨V, u⟩| for V uniform on the sphere: √π·Γ((d+1)/2)/Γ(d/2), by Γ(x+1) = xΓ(x) from d = 1 and 2.</summary>
    private static double MeanHeightInverse(int dimension)
    {
        double inverse = dimension % 2 == 1 ? 1 : Math.PI / 2;
        for (int d = dimension % 2 == 1 ? 1 : 2; d < dimension; d += 2)
        {
            inverse *= (d + 1.0) / d;
        }

        return inverse;
    }
}
