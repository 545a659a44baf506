using System.Runtime.ExceptionServices;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// A fixed team of threads that run one task together and wait for each other. The caller takes part as worker 0. Between tasks the others
/// spin for some microseconds, as the next kernel usually follows at once, and then sleep. A run allocates nothing.
/// </summary>
/// <remarks>
/// A run is published by raising <see cref="_generation"/>. A worker that gives up spinning raises its parked flag first and looks at the
/// generation again after a full fence; the caller raises the generation first and looks at the flags after a full fence. So at least one
/// of the two sees the other and no wake-up is lost; whoever takes the flag down owns the signal.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>Most threads of a pool.</summary>
    public const int MostWorkers = 1024;

    private const int SpinRounds = 400;
    private const int SpinsPerRound = 20;

    private readonly Thread[] _threads;
    private readonly AutoResetEvent[] _wake;
    private readonly PaddedFlag[] _parked;
    private readonly ExceptionDispatchInfo?[] _failures;
    private readonly AutoResetEvent _finished = new(false);
    private readonly int _spinRounds;
    private IWorkerTask? _task;
    private int _generation;
    private int _pending;
    private int _callerParked;
    private int _busy;
    private bool _stopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">Workers, the caller included; at least 1.</param>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, MostWorkers);
        Workers = workers;
        _spinRounds = Environment.ProcessorCount < workers ? 1 : SpinRounds; // spinning takes the core from the one we wait for
        _wake = new AutoResetEvent[workers];
        _parked = new PaddedFlag[workers];
        _failures = new ExceptionDispatchInfo?[workers];
        _threads = new Thread[workers - 1];
        for (int worker = 1; worker < workers; worker++)
        {
            int number = worker;
            _wake[worker] = new AutoResetEvent(false);
            _threads[worker - 1] = new Thread(() => Serve(number)) { IsBackground = true, Name = $"FastDPMeta worker {worker}" };
            _threads[worker - 1].Start();
        }
    }

    /// <summary>Workers, the caller included.</summary>
    public int Workers { get; }

    /// <summary>Runs <paramref name="task"/> on all workers and returns when all are done; the exception of the lowest worker is rethrown.</summary>
    /// <param name="task">What to run.</param>
    /// <exception cref="InvalidOperationException">The pool is already running a task: nested or concurrent use.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public void Run(IWorkerTask task)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            throw new InvalidOperationException(
                "The CPU device is already running lanes or a wide replay. Inside a lane call Replay.Run(lane), and use one device per calling thread.");
        }

        try
        {
            Publish(task);
            Attempt(task, 0);
            Join();
        }
        finally
        {
            _task = null;
            Volatile.Write(ref _busy, 0);
        }

        for (int worker = 0; worker < _failures.Length; worker++)
        {
            if (_failures[worker] is { } failure)
            {
                Array.Clear(_failures);
                failure.Throw();
            }
        }
    }

    /// <summary>Ends the threads; waits for them.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        Publish(null);
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        for (int worker = 1; worker < Workers; worker++)
        {
            _wake[worker].Dispose();
        }

        _finished.Dispose();
    }

    private void Publish(IWorkerTask? task)
    {
        _task = task;
        Volatile.Write(ref _pending, Workers - 1);
        Interlocked.Increment(ref _generation); // full fence between the publication and the look at the flags
        for (int worker = 1; worker < Workers; worker++)
        {
            if (Volatile.Read(ref _parked[worker].Value) != 0 && Interlocked.Exchange(ref _parked[worker].Value, 0) != 0)
            {
                _wake[worker].Set();
            }
        }
    }

    private void Join()
    {
        for (int round = 0; round < _spinRounds && Volatile.Read(ref _pending) != 0; round++)
        {
            Thread.SpinWait(SpinsPerRound);
        }

        // A worker of the last run that was slow to look at the flag may send its signal into this run: look again after each.
        while (Volatile.Read(ref _pending) != 0)
        {
            Interlocked.Exchange(ref _callerParked, 1);
            if (Volatile.Read(ref _pending) == 0 && Interlocked.Exchange(ref _callerParked, 0) != 0)
            {
                return; // the last worker did not see the flag, so it sends no signal
            }

            _finished.WaitOne();
        }
    }

    private void Serve(int worker)
    {
        int seen = 0;
        while (true)
        {
            seen = Await(worker, seen);
            if (_stopping)
            {
                return;
            }

            Attempt(_task!, worker);
            if (Interlocked.Decrement(ref _pending) == 0 && Interlocked.Exchange(ref _callerParked, 0) != 0)
            {
                _finished.Set();
            }
        }
    }

    /// <summary>Returns the new generation as soon as it differs from <paramref name="seen"/>.</summary>
    private int Await(int worker, int seen)
    {
        for (int round = 0; round < _spinRounds && Volatile.Read(ref _generation) == seen; round++)
        {
            Thread.SpinWait(SpinsPerRound);
        }

        while (Volatile.Read(ref _generation) == seen)
        {
            Interlocked.Exchange(ref _parked[worker].Value, 1);
            if (Volatile.Read(ref _generation) != seen && Interlocked.Exchange(ref _parked[worker].Value, 0) != 0)
            {
                break; // nobody saw the flag, so no signal is on its way
            }

            _wake[worker].WaitOne();
        }

        return Volatile.Read(ref _generation);
    }

    private void Attempt(IWorkerTask task, int worker)
    {
        try
        {
            task.Execute(worker, Workers);
        }
#pragma warning disable CA1031 // Whatever a task throws is rethrown on the calling thread by Run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failures[worker] = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>One flag per cache line (two, as lines are fetched in pairs), so that workers do not slow each other.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Size = 128)]
    private struct PaddedFlag
    {
        public int Value;
    }
}
