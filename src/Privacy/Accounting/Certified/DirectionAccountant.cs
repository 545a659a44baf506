using FastDPMeta.Privacy.Accounting.Contour;
using FastDPMeta.Privacy.Accounting.Loss;
using FastDPMeta.Privacy.Accounting.Pld;

namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>One direction of a composition through the engines, the cheapest sufficient one first. Not thread-safe; buffers are kept.</summary>
internal sealed class DirectionAccountant
{
    /// <summary>An interval this narrow (relative, or absolute below ε = 1) needs no further engine.</summary>
    private const double Narrow = 2e-4;

    private readonly ContourEngine _contour = new();
    private readonly PldEngine _grid = new();
    private readonly MomentEngine _moments = new();
    private readonly List<(LossPair Pair, long Count)> _parts = [];
    private LossPair? _gaussian;
    private LossPair? _single;
    private double _logFinite;

    /// <summary>Encloses ε.</summary>
    public EpsilonInterval Epsilon(ReadOnlySpan<ComposedPair> composition, bool adds, double delta)
    {
        Collect(composition, adds);
        if (_parts.Count == 0)
        {
            return new EpsilonInterval(0, 0, AccountingEngine.None, AccountingEngine.None);
        }

        if (-PreciseMath.Expm1(_logFinite) * (1 - 1e-13) > delta)
        {
            return new EpsilonInterval(double.PositiveInfinity, double.PositiveInfinity, AccountingEngine.None, AccountingEngine.None);
        }

        if (_single is not null)
        {
            SingleRelease release = new(_single);
            EpsilonSearch.Enclose(ref release, delta, 1, double.PositiveInfinity, out double low, out double high);
            return new EpsilonInterval(low, high, AccountingEngine.ClosedForm, AccountingEngine.ClosedForm);
        }

        Enclosure best = Enclosure.Epsilon;
        if (Smooth())
        {
            FillContour();
            if (_contour.TryEpsilon(delta, out double low, out double high))
            {
                best.Narrow(low, high, AccountingEngine.Contour);
            }
        }

        if (!best.IsWithin(Narrow) && SumOfVariations() <= delta)
        {
            return new EpsilonInterval(0, 0, AccountingEngine.ClosedForm, AccountingEngine.ClosedForm);
        }

        if (!best.IsWithin(Narrow))
        {
            FillGrid();
            if (_grid.TryEpsilon(delta, 0, Narrow, lowerToo: true, out double low, out double high))
            {
                best.Narrow(low, high, AccountingEngine.LossDistribution);
            }
        }

        if (!best.IsWithin(1))
        {
            best.Narrow(0, _moments.Epsilon(_parts, delta), AccountingEngine.Moments);
        }

        return best.ToEpsilon();
    }

    /// <summary>Encloses δ.</summary>
    public DeltaInterval Delta(ReadOnlySpan<ComposedPair> composition, bool adds, double epsilon)
    {
        Collect(composition, adds);
        if (_parts.Count == 0 || double.IsNegativeInfinity(_logFinite))
        {
            double value = _parts.Count == 0 ? 0 : 1;
            return new DeltaInterval(value, value, AccountingEngine.None, AccountingEngine.None);
        }

        if (_single is not null)
        {
            DeltaPoint point = new SingleRelease(_single).At(epsilon * (1 - 1e-15));
            DeltaPoint below = new SingleRelease(_single).At(epsilon * (1 + 1e-15));
            return new DeltaInterval(Math.Max(0, below.Lower), Math.Min(1, point.Upper), AccountingEngine.ClosedForm, AccountingEngine.ClosedForm);
        }

        Enclosure best = Enclosure.Delta;
        if (Smooth())
        {
            FillContour();
            if (_contour.TryDelta(epsilon, out double low, out double high))
            {
                best.Narrow(low, high, AccountingEngine.Contour);
            }
        }

        if (!best.IsRelativelyWithin(1e-3))
        {
            FillGrid();
            if (_grid.TryDelta(epsilon, Narrow, out double low, out double high))
            {
                best.Narrow(low, high, AccountingEngine.LossDistribution);
            }
        }

        if (!best.IsRelativelyWithin(1))
        {
            best.Narrow(0, _moments.Delta(_parts, epsilon), AccountingEngine.Moments);
        }

        return best.ToDelta();
    }

    /// <summary>The parts that matter, equal pairs together, all Gaussian ones as one.</summary>
    private void Collect(ReadOnlySpan<ComposedPair> composition, bool adds)
    {
        _parts.Clear();
        _single = null;
        _logFinite = 0;
        double square = 0;
        foreach (ComposedPair part in composition)
        {
            LossPair pair = adds ? part.Pairs.Add : part.Pairs.Remove;
            if (part.Count == 0 || ReferenceEquals(part.Pairs, LossPairs.Nothing))
            {
                continue;
            }

            _logFinite += part.Count * PreciseMath.Log1p(-Math.Min(1, pair.InfiniteMass));
            if (!double.IsNaN(pair.GaussianShift))
            {
                square += part.Count * pair.GaussianShift * pair.GaussianShift;
                continue;
            }

            int index = _parts.Count - 1;
            while (index >= 0 && !ReferenceEquals(_parts[index].Pair, pair))
            {
                index--;
            }

            if (index < 0)
            {
                _parts.Add((pair, part.Count));
            }
            else
            {
                _parts[index] = (pair, _parts[index].Count + part.Count);
            }
        }

        if (square > 0)
        {
            double shift = Math.Sqrt(square);
            if (_gaussian is null || _gaussian.GaussianShift != shift)
            {
                _gaussian = LossPairs.GaussianPair(shift);
            }

            _parts.Add((_gaussian, 1));
        }

        if (_parts.Count == 1 && _parts[0].Count == 1)
        {
            _single = _parts[0].Pair;
        }
    }

    /// <summary>Σ T·δ(0): the total variation of the composition is no larger.</summary>
    private double SumOfVariations()
    {
        double sum = 0;
        foreach ((LossPair pair, long count) in _parts)
        {
            sum += count * new SingleRelease(pair).At(0).Upper;
        }

        return sum;
    }

    private bool Smooth()
    {
        foreach ((LossPair pair, _) in _parts)
        {
            if (!ContourEngine.Covers(pair))
            {
                return false;
            }
        }

        return true;
    }

    private void FillContour()
    {
        _contour.Clear();
        foreach ((LossPair pair, long count) in _parts)
        {
            _contour.Add(pair, count);
        }
    }

    private void FillGrid()
    {
        _grid.Clear();
        foreach ((LossPair pair, long count) in _parts)
        {
            _grid.Add(pair, count);
        }
    }
}
