using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Every kind of layer in its variants, small, under the names that the figures of PyTorch have.</summary>
internal static class LayerCases
{
    private static readonly Dictionary<string, (Func<Layer> Make, Shape Input)> Made = new()
    {
        ["conv1d"] = (() => new Conv1d(2, 3, 3, stride: 2, padding: 1, dilation: 2), new(2, 9)),
        ["conv1d grouped"] = (() => new Conv1d(2, 4, 3, groups: 2), new(2, 6)),
        ["conv2d"] = (() => new Conv2d(2, 3, 3, padding: 1), new(2, 4, 5)),
        ["conv2d rectangular"] = (() => new Conv2d(2, 3, (3, 2), (2, 1), (0, 1), dilation: (1, 2)), new(2, 6, 5)),
        ["conv2d grouped"] = (() => new Conv2d(2, 4, 3, 2, 1, 2), new(2, 5, 5)),
        ["conv2d depthwise"] = (() => new Conv2d(3, 3, 3, padding: 1, groups: 3), new(3, 4, 4)),
        ["conv3d"] = (() => new Conv3d(2, 2, (2, 3, 2), (1, 2, 1), (1, 0, 1), dilation: (1, 1, 2)), new(2, 2, 5, 3)),
        ["conv3d depthwise"] = (() => new Conv3d(2, 4, 2, groups: 2), new(2, 3, 2, 3)),
        ["convTranspose1d"] = (() => new ConvTranspose1d(2, 3, 3, stride: 2, padding: 1, outputPadding: 1), new(2, 4)),
        ["convTranspose1d dilated"] = (() => new ConvTranspose1d(2, 2, 3, padding: 2, outputPadding: 1, dilation: 2), new(2, 5)),
        ["convTranspose2d"] = (() => new ConvTranspose2d(2, 3, (3, 2), (2, 1), (0, 1), (1, 0), dilation: (1, 2)), new(2, 3, 4)),
        ["convTranspose2d grouped"] = (() => new ConvTranspose2d(4, 2, (2, 3), 3, 1, 2, groups: 2), new(4, 2, 3)),
        ["convTranspose3d"] = (() => new ConvTranspose3d(2, 2, (2, 3, 2), (1, 2, 1), (0, 1, 0), dilation: (2, 1, 1)), new(2, 2, 3, 2)),
        ["maxPool1d"] = (() => new MaxPool1d(3, 2, 1), new(2, 8)),
        ["maxPool2d"] = (() => new MaxPool2d((2, 3), (2, 1), (1, 1)), new(2, 5, 6)),
        ["maxPool3d"] = (() => new MaxPool3d((2, 2, 3), (1, 2, 1), (0, 1, 1)), new(1, 3, 4, 3)),
        ["avgPool1d"] = (() => new AvgPool1d(3, 2, 1), new(2, 8)),
        ["avgPool1d uncounted"] = (() => new AvgPool1d(3, 2, 1, countPadding: false), new(2, 8)),
        ["avgPool2d"] = (() => new AvgPool2d((3, 2), (2, 1), 1), new(2, 5, 4)),
        ["avgPool2d uncounted"] = (() => new AvgPool2d((3, 2), (2, 1), 1, countPadding: false), new(2, 5, 4)),
        ["avgPool3d uncounted"] = (() => new AvgPool3d((2, 3, 2), 2, (1, 1, 0), countPadding: false), new(2, 3, 4, 4)),
        ["adaptiveAvgPool1d"] = (() => new AdaptiveAvgPool1d(3), new(2, 7)),
        ["adaptiveAvgPool2d"] = (() => new AdaptiveAvgPool2d((2, 3)), new(2, 5, 7)),
        ["adaptiveAvgPool2d even"] = (() => new AdaptiveAvgPool2d((2, 3)), new(2, 4, 6)),
        ["adaptiveAvgPool2d larger"] = (() => new AdaptiveAvgPool2d((5, 3)), new(1, 3, 4)),
        ["adaptiveAvgPool3d"] = (() => new AdaptiveAvgPool3d((2, 1, 3)), new(2, 3, 2, 4)),
        ["adaptiveMaxPool1d"] = (() => new AdaptiveMaxPool1d(3), new(2, 7)),
        ["adaptiveMaxPool2d"] = (() => new AdaptiveMaxPool2d((2, 3)), new(2, 5, 7)),
        ["adaptiveMaxPool3d"] = (() => new AdaptiveMaxPool3d((2, 1, 3)), new(2, 3, 2, 4)),
        ["globalAvgPool"] = (() => new GlobalAvgPool(), new(3, 2, 4)),
        ["groupNorm"] = (() => new GroupNorm(2, 4), new(4, 2, 3)),
        ["instanceNorm"] = (() => new InstanceNorm(3), new(3, 2, 3)),
        ["instanceNorm affine"] = (() => new InstanceNorm(3, affine: true), new(3, 5)),
        ["layerNorm"] = (() => new LayerNorm(4), new(3, 4)),
        ["layerNorm over axes"] = (() => new LayerNorm(new Shape(3, 4)), new(2, 3, 4)),
        ["rmsNorm"] = (() => new RmsNorm(4), new(3, 4)),
        ["rmsNorm over axes"] = (() => new RmsNorm(new Shape(2, 3), 1e-5), new(2, 2, 3)),
        ["dense"] = (() => new Dense(4, 3), new(2, 4)),
        ["softmax"] = (() => new Softmax(), new(3, 4)),
        ["logSoftmax"] = (() => new LogSoftmax(), new(3, 4)),
        ["relu"] = Of(Activation.Relu),
        ["tanh"] = Of(Activation.Tanh),
        ["sigmoid"] = Of(Activation.Sigmoid),
        ["silu"] = Of(Activation.Silu),
        ["gelu"] = Of(Activation.Gelu),
        ["exactGelu"] = Of(Activation.ExactGelu),
        ["elu"] = Of(Activation.Elu(1.3)),
        ["selu"] = Of(Activation.Selu),
        ["softsign"] = Of(Activation.Softsign),
        ["hardTanh"] = Of(Activation.HardTanh(-0.5, 2)),
        ["hardSwish"] = Of(Activation.HardSwish),
        ["mish"] = Of(Activation.Mish),
        ["leakyRelu"] = Of(Activation.LeakyRelu(0.2)),
        ["softplus"] = Of(Activation.Softplus),
    };

    public static IEnumerable<string> Names => Made.Keys;

    public static Layer Make(string name) => Made[name].Make();

    public static Shape Input(string name) => Made[name].Input;

    /// <summary>Three times the input, so that both sides of every kink are met.</summary>
    private static (Func<Layer> Make, Shape Input) Of(Activation activation) =>
        (() => new ActivationLayer(new Activation(activation.Name, x => activation.Apply(x * 3))), new(12));
}
