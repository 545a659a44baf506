using System.Runtime.InteropServices;
using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Bench.Micro;

/// <summary>One product with its operands, run on the calling thread.</summary>
internal sealed unsafe class MatMulCase : IDisposable
{
    private readonly CpuKernel _kernel;
    private readonly float* _memory;
    private readonly long[] _slots = new long[3];

    public MatMulCase(string name, MatMulSpec spec, int vectorBits)
    {
        Name = name;
        Flops = spec.Flops;
        _kernel = CpuMatMul.Compile(spec, vectorBits);
        Plan = _kernel is CpuMatMul product ? product.Plan : null;
        SlotReach[] reaches = SlotReach.Of(spec);
        long total = 0;
        for (int slot = 0; slot < 3; slot++)
        {
            _slots[slot] = total;
            total += (reaches[slot].Count + 31) & ~15L; // every operand on a cache line of its own
        }

        total += CpuArena.SlackFloats;
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(total * sizeof(float)), CpuArena.Alignment);
        for (long i = 0; i < total; i++)
        {
            _memory[i] = ((i * 7919) % 1000 * 0.001f) - 0.5f;
        }
    }

    public string Name { get; }

    public long Flops { get; }

    public MatMulPlan? Plan { get; }

    /// <summary>Shapes worth watching: the square, the three products of a dense layer's training step, and those of few-shot learning.</summary>
    public static MatMulCase[] All(int vectorBits) =>
    [
        new("512x512x512", Plain(512, 512, 512), vectorBits),
        new("x·W   64x784 · 784x256", Plain(64, 256, 784), vectorBits),
        new("xT·d  784x64 · 64x256", new([], 784, 256, 64, new([], 1, 784), new([], 256, 1), new([], 256, 1)), vectorBits),
        new("d·WT  64x256 · 256x784", new([], 64, 784, 256, new([], 256, 1), new([], 1, 256), new([], 784, 1)), vectorBits),
        new("x·W   64x104 · 104x50", Plain(64, 50, 104), vectorBits),
        new("xT·d  104x64 · 64x50", new([], 104, 50, 64, new([], 1, 104), new([], 50, 1), new([], 50, 1)), vectorBits),
        new("h·V   64x256 · 256x10", Plain(64, 10, 256), vectorBits),
        new("hT·d  256x64 · 64x10", new([], 256, 10, 64, new([], 1, 256), new([], 10, 1), new([], 10, 1)), vectorBits),
        new("32 tasks 25x64 · 64x40", Tasks(32, 25, 40, 64, false, false), vectorBits),
        new("32 tasks 64x25T · 25x40", Tasks(32, 64, 40, 25, true, false), vectorBits),
        new("32 tasks 25x40 · 40x64T", Tasks(32, 25, 64, 40, false, true), vectorBits),
        new("32 tasks 5x64 · 64x5", Tasks(32, 5, 5, 64, false, false), vectorBits),
        new("32 tasks 5x64 · 5x64T (Gram)", Tasks(32, 5, 5, 64, false, true), vectorBits),
        new("32 tasks 10x1 · 1x40", Tasks(32, 10, 40, 1, false, false), vectorBits),
        new("lstm x·W   1024x100 · 100x400", Plain(1024, 400, 100), vectorBits),
        new("lstm d·WT  1024x400 · 400x100", new([], 1024, 100, 400, new([], 400, 1), new([], 1, 400), new([], 100, 1)), vectorBits),
        new("lstm xT·d  4·100x256 · 256x400", Tasks(4, 100, 400, 256, true, false), vectorBits),
        new("lstm step  4x100 · 100x400", Plain(4, 400, 100), vectorBits),
        new("lstm step  4x400 · 400x100", Plain(4, 100, 400), vectorBits),
        new("lstm stepT 4x400 · 400x100T", new([], 4, 100, 400, new([], 400, 1), new([], 1, 400), new([], 100, 1)), vectorBits),
        new("lstm stepP 4x400 · 400x100P", new([], 4, 100, 400, new([], 400, 1), new([], 112, 1), new([], 100, 1)), vectorBits),
        new("lstm stepP 8x400 · 400x100P", new([], 8, 100, 400, new([], 400, 1), new([], 112, 1), new([], 100, 1)), vectorBits),
        new("lstm stepP 16x400 · 400x100P", new([], 16, 100, 400, new([], 400, 1), new([], 112, 1), new([], 100, 1)), vectorBits),
        new("lstm step  8x100 · 100x400", Plain(8, 400, 100), vectorBits),
        new("lstm step  8x400 · 400x100", Plain(8, 100, 400), vectorBits),
        new("lstm step  16x100 · 100x400", Plain(16, 400, 100), vectorBits),
        new("lstm step  16x400 · 400x100", Plain(16, 100, 400), vectorBits),
        new("lstm stepT 16x400 · 400x100T", new([], 16, 100, 400, new([], 400, 1), new([], 1, 400), new([], 100, 1)), vectorBits),
        new("1x784 · 784x256", Plain(1, 256, 784), vectorBits),
        new("256x784 · 784x1", Plain(256, 1, 784), vectorBits),
    ];

    public void Run()
    {
        fixed (long* slots = _slots)
        {
            _kernel.Run(_memory, slots, 0, 1);
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private static MatMulSpec Plain(int m, int n, int k) => new([], m, n, k, new([], k, 1), new([], n, 1), new([], n, 1));

    private static MatMulSpec Tasks(int tasks, int m, int n, int k, bool turnA, bool turnB) => new(
        [tasks],
        m,
        n,
        k,
        turnA ? new([m * k], 1, m) : new([m * k], k, 1),
        turnB ? new([k * n], 1, k) : new([k * n], n, 1),
        new([m * n], n, 1));
}
