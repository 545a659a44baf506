using FastDPMeta.Kernels.Gpu;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Gpu;

public sealed class GpuDevicesTests(DebugFixture fixture) : IClassFixture<DebugFixture>
{
    [Fact]
    public void Listing_devices_works_without_any_driver_and_ends_with_the_debugger()
    {
        IReadOnlyList<DeviceInfo> devices = GpuDevices.All();
        Assert.Equal("debug", devices[^1].Name);
        Assert.Equal(DeviceKind.Debug, devices[^1].Kind);
        Assert.Equal(devices.Count, devices.Select(device => device.Name).Distinct().Count());
        Assert.All(devices, device => Assert.True(GpuDevices.Owns(device.Name)));
    }

    [Theory]
    [InlineData("cuda:99", "NVIDIA")]
    [InlineData("opencl:99", "OpenCL")]
    [InlineData("abacus", "cuda:<n>")]
    public void A_device_that_is_not_there_is_refused_with_what_to_do(string name, string remedy)
    {
        DeviceException exception = Assert.Throws<DeviceException>(() => GpuDevices.Open(name));
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
        Assert.Contains("use 'cpu'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_arena_beyond_what_kernels_address_is_refused()
    {
        DeviceException exception = Assert.Throws<DeviceException>(() => fixture.Device.Allocate(new ArenaLayout(0, 1L << 30, 3)));
        Assert.Contains("3221225472", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_with_more_slots_than_a_launch_carries_is_refused()
    {
        EquatableArray<int> stride = [1];
        LoopSpec spec = new([4], Enumerable.Repeat(stride, Slots.Capacity).ToEquatableArray(), [stride], ScalarProgram.Identity);
        DeviceException exception = Assert.Throws<DeviceException>(() => GpuKernels.Build(spec, fixture.Device.Limits));
        Assert.Contains("17 slots", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_specs_share_one_kernel()
    {
        int before = fixture.Device.CompiledKernels;
        for (int i = 0; i < 3; i++)
        {
            LoopSpec spec = new([5, 2], [[2, 1]], [[1, 5]], ScalarProgram.Identity);
            GpuLaunch.Run(fixture.Device, spec, new float[20], [0, 10]);
        }

        Assert.Equal(before + 1, fixture.Device.CompiledKernels);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(11, 0)]
    [InlineData(4, 4)]
    public void A_slot_outside_its_region_is_refused(long offset, long step)
    {
        LoopSpec spec = new([1], [[1]], [[1]], ScalarProgram.Identity);
        Launch launch = new(spec, [new Slot(Region.Lane, offset, [step]), new Slot(Region.Lane, 0, [])], "copy");
        using Kernels.Memory.Arena arena = fixture.Device.Allocate(new ArenaLayout(0, 10, 1));
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => fixture.Device.Prepare(new KernelProgram([new Repeat(3, [launch])]), arena));
        Assert.Contains("'copy'", exception.Message, StringComparison.Ordinal);
    }
}
