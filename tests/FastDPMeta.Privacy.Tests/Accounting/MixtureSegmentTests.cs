using FastDPMeta.Privacy.Accounting.Loss;

namespace FastDPMeta.Privacy.Tests.Accounting;

/// <summary>What is computed a vector at a time against the same one number after another.</summary>
public sealed class MixtureSegmentTests
{
    // Units in the last place of the largest term; exponents of up to a hundred carry that many of them.
    private const double Rounding = 1e-13;

    [Theory]
    [InlineData(1e-8, 1)]
    [InlineData(0.01, 1)]
    [InlineData(0.01, 0.3)]
    [InlineData(0.6, 1)] // beyond the reach of vectors in part
    [InlineData(0.01, 30)]
    [InlineData(1e-5, 0.1)]
    public void Losses_and_densities_of_sampled_Gaussians_are_the_same(double rate, double noise)
    {
        foreach (LossPair pair in Both(LossPairs.SampledGaussian(rate, noise)))
        {
            Compare((MixtureSegment)pair.Segments[0].Segment);
        }
    }

    [Fact]
    public void Losses_and_densities_of_groups_and_exchanges_are_the_same()
    {
        foreach (LossPair pair in (LossPair[])[.. Both(LossPairs.GroupSampledGaussian(0.02, 3, 1.5)), .. Both(LossPairs.ReplaceOneSampledGaussian(0.01, 1)), .. Both(LossPairs.FixedSizeGaussian(0.01, 1))])
        {
            foreach ((LossSegment segment, _) in pair.Segments)
            {
                Compare((MixtureSegment)segment);
            }
        }
    }

    [Theory]
    [InlineData(1e-8, 1)]
    [InlineData(0.01, 1)]
    [InlineData(0.6, 2)]
    [InlineData(0.01, 0.1)]
    public void Edges_lie_where_the_loss_has_their_value(double rate, double noise)
    {
        foreach (LossPair pair in Both(LossPairs.SampledGaussian(rate, noise)))
        {
            MixtureSegment segment = (MixtureSegment)pair.Segments[0].Segment;
            double[] values = [.. Enumerable.Range(-1600, 3200).Select(i => i * 0.0037)];
            double[] places = new double[values.Length];
            segment.Inverse(values, 0, places);
            for (int i = 0; i < values.Length; i++)
            {
                double alone = segment.Inverse(values[i], 0);
                if (double.IsInfinity(alone))
                {
                    Assert.Equal(alone, places[i]);
                    continue;
                }

                double error = Math.Abs(segment.Loss(places[i]) - values[i]);
                Assert.True(error <= Rounding * Math.Max(1, Math.Abs(values[i])), $"L({places[i]:r}) is off {values[i]:r} by {error:g3}; alone {alone:r}");
            }
        }
    }

    private static IEnumerable<LossPair> Both(DominatingPairs pairs) => pairs.Symmetric ? [pairs.Remove] : [pairs.Remove, pairs.Add];

    private static void Compare(MixtureSegment segment)
    {
        double[] x = [.. Enumerable.Range(0, 3001).Select(i => Math.Clamp(-15 + (0.01 * i), segment.Low, segment.High))];
        (double[] losses, double[] densities, double[] losses1, double[] densities1) = (new double[x.Length], new double[x.Length], new double[x.Length], new double[x.Length]);
        segment.Evaluate(x, losses, densities);
        segment.EvaluateEach(x, losses1, densities1);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.True(Math.Abs(losses[i] - losses1[i]) <= 4e-16 * Math.Max(1, Math.Abs(losses1[i])) * 4, $"L({x[i]}) = {losses[i]:r}, alone {losses1[i]:r}");
            Assert.True(Math.Abs(densities[i] - densities1[i]) <= Rounding * densities1[i], $"p({x[i]}) = {densities[i]:r}, alone {densities1[i]:r}");
        }
    }
}
