using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Tests.Sampling;

public sealed class CyclicSamplerTests
{
    [Theory]
    [InlineData(100, 10)]
    [InlineData(101, 100)]
    [InlineData(1000, 7)]
    [InlineData(5, 5)]
    [InlineData(3, 1)]
    public void Every_unit_is_in_exactly_one_batch_of_an_epoch(int population, int lot)
    {
        PrivacyPlan plan = Plan(population, lot);
        using ISampler sampler = plan.CreateSampler(population);
        int batches = plan.Sampling.RoundsPerEvent;
        for (int epoch = 0; epoch < 2; epoch++)
        {
            List<int> all = [];
            foreach (List<int> batch in Batches(sampler, (long)epoch * batches, batches))
            {
                Assert.InRange(batch.Count, population / batches, lot);
                Assert.Equal(batch.Order(), batch);
                all.AddRange(batch);
            }

            Assert.Equal(Enumerable.Range(0, population), all.Order());
        }
    }

    [Fact]
    public void Every_process_and_every_epoch_has_the_same_batches()
    {
        PrivacyPlan plan = Plan(100, 9);
        using ISampler first = plan.CreateSampler(100);
        using ISampler resumed = plan.CreateSampler(100);
        List<List<int>> begun = Batches(first, 0, 12);
        Assert.Equal(begun, Batches(first, 12, 12));
        Assert.Equal(begun.Skip(5), Batches(resumed, 5, 7)); // goes on in the middle of the epoch, under another secret key
    }

    [Fact]
    public void A_missing_unit_leaves_its_place_empty_and_moves_no_other()
    {
        PrivacyPlan plan = Plan(60, 10);
        using ISampler all = plan.CreateSampler(60);
        using ISampler fewer = plan.CreateSampler(59);
        foreach ((List<int> with, List<int> without) in Batches(all, 0, 6).Zip(Batches(fewer, 0, 6)))
        {
            Assert.Equal(with.Where(unit => unit < 59), without);
        }
    }

    [Fact]
    public void The_order_is_not_that_of_the_units()
    {
        using ISampler sampler = Plan(1000, 100).CreateSampler(1000);
        List<int> batch = Batches(sampler, 0, 1)[0];
        Assert.InRange(batch.Max(), 900, 999); // of 100 random places one lies in the last tenth, but for 1e-5 of orders; this order is fixed
    }

    private static PrivacyPlan Plan(int population, int lot) => Plans.Builder().Cyclic(population, lot, epochs: 3).Build();

    private static List<List<int>> Batches(ISampler sampler, long first, int count)
    {
        List<List<int>> batches = [];
        for (long round = first; round < first + count; round++)
        {
            List<int> lot = [];
            sampler.Sample(round, lot);
            batches.Add(lot);
        }

        return batches;
    }
}
