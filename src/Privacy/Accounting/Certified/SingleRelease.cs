using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>
/// δ(ε) of one pair as it stands: E_P[(1 - e^{ε-L})₊], a sum of positive terms over atoms and quadrature panels, hence relatively accurate however small it is
/// (the textbook difference Φ(…) - e^ε·Φ(…) is not, and overflows).
/// </summary>
/// <param name="pair">The pair.</param>
internal readonly struct SingleRelease(LossPair pair) : IDeltaCurve
{
    /// <summary>Relative error allowed for quadrature (1e-15 a panel) and rounding of loss differences.</summary>
    private const double Slack = 2e-12;

    /// <summary>Beyond this, e^{-(L-ε)} is lost beside 1.</summary>
    private const double Saturated = 40;

    private const double LogTail = -740;

    /// <inheritdoc/>
    public DeltaPoint At(double epsilon)
    {
        double delta = 0;
        double slope = 0;
        double[] losses = pair.AtomLosses;
        int first = Array.BinarySearch(losses, epsilon);
        for (int i = first < 0 ? ~first : first; i < losses.Length; i++)
        {
            if (losses[i] > epsilon)
            {
                double rest = PreciseMath.Expm1(epsilon - losses[i]);
                delta -= pair.AtomMasses[i] * rest;
                slope -= pair.AtomMasses[i] * (1 + rest);
            }
        }

        foreach ((LossSegment segment, double weight) in pair.Segments)
        {
            Integrate(segment, epsilon, out double part, out double partSlope);
            delta += weight * part;
            slope -= weight * partSlope;
        }

        delta += pair.InfiniteMass;
        return new DeltaPoint(delta * (1 - Slack), delta, delta * (1 + Slack), slope);
    }

    /// <summary>∫ p(1 - e^{ε-L}) and ∫ p·e^{ε-L} from where L = ε.</summary>
    private static void Integrate(LossSegment segment, double epsilon, out double sum, out double slope)
    {
        (sum, slope) = (0, 0);
        double x = segment.Inverse(epsilon, 0);
        x = Math.Max(x, segment.LowerEnd(LogTail, out _));
        double end = segment.UpperEnd(LogTail, out _);
        Span<double> places = stackalloc double[8];
        Span<double> losses = stackalloc double[8];
        Span<double> densities = stackalloc double[8];
        bool saturated = false;
        double lastMode = segment.UpperEnd(-1, out _);
        while (x < end)
        {
            double half = Math.Min(saturated ? segment.DensityScale(x) : segment.Scale(x), end - x) / 2;
            for (int i = 0; i < 8; i++)
            {
                places[i] = x + (half * (1 + GaussLegendre.Nodes[i]));
            }

            segment.Evaluate(places, losses, densities);
            double panel = 0;
            for (int i = 0; i < 8; i++)
            {
                double mass = half * GaussLegendre.Weights[i] * densities[i];
                double rest = PreciseMath.Expm1(Math.Min(0, epsilon - losses[i]));
                panel -= mass * rest;
                slope += mass * (1 + rest);
            }

            sum += panel;
            saturated = losses[7] - epsilon > Saturated;
            x = x + (2 * half) > x ? x + (2 * half) : Math.BitIncrement(x);
            if (x > lastMode && panel < 1e-20 * sum)
            {
                return;
            }
        }
    }
}
