using FastDPMeta.Engine.Nn;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests;

public sealed class ClippingTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void An_adaptive_round_is_one_gaussian_release_of_the_plans_multiplier(double share)
    {
        PrivacyPlan plan = Plans.Builder().Clip(Clipping.Adaptive(first: 0.3f, share: share)).Build();

        // Andrew et al. 2021, theorem 1: the sum's multiplier from the whole's and the count's deviation, z_delta = (z^-2 - (2 sigma_b)^-2)^(-1/2).
        double z = plan.NoiseMultiplier;
        double expected = Math.Pow(Math.Pow(z, -2) - Math.Pow(2 * plan.CountNoise, -2), -0.5);
        Assert.Equal(expected, plan.GradientNoiseMultiplier, 1e-12 * expected);
        Assert.Equal(share, Math.Pow(2 * plan.CountNoise, -2) * z * z, 1e-12);
        Assert.InRange(plan.NoiseStandardDeviation, expected * 0.3f, expected * 0.3f * (1 + 2e-7));

        // What is charged is the whole: that of the same plan without a count, whose sum alone has less noise.
        PrivacyPlan flat = Plans.Builder().ClipTo(0.3f).Build();
        Assert.Equal(new PoissonSampledGaussianEvent(plan.SamplingRate, z), plan.RoundEvent);
        Assert.Equal(flat.RoundEvent, plan.RoundEvent);
        Assert.Equal(flat.Promise.Epsilon, plan.Promise.Epsilon);
        Assert.True(plan.GradientNoiseMultiplier > flat.NoiseMultiplier && flat.GradientNoiseMultiplier == flat.NoiseMultiplier);
    }

    [Fact]
    public void An_adaptive_norm_follows_the_papers_update_under_known_noise()
    {
        PrivacyPlan plan = Plans.Builder().Clip(Clipping.Adaptive(first: 1, quantile: 0.7, rate: 0.2, share: 0.05)).Build();
        double[] noise = [0.3, -1.7, 0, 2.5, -0.1];
        (int Units, int Clipped, int NotFinite)[] lots = [(250, 60, 0), (270, 200, 3), (0, 0, 0), (256, 0, 0), (240, 240, 240 / 2)];
        float clip = plan.ClipNorm;
        double expected = 1;
        for (int round = 0; round < noise.Length; round++)
        {
            (int units, int clipped, int notFinite) = lots[round];
            clipped = Math.Min(clipped, units - notFinite);

            // Unit by unit: b is 1 for unclipped units, 0 for clipped ones; those that are not finite count as one half, so they move nothing.
            double sum = 0;
            for (int unit = 0; unit < units - notFinite; unit++)
            {
                sum += (unit < clipped ? 0 : 1) - 0.5;
            }

            double counted = 0.5 + ((sum + (plan.NoiseMultiplier / (2 * Math.Sqrt(0.05)) * noise[round])) / 256);
            expected *= Math.Exp(-0.2 * (counted - 0.7));
            clip = AdaptiveClip.Next(clip, new RoundDiagnostics(units, clipped, notFinite, 0, 0), plan, noise[round]);
            Assert.Equal(expected, clip, 1e-6 * expected);
        }
    }

    [Fact]
    public void One_unit_moves_the_count_by_one_half_at_most()
    {
        PrivacyPlan plan = Plans.Builder().Clip(Clipping.Adaptive(rate: 1)).Build();
        double before = Centred(new(100, 40, 5, 0, 0));
        foreach (RoundDiagnostics one in (RoundDiagnostics[])[new(101, 40, 5, 0, 0), new(101, 41, 5, 0, 0), new(101, 40, 6, 0, 0)])
        {
            Assert.InRange(Math.Abs(Centred(one) - before), 0, 0.5 + 1e-3);
        }

        double Centred(RoundDiagnostics lot) => -Math.Log(AdaptiveClip.Next(1, lot, plan, 0)) * plan.ExpectedLot;
    }

    [Fact]
    public void Layers_share_a_whole_that_their_norms_add_up_to()
    {
        Layer model = new Sequential(new Dense(3, 4, name: "first"), new Dense(4, 4, name: "second"), new Dense(4, 2, name: "third"));
        (int[] groups, double[] norms) = Clipping.PerLayer(0.7f).LayersOf(model.Layout);
        Assert.Equal([0, 0, 1, 1, 2, 2], groups);
        Assert.InRange(Math.Sqrt(norms.Sum(norm => norm * norm)), 0.7f * (1 - 1e-6), 0.7f);

        Clipping given = Clipping.PerLayer(3, 4, 12);
        Assert.Equal(13, given.Norm);
        Assert.Equal([3, 4, 12], given.LayersOf(model.Layout).Norms);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Clipping.PerLayer(1, 2).LayersOf(model.Layout));
        Assert.Contains("3 layers with parameters (first, second, third); got 2 norms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_noise_is_made_for_the_whole_of_the_layers()
    {
        PrivacyPlan plan = Plans.Builder().Clip(Clipping.PerLayer(3, 4, 12)).Build();
        Assert.InRange(plan.NoiseStandardDeviation, plan.NoiseMultiplier * 13, plan.NoiseMultiplier * 13 * (1 + 2e-7));
    }

    [Fact]
    public void Every_rule_and_number_has_its_own_hash_and_the_flat_one_keeps_its_own()
    {
        PrivacyPlan[] plans =
        [
            .. ((Clipping[])
            [
                Clipping.Flat(1), Clipping.PerLayer(1), Clipping.PerLayer([1]), Clipping.Automatic(1), Clipping.Automatic(1, 0.1), Clipping.Adaptive(), Clipping.Adaptive(quantile: 0.6),
                Clipping.Adaptive(rate: 0.3), Clipping.Adaptive(share: 0.02),
            ]).Select(clipping => Plans.Builder().Clip(clipping).Build()),
        ];
        Assert.Equal(plans.Length, plans.Select(plan => plan.Hash).Distinct().Count());
        Assert.Equal(Plans.Small().Hash, plans[0].Hash);
        Assert.All(plans, plan => Assert.Contains(plan.Clipping!.ToString(), plan.Describe(), StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_out_of_range_are_told_all_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Plans.Builder().Clip(Clipping.Adaptive(-1, 1, 3, 0)).Build());
        Assert.All((string[])["clipNorm", "quantile", "rate", "share"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => Plans.Builder().Clip(Clipping.Automatic(1, 0)).Build());
        Assert.Throws<ArgumentException>(() => Plans.Builder().Clip(Clipping.PerLayer(1, -1)).Build());
        Assert.Throws<ArgumentException>(() => Plans.Builder().Clip(Clipping.PerLayer([])).Build());
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e30f)]
    public void Norms_whose_squares_leave_single_precision_are_refused(float norm) => Assert.Contains(
        "[1e-18, 1e18]", Assert.Throws<ArgumentException>(() => Plans.Builder().ClipTo(norm).Build()).Message, StringComparison.Ordinal);
}
