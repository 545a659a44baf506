using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class AssayEpisodesTests
{
    [Fact]
    public void Support_and_queries_are_all_that_was_measured_each_structure_once()
    {
        byte[] bytes = [.. Molecules.Fingerprints(30), .. Molecules.Fingerprints(30)]; // every structure twice
        byte[] labels = [.. Enumerable.Range(0, 60).Select(compound => (byte)(compound % 30 % 3 == 0 ? 1 : 0))];
        MoleculeSet set = MoleculeSet.Create(bytes, labels, [new Assay("only", AssaySplit.Test)]);
        AssayEpisodes episodes = new(set, actives: 4, inactives: 7, seed: 3);
        for (int number = 0; number < 20; number++)
        {
            AssayEpisode episode = episodes.Draw(0, number);
            Assert.Equal((4, 7), (episode.Actives.Count, episode.Inactives.Count));
            Assert.All(episode.Actives, compound => Assert.Equal(1, set.Label(compound, 0)));
            Assert.All(episode.Inactives, compound => Assert.Equal(0, set.Label(compound, 0)));
            IEnumerable<int> structures = episode.Actives.Concat(episode.Inactives).Concat(episode.Queries).Select(set.StructureOf);
            Assert.Equal(Enumerable.Range(0, 30), structures.Order());
        }
    }

    [Fact]
    public void Equal_seeds_draw_equal_supports_and_other_numbers_others()
    {
        MoleculeSet set = Molecules.Measured(90, AssaySplit.Test);
        AssayEpisode first = new AssayEpisodes(set, 10, 10, 5).Draw(0, 2), again = new AssayEpisodes(set, 10, 10, 5).Draw(0, 2);
        Assert.Equal(first.Actives, again.Actives);
        Assert.Equal(first.Queries, again.Queries);
        Assert.NotEqual(first.Actives, new AssayEpisodes(set, 10, 10, 5).Draw(0, 3).Actives);
        Assert.NotEqual(first.Actives, new AssayEpisodes(set, 10, 10, 6).Draw(0, 2).Actives);
    }

    [Fact]
    public void A_smaller_support_is_part_of_a_larger_one()
    {
        MoleculeSet set = Molecules.Measured(90, AssaySplit.Test);
        AssayEpisode large = new AssayEpisodes(set, 10, 10, 5).Draw(0, 1), small = new AssayEpisodes(set, 1, 10, 5).Draw(0, 1);
        Assert.Equal(large.Actives.Take(1), small.Actives);
        Assert.Equal(large.Inactives, small.Inactives);
    }

    /// <summary>Each active is in the support of 4 of 10 with probability 0.4: 1,000 supports, within six standard deviations (93), key fixed.</summary>
    [Fact]
    public void Every_active_is_in_a_support_equally_often()
    {
        AssayEpisodes episodes = new(Molecules.Measured(30, AssaySplit.Test), 4, 4, 8);
        int[] counts = new int[30];
        for (int number = 0; number < 1000; number++)
        {
            foreach (int compound in episodes.Draw(0, number).Actives)
            {
                counts[compound]++;
            }
        }

        Assert.All(counts.Where((_, compound) => compound % 3 == 0), count => Assert.InRange(count, 400 - 93, 400 + 93));
    }

    [Fact]
    public void An_assay_with_too_few_compounds_is_refused_by_name()
    {
        AssayEpisodes episodes = new(Molecules.Measured(30, AssaySplit.Test), 10, 5, 1);
        Assert.False(episodes.Fits(0));
        Assert.Contains("assay 0 has 10 active and 20 inactive", Assert.Throws<ArgumentException>(() => episodes.Draw(0, 0)).Message, StringComparison.Ordinal);
    }
}
