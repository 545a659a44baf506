namespace FastDPMeta.Privacy.Accounting;

/// <summary>Moments of a pair on finitely many points.</summary>
/// <param name="pair">Dominates the release.</param>
/// <param name="exchangeOfLots">
/// False: both directions of the pair itself, the larger counts. True: the pair is that of a lot of fixed size, which bounds hockey sticks at factors
/// ≥ 1 in both directions, hence <c>A ≤ 1 + E[L^α + L^{1-α} - 1 - L; L > 1]</c> as in <see cref="FixedSizeGaussian"/>.
/// </param>
/// <param name="tail">The probability that the points leave out.</param>
internal sealed class FinitePairMoments(FinitePair pair, bool exchangeOfLots = false, double tail = 0) : MomentBound
{
    /// <summary>Relative allowance for the rounding of sums over some ten thousand points.</summary>
    private const double Rounding = 1e-11;

    /// <summary>Exponents beyond this are summed as logarithms.</summary>
    private const double LargestExponent = 300;

    /// <summary>Losses beyond this make masses underflow: the divergence is then bounded by the loss itself.</summary>
    private const double LargestLoss = 600;

    /// <inheritdoc/>
    public override bool Depends => pair.Scale > 0 || tail > 0;

    /// <inheritdoc/>
    public override double Tail => tail;

    /// <inheritdoc/>
    public override double LogMoment(double order) => tail > 0 ? double.PositiveInfinity : LogMomentWithoutTail(order);

    /// <inheritdoc/>
    public override double LogMomentWithoutTail(double order)
    {
        double loss = Math.Max(pair.LargestLoss, -pair.SmallestLoss);
        double byLoss = (order - 1) * loss * (1 + Rounding);
        if (loss > LargestLoss)
        {
            return byLoss;
        }

        double bound = exchangeOfLots
            ? Direction(order - 1, aboveOnly: true, order, backwardsToo: true)
            : Math.Max(Direction(order - 1, aboveOnly: false, order), Direction(-order, aboveOnly: false, order));
        return Math.Min(byLoss, bound);
    }

    /// <summary>log(1 + Σ Q·h): with excess α - 1 under P against Q, with excess -α the other way round.</summary>
    private double Direction(double excess, bool aboveOnly, double order, bool backwardsToo = false)
    {
        ReadOnlySpan<double> mass = pair.Mass, ratio = pair.LogRatio, y = pair.Excess;
        double exponent = (Math.Abs(excess) + 1) * Math.Max(pair.LargestLoss, -pair.SmallestLoss);
        double slack = order * (Math.Abs(pair.Residual) + (pair.Scale * 4e-16));
        if (exponent < LargestExponent)
        {
            double sum = 0;
            for (int i = 0; i < mass.Length; i++)
            {
                if (mass[i] > 0 && (!aboveOnly || y[i] > 0))
                {
                    sum += mass[i] * (MomentExcess.Of(y[i], ratio[i], excess) + (backwardsToo ? MomentExcess.Of(y[i], ratio[i], -order) : 0));
                }
            }

            return PreciseMath.Log1p((sum * (1 + Rounding)) + slack);
        }

        ScaledSum scaled = new();
        scaled.Add(Math.Log(slack));
        for (int i = 0; i < mass.Length; i++)
        {
            if (mass[i] > 0 && (!aboveOnly || y[i] > 0))
            {
                scaled.Add(Math.Log(mass[i]) + MomentExcess.LogOf(y[i], ratio[i], excess));
                if (backwardsToo)
                {
                    scaled.Add(Math.Log(mass[i]) + MomentExcess.LogOf(y[i], ratio[i], -order));
                }
            }
        }

        return PreciseMath.Log1pExp(scaled.Log + Rounding);
    }
}
