using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Tests.Memory;

public sealed class CpuArenaTests
{
    [Fact]
    public void Arena_is_zero_aligned_and_keeps_regions_apart()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Arena arena = device.Allocate(new ArenaLayout(SharedFloats: 5, LaneFloats: 7, Lanes: 3));
        float[] all = new float[7];
        arena.Read(Region.Lane, 2, 0, all);
        Assert.All(all, value => Assert.Equal(0f, value));
        Assert.Equal(4 * (5 + 21), arena.Bytes);

        arena.Write(Region.Lane, 1, 2, [1, 2, 3]);
        arena.Write(Region.Shared, 0, 4, [9]);
        arena.Read(Region.Lane, 1, 0, all);
        Assert.Equal([0, 0, 1, 2, 3, 0, 0], all);
        arena.Read(Region.Lane, 0, 0, all);
        Assert.All(all, value => Assert.Equal(0f, value));
        unsafe
        {
            Assert.Equal(0u, (nuint)((CpuArena)arena).Memory % CpuArena.Alignment);
        }
    }

    [Fact]
    public void Elements_written_in_place_are_those_that_are_read()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Arena arena = device.Allocate(new ArenaLayout(SharedFloats: 5, LaneFloats: 7, Lanes: 3));
        arena.HostSpan(Region.Lane, 2, 3, 2)[1] = 6;
        float[] all = new float[7];
        arena.Read(Region.Lane, 2, 0, all);
        Assert.Equal([0, 0, 0, 0, 6, 0, 0], all);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.HostSpan(Region.Lane, 2, 6, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.HostSpan(Region.Lane, 3, 0, 1).Length);
    }

    [Fact]
    public void Ranges_outside_and_impossible_layouts_are_refused()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        Arena arena = device.Allocate(new ArenaLayout(5, 7, 3));
        float[] two = new float[2];
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Write(Region.Shared, 0, 4, two));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Read(Region.Lane, 0, 6, two));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Read(Region.Lane, 3, 0, two));
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Read(Region.Lane, 0, -1, two));
        Assert.Throws<ArgumentException>(() => device.Allocate(new ArenaLayout(-1, 0, 1)));
        Assert.Throws<ArgumentException>(() => device.Allocate(new ArenaLayout(0, 0, 0)));
        Assert.Throws<ArgumentException>(() => device.Allocate(new ArenaLayout(0, long.MaxValue / 8, 16)));
        arena.Dispose();
        arena.Dispose();
        Assert.Throws<ObjectDisposedException>(() => arena.Read(Region.Shared, 0, 0, two));
    }

    [Fact]
    public void Too_little_memory_is_a_device_error_that_says_how_much_was_asked_for()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        DeviceException thrown = Assert.Throws<DeviceException>(() => device.Allocate(new ArenaLayout(0, 1L << 58, 1)));
        Assert.Contains($"{1L << 60:N0} bytes", thrown.Message, StringComparison.Ordinal);
    }
}
