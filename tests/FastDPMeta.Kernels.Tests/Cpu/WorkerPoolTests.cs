using FastDPMeta.Kernels.Cpu;

namespace FastDPMeta.Kernels.Tests.Cpu;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_worker_runs_once_a_task_and_the_caller_is_worker_zero(int workers)
    {
        using WorkerPool pool = new(workers);
        Counting task = new(workers);
        for (int run = 1; run <= 2000; run++)
        {
            pool.Run(task);
            Assert.All(task.Calls, calls => Assert.Equal(run, calls));
        }

        Assert.Equal(Environment.CurrentManagedThreadId, task.Threads[0]);
        Assert.Equal(workers, task.Threads.Distinct().Count());
    }

    [Fact]
    public void Workers_that_fell_asleep_wake_again()
    {
        using WorkerPool pool = new(3);
        Counting task = new(3);
        for (int run = 1; run <= 20; run++)
        {
            Thread.Sleep(run % 4); // long enough to park in some of the runs
            pool.Run(task);
            Assert.All(task.Calls, calls => Assert.Equal(run, calls));
        }
    }

    [Fact]
    public void Exception_of_the_lowest_worker_is_rethrown_and_the_pool_stays_usable()
    {
        using WorkerPool pool = new(4);
        InvalidDataException thrown = Assert.Throws<InvalidDataException>(() => pool.Run(new Failing(from: 2)));
        Assert.Equal("worker 2", thrown.Message);
        Assert.Equal("worker 0", Assert.Throws<InvalidDataException>(() => pool.Run(new Failing(from: 0))).Message);

        Counting task = new(4);
        pool.Run(task);
        Assert.All(task.Calls, calls => Assert.Equal(1, calls));
    }

    [Fact]
    public void Nested_use_is_refused_clearly()
    {
        using WorkerPool pool = new(2);
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => pool.Run(new Nested(pool)));
        Assert.Contains("already running", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Disposed_pool_refuses_and_disposing_twice_is_harmless()
    {
        WorkerPool pool = new(3);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(new Counting(3)));
    }

    private sealed class Counting(int workers) : IWorkerTask
    {
        public int[] Calls { get; } = new int[workers];

        public int[] Threads { get; } = new int[workers];

        public void Execute(int worker, int workers)
        {
            Calls[worker]++;
            Threads[worker] = Environment.CurrentManagedThreadId;
        }
    }

    private sealed class Failing(int from) : IWorkerTask
    {
        public void Execute(int worker, int workers)
        {
            if (worker >= from)
            {
                throw new InvalidDataException($"worker {worker}");
            }
        }
    }

    private sealed class Nested(WorkerPool pool) : IWorkerTask
    {
        public void Execute(int worker, int workers) => pool.Run(this);
    }
}
