using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class SinusoidTasksTests
{
    [Fact]
    public void Points_lie_on_the_curve_of_the_task()
    {
        SinusoidTasks tasks = new(shot: 7, query: 5);
        TaskBuffers buffers = new TaskBuffers(tasks).Fill(42);
        SinusoidTask curve = tasks.Curve(42);
        float[] x = [.. buffers.SupportInputs, .. buffers.QueryInputs];
        float[] y = [.. buffers.SupportLabels, .. buffers.QueryLabels];
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(curve.Amplitude * Math.Sin(x[i] - curve.Phase), y[i], 1e-6);
        }

        Assert.Equal(x.Length, x.Distinct().Count());
    }

    [Fact]
    public void A_task_is_the_same_in_any_order_and_on_any_thread_and_differs_from_all_others()
    {
        SinusoidTasks tasks = new(seed: 3);
        float[] first = new TaskBuffers(tasks).Fill(5).All();
        float[][] together = new float[64][];
        Parallel.For(0, together.Length, id => together[id] = new TaskBuffers(tasks).Fill(id).All());
        Assert.Equal(first, together[5]);
        Assert.Equal(together.Length, together.Select(values => values[0]).Distinct().Count());
        Assert.Equal(first, new TaskBuffers(new SinusoidTasks(seed: 3)).Fill(5).All());
        Assert.NotEqual(first, new TaskBuffers(new SinusoidTasks(seed: 4)).Fill(5).All());
    }

    [Fact]
    public void Evaluation_tasks_are_not_training_tasks()
    {
        SinusoidTasks training = new();
        SinusoidTasks evaluation = new(split: TaskSplit.Evaluation);
        double[] seen = [.. Enumerable.Range(0, 1000).Select(id => training.Curve(id).Amplitude)];
        Assert.Empty(seen.Intersect(Enumerable.Range(0, 1000).Select(id => evaluation.Curve(id).Amplitude)));
    }

    /// <summary>Mean and variance of a uniform variable over 20,000 draws, within 6 standard deviations: false alarm below 1e-8, keys fixed.</summary>
    [Fact]
    public void Amplitude_phase_and_inputs_are_uniform_in_the_ranges_of_the_paper()
    {
        SinusoidTasks tasks = new(shot: 1, query: 1);
        TaskBuffers buffers = new(tasks);
        const int Count = 20_000;
        double[] amplitudes = new double[Count];
        double[] phases = new double[Count];
        double[] inputs = new double[Count];
        for (int id = 0; id < Count; id++)
        {
            (amplitudes[id], phases[id]) = tasks.Curve(id);
            inputs[id] = buffers.Fill(id).SupportInputs[0];
        }

        AssertUniform(amplitudes, 0.1, 5.0);
        AssertUniform(phases, 0.0, Math.PI);
        AssertUniform(inputs, -5.0, 5.0);
    }

    [Fact]
    public void Filling_allocates_nothing_after_the_first_time()
    {
        TaskBuffers buffers = new(new SinusoidTasks());
        buffers.Fill(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int id = 1; id < 100; id++)
        {
            buffers.Fill(id);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Wrong_room_is_refused_with_the_right_sizes()
    {
        SinusoidTasks tasks = new(shot: 3, query: 2);
        ArgumentException error = Assert.Throws<ArgumentException>(() => tasks.Fill(0, new float[3], new float[4], new float[2], new float[2]));
        Assert.Contains("3, 3, 2 and 2 floats; got 3, 4, 2 and 2", error.Message);
        Assert.Throws<ArgumentException>(() => new TaskBuffers(tasks).Fill(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SinusoidTasks(shot: 0));
    }

    private static void AssertUniform(double[] values, double low, double high)
    {
        double width = high - low;
        double mean = values.Average();
        double variance = values.Sum(v => (v - mean) * (v - mean)) / values.Length;
        Assert.All(values, v => Assert.InRange(v, low, high));
        Assert.Equal((low + high) / 2, mean, 6 * width / Math.Sqrt(12.0 * values.Length));
        Assert.Equal(width * width / 12, variance, 6 * width * width / Math.Sqrt(180.0 * values.Length));
    }
}
