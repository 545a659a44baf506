using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Scalar;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Bench.Micro;

/// <summary>Emitted loops and reductions against the same work by <see cref="TensorPrimitives"/>, one thread, data in the second cache.</summary>
[MemoryDiagnoser]
public unsafe class LoopBenchmarks
{
    private const int Count = 65_536;

    // Operands begin in different cache sets.
    private const int Pitch = Count + 16;

    private readonly CpuKernel _map = CpuLoopKernel.Compile(
        new LoopSpec(
            [Count],
            [[1], [1], [1]],
            [[1]],
            new ScalarProgram(
                [
                    ScalarStep.Input(0),
                    ScalarStep.Input(1),
                    ScalarStep.Input(2),
                    ScalarStep.Apply(ScalarOp.Mul, 0, 1),
                    ScalarStep.Apply(ScalarOp.Add, 3, 2),
                    ScalarStep.Apply(ScalarOp.Tanh, 4),
                ],
                [5])),
        0);

    private readonly CpuKernel _sum = CpuReduceKernel.Compile(new ReduceSpec([], [Count], [[1]], [], ScalarProgram.Identity, ReduceKind.Sum), 0);

    private float* _arena;
    private long* _slots;

    [GlobalSetup]
    public void Setup()
    {
        _arena = (float*)NativeMemory.AlignedAlloc(4 * Pitch * sizeof(float), 64);
        _slots = (long*)NativeMemory.Alloc(4 * sizeof(long));
        for (int i = 0; i < 4 * Pitch; i++)
        {
            _arena[i] = MathF.Sin(i);
        }

        for (int slot = 0; slot < 4; slot++)
        {
            _slots[slot] = slot * Pitch;
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        NativeMemory.AlignedFree(_arena);
        NativeMemory.Free(_slots);
    }

    [Benchmark]
    public void FusedMap() => _map.Run(_arena, _slots, 0, 1);

    [Benchmark]
    public void TensorPrimitivesMap()
    {
        Span<float> result = Operand(3);
        TensorPrimitives.MultiplyAdd(Operand(0), Operand(1), Operand(2), result);
        TensorPrimitives.Tanh(result, result);
    }

    [Benchmark]
    public void Sum() => _sum.Run(_arena, _slots, 0, 1);

    [Benchmark]
    public float TensorPrimitivesSum() => TensorPrimitives.Sum(Operand(0));

    private Span<float> Operand(int operand) => new(_arena + (operand * Pitch), Count);
}
