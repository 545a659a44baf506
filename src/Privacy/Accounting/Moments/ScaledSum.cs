namespace FastDPMeta.Privacy.Accounting;

/// <summary>A sum of positive terms given as logarithms, kept relative to the largest: it neither over- nor underflows.</summary>
internal struct ScaledSum()
{
    private double _largest = double.NegativeInfinity;
    private double _sum;

    /// <summary>The logarithm of the sum; -∞ when empty.</summary>
    public readonly double Log => _sum == 0 ? double.NegativeInfinity : _largest + Math.Log(_sum);

    /// <summary>Adds e^term.</summary>
    /// <param name="term">A logarithm; -∞ adds nothing.</param>
    public void Add(double term)
    {
        if (double.IsNegativeInfinity(term))
        {
            return;
        }

        if (term > _largest)
        {
            _sum = (_sum * Math.Exp(_largest - term)) + 1;
            _largest = term;
        }
        else
        {
            _sum += double.IsPositiveInfinity(term) ? 1 : Math.Exp(term - _largest);
        }
    }
}
