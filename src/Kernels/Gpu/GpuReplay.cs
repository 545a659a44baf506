using FastDPMeta.Kernels.Spec;
using ILGPU.Runtime;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>A program on a GPU: a flat list of launches with loops around, run on the host. Queued, not waited for.</summary>
internal sealed class GpuReplay : Replay
{
    private readonly GpuArena _arena;
    private readonly AcceleratorStream _stream;
    private readonly GpuStep[] _steps;
    private readonly int[] _iterations;

    /// <summary>Compiles and resolves.</summary>
    /// <param name="program">What to run.</param>
    /// <param name="arena">Where.</param>
    /// <param name="stream">The queue.</param>
    /// <param name="compile">Gives the kernel of a spec, compiled once each.</param>
    public GpuReplay(KernelProgram program, GpuArena arena, AcceleratorStream stream, Func<KernelSpec, CompiledGpuKernel> compile)
    {
        _arena = arena;
        _stream = stream;
        GpuStepBuilder builder = new(arena.Layout, compile);
        builder.Add(program.Instructions.Span);
        _steps = builder.Steps;
        _iterations = new int[builder.Depth];
        LaunchCount = builder.Launches;
        KernelCount = builder.Kernels;
    }

    /// <inheritdoc/>
    public override long LaunchCount { get; }

    /// <inheritdoc/>
    public override int KernelCount { get; }

    /// <inheritdoc/>
    public override void Run(int lane)
    {
        if ((uint)lane >= (uint)_arena.Layout.Lanes)
        {
            throw new ArgumentOutOfRangeException(nameof(lane), $"Run: lane {lane} does not exist; the arena has {_arena.Layout.Lanes}.");
        }

        Run(0, _steps.Length, (int)(lane * _arena.Layout.LaneFloats), 0);
    }

    /// <inheritdoc/>
    public override void RunWide() => Run(0);

    private void Run(int first, int end, int laneOffset, int depth)
    {
        int position = first;
        while (position < end)
        {
            GpuStep step = _steps[position++];
            if (step.Kernel is { } kernel)
            {
                kernel.Launcher(_stream, kernel.Config, _arena.View, step.Resolve(laneOffset, _iterations.AsSpan(0, depth)));
                continue;
            }

            for (int iteration = 0; iteration < step.Count; iteration++)
            {
                _iterations[depth] = iteration;
                Run(position, position + step.BodySteps, laneOffset, depth + 1);
            }

            position += step.BodySteps;
        }
    }
}
