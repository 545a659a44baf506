namespace FastDPMeta.Privacy.Accounting;

/// <summary>
/// Finds the best Rényi order as a real number, searching in t = log(α - 1). Both quantities searched have one valley: multiplied by
/// α - 1, the ε of <see cref="RdpConversion"/> is a sum of convex functions of α (the log moment, and (α-1)log(α-1) - α·log α, whose second
/// derivative is 1/(α-1) - 1/α), so ε is a convex function over a positive line, hence quasi-convex; log δ is convex itself. Any point
/// is a valid bound: the search affects tightness only.
/// </summary>
internal static class OrderSearch
{
    private const double Lowest = -13.8; // α - 1 = 1e-6
    private const double Highest = 16.1; // α = 1e7
    private const double GoldenSection = 0.3819660112501051;

    /// <summary>Half-width in t at which the search ends; a smooth valley is flat there to its square, a kink (where sampling stops helping) to itself.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>Walks downhill from a start until the valley is bracketed, then narrows by Brent's method (1973, chapter 5).</summary>
    /// <param name="objective">What to minimise; +∞ is allowed.</param>
    /// <param name="start">An order to begin at; a good one saves time.</param>
    /// <param name="order">The best order met.</param>
    /// <returns>The least value met.</returns>
    public static double Minimize<T>(ref T objective, double start, out double order)
        where T : struct, IOrderObjective
    {
        double middle = Math.Clamp(Math.Log(start - 1), Lowest, Highest);
        double value = objective.At(Order(middle));
        double stride = 0.3;
        double right = Math.Min(Highest, middle + stride);
        double rightValue = objective.At(Order(right));
        double left;
        if (rightValue < value)
        {
            left = middle;
            (middle, value) = (right, rightValue);
            right = Walk(ref objective, ref left, ref middle, ref value, stride);
        }
        else
        {
            left = Walk(ref objective, ref right, ref middle, ref value, -stride);
        }

        return Narrow(ref objective, Math.Min(left, right), Math.Max(left, right), middle, value, out order);
    }

    /// <summary>Steps on, doubling the stride, while it goes down (or everything is still infinite); returns the far end of the bracket.</summary>
    private static double Walk<T>(ref T objective, ref double behind, ref double middle, ref double value, double stride)
        where T : struct, IOrderObjective
    {
        while (true)
        {
            double next = Math.Clamp(middle + stride, Lowest, Highest);
            if (next == middle)
            {
                return next;
            }

            double nextValue = objective.At(Order(next));
            if (nextValue > value || (nextValue == value && double.IsFinite(value)))
            {
                return next;
            }

            behind = middle;
            (middle, value) = (next, nextValue);
            stride *= 2;
        }
    }

    private static double Narrow<T>(ref T objective, double low, double high, double best, double bestValue, out double order)
        where T : struct, IOrderObjective
    {
        double second = best, third = best;
        double secondValue = bestValue, thirdValue = bestValue;
        double move = high - low;
        double moveBefore = move;
        for (int i = 0; i < 60; i++)
        {
            double centre = (low + high) / 2;
            if (Math.Abs(best - centre) <= (2 * Tolerance) - ((high - low) / 2))
            {
                break;
            }

            double parabola = ParabolaStep(best, bestValue, second, secondValue, third, thirdValue);
            bool usable = Math.Abs(parabola) < Math.Abs(moveBefore) / 2 && best + parabola > low && best + parabola < high;
            moveBefore = move;
            move = usable ? parabola : GoldenSection * ((best < centre ? high : low) - best);
            if (!usable)
            {
                moveBefore = best < centre ? high - best : low - best;
            }

            double trial = best + (Math.Abs(move) >= Tolerance ? move : Math.CopySign(Tolerance, move));
            double trialValue = objective.At(Order(trial));
            if (trialValue <= bestValue)
            {
                (low, high) = trial < best ? (low, best) : (best, high);
                (third, thirdValue, second, secondValue) = (second, secondValue, best, bestValue);
                (best, bestValue) = (trial, trialValue);
                continue;
            }

            (low, high) = trial < best ? (trial, high) : (low, trial);
            if (trialValue <= secondValue || second == best)
            {
                (third, thirdValue, second, secondValue) = (second, secondValue, trial, trialValue);
            }
            else if (trialValue <= thirdValue || third == best || third == second)
            {
                (third, thirdValue) = (trial, trialValue);
            }
        }

        order = Order(best);
        return bestValue;
    }

    /// <summary>The step from the best point to the lowest point of the parabola through three points; NaN where there is none.</summary>
    private static double ParabolaStep(double best, double bestValue, double second, double secondValue, double third, double thirdValue)
    {
        double r = (best - second) * (bestValue - thirdValue);
        double q = (best - third) * (bestValue - secondValue);
        double numerator = ((best - third) * q) - ((best - second) * r);
        double denominator = 2 * (q - r);
        return denominator == 0 ? double.NaN : -numerator / denominator;
    }

    private static double Order(double t) => 1 + Math.Exp(t);
}
