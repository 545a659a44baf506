using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class RecurrentTests
{
    private const string File = "recurrent.json";

    public static TheoryData<string> Cases => [.. TorchCases.Names(File)];

    public static TheoryData<string> Kinds => ["rnn", "relu rnn", "gru", "lstm"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_derivatives_equal_PyTorchs(string name)
    {
        // As "lstm 4x3 hidden 2 layers 2 bidirectional without bias".
        string[] words = name.Replace("relu rnn", "relu-rnn", StringComparison.Ordinal).Split(' ');
        int[] sizes = [.. words[1].Split('x').Select(size => int.Parse(size, System.Globalization.CultureInfo.InvariantCulture))];
        int Number(string after) => int.Parse(words[Array.IndexOf(words, after) + 1], System.Globalization.CultureInfo.InvariantCulture);
        Recurrent layer = Make(
            words[0].Replace('-', ' '), sizes[1], Number("hidden"), Number("layers"), words.Contains("bidirectional"), bias: !words.Contains("without"));
        TorchCases.Check(File, name, layer, new Shape(sizes[0], sizes[1]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void First_and_second_derivatives_equal_central_differences(string kind)
    {
        LayerCheck.Derivatives(Make(kind, 2, 2), new Shape(3, 2));
        LayerCheck.Derivatives(Make(kind, 2, 1, layers: 2, bidirectional: true), new Shape(2, 2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_reversed_layer_gives_what_reversed_steps_give(string kind)
    {
        Shape input = new(4, 3);
        Sequential turned = new(new ReverseSteps(), Make(kind, 3, 2), new ReverseSteps());
        Recurrent reverse = Make(kind, 3, 2, reverse: true);
        double[][] arguments = LayerCheck.Arguments(reverse, input);
        Assert.Equal(Interpreter.Run(turned.Trace(input), arguments)[0], Interpreter.Run(reverse.Trace(input), arguments)[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_states_are_carried_backwards_and_every_weight_has_one_product_over_all_steps(string kind)
    {
        Recurrent layer = Make(kind, 3, 4);
        Computation model = layer.Trace(new Shape(6, 3));
        Computation slope = Computation.Trace([.. model.Inputs.Select(input => input.Shape)], x => model.Call(x)[0].Square().Sum()).Grad();
        Computation batch = slope.Vmap("example", 5, [.. layer.Parameters.Select(_ => false), true]);
        ScanOp[] scans = [.. Simplify.Of(batch).Reachable().Select(node => node.Op).OfType<ScanOp>()];
        Assert.Equal(2, scans.Length);
        int states = kind.EndsWith("rnn", StringComparison.Ordinal) ? 1 : 2;
        Assert.All(scans, scan => Assert.Equal(states, scan.Carries));

        // One product with the recurrent weights a step and direction: the derivative finds the forward one in a carry.
        Assert.All(scans, scan => Assert.Single(scan.Body.Reachable(), node => node.Op is MatMulOp));
    }

    [Fact]
    public void Steps_are_pooled_by_their_last_their_mean_or_their_maximum()
    {
        double[] steps = [1, 8, 3, 4, 5, 6];
        double[] Of(Layer layer) => Interpreter.Run(layer.Trace(new Shape(3, 2)), steps)[0];
        Assert.Equal([5, 6], Of(new LastStep()));
        Assert.Equal([3, 6], Of(new MeanOverSteps()));
        Assert.Equal([5, 8], Of(new MaxOverSteps()));
        Assert.Equal([5, 6, 3, 4, 1, 8], Of(new ReverseSteps()));
    }

    [Fact]
    public void Shapes_and_numbers_that_do_not_fit_are_refused_in_words()
    {
        ArgumentException sizes = Assert.Throws<ArgumentException>(() => new Lstm(0, 4, bidirectional: true, reverse: true));
        Assert.Contains("inputs 0", sizes.Message, StringComparison.Ordinal);
        Assert.Contains("reverse", sizes.Message, StringComparison.Ordinal);
        ShapeException features = Assert.Throws<ShapeException>(() => new Gru(3, 4).OutputShape(new Shape(5, 2)));
        Assert.Contains("Give gru 2 inputs", features.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new Rnn(3, 4).OutputShape(new Shape(3)));
        Assert.Throws<ShapeException>(() => new LastStep().OutputShape(new Shape(3)));
    }

    [Fact]
    public void Parameters_carry_their_layer_and_direction_in_their_names()
    {
        Assert.Equal(["inputWeight", "recurrentWeight", "bias"], new Lstm(3, 4).Parameters.Select(parameter => parameter.Name));
        string[] names = [.. new Gru(3, 4, layers: 2, bidirectional: true).Parameters.Select(parameter => parameter.Name)];
        Assert.Equal(16, names.Length);
        Assert.Equal("layer1.forward.inputWeight", names[0]);
        Assert.Equal("layer2.backward.candidateBias", names[^1]);
    }

    internal static Recurrent Make(
        string kind, int inputs, int hidden, int layers = 1, bool bidirectional = false, bool reverse = false, bool bias = true) => kind switch
        {
            "rnn" => new Rnn(inputs, hidden, null, layers, bidirectional, reverse, bias),
            "relu rnn" => new Rnn(inputs, hidden, Activation.Relu, layers, bidirectional, reverse, bias),
            "gru" => new Gru(inputs, hidden, layers, bidirectional, reverse, bias),
            _ => new Lstm(inputs, hidden, layers, bidirectional, reverse, bias),
        };
}
