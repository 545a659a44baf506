using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>
/// The bound that always exists: δ(ε) ≤ e^{K(c) - cε}·c^c/(c+1)^{c+1} for every c > 0, K = Σ T·log E[e^{cL}] (Canonne, Kamath, Steinke 2020, proposition 12), over masses whose tail, cut at a small part of δ, is
/// added to δ.
/// </summary>
internal sealed class MomentEngine
{
    private const double TailShare = 1e-6;
    private const int LargestNodeCount = 20_000_000;

    private readonly LossNodes _nodes = new();

    /// <summary>An upper bound of ε.</summary>
    public double Epsilon(List<(LossPair Pair, long Count)> parts, double delta)
    {
        double best = double.PositiveInfinity;
        for (double u = -3; u <= 12; u += 0.125)
        {
            double c = Math.Exp(u);
            double moment = LogMoment(parts, c, delta, out double infinite);
            if (infinite < delta)
            {
                double price = (c * PreciseMath.Log1p(-1 / (c + 1))) - PreciseMath.Log1p(c) - Math.Log(delta - infinite);
                best = Math.Min(best, (moment + price) / c);
            }
        }

        return Math.Max(0, best);
    }

    /// <summary>An upper bound of δ.</summary>
    public double Delta(List<(LossPair Pair, long Count)> parts, double epsilon)
    {
        double best = 1;
        for (double u = -3; u <= 12; u += 0.125)
        {
            double c = Math.Exp(u);
            double moment = LogMoment(parts, c, 1e-30, out double infinite);
            double log = moment - (c * epsilon) + (c * PreciseMath.Log1p(-1 / (c + 1))) - PreciseMath.Log1p(c);
            best = Math.Min(best, Math.Exp(Math.Min(0, log)) + infinite);
        }

        return Math.Min(1, best);
    }

    /// <summary>K(c), rounded up.</summary>
    private double LogMoment(List<(LossPair Pair, long Count)> parts, double c, double delta, out double infinite)
    {
        double total = 0;
        double logFinite = 0;
        double releases = 0;
        foreach ((_, long count) in parts)
        {
            releases += count;
        }

        double logTail = Math.Log(delta * TailShare) - Math.Log(releases);
        foreach ((LossPair pair, long count) in parts)
        {
            if (!_nodes.TryList(pair, 0, 0, logTail, -60 - Math.Log(releases), LargestNodeCount))
            {
                infinite = 1;
                return double.PositiveInfinity;
            }

            double largest = c * _nodes.Largest;
            double sum = _nodes.MassBelow * Math.Exp((c * _nodes.Smallest) - largest);
            for (int i = 0; i < _nodes.Count; i++)
            {
                sum += _nodes.Masses[i] * Math.Exp((c * _nodes.Losses[i]) - largest);
            }

            if (!(sum > 0))
            {
                infinite = 1; // all underflows at this order; others serve
                return double.PositiveInfinity;
            }

            double moment = largest + Math.Log(sum * (1 + 1e-12));
            total += count * (moment + (Math.Abs(moment) * 1e-14));
            logFinite += count * PreciseMath.Log1p(-Math.Min(1, _nodes.MassAbove * (1 + 1e-12)));
        }

        infinite = -PreciseMath.Expm1(logFinite) * (1 + 1e-12);
        return total;
    }
}
