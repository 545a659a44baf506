using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>Makes the kernel of a spec.</summary>
internal static class CpuCompiler
{
    /// <summary>Compiles a sound spec.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="vectorBits">512, 256 or 128.</param>
    public static CpuKernel Compile(KernelSpec spec, int vectorBits) => spec switch
    {
        LoopSpec loop => CpuLoopKernel.Compile(loop, vectorBits),
        ReduceSpec reduce => CpuReduceKernel.Compile(reduce, vectorBits),
        MatMulSpec matMul => CpuMatMul.Compile(matMul, vectorBits),
        NoiseSpec noise => Noise(noise, vectorBits),
        GatherSpec gather => new CpuGather(gather),
        ScatterAddSpec scatter => new CpuScatterAdd(scatter),
        RowGroupSpec groups => new CpuRowGroups(groups),
        FoldSpec fold => new CpuFold(fold),
        _ => throw new DeviceException($"The CPU device has no kernel for a {spec.Kind} spec ({spec.GetType().Name})."),
    };

    private static CpuKernel Noise(NoiseSpec spec, int vectorBits) => vectorBits switch
    {
        512 => new CpuNoise<NoiseLane512, Vector512<uint>>(spec),
        256 => new CpuNoise<NoiseLane256, Vector256<uint>>(spec),
        _ => new CpuNoise<NoiseLane128, Vector128<uint>>(spec),
    };
}
