using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Normal numbers in groups of 224, see <see cref="NoiseLayout"/>. Parts share out the groups.</summary>
/// <typeparam name="TLane">The operations.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal sealed unsafe class CpuNoise<TLane, TVector>(NoiseSpec spec) : CpuKernel
    where TLane : struct, INoiseLane<TVector>
    where TVector : unmanaged
{
    private readonly BatchAxes _batch = new(spec.Batch.Span, spec.KeyBatch, spec.OutputBatch);
    private readonly int _count = spec.Count;
    private readonly uint _stream = spec.Stream;

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        long groups = (_count + (long)NoiseLayout.GroupSize - 1) / NoiseLayout.GroupSize;
        long item = BatchAxes.PartStart(_batch.Count * groups, part, parts);
        long end = BatchAxes.PartStart(_batch.Count * groups, part + 1, parts);
        while (item < end)
        {
            (long number, long group) = Math.DivRem(item, groups);
            long stop = Math.Min(groups, group + end - item);
            Fill((uint*)(arena + slots[0] + _batch.Offset(0, number)), arena + slots[1] + _batch.Offset(1, number), group, stop);
            item += stop - group;
        }
    }

    /// <summary>Groups <paramref name="group"/> to <paramref name="stop"/> - 1 of one batch element.</summary>
    private void Fill(uint* key, float* output, long group, long stop)
    {
        NoiseStart start = NoiseStart.Of(
            NoiseLayout.State(key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7], _stream, key[8], key[9]));
        for (; group < stop; group++)
        {
            float* first = output + (group * NoiseLayout.GroupSize);
            long length = _count - (group * NoiseLayout.GroupSize);
            uint counter = (uint)(group * NoiseLayout.GroupBlocks);
            if (length >= NoiseLayout.GroupSize)
            {
                NoiseGroup<TLane, TVector>.Fill(&start, counter, first);
            }
            else
            {
                FillPart(&start, counter, first, (int)length);
            }
        }
    }

    /// <summary>The last group, of <paramref name="length"/> numbers.</summary>
    private static void FillPart(NoiseStart* start, uint counter, float* output, int length)
    {
        float* buffer = stackalloc float[NoiseLayout.GroupSize];
        NoiseGroup<TLane, TVector>.Fill(start, counter, buffer);
        new ReadOnlySpan<float>(buffer, length).CopyTo(new Span<float>(output, length));
    }
}
