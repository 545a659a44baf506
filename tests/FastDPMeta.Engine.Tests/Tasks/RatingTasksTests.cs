using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class RatingTasksTests
{
    private const int Movies = 60;
    private static readonly ItemFeatures Features = ItemFeatures.Public(
        [.. Enumerable.Range(0, Movies).Select(i => new MovieLensMovie(i, "x", 1950 + i, i % 8))]);

    private static readonly RatedItems[] People = [Person(40, 0), Person(12, 1), Person(4, 2)];

    [Fact]
    public void A_task_is_its_number_and_shows_one_person_each_rating_once()
    {
        RatingTasks tasks = new(People, Features, support: 5, query: 20, seed: 3);
        for (long task = 0; task < 30; task++)
        {
            TaskBuffers buffers = new TaskBuffers(tasks).Fill(task);
            Assert.Equal(buffers.All(), new TaskBuffers(tasks).Fill(task).All());
            RatedItems person = People[task % 3];
            int size = 1 + Features.Width;
            float[][] rows = [.. buffers.SupportInputs.Chunk(size), .. buffers.QueryInputs.Chunk(size)];
            float[] labels = [.. buffers.SupportLabels, .. buffers.QueryLabels];
            int[] present = [.. Enumerable.Range(0, rows.Length).Where(row => rows[row][1] == 1)];
            Assert.Equal(Math.Min(25, person.Count), present.Length);
            Assert.Equal(present.Length, present.Select(row => rows[row][0]).Distinct().Count());
            Assert.All(present, row =>
            {
                int place = person.Items.IndexOf((int)rows[row][0]);
                Assert.Equal(person.Ratings[place] - RatingTasks.Centre, labels[row]);
                Assert.Equal(Features.Row((int)rows[row][0]).ToArray(), rows[row][1..]);
            });
            Assert.All(Enumerable.Range(0, rows.Length).Except(present), row => Assert.True(rows[row].All(value => value == 0) && labels[row] == 0));
        }
    }

    [Fact]
    public void Redrawn_tasks_give_a_person_the_next_draw_every_time_whatever_others_do()
    {
        RatingTasks tasks = new(People, Features, 5, 5);
        RedrawnTasks redrawn = new(tasks, People.Length);
        new TaskBuffers(redrawn).Fill(0);
        Assert.Equal(new TaskBuffers(tasks).Fill(1).All(), new TaskBuffers(redrawn).Fill(1).All());
        Assert.Equal(new TaskBuffers(tasks).Fill(1L << 32).All(), new TaskBuffers(redrawn).Fill(0).All());
        Assert.Equal(new TaskBuffers(tasks).Fill(2L << 32).All(), new TaskBuffers(redrawn).Fill(0).All());
        Assert.Throws<ArgumentException>(() => new TaskBuffers(redrawn).Fill(3));
    }

    [Fact]
    public void Offsets_without_a_person_are_those_that_the_others_ratings_give()
    {
        BiasModel counted = new(People, Movies);
        RatedItems person = People[0];
        double own = (person.Ratings.ToArray().Sum(rating => (double)rating) - (counted.Mean * person.Count)) / (person.Count + 2);
        for (int place = 0; place < person.Count; place++)
        {
            int item = person.Items[place];
            (double sum, double count) = (0, 0);
            foreach (RatedItems other in People.Skip(1))
            {
                double others = (other.Ratings.ToArray().Sum(rating => (double)rating) - (counted.Mean * other.Count)) / (other.Count + 2);
                int at = other.Items.IndexOf(item);
                (sum, count) = at < 0 ? (sum, count) : (sum + other.Ratings[at] - counted.Mean - others, count + 1);
            }

            Assert.Equal(sum / (count + 5), counted.OffsetWithout(person, place), 10);
            Assert.Equal((sum + person.Ratings[place] - counted.Mean - own) / (count + 6), counted.Offsets[item], 10);
        }

        RatingTasks tasks = new(People, Features.WithCounts(counted.Offsets, counted.Counts), 5, 20, counted: counted);
        TaskBuffers buffers = new TaskBuffers(tasks).Fill(0);
        Assert.Equal((float)counted.OffsetWithout(person, person.Items.IndexOf((int)buffers.SupportInputs[0])), buffers.SupportInputs[2]);
        Assert.Equal((float)ItemFeatures.Popularity(counted.Counts[(int)buffers.SupportInputs[0]] - 1), buffers.SupportInputs[3]);
        Assert.Throws<ArgumentException>(() => new RatingTasks(People, Features, 5, 20, counted: counted));
    }

    [Fact]
    public void Every_number_of_known_ratings_is_judged_on_the_same_ratings_and_blocks_ask_for_each_once()
    {
        RatedItems[] people = [.. People.Take(2)];
        RatingProtocol protocol = new(people, draws: 3);
        foreach (int known in (int[])[0, 1, 10])
        {
            RatingBlocks blocks = new(protocol, Features, known, support: 10, query: 7);
            List<float> truth = [];
            for (long task = 0; task < blocks.Count; task++)
            {
                TaskBuffers buffers = new TaskBuffers(blocks).Fill(task);
                truth.AddRange(buffers.QueryLabels);
                Assert.Equal(known, buffers.SupportInputs.Chunk(1 + Features.Width).Count(row => row[1] == 1));
            }

            Assert.Equal(0, blocks.Score(truth).Rmse, 6);
            Assert.Equal(3 * people.Sum(person => person.Count - 10), truth.Count - Padding(blocks, people));
            RatingScores shifted = blocks.Score([.. truth.Select(label => label > 0 ? label - 0.25f : label + 0.25f)]);
            Assert.All(shifted.MeanAbsolutes, error => Assert.Equal(0.25, error, 6));
            Assert.All(shifted.RootMeanSquares, error => Assert.Equal(0.25, error, 6));
        }

        Assert.Throws<ArgumentException>(() => new RatingProtocol(People));
    }

    private static int Padding(RatingBlocks blocks, RatedItems[] people) =>
        3 * people.Sum(person => (blocks.QueryCount - ((person.Count - 10) % blocks.QueryCount)) % blocks.QueryCount);

    private static RatedItems Person(int count, int start) =>
        new([.. Enumerable.Range(0, count).Select(i => ((i * 7) + (start * 11)) % Movies)], [.. Enumerable.Range(0, count).Select(i => 1 + (((i * 3) + start) % 8 * 0.5f))]);
}
