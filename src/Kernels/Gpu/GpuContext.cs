using ILGPU;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>The one ILGPU context of the process: it knows the devices there are, and compiles for all of them.</summary>
internal static class GpuContext
{
    private static readonly Lazy<Context> Shared = new(Make);

    /// <summary>The context, made at first use. It lives as long as the process.</summary>
    public static Context Instance => Shared.Value;

    /// <summary>Settings every context that compiles our kernels must have; tests compile without a device under the same.</summary>
    /// <param name="builder">Of the new context.</param>
    public static void Configure(Context.Builder builder) =>
        // Aggressive: the constants of a spec must reach the bodies that emitted kernels call.
        builder.EnableAlgorithms().Inlining(InliningMode.Aggressive).Optimize(OptimizationLevel.O1);

    private static Context Make() => Context.Create(builder =>
    {
        Configure(builder);
        builder.CPU(new CPUDevice(numThreadsPerWarp: 4, numWarpsPerMultiprocessor: 4, numMultiprocessors: 1));

        // Without a driver these find nothing. A driver that is there and broken must not take the CPU down with it.
        Try(() => builder.Cuda());
        Try(() => builder.OpenCL());
    });

    private static void Try(Action register)
    {
        try
        {
            register();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or CudaException or CLException or NotSupportedException)
        {
            // No such devices, then: opening one by name says what is missing.
        }
    }
}
