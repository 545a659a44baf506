using System.Reflection;

namespace FastDPMeta.Kernels.Gpu;

/// <summary>
/// One kernel as ILGPU takes it: a method <c>(ArrayView&lt;float&gt; arena, Slots slots)</c> with the spec's extents and strides burnt in
/// as constants, and the shape of its launch.
/// </summary>
/// <param name="Method">The emitted method.</param>
/// <param name="Groups">Groups of a launch; 0 when there is nothing to do.</param>
/// <param name="Group">Threads of a group.</param>
internal sealed record GpuKernel(MethodInfo Method, int Groups, int Group);
