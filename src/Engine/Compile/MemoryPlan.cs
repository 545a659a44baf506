namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Gives scratch storages their offsets: two whose lifetimes do not overlap may share memory. Largest first, each at the lowest offset
/// that is free during its life.
/// </summary>
internal static class MemoryPlan
{
    /// <summary>Every storage begins at a multiple of this many floats: 64 bytes, a cache line and the widest vector.</summary>
    public const int Alignment = 16;

    /// <summary>The next multiple of <see cref="Alignment"/>.</summary>
    public static long Align(long floats) => (floats + Alignment - 1) / Alignment * Alignment;

    /// <summary>Sets the offsets of all scratch in the block and what it repeats.</summary>
    /// <returns>Floats needed.</returns>
    public static long Place(Block block)
    {
        Dictionary<Storage, Life> lives = [];
        int clock = 0;
        Visit(block, [], lives, ref clock);
        List<Life> placed = [];
        long total = 0;
        foreach (Life life in lives.Values.OrderByDescending(life => life.Storage.Size).ThenBy(life => life.First).ThenBy(life => life.Order))
        {
            long offset = 0;
            foreach (Life other in placed)
            {
                // `placed` is in order of offset, so the first gap that is large enough is the lowest.
                if (other.First <= life.Last && life.First <= other.Last && other.Storage.Offset < offset + Align(life.Storage.Size))
                {
                    offset = Math.Max(offset, other.Storage.Offset + Align(other.Storage.Size));
                }
            }

            life.Storage.Offset = offset;
            placed.Insert(Position(placed, offset), life);
            total = Math.Max(total, offset + Align(life.Storage.Size));
        }

        return total;
    }

    private static int Position(List<Life> placed, long offset)
    {
        int low = 0;
        int high = placed.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (placed[middle].Storage.Offset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static void Visit(Block block, List<(Block Body, int Start)> repeats, Dictionary<Storage, Life> lives, ref int clock)
    {
        foreach (Planned step in block.Steps)
        {
            if (step is RepeatedBlock repeated)
            {
                repeats.Add((repeated.Body, clock++));
                Visit(repeated.Body, repeats, lives, ref clock);
                int start = repeats[^1].Start;
                repeats.RemoveAt(repeats.Count - 1);
                int end = clock++;

                // What lies outside the body and is touched in it lives through every iteration.
                foreach (Life life in lives.Values.Where(life => life.Last >= start && life.Storage.Owner != repeated.Body && !Within(life.Storage, repeated.Body)))
                {
                    life.First = Math.Min(life.First, start);
                    life.Last = Math.Max(life.Last, end);
                }
            }
            else
            {
                foreach (Place place in ((Call)step).Places)
                {
                    Touch(place.Resolve().Storage, lives, clock);
                }

                clock++;
            }
        }
    }

    /// <summary>Whether a storage belongs to a repeat inside <paramref name="body"/>.</summary>
    private static bool Within(Storage storage, Block body) =>
        body.Steps.OfType<RepeatedBlock>().Any(inner => inner.Body == storage.Owner || Within(storage, inner.Body));

    private static void Touch(Storage storage, Dictionary<Storage, Life> lives, int now)
    {
        if (storage.Kind != StorageKind.Scratch)
        {
            return;
        }

        if (!lives.TryGetValue(storage, out Life? life))
        {
            lives[storage] = life = new Life(storage, lives.Count, now);
        }

        life.Last = now;
    }

    private sealed class Life(Storage storage, int order, int now)
    {
        public Storage Storage { get; } = storage;

        public int Order { get; } = order;

        public int First { get; set; } = now;

        public int Last { get; set; } = now;
    }
}
