namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Narrows an interval around the point where a monotone function changes sign: false position with the Illinois rule (Dowell and Jarratt 1971), a
/// minimal step as in Brent's method so that both ends close in, and bisection where a value is infinite.
/// </summary>
internal struct RootBracket(double low, double high, double tolerance)
{
    private const int LargestCount = 200;

    private double _low = low;
    private double _high = high;
    private double _lowValue;
    private double _highValue;
    private int _side;
    private int _count;

    /// <summary>The function at both ends. Where the signs are equal there is nothing to narrow.</summary>
    public void SetValues(double lowValue, double highValue) => (_lowValue, _highValue) = (lowValue, highValue);

    /// <summary>The next point to evaluate; false when the interval is narrow enough.</summary>
    public bool TryPropose(out double point)
    {
        double width = _high - _low;
        point = _low + (width / 2);
        if (width <= tolerance || _count++ > LargestCount || (_lowValue > 0) == (_highValue > 0))
        {
            return false;
        }

        double estimate = _low - (_lowValue * width / (_highValue - _lowValue));
        if (double.IsFinite(estimate) && _count < LargestCount / 4)
        {
            point = Math.Clamp(estimate, _low + Math.Min(tolerance, width) / 2, _high - Math.Min(tolerance, width) / 2);
        }

        return true;
    }

    /// <summary>Takes in the function at a proposed point.</summary>
    public void Narrow(double point, double value)
    {
        if ((value > 0) == (_lowValue > 0))
        {
            _highValue = _side < 0 ? _highValue / 2 : _highValue;
            (_low, _lowValue, _side) = (point, value, -1);
        }
        else
        {
            _lowValue = _side > 0 ? _lowValue / 2 : _lowValue;
            (_high, _highValue, _side) = (point, value, 1);
        }
    }

    /// <summary>The end where the function is not above 0; the low one when both are.</summary>
    public readonly double SafeEnd() => _lowValue <= 0 ? _low : _high;
}
