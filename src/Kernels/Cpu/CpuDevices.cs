namespace FastDPMeta.Kernels.Cpu;

/// <summary>The one device that every machine has.</summary>
internal sealed class CpuDevices : DeviceSource
{
    /// <inheritdoc/>
    public override string Family => "CPU";

    /// <inheritdoc/>
    public override IReadOnlyList<DeviceInfo> List(DeviceOptions options) =>
        [CpuDevice.Describe(CpuDevice.ChooseVectorBits(options), CpuDevice.ChooseThreads(options))];

    /// <inheritdoc/>
    public override bool Owns(string name) => name == CpuDevice.Name;

    /// <inheritdoc/>
    public override Device Open(string name, DeviceOptions options) => new CpuDevice(options);
}
