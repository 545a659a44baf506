using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy.Auditing;
using FastDPMeta.Privacy.Sampling;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Auditing;

/// <summary>
/// Audits of a tiny model with worst-case canaries. Bugs are put in here, by building a step from wrong parts while the promise is that of the right plan: the product has no switch for them.
/// </summary>
public sealed class AuditTests : IDisposable
{
    private const int Inputs = 3, Hidden = 4, Classes = 2, Population = 400, Lot = 40, Rounds = 20, Runs = 200;
    private const float Clip = 0.5f;

    private readonly Device _device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
    private readonly Layer _model = new Sequential(new Dense(Inputs, Hidden, Activation.Tanh, name: "hidden"), new Dense(Hidden, Classes, name: "logits"));

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_sound_step_stays_below_its_promise_in_200_audits()
    {
        PrivacyPlan plan = Plan(noise: 1);
        StepSpec alone = CanaryObjective.Alone(Spec(plan));
        using PrivateStep step = new(alone, _device);
        for (uint run = 0; run < Runs; run++)
        {
            using RandomKey key = RandomKey.UnsafeFixed(100 + run);
            ReleaseAudit audit = ReleaseAudit.Run(step, alone, plan, key, 1000, 0.999);
            Assert.True(audit.Passed, $"run {run}: {audit.EpsilonLowerBound} > {audit.EpsilonPromised}");
            Assert.Equal((1000, 4), (audit.Repeats, audit.Findings.Count));
        }
    }

    /// <summary>The bound is worth something: a sound release that promised less than it gives would be found.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(4)]
    public void Noise_at_half_strength_is_caught_in_every_layer(double noise)
    {
        PrivacyPlan promised = Plan(noise);
        ReleaseAudit audit = Audit(Plan(noise / 2), promised, 7, ReleaseAudit.SuitableRepeats(noise));
        Assert.False(audit.Passed);
        Assert.All(audit.Findings, finding => Assert.True(finding.EpsilonLowerBound > audit.EpsilonPromised, $"{finding}"));
        Assert.True(Audit(promised, promised, 7, ReleaseAudit.SuitableRepeats(noise)).Passed);
    }

    [Fact]
    public void A_clip_skipped_for_one_layer_is_caught_and_the_layer_is_named()
    {
        PrivacyPlan promised = Plan(noise: 1);

        // The layer "logits" is clipped to twenty times the norm only, which is twice what a canary has; the noise is what the promise asks for.
        Clipping skipped = Clipping.PerLayer(Clip, 20 * Clip);
        PrivacyPlan wrong = Plan(noise: promised.NoiseStandardDeviation / skipped.Norm, skipped);
        Assert.Equal(promised.NoiseStandardDeviation, wrong.NoiseStandardDeviation, 1e-6f);
        ReleaseAudit audit = Audit(wrong, promised, 8, 1000);
        Assert.False(audit.Passed);
        Assert.All(audit.Findings, finding => Assert.Equal(finding.Parameter.StartsWith("logits", StringComparison.Ordinal), finding.EpsilonLowerBound > audit.EpsilonPromised));
    }

    [Fact]
    public void A_sampler_that_shuffles_is_caught_in_training_and_the_right_one_is_not()
    {
        PrivacyPlan plan = Plan(noise: 1);
        TrainingAudit shuffled = Train(plan, plan, 9, new AuditOptions { Canaries = 20, Trainings = 4 }, key => new ShufflingSampler(Population, Lot, key));
        Assert.False(shuffled.Passed);
        Assert.False(shuffled.Sampling!.Passed);
        SamplingFinding twice = shuffled.Sampling.Findings.Single(finding => finding.What.Contains("both rounds", StringComparison.Ordinal));
        Assert.Equal(0, twice.Observed);
        Assert.True(twice.PValue < 1e-30);

        TrainingAudit sound = Train(plan, plan, 9, new AuditOptions { Canaries = 20, Trainings = 4 });
        Assert.True(sound.Passed);
        Assert.True(sound.Sampling!.Passed);
    }

    [Fact]
    public void A_sound_training_stays_below_its_ledger_in_200_audits()
    {
        PrivacyPlan plan = Plan(noise: 1, rounds: 6);
        AuditOptions options = new() { Canaries = 20, Trainings = 1, Confidence = 0.95 };
        StepSpec beside = CanaryObjective.Beside(Spec(plan));
        using PrivateStep step = new(beside, _device);
        double largest = 0;
        for (uint run = 0; run < Runs; run++)
        {
            using RandomKey key = RandomKey.UnsafeFixed(500 + run);
            TrainingAudit audit = TrainingAudit.Run(step, beside, plan, new ExampleUnits(new Points()), _model.Initialize(3), key, options);
            Assert.True(audit.OneRun.EpsilonLowerBound <= audit.EpsilonSpent, $"run {run}: {audit.OneRun} > {audit.EpsilonSpent}");
            Assert.True(audit.Passed);
            largest = Math.Max(largest, audit.OneRun.EpsilonLowerBound);
        }

        Assert.True(largest < plan.Promise.Epsilon);
    }

    /// <summary>A training whose noise is next to nothing is told apart: what is promised for strong noise is refuted, and members are found far beyond what the promise allows.</summary>
    [Fact]
    public void Training_almost_without_noise_is_caught_by_one_run()
    {
        Layer wide = new Dense(20, 20, name: "wide");
        PrivacyPlan promised = Plan(noise: 4, lot: Population);
        PrivacyPlan wrong = Plan(noise: 0.05, lot: Population);
        TrainingAudit audit = Train(wrong, promised, 11, new AuditOptions { Canaries = 200, Trainings = 8, Rounds = 2, Confidence = 0.95 }, model: wide);
        Assert.False(audit.Passed);
        Assert.True(audit.OneRun.EpsilonLowerBound > audit.EpsilonSpent, $"{audit.OneRun}, {audit.EpsilonSpent}");
        Assert.InRange(audit.Membership.AreaUnderCurve, 0.97, 1);
        Assert.All(audit.Membership.Rates, rate => Assert.True(rate.TruePositiveRate > rate.Ceiling));
    }

    [Fact]
    public void Lots_of_poisson_sampling_pass_and_lots_of_a_fixed_size_do_not()
    {
        List<IReadOnlyList<int>> poisson = [], fixedSize = [];
        using RandomKey key = RandomKey.UnsafeFixed(77);
        using ISampler right = Plan(noise: 1).CreateSampler(Population, key);
        using ISampler wrong = new FixedSizeScheme(Population, Lot).CreateSampler(Population, key, key);
        for (int round = 0; round < 100; round++)
        {
            List<int> lot = [];
            right.Sample(round, lot);
            poisson.Add([.. lot]);
            wrong.Sample(round, lot);
            fixedSize.Add([.. lot]);
        }

        Assert.True(SamplingAudit.Of(poisson, Population, 0.1).Passed);
        Assert.False(SamplingAudit.Of(poisson, Population, 0.12).Passed); // another rate than accounted for
        Assert.False(SamplingAudit.Of(fixedSize, Population, 0.1).Passed);
        Assert.Throws<ArgumentException>(() => SamplingAudit.Of([], 5, 0.1));
    }

    [Fact]
    public void A_trainer_audits_itself_and_says_what_it_found()
    {
        using PrivateTrainer trainer = PrivateTrainer.Compile(
            _model, Loss.CrossEntropy, new Shape(Inputs), Shape.Scalar, Optimizer.Adam(1e-3), Plan(noise: 1), _device);
        float[] before = trainer.Parameters();
        AuditReport report = trainer.Audit(new Points(), new AuditOptions { Canaries = 20, Trainings = 3, Rounds = 4, Releases = 500 });
        Assert.True(report.Passed, report.Describe());
        Assert.Contains("Nothing found contradicts the promise", report.Describe(), StringComparison.Ordinal);
        Assert.Equal(4, report.Training.Rounds);
        Assert.Equal(3, report.Training.Trainings);
        Assert.Equal(4, report.Releases.Findings.Count);
        Assert.Equal(before, trainer.Parameters());
        Assert.Equal(0, trainer.Ledger.Spent.Epsilon); // an audit on canaries charges nothing to the run's own ledger
        Assert.Throws<ArgumentException>(() => trainer.Audit(new Points(), new AuditOptions { Canaries = 0 }));
    }

    /// <summary>The closed form at three noise multipliers against a sum over the two densities.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(4)]
    public void The_promise_of_one_release_is_the_integral_of_what_its_densities_differ_by(double noise)
    {
        const double Step = 1e-4;
        double sum = 0;
        for (double x = -12; x < 16; x += Step)
        {
            // In units of the noise: densities around 1/σ and 0.
            double with = Math.Exp(-(x - (1 / noise)) * (x - (1 / noise)) / 2), without = Math.Exp(-x * x / 2);
            sum += Math.Max(0, with - (Math.Exp(0.1) * without));
        }

        Assert.Equal(sum * Step / Math.Sqrt(2 * Math.PI), ReleaseAudit.GaussianDelta(noise, 0.1), 1e-7);
    }

    private static PrivacyPlan Plan(double noise, Clipping? clipping = null, int rounds = Rounds, int lot = Lot) => new(
        PrivacyUnit.Example, new PrivacyBudget(1000, 1e-5), new PoissonScheme(Population, lot), rounds, clipping ?? Clipping.Flat(Clip), noise, 1_000_000);

    private StepSpec Spec(PrivacyPlan plan, Layer? model = null)
    {
        model ??= _model;
        int inputs = model == _model ? Inputs : 20;
        return new StepSpec(ExampleObjective.Of(model, Loss.CrossEntropy, new Shape(inputs), Shape.Scalar), model.Layout, Optimizer.Sgd(0.1), plan, "example", 16);
    }

    private ReleaseAudit Audit(PrivacyPlan runs, PrivacyPlan promised, uint seed, int releases)
    {
        using RandomKey key = RandomKey.UnsafeFixed(100 + seed);
        return ReleaseAudit.Run(Spec(runs), promised, _device, key, releases, 0.999);
    }

    private TrainingAudit Train(PrivacyPlan runs, PrivacyPlan promised, uint seed, AuditOptions options, Func<RandomKey, ISampler>? sampler = null, Layer? model = null)
    {
        using RandomKey key = RandomKey.UnsafeFixed(500 + seed);
        float[] start = (model ?? _model).Initialize(3);
        return TrainingAudit.Run(Spec(runs, model), promised, new ExampleUnits(new Points { Inputs = model is null ? Inputs : 20 }), start, _device, key, options, sampler: sampler);
    }

    /// <summary>Every unit once an epoch, in an order drawn anew for each: what many training loops do, and no account of ours covers.</summary>
    private sealed class ShufflingSampler(int units, int lot, RandomKey key) : ISampler
    {
        private readonly RandomStream _random = new(key);
        private readonly int[] _order = [.. Enumerable.Range(0, units)];

        public int Units => units;

        public void Sample(long round, List<int> members)
        {
            int batch = (int)(round % (units / lot));
            if (batch == 0)
            {
                _random.Shuffle(_order.AsSpan());
            }

            members.Clear();
            members.AddRange(_order.AsSpan(batch * lot, lot));
            members.Sort();
        }

        public void Dispose() => _random.Dispose();
    }

    private sealed class Points : IExampleSource
    {
        public int Inputs { get; init; } = AuditTests.Inputs;

        public Shape InputShape => new(Inputs);

        public Shape TargetShape => Shape.Scalar;

        public void Fill(int example, Span<float> input, Span<float> target)
        {
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = MathF.Sin((example * 0.7f) + i);
            }

            target[0] = example % 2;
        }
    }
}
