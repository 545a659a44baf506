namespace FastDPMeta.Privacy.Accounting.Certified;

/// <summary>Encloses the ε ≥ 0 at which an enclosed curve reaches a δ. What it returns was checked on the curve itself, so convergence matters for tightness only.</summary>
internal static class EpsilonSearch
{
    private const int LargestCount = 60;
    private const double Widening = 4;
    private const double Rounding = 1e-15;

    /// <summary>Finds both ends.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="delta">The target.</param>
    /// <param name="start">A first guess ≥ 0.</param>
    /// <param name="largest">An ε above which the answer cannot lie, or ∞.</param>
    /// <param name="lower">The lower end, 0 at least.</param>
    /// <param name="upper">The upper end; ∞ where none was found.</param>
    public static void Enclose<T>(ref T curve, double delta, double start, double largest, out double lower, out double upper)
        where T : struct, IDeltaCurve
    {
        DeltaPoint zero = curve.At(0);
        if (zero.Upper <= delta)
        {
            (lower, upper) = (0, 0);
            return;
        }

        double epsilon = Root(ref curve, delta, start, largest);
        DeltaPoint point = curve.At(epsilon);

        // Losses carry a few units in the last place, and so does an ε compared with them.
        double rounding = Rounding * Math.Max(epsilon, 1e-300);
        upper = Upward(ref curve, delta, epsilon, point, rounding, largest) * (1 + Rounding);
        lower = Downward(ref curve, delta, epsilon, point, rounding) * (1 - Rounding);
    }

    private static double Upward<T>(ref T curve, double delta, double epsilon, DeltaPoint point, double rounding, double largest)
        where T : struct, IDeltaCurve
    {
        double step = Math.Max(rounding, 1.01 * (point.Upper - delta) / -point.Slope);
        double end = epsilon;
        for (int i = 0; i < LargestCount; i++)
        {
            if (curve.At(end).Upper <= delta)
            {
                return end;
            }

            step = double.IsFinite(step) && step > 0 ? step : 1e-12 * (1 + epsilon);
            end = epsilon + step;
            step *= Widening;
            if (end >= largest)
            {
                return largest;
            }
        }

        return double.PositiveInfinity;
    }

    private static double Downward<T>(ref T curve, double delta, double epsilon, DeltaPoint point, double rounding)
        where T : struct, IDeltaCurve
    {
        double step = Math.Max(rounding, 1.01 * (delta - point.Lower) / -point.Slope);
        double end = epsilon;
        for (int i = 0; i < LargestCount; i++)
        {
            if (end <= 0 || curve.At(end).Lower >= delta)
            {
                return Math.Max(0, end);
            }

            step = double.IsFinite(step) && step > 0 ? step : 1e-12 * (1 + epsilon);
            end = epsilon - step;
            step *= Widening;
        }

        return 0;
    }

    /// <summary>Newton's method on log δ inside a bracket.</summary>
    private static double Root<T>(ref T curve, double delta, double start, double largest)
        where T : struct, IDeltaCurve
    {
        double low = 0;
        double high = largest;
        double logTarget = Math.Log(delta);
        double epsilon = Math.Clamp(start, 0, largest);
        double before = double.PositiveInfinity;
        for (int i = 0; i < LargestCount; i++)
        {
            DeltaPoint point = curve.At(epsilon);
            (low, high) = point.Value > delta ? (epsilon, high) : (low, epsilon);
            double step = point.Value > 0 ? (Math.Log(point.Value) - logTarget) * point.Value / -point.Slope : double.NaN;
            double size = Math.Abs(step);
            if (size <= 1e-14 * epsilon || (size <= 1e-6 * epsilon && size >= before / 2))
            {
                return epsilon; // no closer than rounding allows
            }

            before = size;
            double next = epsilon + step;
            if (double.IsInfinity(high))
            {
                next = Math.Min(next, (4 * epsilon) + 10); // far left of the answer δ is flat, and Newton's step without measure
            }

            if (!(next > low && next < high))
            {
                next = double.IsInfinity(high) ? (2 * low) + 1 : (low + high) / 2;
            }

            if (next == epsilon)
            {
                return epsilon;
            }

            epsilon = next;
        }

        return epsilon;
    }
}
