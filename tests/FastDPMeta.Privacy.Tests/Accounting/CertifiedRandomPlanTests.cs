using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;
using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>
/// Ten thousand plans against independent closed forms: textbook differences of normal probabilities, binomial sums, exponentials. Each checks that δ at the upper end is at most, and at
/// the lower end at least, the δ asked for.
/// </summary>
public sealed class CertifiedRandomPlanTests
{
    /// <summary>What the oracles themselves lose to cancellation.</summary>
    private const double Tolerance = 1e-8;

    [Fact]
    public void Four_thousand_Gaussian_compositions_are_enclosed()
    {
        Rolls rolls = new(1);
        for (int i = 0; i < 4000; i++)
        {
            ComposedPair[] plan = new ComposedPair[1 + rolls.Below(4)];
            double square = 0;
            for (int j = 0; j < plan.Length; j++)
            {
                double noise = rolls.Log(0.5, 50);
                long count = 1 + rolls.Below(100);
                plan[j] = new ComposedPair(LossPairs.Gaussian(noise), count);
                square += count / (noise * noise);
            }

            double shift = Math.Sqrt(square);
            Check(plan, rolls.Log(1e-12, 0.1), epsilon =>
                NormalDistribution.Cumulative((shift / 2) - (epsilon / shift)) - ExpTimesTail(epsilon, (shift / 2) + (epsilon / shift)));
        }
    }

    [Fact]
    public void Three_thousand_single_sampled_Gaussian_releases_are_enclosed()
    {
        Rolls rolls = new(2);
        for (int i = 0; i < 3000; i++)
        {
            (double rate, double noise) = (rolls.Log(1e-3, 0.9), rolls.Log(0.5, 5));
            Check([new ComposedPair(LossPairs.SampledGaussian(rate, noise), 1)], rolls.Log(1e-9, 0.1) * rate, epsilon =>
            {
                double x = (noise * noise * Math.Log((Math.Exp(epsilon) - 1 + rate) / rate)) + 0.5;
                double remove = ((1 - rate - Math.Exp(epsilon)) * NormalDistribution.Cumulative(-x / noise)) + (rate * NormalDistribution.Cumulative((1 - x) / noise));
                double add = 0;
                if (Math.Exp(-epsilon) > 1 - rate)
                {
                    double y = (noise * noise * Math.Log((Math.Exp(-epsilon) - 1 + rate) / rate)) + 0.5;
                    add = NormalDistribution.Cumulative(y / noise)
                        - (Math.Exp(epsilon) * (((1 - rate) * NormalDistribution.Cumulative(y / noise)) + (rate * NormalDistribution.Cumulative((y - 1) / noise))));
                }

                return Math.Max(remove, add);
            });
        }
    }

    [Fact]
    public void Two_thousand_repeated_randomised_responses_are_enclosed()
    {
        Rolls rolls = new(3);
        for (int i = 0; i < 2000; i++)
        {
            double noise = rolls.Log(0.1, 0.95);
            int count = 2 + rolls.Below(40);
            double loss = Math.Log((1 - (noise / 2)) / (noise / 2));
            Check([new ComposedPair(DiscreteMechanisms.RandomizedResponse(noise, 2), count)], rolls.Log(1e-10, 0.1), epsilon =>
            {
                double sum = 0;
                double binomial = 1;
                for (int honest = 0; honest <= count; honest++)
                {
                    double total = ((2 * honest) - count) * loss;
                    if (total > epsilon)
                    {
                        sum += binomial * Math.Pow(1 - (noise / 2), honest) * Math.Pow(noise / 2, count - honest) * -Math.Exp(epsilon - total) + binomial
                            * Math.Pow(1 - (noise / 2), honest) * Math.Pow(noise / 2, count - honest);
                    }

                    binomial *= (count - honest) / (honest + 1.0);
                }

                return sum;
            });
        }
    }

    [Fact]
    public void A_thousand_Laplace_releases_are_enclosed()
    {
        Rolls rolls = new(4);
        for (int i = 0; i < 1000; i++)
        {
            double noise = rolls.Log(0.1, 10);
            Check([new ComposedPair(LossPairs.Laplace(noise), 1)], rolls.Log(1e-12, 0.02), epsilon => Math.Max(0, 1 - Math.Exp((epsilon - (1 / noise)) / 2)));
        }
    }

    private static void Check(ComposedPair[] plan, double delta, Func<double, double> oracle)
    {
        EpsilonInterval interval = CertifiedAccountant.Epsilon(plan, delta);
        double atUpper = oracle(interval.Upper);
        double slack = (Tolerance * delta) + 2e-14;
        Assert.True(atUpper <= delta + slack, $"δ {delta:r}: {atUpper:r} at the upper end {interval.Upper:r}");
        Assert.True(interval.Lower == 0 || oracle(interval.Lower) >= delta - slack, $"δ {delta:r}: {oracle(interval.Lower):r} at the lower end {interval.Lower:r}");
        Assert.True(interval.Width <= 1e-3 * Math.Max(1, interval.Lower), $"[{interval.Lower:r}, {interval.Upper:r}] is wide");
    }

    /// <summary>e^ε·Φ(-v) for v > 0, without overflow.</summary>
    private static double ExpTimesTail(double epsilon, double v) => Math.Exp(epsilon - (v * v / 2)) * 0.39894228040143267794 * NormalDistribution.Mills(v);

    /// <summary>Reproducible numbers: a multiplicative congruence is random enough to spread plans.</summary>
    private sealed class Rolls(ulong seed)
    {
        private ulong _state = (seed * 0x9E3779B97F4A7C15) | 1;

        public int Below(int end) => (int)(Unit() * end);

        public double Log(double low, double high) => low * Math.Pow(high / low, Unit());

        private double Unit()
        {
            _state *= 6364136223846793005;
            _state ^= _state >> 29;
            return (_state >> 11) * (1.0 / (1UL << 53));
        }
    }
}
