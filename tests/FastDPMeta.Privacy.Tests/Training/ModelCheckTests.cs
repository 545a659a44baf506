using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Privacy.Tests.Training;

public sealed class ModelCheckTests
{
    private static readonly Sequential Sound = new Sequential(new Dense(4, 3, Activation.Tanh, name: "hidden"), new Dense(3, 2, name: "logits"));

    [Fact]
    public void A_sound_model_has_no_problems_and_learns_how_the_noise_compares()
    {
        PrivacyPlan plan = Plans.Builder().Protect(PrivacyUnit.Example).ClipTo(0.5f).Build();
        ModelReport report = ModelCheck.Explain(Sound, Loss.CrossEntropy, new Shape(4), plan: plan);
        Assert.False(report.HasProblems, report.ToString());

        // 4·3 + 3 + 3·2 + 2 = 23 parameters.
        string noise = (plan.NoiseMultiplier * 0.5 * Math.Sqrt(23) / 256).ToString("g3", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"23 parameters: in a round the noise is {noise} long and the mean gradient at most 0.5", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_its_input_is_told_so_by_the_layer()
    {
        ModelReport report = ModelCheck.Explain(Sound, Loss.CrossEntropy, new Shape(5));
        Assert.True(report.HasProblems);
        Assert.Contains("can't be run on one input of [5]", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("hidden", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_the_loss_does_not_see_is_named()
    {
        ModelReport report = ModelCheck.Explain(new Forgetful(), Loss.CrossEntropy, new Shape(4));
        Assert.Contains("forgotten never gets a gradient", Assert.Single(report.Findings, finding => finding.IsProblem).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_begins_not_finite_is_told_with_its_line()
    {
        Loss logarithm = Loss.MeanSquaredError with { Value = (output, target) => (output - output).Log().Sum() };
        ModelReport report = ModelCheck.Explain(Sound, logarithm, new Shape(4));
        Assert.Contains("The loss at the start is -Infinity", report.ToString().Replace("-∞", "-Infinity", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("ModelCheckTests.cs:", report.ToString(), StringComparison.Ordinal);
        Assert.True(report.HasProblems);
    }

    [Fact]
    public void A_loss_that_is_no_scalar_is_refused() =>
        Assert.Contains("must be a scalar", ModelCheck.Explain(Sound, Loss.MeanSquaredError with { Value = (output, _) => output }, new Shape(4)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_batch_normalisation_is_explained_at_its_line_with_what_to_use_instead()
    {
        Computation batch = Computation.Trace([new Shape(6, 3)], x => (x[0] - x[0].Mean(0)) * 2.0);
        ModelReport report = ModelCheck.Explain(batch, "example", [0]);
        Assert.True(report.HasProblems);
        Assert.Contains("GroupNorm", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("ModelCheckTests.cs:", report.ToString(), StringComparison.Ordinal);

        Assert.Contains("No example sees another", ModelCheck.Explain(Computation.Trace([new Shape(6, 3)], x => x[0] * 2.0), "example", [0]).ToString(), StringComparison.Ordinal);
    }

    /// <summary>Has a parameter that it never uses.</summary>
    private sealed class Forgetful() : Layer("forgetful")
    {
        public override IReadOnlyList<ParameterSpec> Parameters { get; } =
        [
            new("weight", new Shape(4, 2), Initializer.GlorotUniform, 4, 2), new("forgotten", new Shape(3), Initializer.Zeros, 3, 3),
        ];

        public override Shape OutputShape(Shape input) => new(2);

        protected override Tensor Compute(Tensor input, ReadOnlySpan<Tensor> parameters) => input.Reshape(1, 4).MatMul(parameters[0]).Reshape(2);
    }
}
