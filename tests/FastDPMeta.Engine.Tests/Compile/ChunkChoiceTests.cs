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
    public void What_does_not_grow_with_the_chunk_does_not_count(int lot) => Assert.Equal(lot, Choose(lot, units => 1_000_000_000 + units));

    [Fact]
    public void A_chunk_fills_the_near_caches() => Assert.Equal(16, Choose(512, units => units * NearFloats / 16));

    [Fact]
    public void Units_that_overflow_the_near_caches_come_in_fours_so_that_weights_are_read_less_often() =>
        Assert.Equal(4, Choose(64, units => units * NearFloats * 3));

    [Fact]
    public void Units_far_larger_than_the_near_caches_are_computed_one_by_one() => Assert.Equal(1, Choose(64, units => units * NearFloats * 5));

    [Fact]
    public void Units_are_spread_over_the_chunks_evenly() => Assert.Equal(43, Choose(1024, units => units * NearFloats / 43));

    [Fact]
    public void Lanes_have_something_to_share_unless_a_chunk_were_not_worth_its_launches()
    {
        Assert.Equal(16, Choose(64, units => units * NearFloats / 64));
        Assert.Equal(4, Choose(16, units => units * NearFloats / 64));
        Assert.Equal(64, Choose(64, units => units * 400));
    }

    [Fact]
    public void The_choice_does_not_depend_on_the_number_of_threads()
    {
        static long Floats(int units) => units * NearFloats / 10;
        using Device one = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using Device four = Device.Open("cpu", new DeviceOptions { Threads = 4 });
        foreach (int lot in (int[])[1, 3, 16, 64, 256, 1024, 65_536])
        {
            int chunk = ChunkChoice.Of(one, lot, 64, Floats);
            Assert.Equal(chunk, ChunkChoice.Of(four, lot, 64, Floats));
            Assert.InRange(chunk, 1, Math.Min(64, lot));
        }
    }

    private static int Choose(int lot, Func<int, long> floats)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        return ChunkChoice.Of(device, lot, 256, floats);
    }
}
