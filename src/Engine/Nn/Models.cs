using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Networks of the few-shot literature. Batch normalisation is left out on purpose: it mixes examples, so a person's gradient would depend on
/// other people's data. Group normalisation stands in its place.
/// </summary>
public static class Models
{
    /// <summary>Shape of one Omniglot image: one channel of 28×28.</summary>
    public static Shape OmniglotImage { get; } = new(new Axis(1, "channel"), new Axis(28, "height"), new Axis(28, "width"));

    /// <summary>
    /// 1-40-40-1 with relu, for y = A·sin(x - φ) (Finn, Abbeel and Levine 2017, section 5.1): from [1] to [1], 1,761 parameters. Weights and
    /// biases begin uniform in ±1/√fanIn, so that the first layer's kinks are spread over the inputs instead of all at 0.
    /// </summary>
    /// <param name="units">Units of both hidden layers.</param>
    public static Sequential SinusoidNet(int units = 40)
    {
        Dense Make(int inputs, int outputs, Activation activation, string name) =>
            new(inputs, outputs, activation, name: name, weightInitializer: Initializer.TorchDefault, biasInitializer: Initializer.TorchDefault);
        return new(Make(1, units, Activation.Relu, "hidden"), Make(units, units, Activation.Relu, "hidden"), Make(units, 1, Activation.Identity, "output"));
    }

    /// <summary>
    /// The end-to-end network for MNIST of Papernot, Thakurta, Song, Chien and Erlingsson 2021, "Tempered sigmoid activations for deep learning with differential
    /// privacy", table 1: two convolutions with tanh and pooling, two dense layers; from [1, 28, 28] to ten logits, 26,010 parameters. Bounded activations
    /// keep gradients near the clip norm, which is why tanh does better than relu here.
    /// </summary>
    /// <param name="filters">Filters of the first convolution; the second has twice as many.</param>
    /// <param name="groups">Groups of a normalisation before each of the first two activations; 0 leaves it out, as the paper does.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Sequential MnistConv(int filters = 16, int groups = 0)
    {
        if (filters < 1 || groups < 0 || (groups > 0 && filters % groups != 0))
        {
            throw new ArgumentException($"MnistConv: filters must be at least 1 and groups divide them or be 0; got filters {filters}, groups {groups}.");
        }

        List<Layer> layers = [];
        void Convolve(int channels, int outputs, int kernel, int padding)
        {
            layers.Add(new Conv2d(channels, outputs, kernel, stride: 2, padding, activation: groups == 0 ? Activation.Tanh : null));
            if (groups > 0)
            {
                layers.Add(new GroupNorm(groups, outputs));
                layers.Add(new ActivationLayer(Activation.Tanh));
            }

            layers.Add(new MaxPool2d(2, stride: 1));
        }

        Convolve(1, filters, kernel: 8, padding: 3);
        Convolve(filters, 2 * filters, kernel: 4, padding: 0);
        layers.AddRange([new Flatten(), new Dense(32 * filters, 32, Activation.Tanh, name: "hidden"), new Dense(32, 10, name: "logits")]);
        return new Sequential([.. layers]);
    }

    /// <summary>
    /// Blocks of 3×3 convolution, group normalisation, 2×2 max-pooling and relu (Vinyals et al. 2016; Snell, Swersky and Zemel 2017): from
    /// [1, 28, 28] to logits, or to an embedding where no classes are given. Four blocks of 64 filters leave [64, 1, 1] and have 111,680
    /// parameters without a head.
    /// </summary>
    /// <param name="filters">Filters of every block.</param>
    /// <param name="blocks">From 1 to 4.</param>
    /// <param name="groups">Groups of the normalisation; 0 leaves it out.</param>
    /// <param name="classes">Outputs of a linear head; null gives the embedding itself.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Sequential OmniglotConv(int filters = 64, int blocks = 4, int groups = 8, int? classes = null)
    {
        if (filters < 1 || blocks is < 1 or > 4 || groups < 0 || (groups > 0 && filters % groups != 0) || classes < 1)
        {
            throw new ArgumentException(
                "OmniglotConv: filters and classes must be at least 1, blocks from 1 to 4, and groups divide the filters or be 0; "
                + $"got filters {filters}, blocks {blocks}, groups {groups}, classes {classes}.");
        }

        List<Layer> layers = [];
        int side = OmniglotImage[1];
        for (int block = 0; block < blocks; block++)
        {
            layers.Add(new Conv2d(
                block == 0 ? OmniglotImage[0] : filters, filters, kernel: 3, padding: 1, bias: groups == 0, weightInitializer: Initializer.HeUniform()));
            if (groups > 0)
            {
                layers.Add(new GroupNorm(groups, filters));
            }

            // The largest of rectified numbers is the rectified largest: same values and derivatives, a quarter of the rectifier's work.
            layers.Add(new MaxPool2d(2));
            layers.Add(new ActivationLayer(Activation.Relu));
            side /= 2;
        }

        layers.Add(new Flatten());
        if (classes is { } count)
        {
            layers.Add(new Dense(filters * side * side, count, name: "logits"));
        }

        return new(layers.ToArray());
    }

    /// <summary>
    /// 784-256-128-64-64 with relu and a linear head (Santoro et al. 2016; Finn, Abbeel and Levine 2017, section 5.2, without its batch
    /// normalisation): from any 784 numbers to logits, or to a 64-number embedding where no classes are given.
    /// </summary>
    /// <param name="classes">Outputs of the head; null gives the embedding.</param>
    /// <param name="normalize">Whether a layer normalisation stands in front of every relu.</param>
    public static Sequential OmniglotMlp(int? classes = null, bool normalize = true)
    {
        List<Layer> layers = [new Flatten()];
        int[] sizes = [OmniglotImage.Count, 256, 128, 64, 64];
        for (int i = 1; i < sizes.Length; i++)
        {
            layers.Add(new Dense(sizes[i - 1], sizes[i], bias: !normalize, name: "hidden", weightInitializer: Initializer.HeUniform()));
            if (normalize)
            {
                layers.Add(new LayerNorm(sizes[i]));
            }

            layers.Add(new ActivationLayer(Activation.Relu));
        }

        if (classes is { } count)
        {
            layers.Add(new Dense(sizes[^1], count, name: "logits"));
        }

        return new(layers.ToArray());
    }
}
