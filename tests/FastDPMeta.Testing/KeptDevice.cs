using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <summary>A device that outlives its users, so that kernels compiled for one test serve the next: disposing it does nothing.</summary>
/// <param name="inner">Who does the work.</param>
public sealed class KeptDevice(Device inner) : Device
{
    public override DeviceInfo Info => inner.Info;

    public override int Lanes => inner.Lanes;

    public override Arena Allocate(ArenaLayout layout) => inner.Allocate(layout);

    public override Replay Prepare(KernelProgram program, Arena arena) => inner.Prepare(program, arena);

    public override void RunLanes(int lanes, Action<int> body) => inner.RunLanes(lanes, body);

    protected override void Dispose(bool disposing)
    {
    }
}
