using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Engine.Transforms;
using FastDPMeta.Kernels;
using FastDPMeta.Testing;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Normalisation over the examples of a task, against sums written out by hand.</summary>
public sealed class TaskNormTests
{
    private const double Epsilon = 1e-3;
    private static readonly Shape Input = new(2, 3); // channel, position
    private static readonly double[][] Parameters = [Values.Walk(2, 0.3, 0.5, 1.5), Values.Walk(2, 0.7)];

    [Theory]
    [InlineData(NormKind.PerTask)]
    [InlineData(NormKind.Transductive)]
    public void Support_rows_are_normalised_over_examples_and_positions(NormKind kind)
    {
        double[] support = Values.Walk(4 * Input.Count, 0.2, -2, 3);
        Assert.InRange(Numeric.RelativeError(Run(kind, support, [])[0], ByHand(support, support)), 0, 1e-13);
    }

    [Fact]
    public void Queries_take_the_statistics_of_the_support_set_when_they_are_per_task()
    {
        double[] support = Values.Walk(4 * Input.Count, 0.2, -2, 3);
        double[] queries = Values.Walk(5 * Input.Count, 0.9, -1, 4);
        Assert.InRange(Numeric.RelativeError(Run(NormKind.PerTask, support, queries)[1], ByHand(queries, support)), 0, 1e-13);
    }

    [Fact]
    public void Queries_take_one_anothers_statistics_when_transductive()
    {
        double[] support = Values.Walk(4 * Input.Count, 0.2, -2, 3);
        double[] queries = Values.Walk(5 * Input.Count, 0.9, -1, 4);
        Assert.InRange(Numeric.RelativeError(Run(NormKind.Transductive, support, queries)[1], ByHand(queries, queries)), 0, 1e-13);
    }

    [Theory]
    [InlineData(NormKind.PerTask, true)]
    [InlineData(NormKind.Transductive, false)]
    public void What_is_predicted_for_a_query_depends_on_the_others_only_when_transductive(NormKind kind, bool alone)
    {
        Sequential model = new(new Dense(2, 4, bias: false), new TaskNorm(4, kind), new ActivationLayer(Activation.Tanh), new Dense(4, 3));
        Maml learner = new(new() { Way = 3, Shot = 2, Query = 2, InnerRate = 0.1 });
        TaskShape shape = learner.Options.TaskShape(new Shape(2));
        double[][] parameters = [.. model.Parameters.Select((parameter, i) => Values.Walk(parameter.Shape.Count, 0.1 + (0.2 * i), -0.9, 0.9))];
        double[] queries = Values.Walk(12, 0.6, -2, 2);
        double[] changed = [.. queries.Select((value, i) => i < 2 ? value : value + 1)];
        double[] Predicted(double[] x) => Interpreter.Run(
            learner.Evaluate(model, Loss.CrossEntropy, shape, steps: 1), [.. parameters, Values.Walk(12, 0.2, -2, 2), [0, 1, 2, 0, 1, 2], x, [0, 0, 1, 1, 2, 2]])[0][..3];
        Assert.Equal(alone, Predicted(queries).SequenceEqual(Predicted(changed)));
    }

    [Fact]
    public void A_deep_network_of_images_hands_its_statistics_on_in_order()
    {
        // Evaluated as a whole and, with the state of Adapt, query by query: the same logits, if every normalisation finds its own numbers.
        Sequential model = Models.OmniglotConv(NormKind.PerTask, filters: 4, blocks: 2, classes: 2);
        Maml learner = new(new() { Way = 2, Shot = 2, Query = 1, InnerRate = 0.1 });
        TaskShape shape = learner.Options.TaskShape(Models.OmniglotImage);
        float[] first = model.Initialize(4);
        double[][] parameters = [.. model.Parameters.Select((_, i) => model.Layout.Part(first, i).ToArray().Select(value => (double)value).ToArray())];
        double[] support = Values.Walk(shape.SupportInputs.Count, 0.2, 0, 1);
        double[] queries = Values.Walk(shape.QueryInputs.Count, 0.5, 0, 1);
        double[] whole = Interpreter.Run(learner.Evaluate(model, Loss.CrossEntropy, shape, 2), [.. parameters, support, [0, 1, 0, 1], queries, [0, 1]])[0];
        double[][] state = Interpreter.Run(learner.Adapt(model, Loss.CrossEntropy, shape, 2), [.. parameters, support, [0, 1, 0, 1]]);
        Assert.Equal(model.Parameters.Count + 4, state.Length); // a mean and a variance for each of two blocks
        Assert.All(state[^4..], numbers => Assert.Equal(4, numbers.Length));
        double[] later = Interpreter.Run(learner.Predict(model, shape), [.. state, queries])[0];
        Assert.InRange(Numeric.RelativeError(later, whole), 0, 1e-12);
    }

    [Fact]
    public void A_block_with_a_shortcut_keeps_statistics_of_both_sides_apart()
    {
        Residual block = new(new Sequential(new Dense(2, 3), new TaskNorm(3, NormKind.PerTask)), new Sequential(new Dense(2, 3), new TaskNorm(3, NormKind.PerTask)));
        Assert.Equal(4, block.Statistics.Count);
        double[][] parameters = [.. block.Parameters.Select((parameter, i) => Values.Walk(parameter.Shape.Count, 0.1 + (0.2 * i)))];
        double[] rows = Values.Walk(8, 0.3, -2, 2);
        Computation both = Computation.Trace([.. block.Parameters.Select(parameter => parameter.Shape), new Shape(4, 2)], arguments =>
        {
            (Tensor outputs, Tensor[] state) = Batched.SupportState(block, arguments.AsSpan(..^1), arguments[^1]);
            return [outputs, Batched.Query(block, state, arguments[^1])];
        });
        double[][] results = Interpreter.Run(both, [.. parameters, rows]);
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void One_example_alone_is_refused_in_words()
    {
        Sequential model = new(new Dense(2, 4), new TaskNorm(4, NormKind.PerTask));
        ShapeException error = Assert.Throws<ShapeException>(() => model.Trace(new Shape(2)));
        Assert.Contains("taskNorm: takes its statistics over the examples of a task, and was given one example alone", error.Message, StringComparison.Ordinal);
        Assert.Contains("take GroupNorm or LayerNorm", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NormKind.None)]
    [InlineData(NormKind.Group)]
    [InlineData(NormKind.Layer)]
    public void Kinds_that_look_at_one_example_are_refused(NormKind kind) =>
        Assert.Contains("statistics must be PerTask or Transductive", Assert.Throws<ArgumentException>(() => new TaskNorm(4, kind)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(3, 0)]
    [InlineData(3, double.NaN)]
    public void Numbers_out_of_range_are_refused(int channels, double epsilon) =>
        Assert.Contains("channels must be at least 1", Assert.Throws<ArgumentException>(() => new TaskNorm(channels, NormKind.PerTask, epsilon)).Message, StringComparison.Ordinal);

    [Fact]
    public void Learners_that_never_show_the_support_set_to_the_model_refuse_it()
    {
        Sequential model = new(new Dense(2 + 3, 4), new TaskNorm(4, NormKind.PerTask), new Dense(4, 1));
        NeuralProcess learner = new(new() { Shot = 4, Query = 3, Width = 4, Representation = 3 });
        ArgumentException error = Assert.Throws<ArgumentException>(() => learner.TaskObjective(model, Loss.MeanSquaredError, learner.Options.TaskShape(new Shape(2))));
        Assert.Contains("no support set to take statistics from", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NormKind.PerTask, false)]
    [InlineData(NormKind.Transductive, true)]
    public void Every_score_says_what_was_normalised_over(NormKind kind, bool transductive)
    {
        Sequential model = new(new Dense(1, 4), new TaskNorm(4, kind), new ActivationLayer(Activation.Tanh), new Dense(4, 1));
        Maml learner = new(new() { Shot = 5, Query = 5 });
        SinusoidTasks tasks = new(shot: 5, query: 5);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using TaskEvaluator evaluator = new(model, Loss.MeanSquaredError, learner, TaskShape.Of(tasks), steps: 1, device);
        TaskScores scores = evaluator.Evaluate(model.Initialize(1), tasks, 0, 3);
        Assert.Equal([kind], scores.Norms);
        Assert.Equal(transductive, scores.IsTransductive);
    }

    /// <summary>Support outputs and query outputs of one layer.</summary>
    private static double[][] Run(NormKind kind, double[] support, double[] queries)
    {
        TaskNorm norm = new(2, kind, Epsilon);
        Shape Rows(double[] values) => Input.Insert(0, new Axis(values.Length / Input.Count, "example"));
        Shape[] shapes = [new(2), new(2), Rows(support), .. queries.Length > 0 ? (Shape[])[Rows(queries)] : []];
        return Interpreter.Run(Computation.Trace(shapes, arguments =>
        {
            (Tensor outputs, Tensor[] state) = Batched.SupportState(norm, arguments.AsSpan(..2), arguments[2]);
            return arguments.Length == 3 ? [outputs] : [outputs, Batched.Query(norm, state, arguments[3])];
        }), queries.Length > 0 ? [.. Parameters, support, queries] : [.. Parameters, support]);
    }

    private static double[] ByHand(double[] rows, double[] from)
    {
        (int channels, int positions) = (Input[0], Input[1]);
        double[] Channel(double[] values, int channel) => [.. values.Where((_, i) => i / positions % channels == channel)];
        double[] mean = [.. Enumerable.Range(0, channels).Select(channel => Channel(from, channel).Average())];
        double[] variance = [.. Enumerable.Range(0, channels).Select(channel => Channel(from, channel).Average(value => (value - mean[channel]) * (value - mean[channel])))];
        return [.. rows.Select((value, i) =>
        {
            int channel = i / positions % channels;
            return ((value - mean[channel]) / Math.Sqrt(variance[channel] + Epsilon) * Parameters[0][channel]) + Parameters[1][channel];
        })];
    }
}
