using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Networks of the few-shot literature. Batch normalisation with running averages is left out on purpose: it mixes people, so a person's gradient would depend on
/// other people's data. What stands in its place is named by whoever makes a network: nothing here chooses.
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
    /// <param name="inputs">Features of the input; more than 1 where a learner puts a context behind x.</param>
    /// <param name="outputs">Outputs; more than 1 where a learner wants an embedding.</param>
    public static Sequential SinusoidNet(int units = 40, int inputs = 1, int outputs = 1)
    {
        Dense Make(int features, int results, Activation activation, string name) =>
            new(features, results, activation, name: name, weightInitializer: Initializer.TorchDefault, biasInitializer: Initializer.TorchDefault);
        return new(Make(inputs, units, Activation.Relu, "hidden"), Make(units, units, Activation.Relu, "hidden"), Make(units, outputs, Activation.Identity, "output"));
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
    /// Blocks of 3×3 convolution, normalisation, 2×2 max-pooling and relu (Vinyals et al. 2016; Snell, Swersky and Zemel 2017): from
    /// [1, 28, 28] to logits, or to an embedding where no classes are given. Four blocks of 64 filters leave [64, 1, 1] and have 111,680
    /// parameters without a head.
    /// </summary>
    /// <param name="norm">What each block normalises over; <see cref="NormKind.None"/> gives convolutions biases instead.</param>
    /// <param name="filters">Filters of every block.</param>
    /// <param name="blocks">From 1 to 4.</param>
    /// <param name="classes">Outputs of a linear head; null gives the embedding itself.</param>
    /// <param name="groups">Groups of <see cref="NormKind.Group"/>, from 2 and dividing the filters; has no part in other kinds.</param>
    /// <param name="widen">Whether the third block has twice the filters and the fourth four times: where few positions are left, filters cost little time.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Sequential OmniglotConv(NormKind norm, int filters = 64, int blocks = 4, int? classes = null, int groups = 8, bool widen = false)
    {
        if (filters < 1 || blocks is < 1 or > 4 || (norm == NormKind.Group && (groups < 2 || filters % groups != 0)) || classes < 1 || !Enum.IsDefined(norm))
        {
            throw new ArgumentException(
                "OmniglotConv: filters and classes must be at least 1, blocks from 1 to 4, and with group normalisation groups be at least 2 and divide the filters; "
                + $"got filters {filters}, blocks {blocks}, groups {groups}, classes {classes}, norm {norm}.");
        }

        List<Layer> layers = [];
        int side = OmniglotImage[1];
        int channels = OmniglotImage[0];
        for (int block = 0; block < blocks; block++)
        {
            int wide = widen && block >= 2 ? filters << (block - 1) : filters;
            layers.Add(new Conv2d(
                channels, wide, kernel: 3, padding: 1, bias: norm == NormKind.None, weightInitializer: Initializer.HeUniform()));
            if (norm != NormKind.None)
            {
                layers.Add(norm switch
                {
                    NormKind.Group => new GroupNorm(groups, wide),
                    NormKind.Layer => new GroupNorm(1, wide),
                    _ => new TaskNorm(wide, norm),
                });
            }

            // The largest of rectified numbers is the rectified largest: same values and derivatives, a quarter of the rectifier's work.
            layers.Add(new MaxPool2d(2));
            layers.Add(new ActivationLayer(Activation.Relu));
            side /= 2;
            channels = wide;
        }

        layers.Add(new Flatten());
        if (classes is { } count)
        {
            layers.Add(new Dense(channels * side * side, count, name: "logits"));
        }

        return new(layers.ToArray());
    }

    /// <summary>
    /// 784-256-128-64-64 with relu and a linear head (Santoro et al. 2016; Finn, Abbeel and Levine 2017, section 5.2, without its batch
    /// normalisation): from any 784 numbers to logits, or to a 64-number embedding where no classes are given.
    /// </summary>
    /// <param name="norm">What stands in front of every relu; <see cref="NormKind.None"/> gives the layers biases instead. <see cref="NormKind.Group"/>, eight units to a group.</param>
    /// <param name="classes">Outputs of the head; null gives the embedding.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static Sequential OmniglotMlp(NormKind norm, int? classes = null)
    {
        if (!Enum.IsDefined(norm))
        {
            throw new ArgumentException($"OmniglotMlp: there is no normalisation {norm}. Take one of {string.Join(", ", Enum.GetNames<NormKind>())}.", nameof(norm));
        }

        const int unitsPerGroup = 8;
        List<Layer> layers = [new Flatten()];
        int[] sizes = [OmniglotImage.Count, 256, 128, 64, 64];
        for (int i = 1; i < sizes.Length; i++)
        {
            layers.Add(new Dense(sizes[i - 1], sizes[i], bias: norm == NormKind.None, name: "hidden", weightInitializer: Initializer.HeUniform()));
            if (norm != NormKind.None)
            {
                layers.Add(norm switch
                {
                    NormKind.Group => new GroupNorm(sizes[i] / unitsPerGroup, sizes[i]),
                    NormKind.Layer => new LayerNorm(sizes[i]),
                    _ => new TaskNorm(sizes[i], norm),
                });
            }

            layers.Add(new ActivationLayer(Activation.Relu));
        }

        if (classes is { } count)
        {
            layers.Add(new Dense(sizes[^1], count, name: "logits"));
        }

        return new(layers.ToArray());
    }

    /// <summary>
    /// A transformer that classifies texts: token embedding, learned positions, encoder layers normalised in front with GELU, mean over tokens, linear
    /// head. From [token] numbers to logits; as given 1,693,186 parameters.
    /// </summary>
    /// <param name="vocabulary">How many different tokens there are.</param>
    /// <param name="length">Most tokens of a text.</param>
    /// <param name="features">Numbers of a position.</param>
    /// <param name="heads">Heads of attention; divides the features.</param>
    /// <param name="feedForward">Units inside the network of a layer.</param>
    /// <param name="layers">Encoder layers.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="dropout">Probability of dropping in training.</param>
    /// <param name="padding">Number of the token that stands where there is none; null if every token counts.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Sequential Transformer(
        int vocabulary = 10_000, int length = 128, int features = 128, int heads = 4, int feedForward = 512, int layers = 2, int classes = 2, double dropout = 0,
        int? padding = null) => new(
            new TransformerEncoder(vocabulary, length, features, heads, feedForward, layers, dropout: dropout, padding: padding),
            new Dense(features, classes, name: "logits"));

    /// <summary>
    /// Reads a text with a long short-term memory: token embedding, LSTM, mean over steps, linear head. From [token] numbers to logits; as given
    /// 1,081,002 parameters (Subramani, Vadivelu and Kamath 2020 have 1,081,402, with a second bias vector).
    /// </summary>
    /// <param name="vocabulary">How many different tokens there are.</param>
    /// <param name="features">Length of a token's vector.</param>
    /// <param name="hidden">Numbers in the state.</param>
    /// <param name="classes">Outputs.</param>
    public static Sequential TextLstm(int vocabulary = 10_004, int features = 100, int hidden = 100, int classes = 2) => new(
        new Embedding(vocabulary, features), new Lstm(features, hidden), new MeanOverSteps(), new Dense(hidden, classes, name: "logits"));

    /// <summary>
    /// The residual network of 20 layers for 32×32 images (He et al. 2016, section 4.2) with group normalisation in place of batch normalisation:
    /// from [3, 32, 32] to logits, three stages of three blocks with 16, 32 and 64 filters.
    /// </summary>
    /// <param name="classes">Outputs, at least 1.</param>
    /// <param name="channelsPerGroup">Channels normalised together; the largest divisor of a stage's filters up to it.</param>
    /// <param name="projection">
    /// Whether shortcuts to another shape are convolutions with kernel 1 and a normalisation (option B, 272,474 parameters); otherwise they are padded with
    /// zeros as in the paper (option A, 269,722).
    /// </param>
    /// <exception cref="ArgumentException">A number is below 1.</exception>
    public static Sequential ResNet20GroupNorm(int classes = 10, int channelsPerGroup = 16, bool projection = false)
    {
        if (classes < 1 || channelsPerGroup < 1)
        {
            throw new ArgumentException($"ResNet20GroupNorm: classes and channels per group must be at least 1; got {classes} and {channelsPerGroup}.");
        }

        const int blocks = 3;
        List<Layer> layers = [.. Normalised(3, 16, 3, 1, channelsPerGroup), new ActivationLayer(Activation.Relu)];
        int channels = 16;
        foreach (int filters in (int[])[16, 32, 64])
        {
            for (int block = 0; block < blocks; block++)
            {
                int stride = filters > channels ? 2 : 1;
                Sequential body = new(
                    "body",
                    [
                        .. Normalised(channels, filters, 3, stride, channelsPerGroup), new ActivationLayer(Activation.Relu),
                        .. Normalised(filters, filters, 3, 1, channelsPerGroup),
                    ]);
                Layer? shortcut = filters == channels ? null
                    : projection ? new Sequential("shortcut", Normalised(channels, filters, 1, stride, channelsPerGroup))
                    : new PaddedShortcut(filters, stride);
                layers.Add(new Residual(body, shortcut, "block", Activation.Relu));
                channels = filters;
            }
        }

        return new([.. layers, new AvgPool2d(8), new Flatten(), new Dense(channels, classes, name: "logits")]);
    }

    /// <summary>A convolution that keeps the size but for its stride, and a normalisation.</summary>
    private static Layer[] Normalised(int channels, int filters, int kernel, int stride, int channelsPerGroup)
    {
        int each = Enumerable.Range(1, Math.Min(channelsPerGroup, filters)).Last(size => filters % size == 0);
        return
        [
            new Conv2d(channels, filters, kernel, stride, kernel / 2, bias: false, weightInitializer: Initializer.HeNormal(FanMode.Out)),
            new GroupNorm(filters / each, filters),
        ];
    }
}
