using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Tests.Nn;

namespace FastDPMeta.Engine.Tests.Meta;

/// <summary>A learner with a small model and small tasks that suit it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Learner">The learner.</param>
/// <param name="Model">The model.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Smooth">
/// Whether the objective's derivative is that of its value: not where gradients count as constants, whose update direction is tested by itself.
/// </param>
public sealed record LearnerCase(string Name, Learner Learner, Layer Model, Loss Loss, bool Smooth = true)
{
    private const int Features = 2;
    private const int Embedding = 3;

    /// <summary>Every learner, in regression and, where it differs, with classes; gradient learners in both forms of their steps.</summary>
    public static IReadOnlyList<LearnerCase> All { get; } = Make();

    /// <summary>Shapes of a task.</summary>
    public TaskShape Shape => Learner.Options.TaskShape(new Shape(Features));

    /// <summary>Everything meta-learned.</summary>
    public Layer Learned => Learner.Learned(Model, Shape);

    /// <summary>Indices of the parameters among the arguments.</summary>
    public int[] ParameterIndices => [.. Enumerable.Range(0, Learned.Parameters.Count).Where(i => Learned.Parameters[i].Trainable)];

    /// <summary>One task's objective.</summary>
    public Computation Objective => Learner.TaskObjective(Model, Loss, Shape);

    /// <summary>A learner by name.</summary>
    public static LearnerCase Find(string name) => All.Single(one => one.Name == name);

    /// <summary>Values of every learned parameter: first values, moved a little so that none is exactly where it begins.</summary>
    public double[][] Parameters()
    {
        Layer learned = Learned;
        float[] first = learned.Initialize(3);
        return [.. Enumerable.Range(0, learned.Parameters.Count).Select(i =>
        {
            double[] shift = Values.Walk(learned.Parameters[i].Shape.Count, 0.13 * (i + 1), -0.08, 0.08);
            return learned.Layout.Part(first, i).ToArray().Select((value, j) => value + (learned.Parameters[i].Trainable ? shift[j] : 0)).ToArray();
        })];
    }

    /// <summary>One task's data.</summary>
    public double[][] Data(int task)
    {
        TaskShape shape = Shape;
        double[] Labels(int count, double phase) => shape.Way == 1
            ? Values.Walk(count, phase, -1, 1)
            : [.. Enumerable.Range(0, count).Select(i => (double)((i + task) % shape.Way))];
        double start = 0.17 + (0.29 * task);
        return
        [
            Values.Walk(shape.SupportInputs.Count, start, -1.5, 1.5), Labels(shape.SupportCount, start + 0.31),
            Values.Walk(shape.QueryInputs.Count, start + 0.11, -1.5, 1.5), Labels(shape.QueryCount, start + 0.47),

            // The interpreter takes a key's words as whole numbers.
            .. Learner.UsesRandomness ? (double[][])[[.. Values.Walk(Randomness.KeyShape.Count, start).Select(value => (double)BitConverter.SingleToUInt32Bits((float)value))]] : [],
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static List<LearnerCase> Make()
    {
        const int Context = 2;
        const int Code = 3;
        Sequential Net(int outputs, int inputs = Features) => new(new Dense(inputs, 4, Activation.Tanh, name: "hidden"), new Dense(4, outputs, name: "output"));
        List<LearnerCase> cases = [];
        void Regression(string name, Learner learner, Layer? model = null) => cases.Add(new LearnerCase(name, learner, model ?? Net(1), Loss.MeanSquaredError));
        void Classes(string name, Learner learner, Layer? model = null) => cases.Add(new LearnerCase(name, learner, model ?? Net(3), Loss.CrossEntropy));
        foreach (bool recompute in (bool[])[false, true])
        {
            string form = recompute ? ", recomputed" : "";
            Regression($"maml{form}", new Maml(new() { Shot = 4, Query = 3, InnerSteps = 3, InnerRate = 0.1, Recompute = recompute }));
            Regression($"meta-sgd{form}", new MetaSgd(new() { Shot = 4, Query = 3, InnerSteps = 2, InnerRate = 0.1, Recompute = recompute }));
            Regression($"anil{form}", new Anil(new() { Shot = 4, Query = 3, InnerSteps = 3, InnerRate = 0.1, Recompute = recompute }));
            Classes($"boil{form}", new Boil(new() { Way = 3, Shot = 2, Query = 1, InnerSteps = 2, InnerRate = 0.1, Recompute = recompute }));
            Regression($"cavia{form}", new Cavia(new() { Shot = 4, Query = 3, InnerSteps = 3, InnerRate = 0.5, Context = Context, Recompute = recompute }), Net(1, Features + Context));
            Regression($"maml++{form}", new MamlPlusPlus(new() { Shot = 4, Query = 3, InnerSteps = 3, InnerRate = 0.1, Progress = 0.2, FirstOrderUntil = 0.1, MultiStepUntil = 0.5, Recompute = recompute }));
            Regression($"meta-curvature{form}", new MetaCurvature(new() { Shot = 4, Query = 3, InnerSteps = 2, InnerRate = 0.1, Recompute = recompute }));
        }

        foreach (NormKind norm in (NormKind[])[NormKind.PerTask, NormKind.Transductive])
        {
            Sequential Normal(int outputs) => new(
                new Dense(Features, 4, bias: false, name: "hidden"), new TaskNorm(4, norm, epsilon: 0.1), new ActivationLayer(Activation.Tanh), new Dense(4, outputs, name: "output"));
            Regression($"maml, {norm}", new Maml(new() { Shot = 4, Query = 3, InnerSteps = 2, InnerRate = 0.1 }), Normal(1));
            Regression($"maml, {norm}, recomputed", new Maml(new() { Shot = 4, Query = 3, InnerSteps = 2, InnerRate = 0.1, Recompute = true }), Normal(1));
            Classes($"anil, {norm}", new Anil(new() { Way = 3, Shot = 2, Query = 1, InnerSteps = 2, InnerRate = 0.1 }), Normal(3));
            Regression($"maml++, {norm}", new MamlPlusPlus(new() { Shot = 4, Query = 3, InnerSteps = 2, InnerRate = 0.1, Progress = 0.2, FirstOrderUntil = 0.1, MultiStepUntil = 0.5 }), Normal(1));
            Classes($"protonet, {norm}", new ProtoNet(new() { Way = 3, Shot = 2, Query = 1 }), Normal(Embedding));
            Classes($"matching, {norm}", new MatchingNet(new() { Way = 3, Shot = 2, Query = 1, Temperature = 0.5 }), Normal(Embedding));
            Classes($"relation, {norm}", new RelationNet(new() { Way = 3, Shot = 2, Query = 1, Width = 4 }), Normal(Embedding));
            Regression($"r2d2, {norm}", new RidgeHead(new() { Shot = 4, Query = 3, Penalty = 0.5 }), Normal(Embedding));
            Regression($"hypernetwork, {norm}", new HyperNetwork(new() { Shot = 4, Query = 3, Width = 4, Representation = Code }), Normal(1));
        }

        Regression("joint", new Joint(new() { Shot = 4, Query = 3 }));
        Classes("protonet", new ProtoNet(new() { Way = 3, Shot = 2, Query = 1 }), Net(Embedding));
        Classes("matching, classes", new MatchingNet(new() { Way = 3, Shot = 2, Query = 1, Temperature = 0.5 }), Net(Embedding));
        Regression("matching, regression", new MatchingNet(new() { Shot = 4, Query = 3, Temperature = 0.5 }), Net(Embedding));
        Classes("relation", new RelationNet(new() { Way = 3, Shot = 2, Query = 1, Width = 4 }), Net(Embedding));
        Classes("r2d2, classes", new RidgeHead(new() { Way = 3, Shot = 2, Query = 1, Penalty = 0.5 }), Net(Embedding));
        Regression("r2d2, regression", new RidgeHead(new() { Shot = 4, Query = 3, Penalty = 0.5 }), Net(Embedding));
        Classes("alpaca, classes", new GaussianHead(new() { Way = 3, Shot = 2, Query = 1, Noise = 0.5 }), Net(Embedding));
        Regression("alpaca, regression", new GaussianHead(new() { Shot = 4, Query = 3, Mean = [0.2, -0.1, 0.3], Variance = [0.5, 1, 2], Noise = 0.4 }), Net(Embedding));
        Regression("cnp", new NeuralProcess(new() { Shot = 4, Query = 3, Width = 4, Representation = Code }), Net(1, Features + Code));
        Classes("cnp, classes", new NeuralProcess(new() { Way = 3, Shot = 2, Query = 1, Width = 4, Representation = Code }), Net(3, Features + Code));
        Regression("anp", new AttentiveNeuralProcess(new() { Shot = 4, Query = 3, Width = 4, Representation = Code }), Net(1, Features + Code));
        Regression("memory", new MemoryNet(new() { Shot = 4, Query = 3, Width = 4, Representation = Code, Slots = 3 }), Net(1, Features + Code));
        Classes("memory, classes", new MemoryNet(new() { Way = 3, Shot = 2, Query = 1, Width = 4, Representation = Code, Slots = 4 }), Net(3, Features + Code));
        Regression("snail", new Snail(new() { Shot = 4, Query = 3, Width = 4, Representation = Code, Filters = 2 }), Net(1, Features + Code));
        Regression("hypernetwork", new HyperNetwork(new() { Shot = 4, Query = 3, Width = 4, Representation = Code }));
        Classes("film", new FilmAdapter(new() { Way = 3, Shot = 2, Query = 1, Width = 4, Representation = Code }));
        cases.Add(new LearnerCase(
            "imaml", new ImplicitMaml(new() { Shot = 4, Query = 3, InnerSteps = 4, InnerRate = 0.1, ConjugateSteps = 20, Tolerance = 1e-3 }), Net(1), Loss.MeanSquaredError, Smooth: false));
        cases.Add(new LearnerCase("evolution", new EvolutionStrategies(new() { Shot = 4, Query = 3, InnerRate = 0.1, Directions = 2 }), Net(1), Loss.MeanSquaredError, Smooth: false));
        cases.Add(new LearnerCase("reptile", new Reptile(new() { Shot = 4, Query = 4, InnerSteps = 2, InnerRate = 0.1 }), Net(1), Loss.MeanSquaredError, Smooth: false));
        return cases;
    }
}
