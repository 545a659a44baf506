using System.Numerics;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Groups places by the row they name: from the last place to the first through a small open-addressing table, whose entries are the groups' last
/// places. About one step a place, where comparing all pairs takes one step a pair. Parts share out the batch.
/// </summary>
internal sealed unsafe class CpuRowGroups : CpuKernel
{
    // 16 KiB of stack; longer indices take a table that the thread keeps.
    private const int StackEntries = 2048;

    // 2^32 divided by the golden ratio: neighbouring rows are spread over the table (Knuth, volume 3, section 6.4).
    private const uint Spread = 2_654_435_769;

    [ThreadStatic]
    private static long[]? _kept;

    private readonly BatchAxes _batch;
    private readonly int _rows;
    private readonly int _count;
    private readonly int _entries;

    public CpuRowGroups(RowGroupSpec spec)
    {
        _batch = new BatchAxes(spec.Batch.Span, spec.IndexBatch, spec.OutputBatch);
        _rows = spec.Rows;
        _count = spec.Count;

        // At most a quarter full where that is small: look-ups end at once nearly always, which processors predict.
        _entries = (int)Math.Min(1 << 30, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(8, (4L * spec.Count <= StackEntries ? 4L : 2L) * spec.Count)));
    }

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        long number = BatchAxes.PartStart(_batch.Count, part, parts);
        long end = BatchAxes.PartStart(_batch.Count, part + 1, parts);
        if (number == end)
        {
            return;
        }

        long* stack = stackalloc long[StackEntries];
        Span<long> table = _entries <= StackEntries ? new Span<long>(stack, _entries) : Kept(_entries);
        fixed (long* entries = table)
        {
            for (; number < end; number++)
            {
                table.Clear();
                Group(arena + slots[0] + _batch.Offset(0, number), arena + slots[1] + _batch.Offset(1, number), entries);
            }
        }
    }

    private static Span<long> Kept(int entries)
    {
        if (_kept is null || _kept.Length < entries)
        {
            _kept = new long[entries];
        }

        return _kept.AsSpan(0, entries);
    }

    /// <summary>An entry is a place + 1 in its upper half and the row in its lower; 0 when free.</summary>
    private void Group(float* index, float* output, long* entries)
    {
        int rows = _rows;
        int shift = 32 - BitOperations.Log2((uint)_entries);
        int mask = _entries - 1;
        for (int place = _count - 1; place >= 0; place--)
        {
            int row = RowIndex.Of(index[place], rows);
            if (row < 0)
            {
                output[place] = -1;
                continue;
            }

            int entry = (int)(((uint)row * Spread) >> shift);
            long found;
            while ((found = entries[entry]) != 0 && (int)found != row)
            {
                entry = (entry + 1) & mask;
            }

            // Nothing is asked about what was found: a branch on it could not be predicted.
            found = found == 0 ? ((place + 1L) << 32) | (uint)row : found;
            entries[entry] = found;
            output[place] = (found >> 32) - 1;
        }
    }
}
