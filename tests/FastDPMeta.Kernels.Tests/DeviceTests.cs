using FastDPMeta.Kernels.Cpu;

namespace FastDPMeta.Kernels.Tests;

public sealed class DeviceTests
{
    [Fact]
    public void Processor_is_listed_last_before_the_debugger_and_opens_by_name_in_any_case()
    {
        Assert.Contains(Device.All(), info => info.Name == "cpu" && info.Kind == DeviceKind.Cpu);
        using Device device = Device.Open("CPU", new DeviceOptions { Threads = 3, VectorBits = 128 });
        Assert.Equal(3, device.Lanes);
        Assert.Equal(DeviceKind.Cpu, device.Info.Kind);
        Assert.EndsWith("3 threads", device.Info.Description, StringComparison.Ordinal);
        Assert.Equal("asked for by name", device.Choice);
    }

    [Fact]
    public void Unknown_name_lists_the_names_there_are()
    {
        DeviceException thrown = Assert.Throws<DeviceException>(() => Device.Open("tpu"));
        Assert.Contains("'tpu'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("cpu", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Best_says_why_it_was_chosen()
    {
        using Device device = Device.Best(new DeviceOptions { Threads = 1 });
        Assert.Contains(device.Info.Name, device.Choice, StringComparison.Ordinal);
        Assert.Contains(device.Info.Description, device.Choice, StringComparison.Ordinal);
    }

    [Fact]
    public void All_impossible_options_are_named_at_once()
    {
        DeviceException thrown = Assert.Throws<DeviceException>(() => Device.Open("cpu", new DeviceOptions { Threads = -1, VectorBits = 100 }));
        Assert.Contains("Threads is -1", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("VectorBits is 100", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Width_is_at_most_what_the_hardware_has()
    {
        using CpuDevice device = new(new DeviceOptions { VectorBits = 512, Threads = 1 });
        Assert.Equal(CpuDevice.HardwareVectorBits, device.VectorBits);
    }

    [Fact]
    public void Lanes_run_once_each_on_their_own_worker()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 3 });
        int[] calls = new int[10];
        int[] threads = new int[10];
        device.RunLanes(10, lane =>
        {
            calls[lane]++;
            threads[lane] = Environment.CurrentManagedThreadId;
        });

        Assert.All(calls, count => Assert.Equal(1, count));
        for (int lane = 3; lane < 10; lane++)
        {
            Assert.Equal(threads[lane - 3], threads[lane]);
        }
    }

    [Fact]
    public void Lanes_inside_lanes_are_refused_and_the_device_stays_usable()
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 2 });
        Assert.Throws<InvalidOperationException>(() => device.RunLanes(2, _ => device.RunLanes(1, _ => { })));
        int count = 0;
        device.RunLanes(5, _ => Interlocked.Increment(ref count));
        Assert.Equal(5, count);
    }
}
