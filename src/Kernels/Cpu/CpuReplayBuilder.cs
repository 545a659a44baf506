using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Flattens a program into steps. Every range a kernel can touch, in every iteration, is checked here once, because kernels are unsafe code.
/// </summary>
internal sealed class CpuReplayBuilder(CpuDevice device, ArenaLayout layout)
{
    /// <summary>Deepest nesting of repeats.</summary>
    public const int MostDepth = 16;

    /// <summary>Most slots of one launch.</summary>
    public const int MostSlots = 256;

    /// <summary>
    /// A launch is spread over the workers from about this many nanoseconds of work on; waking and joining them costs a few microseconds.
    /// </summary>
    private const long LargeNanoseconds = 10_000;

    // Rough single-core speeds, used for that decision only.
    private const long FlopsPerNanosecond = 32;
    private const long BytesPerNanosecond = 8;

    private readonly Stack<int> _counts = [];
    private long _multiplier = 1;

    public List<CpuReplayStep> Steps { get; } = [];

    public List<Slot> Slots { get; } = [];

    public HashSet<CpuKernel> Kernels { get; } = [];

    public int Depth { get; private set; }

    public long Launches { get; private set; }

    /// <summary>Adds instructions at the current depth.</summary>
    public void Add(EquatableArray<Instruction> instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            switch (instruction)
            {
                case Launch launch:
                    AddLaunch(launch);
                    break;
                case Repeat repeat:
                    AddRepeat(repeat);
                    break;
                default:
                    throw new ArgumentException($"The instruction {instruction.GetType().Name} is not known to the CPU device.", nameof(instructions));
            }
        }
    }

    private void AddRepeat(Repeat repeat)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(repeat.Count);
        if (_counts.Count == MostDepth)
        {
            throw new ArgumentException($"Repeats are nested more than {MostDepth} deep.", nameof(repeat));
        }

        if (repeat.Count == 0)
        {
            return;
        }

        long outer = _multiplier;
        _multiplier = checked(_multiplier * repeat.Count);
        _counts.Push(repeat.Count);
        Depth = Math.Max(Depth, _counts.Count);
        Steps.Add(new CpuReplayStep(CpuReplayStepKind.Begin, null, 0, 0, 0, false, false));
        int first = Steps.Count;
        Add(repeat.Body);
        Steps.Add(new CpuReplayStep(CpuReplayStepKind.End, null, 0, repeat.Count, first, false, false));
        _counts.Pop();
        _multiplier = outer;
    }

    private void AddLaunch(Launch launch)
    {
        if (launch.Slots.Count != launch.Spec.SlotCount || launch.Slots.Count > MostSlots)
        {
            throw new ArgumentException(
                $"{Name(launch)} has {launch.Slots.Count} slots; its spec needs {launch.Spec.SlotCount}, at most {MostSlots}.", nameof(launch));
        }

        SlotReach[] reaches = SlotReach.Of(launch.Spec);
        bool moves = false;
        for (int slot = 0; slot < reaches.Length; slot++)
        {
            Check(launch, slot, reaches[slot]);
            moves |= launch.Slots[slot].Steps.Span.ContainsAnyExcept(0L);
        }

        CpuKernel kernel = device.Kernel(launch.Spec);
        Kernels.Add(kernel);
        Launches = checked(Launches + _multiplier);
        long nanoseconds = (launch.Spec.Flops / FlopsPerNanosecond) + (launch.Spec.Bytes / BytesPerNanosecond);
        Steps.Add(new CpuReplayStep(
            CpuReplayStepKind.Launch, kernel, Slots.Count, reaches.Length, 0, moves, nanoseconds >= LargeNanoseconds));
        Slots.AddRange(launch.Slots);
    }

    private void Check(Launch launch, int number, SlotReach reach)
    {
        Slot slot = launch.Slots[number];
        if (slot.Steps.Count != 0 && slot.Steps.Count != _counts.Count)
        {
            throw new ArgumentException(
                $"{Name(launch)}: slot {number} has {slot.Steps.Count} steps inside {_counts.Count} repeats; give one for each, or none.", nameof(launch));
        }

        long low = checked(slot.Offset + reach.First);
        long high = checked(low + reach.Count);
        int level = slot.Steps.Count;
        foreach (int count in _counts) // innermost first
        {
            if (level == 0)
            {
                break;
            }

            long far = checked(slot.Steps[--level] * (count - 1L));
            low = checked(low + Math.Min(0, far));
            high = checked(high + Math.Max(0, far));
        }

        long size = slot.Region == Region.Shared ? layout.SharedFloats : layout.LaneFloats;
        if (reach.Count > 0 && (low < 0 || high > size))
        {
            throw new ArgumentException(
                $"{Name(launch)}: slot {number} touches elements {low}..{high} of the {slot.Region} region, which has {size}.", nameof(launch));
        }
    }

    private static string Name(Launch launch) => launch.Label.Length == 0 ? $"A {launch.Spec.Kind} launch" : $"Launch '{launch.Label}' ({launch.Spec.Kind})";
}
