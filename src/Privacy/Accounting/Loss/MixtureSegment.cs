using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Loss;

/// <summary>
/// Outcomes of a Gaussian release, in units of its noise: P a mixture of unit normals with means ≥ 0, Q one with means ≤ 0, so that the loss
/// L(x) = ℓ_P(x) - ℓ_Q(x) rises with x. All of the line, or a part of it.
/// </summary>
internal sealed class MixtureSegment : LossSegment
{
    private const double WidestPanel = 0.5;
    private const double InverseRootTwoPi = 0.39894228040143267794;

    /// <summary>Up to this mean φ(x)e^{ℓ(x)} has no exponents large enough to lose digits.</summary>
    private const double FarMean = 4;

    /// <summary>Larger losses, as powers of e, near the end of what doubles hold.</summary>
    private const double LargestPower = 600;

    private readonly double _width;

    /// <summary>A segment.</summary>
    /// <param name="p">P, means ≥ 0.</param>
    /// <param name="q">Q, means ≤ 0.</param>
    /// <param name="low">The lowest x.</param>
    /// <param name="high">The highest x.</param>
    public MixtureSegment(ShiftedNormals p, ShiftedNormals q, double low = double.NegativeInfinity, double high = double.PositiveInfinity)
    {
        P = p;
        Q = q;
        Low = low;
        High = high;
        Slope = p.Highest - q.Lowest;
        _width = Math.Min(WidestPanel, 1 / Slope);
    }

    /// <summary>P.</summary>
    public ShiftedNormals P { get; }

    /// <summary>Q.</summary>
    public ShiftedNormals Q { get; }

    /// <summary>The loss never rises faster than this.</summary>
    public double Slope { get; }

    /// <summary>Whether the segment is the whole line, where everything is analytic.</summary>
    public bool IsWhole => double.IsNegativeInfinity(Low) && double.IsPositiveInfinity(High);

    /// <inheritdoc/>
    public override double Low { get; }

    /// <inheritdoc/>
    public override double High { get; }

    /// <summary>L(x).</summary>
    public double Loss(double x) => P.LogRatio(x) - Q.LogRatio(x);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<double> x, Span<double> loss, Span<double> density)
    {
        int done = 0;
        for (int lanes = Vector<double>.Count; P.Highest <= FarMean && done <= x.Length - lanes; done += lanes)
        {
            if (!TryEvaluate(new Vector<double>(x[done..]), loss[done..], density[done..]))
            {
                EvaluateEach(x.Slice(done, lanes), loss[done..], density[done..]);
            }
        }

        EvaluateEach(x[done..], loss[done..], density[done..]);
    }

    /// <summary>One x after the other: what the vectors equal but for rounding, and what serves where they don't.</summary>
    internal void EvaluateEach(ReadOnlySpan<double> x, Span<double> loss, Span<double> density)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double p = P.LogRatio(x[i]);
            loss[i] = p - Q.LogRatio(x[i]);
            density[i] = P.Highest <= FarMean ? InverseRootTwoPi * Math.Exp(p - (x[i] * x[i] / 2)) : P.Density(x[i]);
        }
    }

    private bool TryEvaluate(Vector<double> x, Span<double> loss, Span<double> density)
    {
        if (!P.TryLogRatio(x, out Vector<double> p, out Vector<double> ratio) || !Q.TryLogRatio(x, out Vector<double> q, out _))
        {
            return false;
        }

        // φ(x)·e^{ℓ}, e^{ℓ} being at hand where it is a sum; the exponents of a single normal are added first, as one of them may be large.
        Vector<double> half = x * x * new Vector<double>(0.5);
        Vector<double> mass = P.Count == 1 ? Vector.Exp(p - half) : Vector.Exp(-half) * ratio;
        (p - q).CopyTo(loss);
        (mass * new Vector<double>(InverseRootTwoPi)).CopyTo(density);
        return true;
    }

    /// <inheritdoc/>
    public override double Inverse(double loss, double guess)
    {
        double x = P.Count <= 2 && Q.Count <= 2 && (P.Count == 1 || Q.Count == 1) ? Closed(loss) : Search(loss, guess);
        return Math.Clamp(x, Low, High);
    }

    /// <inheritdoc/>
    public override void Inverse(ReadOnlySpan<double> losses, double guess, Span<double> places)
    {
        int lanes = Vector<double>.Count;
        if (!IsMixedWithStandard || losses.Length % lanes != 0 || Math.Max(Math.Abs(losses[0]), Math.Abs(losses[^1])) > LargestPower)
        {
            base.Inverse(losses, guess, places);
            return;
        }

        ShiftedNormals mixed = P.Count == 2 ? P : Q;
        double mean = mixed.Mean(1);
        for (int i = 0; i < losses.Length; i += lanes)
        {
            // As in Closed. Where the loss is out of reach the sum is below 0, its logarithm is taken as -∞, and x lies at the end where the loss is nearest.
            Vector<double> value = new Vector<double>(losses[i..]) * new Vector<double>(P.Count == 2 ? 1.0 : -1.0);
            Vector<double> sum = Vector<double>.One + ((Vector.Exp(value) - Vector<double>.One) / new Vector<double>(mixed.Weight(1)));
            Vector<double> s = Vector.ConditionalSelect(Vector.GreaterThan(sum, Vector<double>.Zero), Vector.Log(sum), new Vector<double>(double.NegativeInfinity));
            Vector<double> x = (s / new Vector<double>(mean)) + new Vector<double>(mean / 2);
            Vector.Max(new Vector<double>(Low), Vector.Min(new Vector<double>(High), x)).CopyTo(places[i..]);
        }
    }

    /// <inheritdoc/>
    public override double DensityScale(double x) => Math.Min(WidestPanel, 1 / (1 + Math.Max(Math.Abs(x - P.Lowest), Math.Abs(x - P.Highest))));

    /// <inheritdoc/>
    public override double Scale(double x) => Math.Min(_width, DensityScale(x));

    /// <inheritdoc/>
    public override double UpperEnd(double logMass, out double mass)
    {
        double end = P.Highest + Math.Sqrt(-2 * logMass);
        if (end >= High)
        {
            mass = 0;
            return High;
        }

        mass = P.Above(end);
        return Math.Max(end, Low);
    }

    /// <inheritdoc/>
    public override double LowerEnd(double logMass, out double mass)
    {
        double end = P.Lowest - Math.Sqrt(-2 * logMass);
        if (end <= Low)
        {
            mass = 0;
            return Low;
        }

        mass = NormalDistribution.Cumulative(end - P.Lowest) * (1 + 1e-12);
        return Math.Min(end, High);
    }

    /// <summary>Whether one of the two is the standard normal, and the other a mixture of that and one more.</summary>
    private bool IsMixedWithStandard =>
        (P.Count == 2 && Q.Count == 1 && P.Mean(0) == 0 && Q.Mean(0) == 0) || (Q.Count == 2 && P.Count == 1 && P.Mean(0) == 0 && Q.Mean(0) == 0);

    /// <summary>Where one of the two is a single normal and the other of two at most, one of them at 0.</summary>
    private double Closed(double loss)
    {
        if (P.Count == 1 && Q.Count == 1)
        {
            return (loss / Slope) + ((P.Mean(0) + Q.Mean(0)) / 2);
        }

        ShiftedNormals mixed = P.Count == 2 ? P : Q;
        ShiftedNormals single = P.Count == 2 ? Q : P;
        if (mixed.Mean(0) != 0 || single.Mean(0) != 0)
        {
            return Search(loss, 0);
        }

        // e^{±L} = 1 + w(e^s - 1) with s = μ(x - μ/2).
        double mean = mixed.Mean(1);
        double value = P.Count == 2 ? loss : -loss;
        double s;
        if (value > 30)
        {
            s = value - Math.Log(mixed.Weight(1)) + PreciseMath.Log1p(-mixed.Weight(0) * Math.Exp(-value));
        }
        else
        {
            double excess = PreciseMath.Expm1(value) / mixed.Weight(1);
            if (!(excess > -1))
            {
                return P.Count == 2 ? double.NegativeInfinity : double.PositiveInfinity;
            }

            s = PreciseMath.Log1p(excess);
        }

        return (s / mean) + (mean / 2);
    }

    /// <summary>Newton's method kept inside a bracket that is halved where it does not help.</summary>
    private double Search(double loss, double guess)
    {
        double reach = 50 + Slope;
        double low = Math.Max(Low, Q.Lowest - reach);
        double high = Math.Min(High, P.Highest + reach);
        while (high < High && Loss(high) < loss)
        {
            high += high - low;
            if (high > 1e9)
            {
                return double.PositiveInfinity;
            }
        }

        if (Loss(low) >= loss)
        {
            return low <= Low ? Low : double.NegativeInfinity;
        }

        double x = Math.Clamp(guess, low, high);
        for (int i = 0; i < 100 && high - low > 1e-15 * (1 + Math.Abs(low)); i++)
        {
            double difference = Loss(x) - loss;
            if (difference > 0)
            {
                high = x;
            }
            else
            {
                low = x;
            }

            double next = x - (difference / (P.Slope(x) - Q.Slope(x)));
            if (Math.Abs(next - x) < 1e-13 * (1 + Math.Abs(x)))
            {
                return next;
            }

            x = next > low && next < high ? next : (low + high) / 2;
        }

        return x;
    }
}
