using System.Runtime.InteropServices;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>A program resolved on one arena: a flat list of steps, and for each lane the offset of every slot.</summary>
internal sealed unsafe class CpuReplay : Replay
{
    private readonly CpuArena _arena;
    private readonly WorkerPool _pool;
    private readonly CpuReplayStep[] _steps;
    private readonly int _slots;
    private readonly int _depth;
    private readonly WideTask _wide = new();

    // [lane, slot] offsets from the arena's first element, then [slot, depth] moves per iteration of each enclosing repeat.
    private long* _offsets;
    private long* _moves;

    private CpuReplay(CpuDevice device, CpuArena arena, CpuReplayBuilder built)
    {
        _arena = arena;
        _pool = device.Pool;
        _steps = [.. built.Steps];
        _slots = built.Slots.Count;
        _depth = built.Depth;
        LaunchCount = built.Launches;
        KernelCount = built.Kernels.Count;
        _offsets = (long*)NativeMemory.Alloc((nuint)((long)arena.Layout.Lanes * _slots), sizeof(long));
        _moves = (long*)NativeMemory.AllocZeroed((nuint)((long)_slots * _depth), sizeof(long));
        Resolve(built);
    }

    /// <inheritdoc/>
    public override long LaunchCount { get; }

    /// <inheritdoc/>
    public override int KernelCount { get; }

    /// <summary>Checks every range of the program and compiles its kernels.</summary>
    public static CpuReplay Compile(CpuDevice device, KernelProgram program, CpuArena arena)
    {
        CpuReplayBuilder built = new(device, arena.Layout);
        built.Add(program.Instructions);
        return new CpuReplay(device, arena, built);
    }

    /// <inheritdoc/>
    public override void Run(int lane)
    {
        if ((uint)lane >= (uint)_arena.Layout.Lanes)
        {
            throw new ArgumentOutOfRangeException(nameof(lane), lane, $"Replay: there are {_arena.Layout.Lanes} lanes.");
        }

        Execute(lane, wide: false);
    }

    /// <inheritdoc/>
    public override void RunWide() => Execute(0, wide: _pool.Workers > 1);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_offsets);
        NativeMemory.Free(_moves);
        _offsets = _moves = null;
        base.Dispose(disposing);
    }

    /// <summary>Frees the tables when nobody disposed the replay.</summary>
    ~CpuReplay() => Dispose(false);

    private void Resolve(CpuReplayBuilder built)
    {
        ArenaLayout layout = _arena.Layout;
        for (int slot = 0; slot < _slots; slot++)
        {
            Slot source = built.Slots[slot];
            for (int lane = 0; lane < layout.Lanes; lane++)
            {
                long region = source.Region == Region.Shared ? 0 : layout.SharedFloats + (lane * layout.LaneFloats);
                _offsets[((long)lane * _slots) + slot] = region + source.Offset;
            }

            for (int level = 0; level < source.Steps.Count; level++)
            {
                _moves[((long)slot * _depth) + level] = source.Steps[level];
            }
        }
    }

    private void Execute(int lane, bool wide)
    {
        ObjectDisposedException.ThrowIf(_offsets is null, this);
        float* memory = _arena.Memory;
        long* offsets = _offsets + ((long)lane * _slots);
        int* iterations = stackalloc int[_depth];              // bounded by CpuReplayBuilder.MostDepth
        long* moved = stackalloc long[CpuReplayBuilder.MostSlots]; // a launch has at most that many slots
        int level = -1;
        for (int i = 0; i < _steps.Length; i++)
        {
            ref readonly CpuReplayStep step = ref _steps[i];
            switch (step.Kind)
            {
                case CpuReplayStepKind.Launch:
                    long* slots = offsets + step.FirstSlot;
                    if (step.Moves)
                    {
                        Move(in step, slots, iterations, level + 1, moved);
                        slots = moved;
                    }

                    Launch(in step, memory, slots, wide);
                    break;
                case CpuReplayStepKind.Begin:
                    iterations[++level] = 0;
                    break;
                default: // End: back to the first step of the body, or on
                    if (++iterations[level] < step.Count)
                    {
                        i = step.Target - 1;
                    }
                    else
                    {
                        level--;
                    }

                    break;
            }
        }
    }

    private void Move(in CpuReplayStep step, long* from, int* iterations, int depth, long* to)
    {
        for (int slot = 0; slot < step.Count; slot++)
        {
            long* moves = _moves + ((long)(step.FirstSlot + slot) * _depth);
            long offset = from[slot];
            for (int level = 0; level < depth; level++)
            {
                offset += iterations[level] * moves[level];
            }

            to[slot] = offset;
        }
    }

    private void Launch(in CpuReplayStep step, float* memory, long* slots, bool wide)
    {
        if (wide && step.IsLarge)
        {
            _wide.Run(_pool, step.Kernel!, memory, slots);
        }
        else
        {
            step.Kernel!.Run(memory, slots, 0, 1);
        }
    }

    /// <summary>One kernel, a part for each worker.</summary>
    private sealed class WideTask : IWorkerTask
    {
        private CpuKernel? _kernel;
        private float* _memory;
        private long* _slots;

        public void Run(WorkerPool pool, CpuKernel kernel, float* memory, long* slots)
        {
            _kernel = kernel;
            _memory = memory;
            _slots = slots;
            pool.Run(this);
        }

        public void Execute(int worker, int workers) => _kernel!.Run(_memory, _slots, worker, workers);
    }
}
