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
    private const int StackEntries = 4096;

    // 2^32 divided by the golden ratio: neighbouring rows are spread over the table (Knuth, volume 3, section 6.4).
    private const uint Spread = 2_654_435_769;

    [ThreadStatic]
    private static int[]? _kept;

    private readonly BatchAxes _batch;
    private readonly int _rows;
    private readonly int _count;
    private readonly int _entries;

    public CpuRowGroups(RowGroupSpec spec)
    {
        _batch = new BatchAxes(spec.Batch.Span, spec.IndexBatch, spec.OutputBatch);
        _rows = spec.Rows;
        _count = spec.Count;

        // At most half full, so that a look-up ends soon.
        _entries = (int)Math.Min(1 << 30, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(8, 2L * spec.Count)));
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

        int* stack = stackalloc int[StackEntries];
        Span<int> table = _entries <= StackEntries ? new Span<int>(stack, _entries) : Kept(_entries);
        fixed (int* entries = table)
        {
            for (; number < end; number++)
            {
                table.Clear();
                Group(arena + slots[0] + _batch.Offset(0, number), arena + slots[1] + _batch.Offset(1, number), entries);
            }
        }
    }

    private static Span<int> Kept(int entries)
    {
        if (_kept is null || _kept.Length < entries)
        {
            _kept = new int[entries];
        }

        return _kept.AsSpan(0, entries);
    }

    /// <summary>An entry is a place + 1, 0 when free.</summary>
    private void Group(float* index, float* output, int* entries)
    {
        int rows = _rows;
        int shift = 32 - BitOperations.Log2((uint)_entries);
        int mask = _entries - 1;
        for (int place = _count - 1; place >= 0; place--)
        {
            int row = RowIndex.Of(index[place], rows);
            int last = -1;
            if (row >= 0)
            {
                int entry = (int)(((uint)row * Spread) >> shift);
                while ((last = entries[entry] - 1) >= 0 && RowIndex.Of(index[last], rows) != row)
                {
                    entry = (entry + 1) & mask;
                }

                if (last < 0)
                {
                    last = place;
                    entries[entry] = place + 1;
                }
            }

            output[place] = last;
        }
    }
}
