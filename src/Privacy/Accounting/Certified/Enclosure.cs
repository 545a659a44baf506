namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>The best bounds so far, and whose they are.</summary>
internal struct Enclosure
{
    private double _lower;
    private double _upper;
    private AccountingEngine _lowerEngine;
    private AccountingEngine _upperEngine;

    /// <summary>Nothing known about an ε.</summary>
    public static Enclosure Epsilon => new() { _upper = double.PositiveInfinity };

    /// <summary>Nothing known about a δ.</summary>
    public static Enclosure Delta => new() { _upper = 1 };

    /// <summary>Takes in the bounds of an engine.</summary>
    /// <exception cref="InvalidOperationException">They contradict each other or earlier ones: a defect, which must not become an answer.</exception>
    public void Narrow(double lower, double upper, AccountingEngine engine)
    {
        if (!(lower <= upper) || lower > _upper || upper < _lower)
        {
            throw new InvalidOperationException(
                $"The {engine} engine bounds the answer by [{lower:r}, {upper:r}], others by [{_lower:r}, {_upper:r}]. This is a defect of the accountant; please report the composition.");
        }

        if (lower > _lower)
        {
            (_lower, _lowerEngine) = (lower, engine);
        }

        if (upper < _upper)
        {
            (_upper, _upperEngine) = (upper, engine);
        }
    }

    /// <summary>Whether the bounds are this close, relatively above 1.</summary>
    public readonly bool IsWithin(double width) => _upper - _lower <= width * Math.Max(1, _lower);

    /// <summary>Whether the bounds are this close relatively.</summary>
    public readonly bool IsRelativelyWithin(double width) => _upper - _lower <= width * _lower;

    /// <summary>The bounds of an ε.</summary>
    public readonly EpsilonInterval ToEpsilon() => new(_lower, _upper, _lowerEngine, _upperEngine);

    /// <summary>The bounds of a δ.</summary>
    public readonly DeltaInterval ToDelta() => new(_lower, _upper, _lowerEngine, _upperEngine);
}
