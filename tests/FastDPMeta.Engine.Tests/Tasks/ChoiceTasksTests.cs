using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class ChoiceTasksTests
{
    private const int Movies = 400;
    private static readonly ItemFeatures Features = ItemFeatures.Public([.. Enumerable.Range(0, Movies).Select(i => new MovieLensMovie(i, "x", 2000, i % 8))]);
    private static readonly RatedItems[] People = [Person(60, 0), Person(30, 1), Person(4, 2)];

    [Fact]
    public void Ones_are_liked_items_once_each_and_zeros_are_never_rated()
    {
        ChoiceTasks tasks = new(People, Features, support: 3, query: 5);
        for (long task = 0; task < 12; task++)
        {
            TaskBuffers buffers = new TaskBuffers(tasks).Fill(task);
            Assert.Equal(buffers.All(), new TaskBuffers(tasks).Fill(task).All());
            RatedItems person = People[task % 3];
            (int Item, float Label)[] rows =
            [
                .. buffers.SupportInputs.Chunk(1 + Features.Width).Concat(buffers.QueryInputs.Chunk(1 + Features.Width)).Zip(buffers.SupportLabels.Concat(buffers.QueryLabels))
                    .Where(row => row.First[1] == 1).Select(row => ((int)row.First[0], row.Second)),
            ];
            int[] chosen = [.. rows.Where(row => row.Label == 1).Select(row => row.Item)];
            Assert.Equal(Math.Min(8, ChoiceTasks.LikedBy(person).Length), chosen.Length);
            Assert.Equal(chosen.Length, chosen.Distinct().Count());
            Assert.All(chosen, item => Assert.True(person.Ratings[person.Items.IndexOf(item)] >= 4));
            Assert.All(rows.Where(row => row.Label == 0), row => Assert.Equal(-1, person.Items.IndexOf(row.Item)));
            Assert.Equal(5 * chosen.Length, rows.Length);
        }
    }

    [Fact]
    public void A_perfect_ranking_hits_always_a_reversed_one_never_and_equal_scores_fall_in_the_middle()
    {
        ChoiceProtocol protocol = new(People, Features, known: 5, draws: 4);
        Assert.Equal((2, 8), (protocol.People, protocol.Count)); // the third liked too few
        float[] Ranked(int above) => [.. Enumerable.Range(0, protocol.Count).SelectMany(_ => Enumerable.Range(0, 100).Select(i => i == 0 ? 0.5f : i <= above ? 1f : 0f))];
        Assert.All(protocol.Score(Ranked(0)).HitRates, rate => Assert.Equal(1, rate, 12));
        Assert.All(protocol.Score(Ranked(0)).Gains, gain => Assert.Equal(1, gain, 12));
        Assert.All(protocol.Score(Ranked(9)).HitRates, rate => Assert.Equal(1, rate, 12));
        Assert.All(protocol.Score(Ranked(9)).Gains, gain => Assert.Equal(1 / Math.Log2(11), gain, 12));
        Assert.All(protocol.Score(Ranked(10)).HitRates, rate => Assert.Equal(0, rate));
        Assert.All(protocol.Score(new float[protocol.Count * 100]).HitRates, rate => Assert.Equal(0, rate)); // rank 50.5: saying nothing earns nothing
    }

    [Fact]
    public void Every_number_of_known_items_ranks_the_same_hundred_and_knows_none_of_them()
    {
        TaskBuffers[] none = Filled(0), five = Filled(5);
        for (int task = 0; task < none.Length; task++)
        {
            Assert.Equal(none[task].QueryInputs, five[task].QueryInputs);
            Assert.True(none[task].SupportInputs.All(value => value == 0));
            int[] known = [.. five[task].SupportInputs.Chunk(1 + Features.Width).Where(row => row[1] == 1).Select(row => (int)row[0])];
            int[] asked = [.. five[task].QueryInputs.Chunk(1 + Features.Width).Select(row => (int)row[0])];
            Assert.Equal(25, known.Length);
            Assert.Equal(100, asked.Distinct().Count());
            Assert.DoesNotContain(asked[0], known);
            RatedItems person = People[task % 2];
            Assert.True(person.Ratings[person.Items.IndexOf(asked[0])] >= 4);
            Assert.All(asked[1..], item => Assert.Equal(-1, person.Items.IndexOf(item)));
        }
    }

    private static TaskBuffers[] Filled(int known)
    {
        ChoiceProtocol protocol = new(People, Features, known, draws: 2);
        return [.. Enumerable.Range(0, protocol.Count).Select(task => new TaskBuffers(protocol).Fill(task))];
    }

    private static RatedItems Person(int count, int start) =>
        new([.. Enumerable.Range(0, count).Select(i => ((i * 7) + start) % Movies)], [.. Enumerable.Range(0, count).Select(i => 3 + (((i * 3) + start) % 5 * 0.5f))]);
}
