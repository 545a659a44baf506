using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Normal numbers in groups of 128, see <see cref="NoiseLayout"/>. Parts share out the groups.</summary>
internal sealed unsafe class CpuNoise(NoiseSpec spec) : CpuKernel
{
    private readonly BatchAxes _batch = new(spec.Batch.Span, spec.KeyBatch, spec.OutputBatch);
    private readonly int _count = spec.Count;
    private readonly uint _stream = spec.Stream;

    /// <inheritdoc/>
    public override void Run(float* arena, long* slots, int part, int parts)
    {
        int groups = (_count + NoiseLayout.GroupSize - 1) / NoiseLayout.GroupSize;
        long end = BatchAxes.PartStart(_batch.Count * groups, part + 1, parts);
        float* buffer = stackalloc float[NoiseLayout.GroupSize];
        for (long item = BatchAxes.PartStart(_batch.Count * groups, part, parts); item < end; item++)
        {
            (long number, long group) = Math.DivRem(item, groups);
            uint* key = (uint*)(arena + slots[0] + _batch.Offset(0, number));
            ChaChaBlock state = NoiseLayout.State(
                key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7], _stream, key[8], key[9]);
            state.W12 = (uint)(group * NoiseLayout.GroupBlocks);
            long first = group * NoiseLayout.GroupSize;
            int length = (int)Math.Min(NoiseLayout.GroupSize, _count - first);
            float* output = arena + slots[1] + _batch.Offset(1, number) + first;
            NoiseGroup.Fill(in state, length == NoiseLayout.GroupSize ? output : buffer);
            if (length < NoiseLayout.GroupSize)
            {
                new ReadOnlySpan<float>(buffer, length).CopyTo(new Span<float>(output, length)); // the last, partial group
            }
        }
    }
}
