using FastDPMeta.Cli.Molecules;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Tests.Molecules;

public sealed class ScorerTests
{
    [Fact]
    public void A_neighbour_scores_by_the_nearest_active_less_the_nearest_inactive()
    {
        MoleculeSet set = Set([0b0111, 0b1110, 0b0110, 0b0001], [1, 0, 0, 1]);
        float[] scores = new TanimotoNeighbour(set).Score(new AssayEpisode(0, [0], [1], [2, 3]), 0);
        Assert.Equal([(float)((2 / 3.0) - (2 / 3.0)), (float)((1 / 3.0) - 0)], scores);
    }

    [Fact]
    public void A_prototype_scores_by_the_direction_from_the_supports_middle()
    {
        // Class means (4, 1) and (0, 1), middle (2, 1). From there queries lie to the right, up and down left.
        float[][] embeddings = [[3, 1], [5, 1], [0, 1], [9, 1], [2, 4], [1, 0]];
        float[] scores = new PrototypeScorer("p", embeddings).Score(new AssayEpisode(0, [0, 1], [2], [3, 4, 5]), 0);
        Assert.Equal(2, scores[0], 1e-6);
        Assert.Equal(0, scores[1], 1e-6);
        Assert.Equal(-2 / Math.Sqrt(2), scores[2], 1e-6);
    }

    [Fact]
    public void Without_a_centre_directions_from_zero_count_and_a_mixture_weighs_two_scores()
    {
        // Of length 1 from zero: (1, 0) and (0, 1); the score is x - y of the query's direction.
        float[][] embeddings = [[3, 0], [0, 2], [4, 3], [0, -5]];
        AssayEpisode episode = new(0, [0], [1], [2, 3]);
        PrototypeScorer plain = new("p", embeddings, centre: false);
        float[] scores = plain.Score(episode, 0);
        Assert.Equal(0.2, scores[0], 1e-6);
        Assert.Equal(1, scores[1], 1e-6);
        float[] mixed = new MixedScorer("m", new PrototypeScorer("q", [[1, 0], [0, 1], [0, 1], [1, 0]], centre: false), plain, 0.25).Score(episode, 0);
        Assert.Equal((0.25 * -1) + (0.75 * 0.2), mixed[0], 1e-6);
        Assert.Equal((0.25 * 1) + (0.75 * 1), mixed[1], 1e-6);
    }

    [Fact]
    public void Queries_seen_and_never_seen_in_training_are_judged_apart()
    {
        MoleculeSet set = Molecules(400);
        MoleculeAssays assays = MoleculeAssays.Of(set, new MoleculeOptions { Sizes = [new SupportSize(3, 3)], HeldOut = 0.5 });
        Assert.Equal([1], assays.Measured);
        Assert.All(Enumerable.Range(0, 400), compound => Assert.Equal(!set.IsHeldOut(compound, 0.5), assays.Seen.Contains(compound)));
        AucTriple[] supports = new AssayMeasurement(assays, 4, seed: 2, threads: 2).Of(new Knowing(set, assays.Seen), new SupportSize(3, 3), CancellationToken.None)[0];
        Assert.Equal(4, supports.Length);
        Assert.All(supports, support => Assert.Equal((1.0, 0.5), (support.Seen, support.Unseen)));
        Assert.All(supports, support => Assert.InRange(support.All, 0.6, 0.9));
    }

    [Fact]
    public void Choosing_settings_leaves_the_test_assays_alone()
    {
        AssaySplit[] splits = [.. Enumerable.Repeat(AssaySplit.Train, 8), AssaySplit.Test];
        byte[] labels = [.. Enumerable.Range(0, 60 * 9).Select(i => (byte)(i / 9 % 2))];
        MoleculeSet set = MoleculeSet.Create(Fingerprints(60), labels, [.. splits.Select((split, i) => new Assay($"{i}", split))]);
        MoleculeOptions options = new() { Sizes = [new SupportSize(2, 2)] };
        MoleculeAssays test = MoleculeAssays.Of(set, options), validation = MoleculeAssays.Of(set, options with { MeasureOn = MeasuredAssays.Validation });
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], test.Training);
        Assert.Equal([8], test.Measured);
        Assert.Equal([0, 1, 2, 3, 4, 5], validation.Training);
        Assert.Equal([6, 7], validation.Measured);
    }

    private static MoleculeSet Set(byte[] bits, byte[] labels)
    {
        byte[] bytes = new byte[bits.Length * 256];
        for (int i = 0; i < bits.Length; i++)
        {
            bytes[i * 256] = bits[i];
        }

        return MoleculeSet.Create(bytes, labels, [new Assay("only", AssaySplit.Test)]);
    }

    private static byte[] Fingerprints(int count)
    {
        byte[] bytes = new byte[count * 256];
        for (int compound = 0; compound < count; compound++)
        {
            (bytes[compound * 256], bytes[(compound * 256) + 1]) = ((byte)compound, (byte)(compound >> 8));
        }

        return bytes;
    }

    /// <summary>A training assay and a test assay that measured every compound.</summary>
    private static MoleculeSet Molecules(int count) => MoleculeSet.Create(
        Fingerprints(count),
        [.. Enumerable.Range(0, 2 * count).Select(i => (byte)(i / 2 % 2))],
        [new Assay("train", AssaySplit.Train), new Assay("test", AssaySplit.Test)]);

    /// <summary>Knows the outcome of compounds that training has, and nothing of others.</summary>
    private sealed class Knowing(MoleculeSet set, IReadOnlySet<int> seen) : IAssayScorer
    {
        public string Name => "knowing";

        public float[] Score(AssayEpisode episode, int number) => [.. episode.Queries.Select(query => seen.Contains(query) ? set.Label(query, episode.Assay) : 0.5f)];
    }
}
