using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Tests.Nn;

public sealed class ModelsTests
{
    [Fact]
    public void The_sinusoid_network_has_the_papers_sizes()
    {
        Sequential model = Models.SinusoidNet();
        Assert.Equal(1761, model.ParameterCount);
        Assert.Equal(new Shape(1), model.OutputShape(new Shape(1)));
    }

    [Fact]
    public void The_mnist_network_has_the_papers_sizes_with_and_without_normalisation()
    {
        Sequential model = Models.MnistConv();
        Assert.Equal(26_010, model.ParameterCount);
        Assert.Equal(new Shape(10), model.Trace(Models.OmniglotImage).Outputs[0].Shape);
        Assert.Equal(26_010 + (2 * (16 + 32)), Models.MnistConv(groups: 4).ParameterCount);
        Assert.Equal(new Shape(10), Models.MnistConv(filters: 4, groups: 2).Trace(Models.OmniglotImage).Outputs[0].Shape);
        Assert.Throws<ArgumentException>(() => Models.MnistConv(filters: 6, groups: 4));
    }

    [Fact]
    public void Conv4_leaves_64_numbers_of_an_image()
    {
        Sequential embedding = Models.OmniglotConv(NormKind.Group);
        Assert.Equal(new Shape(64), embedding.OutputShape(Models.OmniglotImage));
        Assert.Equal((9 * 64) + (3 * 9 * 64 * 64) + (4 * 2 * 64), embedding.ParameterCount);
        Assert.Equal(new Shape(5), Models.OmniglotConv(NormKind.Group, classes: 5).OutputShape(Models.OmniglotImage));
    }

    [Fact]
    public void A_widened_Conv4_has_twice_the_filters_in_its_third_block_and_four_times_in_its_fourth()
    {
        Sequential wide = Models.OmniglotConv(NormKind.Group, filters: 8, widen: true);
        Assert.Equal(new Shape(32), wide.OutputShape(Models.OmniglotImage));
        Assert.Equal((9 * 8) + (9 * 8 * 8) + (9 * 8 * 16) + (9 * 16 * 32) + (2 * (8 + 8 + 16 + 32)), wide.ParameterCount);
        Assert.Equal(new Shape(5), Models.OmniglotConv(NormKind.Group, 8, blocks: 3, classes: 5, widen: true).Trace(Models.OmniglotImage).Outputs[0].Shape);
    }

    [Theory]
    [InlineData(NormKind.Group, 16, 4, 4)]
    [InlineData(NormKind.None, 8, 2, 0)]
    [InlineData(NormKind.Layer, 32, 3, 0)]
    public void Other_sizes_trace(NormKind norm, int filters, int blocks, int groups)
    {
        Sequential model = Models.OmniglotConv(norm, filters, blocks, classes: 5, groups);
        Assert.Equal(new Shape(5), model.Trace(Models.OmniglotImage).Outputs[0].Shape);
    }

    [Theory]
    [InlineData(NormKind.None)]
    [InlineData(NormKind.PerTask)]
    [InlineData(NormKind.Transductive)]
    [InlineData(NormKind.Group)]
    [InlineData(NormKind.Layer)]
    public void A_network_says_which_normalisation_it_was_made_with(NormKind norm)
    {
        NormKind[] expected = norm == NormKind.None ? [] : [norm];
        Assert.Equal(expected, Models.OmniglotConv(norm, filters: 8, blocks: 2).Norms);
        Assert.Equal(expected, Models.OmniglotMlp(norm).Norms);
    }

    [Fact]
    public void Pooling_before_relu_gives_the_values_and_derivatives_of_relu_before_pooling()
    {
        Computation One(params Layer[] layers) => Computation.Trace([new(2, 5, 4)], x => new Sequential(layers).Apply(x[0]).Square().Sum()).Grad();
        double[] image = Values.Walk(40);
        double[][] first = Interpreter.Run(One(new MaxPool2d(2), new ActivationLayer(Activation.Relu)), image);
        double[][] then = Interpreter.Run(One(new ActivationLayer(Activation.Relu), new MaxPool2d(2)), image);
        Assert.Equal(then[0], first[0]);
        Assert.Equal(then[1], first[1]);
    }

    [Fact]
    public void The_perceptron_has_the_papers_sizes()
    {
        Assert.Equal(new Shape(64), Models.OmniglotMlp(NormKind.Layer).OutputShape(Models.OmniglotImage));
        Sequential plain = Models.OmniglotMlp(NormKind.None, 5);
        Assert.Equal((785 * 256) + (257 * 128) + (129 * 64) + (65 * 64) + (65 * 5), plain.ParameterCount);
        Assert.Equal("hidden2.weight", plain.Parameters[2].Name);
    }

    [Fact]
    public void Bad_sizes_are_refused() => Assert.Contains("blocks 5", Assert.Throws<ArgumentException>(() => Models.OmniglotConv(NormKind.Group, blocks: 5)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("padded", false)]
    [InlineData("projection", true)]
    public void ResNet20_gives_the_logits_that_PyTorch_gives(string name, bool projection) =>
        TorchCases.Check("resnet.json", name, Models.ResNet20GroupNorm(projection: projection), new Shape(3, 32, 32));

    [Fact]
    public void Sizes_of_ResNet20_the_transformer_and_the_LSTM_are_known()
    {
        Sequential padded = Models.ResNet20GroupNorm();
        int convolutions = 9 * ((3 * 16) + (6 * 16 * 16) + (16 * 32) + (5 * 32 * 32) + (32 * 64) + (5 * 64 * 64));
        int norms = 2 * ((7 * 16) + (6 * 32) + (6 * 64));
        Assert.Equal(convolutions + norms + (65 * 10), padded.ParameterCount);
        Assert.Equal(convolutions + norms + (65 * 10) + (16 * 32) + (32 * 64) + (2 * 96), Models.ResNet20GroupNorm(projection: true).ParameterCount);
        Assert.Equal(new Shape(10), padded.OutputShape(new Shape(3, 32, 32)));

        int encoder = (4 * 128 * 129) + (4 * 128) + (129 * 512) + (513 * 128);
        Sequential transformer = Models.Transformer();
        Assert.Equal((10_000 * 128) + (128 * 128) + (2 * encoder) + (129 * 2), transformer.ParameterCount);
        Assert.Equal(new Shape(2), transformer.OutputShape(new Shape(128)));
        Assert.Equal((10_004 * 100) + (100 * 400 * 2) + 400 + (101 * 2), Models.TextLstm().ParameterCount);
        Assert.Equal(new Shape(2), Models.TextLstm().OutputShape(new Shape(256)));
    }
}
