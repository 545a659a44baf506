using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Joins loops over the same elements: one that reads what another computes takes it from a register, and several outputs share their
/// inputs and sub-expressions. What nobody reads any more is not stored.
/// </summary>
internal sealed class LoopMerger
{
    private const int Window = 32;
    private const int MaximumSteps = 96;

    // Below this a loop costs about as much to launch as to run, so joining pays even when nothing is shared.
    private const int SmallLoop = 4096;

    private readonly Block _block;
    private readonly IReadOnlySet<Storage> _results;
    private readonly Dictionary<Planned, Access> _accesses = [];
    private readonly Dictionary<Storage, int> _readers = [];

    private LoopMerger(Block block, IReadOnlySet<Storage> results)
    {
        _block = block;
        _results = results;
        foreach (Planned step in block.Steps)
        {
            Track(step, 1);
        }
    }

    /// <summary>Joins what can be joined.</summary>
    /// <param name="block">The block; every storage in it is written by one step, or by several that do not overlap.</param>
    /// <param name="results">Storage that is read after the block.</param>
    public static void Merge(Block block, IReadOnlySet<Storage> results)
    {
        LoopMerger merger = new(block, results);
        for (int later = 1; later < block.Steps.Count; later++)
        {
            int found = merger.Partner(later, out Call? joined);
            if (found >= 0)
            {
                later = Math.Max(0, merger.Replace(found, later, joined!) - 1);
            }
        }
    }

    private int Partner(int later, out Call? joined)
    {
        joined = null;
        if (_block.Steps[later] is not Call { Spec: LoopSpec second } b || !WalksByOnes(second))
        {
            return -1;
        }

        for (int earlier = later - 1; earlier >= Math.Max(0, later - Window); earlier--)
        {
            if (_block.Steps[earlier] is Call { Spec: LoopSpec first } a && WalksByOnes(first) && Gains(first, a, b)
                && (CanSink(earlier, later) || CanHoist(earlier, later)))
            {
                joined = LoopPair.Join(a, b, storage => IsDead(storage, b), Lowering.MaximumSlots, MaximumSteps);
                if (joined is not null)
                {
                    return earlier;
                }
            }
        }

        return -1;
    }

    private int Replace(int earlier, int later, Call joined)
    {
        // Where both would do, the later place: the earlier loop's result then lives shorter.
        int place = CanSink(earlier, later) ? later : earlier;
        Track(_block.Steps[earlier], -1);
        Track(_block.Steps[later], -1);
        _block.Steps[place] = joined;
        _block.Steps.RemoveAt(place == later ? earlier : later);
        Track(joined, 1);
        return place == later ? later - 1 : earlier;
    }

    /// <summary>Whether only <paramref name="reader"/> reads a storage, so that joining makes its store superfluous.</summary>
    private bool IsDead(Storage storage, Call reader) =>
        storage.Owner == _block && !_results.Contains(storage)
        && _readers.GetValueOrDefault(storage) == (_accesses[reader].Reads.Contains(storage) ? 1 : 0);

    private bool Gains(LoopSpec first, Call a, Call b)
    {
        Access one = _accesses[a];
        Access two = _accesses[b];
        return first.Extents.Aggregate(1L, (product, extent) => product * extent) <= SmallLoop
            || one.Writes.Overlaps(two.Reads) || one.Reads.Overlaps(two.Reads);
    }

    /// <summary>Whether the earlier loop may run as late as the later one.</summary>
    private bool CanSink(int earlier, int later)
    {
        Access moved = _accesses[_block.Steps[earlier]];
        for (int i = earlier + 1; i < later; i++)
        {
            Access between = _accesses[_block.Steps[i]];
            if (between.Reads.Overlaps(moved.Writes) || between.Writes.Overlaps(moved.Writes) || between.Writes.Overlaps(moved.Reads))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the later loop may run as early as the earlier one.</summary>
    private bool CanHoist(int earlier, int later)
    {
        Access moved = _accesses[_block.Steps[later]];
        for (int i = earlier + 1; i < later; i++)
        {
            Access between = _accesses[_block.Steps[i]];
            if (between.Writes.Overlaps(moved.Reads) || between.Writes.Overlaps(moved.Writes) || between.Reads.Overlaps(moved.Writes))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every operand's innermost stride is 0 or 1; transposing loops have a form of their own and stay alone.</summary>
    private static bool WalksByOnes(LoopSpec loop) =>
        loop.Extents.Count == 0 || loop.Inputs.Concat(loop.Outputs).All(strides => strides[strides.Count - 1] is 0 or 1);

    private void Track(Planned step, int sign)
    {
        if (!_accesses.TryGetValue(step, out Access? access))
        {
            _accesses[step] = access = new Access(step);
        }

        foreach (Storage storage in access.Reads)
        {
            _readers[storage] = _readers.GetValueOrDefault(storage) + sign;
        }
    }

    private sealed class Access
    {
        public Access(Planned step)
        {
            foreach (Call call in step.Calls)
            {
                foreach (Place input in call.Inputs)
                {
                    Reads.Add(input.Resolve().Storage);
                }

                foreach (Place output in call.Outputs)
                {
                    Writes.Add(output.Resolve().Storage);
                }
            }
        }

        public HashSet<Storage> Reads { get; } = [];

        public HashSet<Storage> Writes { get; } = [];
    }
}
