using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

/// <summary>Families of regression tasks: moments of what they draw, by keys that are fixed.</summary>
public sealed class RegressionFamiliesTests
{
    private const int Count = 4000;

    public static TheoryData<string> Families => ["harmonic", "gaussian process"];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_task_is_the_same_every_time_and_evaluation_is_another_family(string family)
    {
        float[] first = new TaskBuffers(Make(family, 3, TaskSplit.Training)).Fill(5).All();
        RegressionTasks again = Make(family, 3, TaskSplit.Training);
        TaskBuffers buffers = new(again);
        buffers.Fill(4);
        Assert.Equal(first, buffers.Fill(5).All());
        Assert.NotEqual(first, new TaskBuffers(Make(family, 4, TaskSplit.Training)).Fill(5).All());
        Assert.NotEqual(first, new TaskBuffers(Make(family, 3, TaskSplit.Evaluation)).Fill(5).All());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Filling_allocates_nothing_after_the_first_time(string family)
    {
        TaskBuffers buffers = new(Make(family, 1, TaskSplit.Training));
        buffers.Fill(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int id = 1; id < 50; id++)
        {
            buffers.Fill(id);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>
    /// y is a₁·sin + a₂·sin with independent uniform phases: variance ½ + ½ + 0.01; its fourth moment is 3·(3/8) + 6·¼·1 + 3·(3/8) ≈ 3.75, so the mean square of 4,000 tasks deviates by
    /// √((3.81 - 1.02)/4000) ≈ 0.026; x has the variance 64/12 + 1. Six deviations: false alarm below 1e-8.
    /// </summary>
    [Fact]
    public void Harmonic_tasks_have_the_variance_of_two_waves_and_noise()
    {
        (double[] x, double[] y) = FirstPoints(new HarmonicTasks(shot: 1, query: 1));
        Assert.Equal(1.01, y.Average(value => value * value), 6 * 0.027);
        Assert.Equal(0, y.Average(), 6 * Math.Sqrt(1.01 / Count));
        Assert.Equal((64.0 / 12) + 1, x.Average(value => value * value), 6 * 0.11);
    }

    /// <summary>With one length for all tasks, y/scale of two points at distance d is correlated as the kernel says: E[y·y'] = E[s²]·exp(-d²/(2l²)), E[s²] = 0.37.</summary>
    [Fact]
    public void Values_of_a_gaussian_process_are_correlated_as_its_kernel_says()
    {
        const double Length = 0.8;
        GaussianProcessTasks tasks = new(shot: 1, query: 1, leastLength: Length, greatestLength: Length);
        TaskBuffers buffers = new(tasks);
        double sum = 0;
        double square = 0;
        double total = 0;
        for (int id = 0; id < Count; id++)
        {
            buffers.Fill(id);
            double distance = buffers.SupportInputs[0] - buffers.QueryInputs[0];
            double kernel = Math.Exp(-distance * distance / (2 * Length * Length));
            double product = buffers.SupportLabels[0] * buffers.QueryLabels[0];
            sum += (product - (0.37 * kernel)) * kernel;
            square += kernel * kernel * product * product;
            total += buffers.SupportLabels[0] * buffers.SupportLabels[0];
        }

        // The sum's deviation is at most the root of the sum of squares; the variance of y² is at most E[3s⁴] = 3·0.222.
        Assert.InRange(Math.Abs(sum), 0, 6 * Math.Sqrt(square));
        Assert.Equal(0.37 + (GaussianProcessTasks.NoiseDeviation * GaussianProcessTasks.NoiseDeviation), total / Count, 6 * Math.Sqrt(0.67 / Count));
        Assert.True(square > 100, "pairs of points were too far apart to tell");
    }

    [Fact]
    public void A_gaussian_process_is_smooth_on_its_length()
    {
        // 40 points on [-2, 2) with length 2 to 2.1: neighbours 0.1 apart differ by about 0.05 of the scale, and noise by 0.03.
        TaskBuffers buffers = new TaskBuffers(new GaussianProcessTasks(shot: 40, query: 1, leastLength: 2, greatestLength: 2.1)).Fill(3);
        float[] y = [.. buffers.SupportInputs.Zip(buffers.SupportLabels).OrderBy(point => point.First).Select(point => point.Second)];
        double rough = y.Zip(y[1..], (a, b) => (double)(b - a) * (b - a)).Average();
        double spread = y.Average(value => (double)value * value);
        Assert.True(rough < (0.1 * spread) + 0.004, $"{rough} beside {spread}");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.4)]
    [InlineData(0.1, double.PositiveInfinity)]
    public void Lengths_out_of_range_are_refused(double least, double greatest) =>
        Assert.Contains("lengths must be finite", Assert.Throws<ArgumentException>(() => new GaussianProcessTasks(leastLength: least, greatestLength: greatest)).Message, StringComparison.Ordinal);

    private static RegressionTasks Make(string family, ulong seed, TaskSplit split) =>
        family == "harmonic" ? new HarmonicTasks(4, 6, seed, split) : new GaussianProcessTasks(4, 6, seed, split);

    private static (double[] X, double[] Y) FirstPoints(RegressionTasks tasks)
    {
        TaskBuffers buffers = new(tasks);
        (double[] x, double[] y) = (new double[Count], new double[Count]);
        for (int id = 0; id < Count; id++)
        {
            buffers.Fill(id);
            (x[id], y[id]) = (buffers.SupportInputs[0], buffers.SupportLabels[0]);
        }

        return (x, y);
    }
}
