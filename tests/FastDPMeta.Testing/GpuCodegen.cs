using System.Reflection;
using FastDPMeta.Kernels.Gpu;
using FastDPMeta.Kernels.Spec;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace FastDPMeta.Testing;

/// <summary>The text of one kernel as a driver would receive it.</summary>
/// <param name="Name">Kind and place in the list, as <c>matmul_3</c>.</param>
/// <param name="Spec">What it computes.</param>
/// <param name="Text">PTX or OpenCL C.</param>
public sealed record GeneratedKernel(string Name, KernelSpec Spec, string Text);

/// <summary>Compiles kernels for devices that need not be there. One object is one target; equal specs are compiled once.</summary>
public sealed class GpuCodegen : IDisposable
{
    // What every CUDA device and all OpenCL devices worth having allow.
    private static readonly GpuLimits Limits = new(256);

    private readonly Context _context;
    private readonly Backend _backend;

    private GpuCodegen(Func<Context, Backend> backend)
    {
        _context = Context.Create(GpuContext.Configure);
        _backend = backend(_context);
    }

    /// <summary>PTX for an architecture.</summary>
    /// <param name="major">As 9 of sm_90.</param>
    /// <param name="minor">As 0 of sm_90.</param>
    public static GpuCodegen Ptx(int major, int minor)
    {
        CudaArchitecture architecture = new(major, minor);

        // Its constructor is not public, although that of the backend which needs one is.
        CudaCapabilityContext capabilities = (CudaCapabilityContext)Activator.CreateInstance(
            typeof(CudaCapabilityContext), BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, [architecture], null)!;
        return new GpuCodegen(context => new PTXBackend(context, capabilities, architecture, CudaInstructionSet.ISA_80, nvvmAPI: null));
    }

    /// <summary>OpenCL C 2.0 for a device with the generic address space and nothing else.</summary>
    public static GpuCodegen OpenCl()
    {
        CLCapabilityContext capabilities = new(false, false, false, true, false);
        return new GpuCodegen(context => new CLBackend(context, capabilities, CLDeviceVendor.Other, CLBackend.MinimumVersion));
    }

    /// <summary>The text of every kernel of a program.</summary>
    /// <param name="program">The program; equal specs appear once.</param>
    public IReadOnlyList<GeneratedKernel> Generate(KernelProgram program) => Generate(Specs(program.Instructions));

    /// <summary>The text of every spec's kernel.</summary>
    /// <param name="specs">The specs; equal ones appear once.</param>
    public IReadOnlyList<GeneratedKernel> Generate(IEnumerable<KernelSpec> specs)
    {
        List<GeneratedKernel> kernels = [];
        foreach (KernelSpec spec in specs.Distinct())
        {
            CompiledKernel compiled = GpuKernels.Compile(_backend, GpuKernels.Build(spec, Limits));
            string text = compiled is PTXCompiledKernel ptx ? ptx.PTXAssembly : ((CLCompiledKernel)compiled).Source;
            kernels.Add(new GeneratedKernel($"{spec.Kind}_{kernels.Count}", spec, text));
        }

        return kernels;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }

    private static IEnumerable<KernelSpec> Specs(IEnumerable<Instruction> instructions) => instructions.SelectMany(instruction => instruction switch
    {
        Launch launch => [launch.Spec],
        Repeat repeat => Specs(repeat.Body),
        _ => Enumerable.Empty<KernelSpec>(),
    });
}
