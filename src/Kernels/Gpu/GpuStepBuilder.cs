using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>Flattens a program into the lines of a replay, and checks its slots.</summary>
internal sealed class GpuStepBuilder
{
    private readonly ArenaLayout _layout;
    private readonly Func<KernelSpec, CompiledGpuKernel> _compile;
    private readonly List<GpuStep> _steps = [];
    private readonly HashSet<KernelSpec> _specs = [];
    private readonly List<int> _counts = [];

    /// <summary>Starts an empty list.</summary>
    /// <param name="layout">Of the arena the slots lie in.</param>
    /// <param name="compile">Gives the kernel of a spec.</param>
    public GpuStepBuilder(ArenaLayout layout, Func<KernelSpec, CompiledGpuKernel> compile)
    {
        _layout = layout;
        _compile = compile;
    }

    /// <summary>The lines so far.</summary>
    public GpuStep[] Steps => [.. _steps];

    /// <summary>The deepest nesting of loops.</summary>
    public int Depth { get; private set; }

    /// <summary>Launches of one run.</summary>
    public long Launches { get; private set; }

    /// <summary>Different kernels.</summary>
    public int Kernels => _specs.Count;

    /// <summary>Appends instructions.</summary>
    public void Add(ReadOnlySpan<Instruction> instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            if (instruction is Launch launch)
            {
                Add(launch);
            }
            else if (instruction is Repeat repeat)
            {
                Add(repeat);
            }
        }
    }

    private void Add(Repeat repeat)
    {
        int place = _steps.Count;
        _steps.Add(new GpuStep(0, 0));
        _counts.Add(repeat.Count);
        Depth = Math.Max(Depth, _counts.Count);
        Add(repeat.Body.Span);
        _counts.RemoveAt(_counts.Count - 1);
        _steps[place] = new GpuStep(repeat.Count, _steps.Count - place - 1);
    }

    private void Add(Launch launch)
    {
        if (launch.Slots.Count != launch.Spec.SlotCount)
        {
            throw new ArgumentException(
                $"Prepare: launch '{launch.Label}' brings {launch.Slots.Count} slots; its {launch.Spec.Kind} needs {launch.Spec.SlotCount}.");
        }

        CompiledGpuKernel kernel = _compile(launch.Spec);
        _specs.Add(launch.Spec);
        if (kernel.Groups == 0)
        {
            return;
        }

        Slots slots = default;
        int laneSlots = 0;
        int loops = 0;
        for (int slot = 0; slot < launch.Slots.Count; slot++)
        {
            Slot place = launch.Slots[slot];
            laneSlots |= place.Region == Region.Lane ? 1 << slot : 0;
            Slots.AsSpan(ref slots)[slot] = checked((int)(place.Offset + (place.Region == Region.Lane ? _layout.SharedFloats : 0)));
            loops = Math.Max(loops, place.Steps.Count);
        }

        Check(launch);
        _steps.Add(new GpuStep(kernel, slots, launch.Slots.Count, laneSlots, Strides(launch, loops)));
        Launches += _counts.Aggregate(1L, (product, count) => product * count);
    }

    private int[] Strides(Launch launch, int loops)
    {
        int[] steps = new int[loops * launch.Slots.Count];
        for (int slot = 0; slot < launch.Slots.Count; slot++)
        {
            EquatableArray<long> own = launch.Slots[slot].Steps;
            if (own.Count > _counts.Count)
            {
                throw new ArgumentException(
                    $"Prepare: slot {slot} of launch '{launch.Label}' has {own.Count} steps, but only {_counts.Count} loops enclose it.");
            }

            for (int loop = 0; loop < own.Count; loop++)
            {
                steps[(loop * launch.Slots.Count) + slot] = checked((int)own[loop]);
            }
        }

        return steps;
    }

    // The first element of every slot stays in its region in the first and last iteration; a kernel's extents are the planner's care.
    private void Check(Launch launch)
    {
        foreach (Slot slot in launch.Slots.Span)
        {
            long size = slot.Region == Region.Shared ? _layout.SharedFloats : _layout.LaneFloats;
            long low = slot.Offset;
            long high = slot.Offset;
            for (int loop = 0; loop < Math.Min(slot.Steps.Count, _counts.Count); loop++)
            {
                long way = slot.Steps[loop] * Math.Max(0, _counts[loop] - 1);
                low += Math.Min(0, way);
                high += Math.Max(0, way);
            }

            if (low < 0 || high > size)
            {
                throw new ArgumentException(
                    $"Prepare: launch '{launch.Label}' reaches elements {low}..{high} of the {slot.Region} region, which has {size}.");
            }
        }
    }
}
