namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Moments whose formula holds at whole orders only. log A is convex in α, as a cumulant generating function, and 0 at α = 1: between whole orders the chord of two upper bounds lies above it. The values are kept.
/// </summary>
internal abstract class WholeOrderMoments : MomentBound
{
    /// <summary>Higher orders are answered by <see cref="Beyond"/> alone.</summary>
    private const int LargestOrder = 512;

    private readonly List<double> _values = [0, 0];

    /// <inheritdoc/>
    public override double LogMoment(double order)
    {
        double beyond = Beyond(order);
        if (order > LargestOrder || double.IsNaN(order))
        {
            return beyond;
        }

        int below = (int)Math.Floor(order);
        double fraction = order - below;
        double low = Value(below);
        return Math.Min(beyond, fraction == 0 ? low : (low + (fraction * (Value(below + 1) - low))) * (1 + 1e-15));
    }

    /// <summary>The bound at a whole order of at least 2.</summary>
    protected abstract double AtWhole(int order);

    /// <summary>A bound at any order, however loose: +∞ where there is none.</summary>
    protected abstract double Beyond(double order);

    private double Value(int order)
    {
        while (_values.Count <= order)
        {
            _values.Add(AtWhole(_values.Count));
        }

        return _values[order];
    }
}
