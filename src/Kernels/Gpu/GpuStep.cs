namespace FastDPMeta.Kernels.Gpu;

/// <summary>One line of a replay: a launch, or a loop over the <see cref="BodySteps"/> lines that follow.</summary>
internal sealed class GpuStep
{
    private readonly Slots _slots;
    private readonly int _laneSlots;
    private readonly int _slotCount;
    private readonly int[] _steps;

    /// <summary>A launch.</summary>
    /// <param name="kernel">What to start.</param>
    /// <param name="slots">Its slots in lane 0 and iteration 0.</param>
    /// <param name="slotCount">How many of them it has.</param>
    /// <param name="laneSlots">Bit s is set where slot s lies in the lane region.</param>
    /// <param name="steps">For each enclosing loop, outermost first, how far each slot moves an iteration; empty when none moves.</param>
    public GpuStep(CompiledGpuKernel kernel, Slots slots, int slotCount, int laneSlots, int[] steps)
    {
        Kernel = kernel;
        _slots = slots;
        _slotCount = slotCount;
        _laneSlots = laneSlots;
        _steps = steps;
    }

    /// <summary>A loop.</summary>
    /// <param name="count">Iterations.</param>
    /// <param name="bodySteps">Lines of its body.</param>
    public GpuStep(int count, int bodySteps)
    {
        Count = count;
        BodySteps = bodySteps;
        _steps = [];
    }

    /// <summary>What is started, or null for a loop.</summary>
    public CompiledGpuKernel? Kernel { get; }

    /// <summary>Iterations of a loop.</summary>
    public int Count { get; }

    /// <summary>Lines of a loop's body.</summary>
    public int BodySteps { get; }

    /// <summary>The launch's slots for one lane and one iteration of each enclosing loop.</summary>
    public Slots Resolve(int laneOffset, ReadOnlySpan<int> iterations)
    {
        Slots slots = _slots;
        Span<int> offsets = Slots.AsSpan(ref slots);
        for (int slot = 0; laneOffset != 0 && slot < _slotCount; slot++)
        {
            offsets[slot] += (_laneSlots >> slot & 1) * laneOffset;
        }

        for (int loop = 0; loop * _slotCount < _steps.Length; loop++)
        {
            for (int slot = 0; slot < _slotCount; slot++)
            {
                offsets[slot] += iterations[loop] * _steps[(loop * _slotCount) + slot];
            }
        }

        return slots;
    }
}
