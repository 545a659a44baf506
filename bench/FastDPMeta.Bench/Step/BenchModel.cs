using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Privacy;
using FastDPMeta.Privacy.Training;

namespace FastDPMeta.Bench.Step;

/// <summary>
/// One of the models that private training systems are compared on: the six of Subramani, Vadivelu and Kamath 2020 (arXiv 2010.09063), two of ours, and the
/// dense network of the first comparison. Data are random numbers of the right shape, as in that paper's own timing of dummy data.
/// </summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Model">For one example.</param>
/// <param name="Loss">Of one example.</param>
/// <param name="Input">Shape of one example.</param>
/// <param name="Classes">Labels are below this; 2 with one output is a binary target.</param>
/// <param name="Tokens">Inputs are whole numbers below this; 0 for real numbers in [0, 1).</param>
internal sealed record BenchModel(string Name, Layer Model, Func<Tensor, Tensor, Tensor> Loss, Shape Input, int Classes, int Tokens = 0)
{
    private const int Vocabulary = 10_000;
    private const int SpareTokens = 4;
    private const double Rate = 0.15;

    /// <summary>Names that <see cref="Of"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["logreg", "ffnn", "mnist_cnn", "cifar_cnn", "embed", "lstm", "resnet20_gn", "transformer", "mlp"];

    /// <summary>The model of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static BenchModel Of(string name) => name switch
    {
        "logreg" => new(name, new Dense(104, 1, name: "logit"), Losses.BinaryCrossEntropy, new Shape(104), 2),
        "ffnn" => new(name, new Sequential(new Dense(104, 50, Activation.Relu, name: "hidden"), new Dense(50, 2, name: "logits")), CrossEntropy, new Shape(104), 2),
        "mlp" => new(name, new Sequential(new Dense(784, 256, Activation.Relu, name: "hidden"), new Dense(256, 10, name: "logits")), CrossEntropy, new Shape(784), 10),
        "mnist_cnn" => new(name, MnistCnn(), CrossEntropy, new Shape(1, 28, 28), 10),
        "cifar_cnn" => new(name, CifarCnn(), CrossEntropy, new Shape(3, 32, 32), 10),
        "embed" => new(name, new Sequential(new Embedding(Vocabulary + SpareTokens, 16), new MeanOverSteps(), new Dense(16, 2, name: "logits")), CrossEntropy, new Shape(256), 2, Vocabulary),
        "lstm" => new(name, Models.TextLstm(Vocabulary + SpareTokens), CrossEntropy, new Shape(256), 2, Vocabulary),
        "resnet20_gn" => new(name, Models.ResNet20GroupNorm(projection: true), CrossEntropy, new Shape(3, 32, 32), 10),
        "transformer" => new(name, Models.Transformer(), CrossEntropy, new Shape(128), 2, Vocabulary),
        _ => throw new ArgumentException($"There is no model '{name}'; take one of {string.Join(", ", Names)}."),
    };

    /// <summary>The objective of one example, reported as loss and metric too: arguments [parameters…, input, target].</summary>
    public Computation Objective()
    {
        int count = Model.Parameters.Count;
        return Computation.Trace([.. Model.Parameters.Select(parameter => parameter.Shape), Input, Shape.Scalar], arguments =>
        {
            Tensor loss = Loss(Model.Apply(arguments[count], arguments.AsSpan(..count)), arguments[count + 1]);
            return [loss, loss, loss];
        });
    }

    /// <summary>A step over batches of this size: clip to 1, ChaCha20 noise and SGD, or without privacy the plain sum and SGD.</summary>
    /// <param name="batch">Expected lot.</param>
    /// <param name="isPrivate">With clip and noise.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="chunk">Examples computed at once; 0 as training would choose.</param>
    /// <param name="secure">With exact noise.</param>
    public StepSpec Step(int batch, bool isPrivate, Device device, int chunk = 0, bool secure = false)
    {
        int population = Math.Max(60_000, 10 * batch);
        PrivacyPlanBuilder builder = new PrivacyPlanBuilder().Protect(PrivacyUnit.Example).Within(new PrivacyBudget(8, 1e-6)).Poisson(population, expectedLot: batch, rounds: 1000).ClipTo(1);
        PrivacyPlan plan = isPrivate
            ? (secure ? builder.SecureNoise() : builder).Build()
            : PrivacyPlan.None(PrivacyUnit.Example, population, batch, 1000);
        return PrivateTrainer.Sized(new StepSpec(Objective(), Model.Layout, Optimizer.Sgd(Rate), plan, "example", 1), device, chunk);
    }

    /// <summary>A batch of inputs, one after another.</summary>
    public float[] Inputs(int batch)
    {
        using RandomKey key = RandomKey.UnsafeFixed(3);
        using RandomStream random = new(key);
        float[] values = new float[batch * Input.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Tokens > 0 ? Math.Floor(random.NextDouble() * Tokens) : random.NextDouble());
        }

        return values;
    }

    private static Tensor CrossEntropy(Tensor output, Tensor target) => Losses.CrossEntropy(output, target);

    private static Sequential MnistCnn() => new(
        new Conv2d(1, 16, kernel: 8, stride: 2, padding: 3, activation: Activation.Relu),
        new MaxPool2d(2, stride: 1),
        new Conv2d(16, 32, kernel: 4, stride: 2, activation: Activation.Relu),
        new MaxPool2d(2, stride: 1),
        new Flatten(),
        new Dense(512, 32, Activation.Relu, name: "hidden"),
        new Dense(32, 10, name: "logits"));

    private static Sequential CifarCnn()
    {
        List<Layer> layers = [];
        int channels = 3;
        foreach (int width in (ReadOnlySpan<int>)[32, 64, 128])
        {
            layers.Add(new Conv2d(channels, width, kernel: 3, padding: 1, activation: Activation.Relu));
            layers.Add(new Conv2d(width, width, kernel: 3, padding: 1, activation: Activation.Relu));
            layers.Add(new AvgPool2d(2));
            channels = width;
        }

        layers.Add(new Conv2d(channels, 256, kernel: 3, padding: 1, activation: Activation.Relu));
        layers.Add(new Conv2d(256, 10, kernel: 3, padding: 1, name: "logits"));
        layers.Add(new GlobalAvgPool());
        return new(layers.ToArray());
    }
}
