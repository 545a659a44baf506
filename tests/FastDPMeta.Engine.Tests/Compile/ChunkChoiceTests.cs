using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels;

namespace FastDPMeta.Engine.Tests.Compile;

public sealed class ChunkChoiceTests
{
    private const long NearFloats = 2 * 1024 * 1024 / sizeof(float);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void What_does_not_grow_with_the_chunk_does_not_count(int most) => Assert.Equal(most, Choose(most, units => 1_000_000_000 + units));

    [Fact]
    public void A_chunk_fills_the_near_caches() => Assert.Equal(16, Choose(64, units => units * NearFloats / 16));

    [Fact]
    public void A_unit_that_overflows_the_near_caches_is_computed_alone() => Assert.Equal(1, Choose(64, units => units * NearFloats * 3));

    [Fact]
    public void Units_are_spread_over_the_chunks_evenly() => Assert.Equal(32, Choose(64, units => units * NearFloats / 47));

    [Fact]
    public void The_choice_does_not_depend_on_the_number_of_threads()
    {
        static long Floats(int units) => units * NearFloats / 10;
        using Device one = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Device two = Device.Open("cpu", new DeviceOptions { Threads = 2 });
        Assert.Equal(ChunkChoice.Of(one, 64, Floats), ChunkChoice.Of(two, 64, Floats));
    }

    private static int Choose(int most, Func<int, long> floats)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        return ChunkChoice.Of(device, most, floats);
    }
}
