using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;
using FastDPMeta.Privacy.Mechanisms;
using FastDPMeta.Privacy.Sampling;

namespace FastDPMeta.Privacy.Tests.Mechanisms;

public sealed class ItemOffsetsTests
{
    private const int Items = 30;
    private static readonly ItemOffsetOptions Options = new() { Clip = 1.5 };

    [Fact]
    public void No_person_moves_the_sums_by_more_than_the_clip()
    {
        RatedItems[] others = [.. Enumerable.Range(0, 5).Select(i => Person(3 + (4 * i), i))];
        foreach (RatedItems person in (RatedItems[])[Person(1, 0), Person(30, 3), new([4, 4, 4, 4, 5], [5, 5, 5, 5, 0.5f])])
        {
            double[] with = ItemOffsets.Sums([.. others, person], Items, Options);
            double[] without = ItemOffsets.Sums(others, Items, Options);
            Assert.InRange(Math.Sqrt(with.Zip(without, (a, b) => (a - b) * (a - b)).Sum()), 0, Options.Clip * (1 + 1e-12));
        }

        double[] alone = ItemOffsets.Sums([Person(30, 3)], Items, Options);
        Assert.Equal(Options.Clip, Math.Sqrt(alone.Sum(value => value * value)), 12); // a long history is scaled to exactly the clip
    }

    [Fact]
    public void Noise_has_the_promised_deviation()
    {
        // 4,000 numbers: the sample deviation lies within 6 standard errors, 1/√(2·4000) each, but with probability 2e-9.
        const int Many = 2000;
        using RandomKey key = RandomKey.UnsafeFixed(5);
        RatedItems one = new([0], [3.5f]);
        ItemOffsets released = ItemOffsets.Release([one], Many, 2, Options, key);
        double[] counts = [.. released.Counts];
        double half = counts.Count(count => count > 0) / (double)Many; // noise below 0 is held at 0
        Assert.InRange(half, 0.5 - (6 * 0.5 / Math.Sqrt(Many)), 0.5 + (6 * 0.5 / Math.Sqrt(Many)));
        Assert.Equal(2 * Options.Clip / Options.CountWeight, released.CountDeviation, 6);
        double rms = Math.Sqrt(counts.Where(count => count > 0).Average(count => count * count));
        Assert.InRange(rms / released.CountDeviation, 1 - (6 / Math.Sqrt(Many)), 1 + (6 / Math.Sqrt(Many)));
    }

    [Fact]
    public void With_hardly_any_noise_offsets_are_the_shrunken_means_of_clipped_residuals()
    {
        RatedItems[] people = [.. Enumerable.Range(0, 8).Select(i => Person(6, i))];
        using RandomKey key = RandomKey.UnsafeFixed(6);
        ItemOffsetOptions wide = new() { Clip = 1e3, ResidualVariance = 0.4 };
        ItemOffsets released = ItemOffsets.Release(people, Items, 1e-9, wide, key);
        double[] sums = ItemOffsets.Sums(people, Items, wide);
        for (int item = 0; item < Items; item++)
        {
            double count = sums[Items + item] / wide.CountWeight;
            Assert.Equal(count, released.Counts[item], 4);
            double expected = count == 0 ? 0 : sums[item] / (count + (wide.ResidualVariance / wide.OffsetVariance)); // S·N·τ/(N²τ + Nρ)
            Assert.Equal(expected, released.Offsets[item], 1e-5);
        }
    }

    [Fact]
    public void Offsets_and_training_together_pass_one_ledger_and_use_it_up()
    {
        const double Epsilon = 8, Delta = 1e-5;
        const int People = 400, Rounds = 40;
        SamplingScheme sampling = SamplingScheme.Poisson(People, People);
        IReadOnlyList<double> noise = BudgetSplit.LedgerNoiseMultipliers(
            [ItemOffsets.Event, sigma => new SelfComposedEvent(sampling.Event(sigma), Rounds)], [1, Math.Sqrt(Rounds)], Epsilon, Delta);
        PrivacyPlan plan = new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(Epsilon, Delta)).Poisson(People, People, Rounds).ClipTo(1).NoiseMultiplier(noise[1]).Build();
        using PrivacyLedger ledger = PrivacyLedger.InMemory(plan);
        ledger.Charge(ItemOffsets.Event(noise[0]), 0);
        for (int round = 1; round <= Rounds; round++)
        {
            ledger.Charge(round);
        }

        Assert.InRange(ledger.Spent.Epsilon, Epsilon * (1 - 1e-5), Epsilon);
        Assert.Throws<PrivacyBudgetException>(() => ledger.Charge(Rounds + 1));

        // Without sampling, releases of σ and σ√T, T times, are together one of σ/√2.
        Assert.Equal(Accountant.NoiseMultiplier(1, 1, Epsilon, Delta) * Math.Sqrt(2), noise[0], 5);
    }

    [Fact]
    public void What_is_out_of_range_is_refused_together()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ItemOffsets.Release([Person(3, 0)], Items, 1, new() { Clip = 0, OffsetVariance = double.NaN }));
        Assert.All((string[])["Clip", "OffsetVariance"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.Contains("item 6", Assert.Throws<ArgumentException>(() => ItemOffsets.Release([new([6], [1])], 6, 1)).Message, StringComparison.Ordinal);
    }

    private static RatedItems Person(int count, int start) =>
        new([.. Enumerable.Range(0, count).Select(i => (i + (start * 5)) % Items)], [.. Enumerable.Range(0, count).Select(i => 0.5f + (((i * 3) + start) % 10 * 0.5f))]);
}
