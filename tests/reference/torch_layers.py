"""Values and derivatives of layers, losses, optimisers and schedules by PyTorch, in double precision, for the tests of the engine.

    python3 tests/reference/torch_layers.py        writes tests/FastDPMeta.Engine.Tests/Nn/torch-layers.json

Arguments are not stored: both sides compute argument a's element i as 0.9·sin(1 + 1.3·i + 0.7·a) (times 2 for inputs). For each layer the
file holds its output and the gradient of Σ output_i·sin(0.4 + 1.7·i) with respect to every argument, parameters first and the input last. Weights of convolutions are numbered as the engine lays them out.
Written with PyTorch 2.6.
"""
import json
import math
import os

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def walk(count, argument, scale=0.9):
    return torch.tensor([scale * math.sin(1 + 1.3 * i + 0.7 * argument) for i in range(count)])


def numbers(tensor):
    return [float("%.13g" % value) for value in tensor.detach().reshape(-1).tolist()]


def case(function, *shapes):
    """Output and gradients of a function of parameters and, last, an input."""
    last = len(shapes) - 1
    arguments = [walk(math.prod(shape), i, 1.8 if i == last else 0.9).reshape(shape).requires_grad_() for i, shape in enumerate(shapes)]
    output = function(*arguments)
    weights = torch.tensor([math.sin(0.4 + 1.7 * i) for i in range(output.numel())])
    gradients = torch.autograd.grad((output.reshape(-1) * weights).sum(), arguments)
    return {"output": numbers(output), "gradients": [numbers(gradient) for gradient in gradients]}


def alone(function):
    """A function of a batch as one of a single example."""
    return lambda *a: function(*a[:-1], a[-1][None])[0]


def conv(rank, **options):
    groups = options.get("groups", 1)

    def weight(w):
        """Element…, channel, filter within a group, as the engine lays a weight out, to filter, channel, element…."""
        filters, channels, kernel = w.shape[0] // groups, w.shape[1], w.shape[2:]
        ours = w.reshape(groups, *kernel, channels, filters)
        return ours.permute(0, rank + 2, rank + 1, *range(1, rank + 1)).reshape(w.shape)
    return alone(lambda w, b, x: getattr(F, f"conv{rank}d")(x, weight(w), b, **options))


def transposed(rank, **options):
    def weight(w):
        """Channel, element…, filter to channel, filter, element…."""
        ours = w.reshape(w.shape[0], *w.shape[2:], w.shape[1])
        return ours.permute(0, rank + 1, *range(1, rank + 1))
    return alone(lambda w, b, x: getattr(F, f"conv_transpose{rank}d")(x, weight(w), b, **options))


def layers():
    yield "conv1d", case(conv(1, stride=2, padding=1, dilation=2), (3, 2, 3), (3,), (2, 9))
    yield "conv1d grouped", case(conv(1, groups=2), (4, 1, 3), (4,), (2, 6))
    yield "conv2d", case(conv(2, padding=1), (3, 2, 3, 3), (3,), (2, 4, 5))
    yield "conv2d rectangular", case(conv(2, stride=(2, 1), padding=(0, 1), dilation=(1, 2)), (3, 2, 3, 2), (3,), (2, 6, 5))
    yield "conv2d grouped", case(conv(2, stride=2, padding=1, groups=2), (4, 1, 3, 3), (4,), (2, 5, 5))
    yield "conv2d depthwise", case(conv(2, padding=1, groups=3), (3, 1, 3, 3), (3,), (3, 4, 4))
    yield "conv3d", case(conv(3, stride=(1, 2, 1), padding=(1, 0, 1), dilation=(1, 1, 2)), (2, 2, 2, 3, 2), (2,), (2, 2, 5, 3))
    yield "conv3d depthwise", case(conv(3, groups=2), (4, 1, 2, 2, 2), (4,), (2, 3, 2, 3))
    yield "convTranspose1d", case(transposed(1, stride=2, padding=1, output_padding=1), (2, 3, 3), (3,), (2, 4))
    yield "convTranspose1d dilated", case(transposed(1, stride=1, padding=2, output_padding=1, dilation=2), (2, 2, 3), (2,), (2, 5))
    yield "convTranspose2d", case(transposed(2, stride=(2, 1), padding=(0, 1), output_padding=(1, 0), dilation=(1, 2)), (2, 3, 3, 2), (3,), (2, 3, 4))
    yield "convTranspose2d grouped", case(transposed(2, stride=3, padding=1, output_padding=2, groups=2), (4, 1, 2, 3), (2,), (4, 2, 3))
    yield "convTranspose3d", case(transposed(3, stride=(1, 2, 1), padding=(0, 1, 0), dilation=(2, 1, 1)), (2, 2, 2, 3, 2), (2,), (2, 2, 3, 2))
    yield "maxPool1d", case(alone(lambda x: F.max_pool1d(x, 3, 2, 1)), (2, 8))
    yield "maxPool2d", case(alone(lambda x: F.max_pool2d(x, (2, 3), (2, 1), (1, 1))), (2, 5, 6))
    yield "maxPool3d", case(alone(lambda x: F.max_pool3d(x, (2, 2, 3), (1, 2, 1), (0, 1, 1))), (1, 3, 4, 3))
    yield "avgPool1d", case(alone(lambda x: F.avg_pool1d(x, 3, 2, 1)), (2, 8))
    yield "avgPool1d uncounted", case(alone(lambda x: F.avg_pool1d(x, 3, 2, 1, count_include_pad=False)), (2, 8))
    yield "avgPool2d", case(alone(lambda x: F.avg_pool2d(x, (3, 2), (2, 1), (1, 1))), (2, 5, 4))
    yield "avgPool2d uncounted", case(alone(lambda x: F.avg_pool2d(x, (3, 2), (2, 1), (1, 1), count_include_pad=False)), (2, 5, 4))
    yield "avgPool3d uncounted", case(alone(lambda x: F.avg_pool3d(x, (2, 3, 2), 2, (1, 1, 0), count_include_pad=False)), (2, 3, 4, 4))
    yield "adaptiveAvgPool1d", case(alone(lambda x: F.adaptive_avg_pool1d(x, 3)), (2, 7))
    yield "adaptiveAvgPool2d", case(alone(lambda x: F.adaptive_avg_pool2d(x, (2, 3))), (2, 5, 7))
    yield "adaptiveAvgPool2d even", case(alone(lambda x: F.adaptive_avg_pool2d(x, (2, 3))), (2, 4, 6))
    yield "adaptiveAvgPool2d larger", case(alone(lambda x: F.adaptive_avg_pool2d(x, (5, 3))), (1, 3, 4))
    yield "adaptiveAvgPool3d", case(alone(lambda x: F.adaptive_avg_pool3d(x, (2, 1, 3))), (2, 3, 2, 4))
    yield "adaptiveMaxPool1d", case(alone(lambda x: F.adaptive_max_pool1d(x, 3)), (2, 7))
    yield "adaptiveMaxPool2d", case(alone(lambda x: F.adaptive_max_pool2d(x, (2, 3))), (2, 5, 7))
    yield "adaptiveMaxPool3d", case(alone(lambda x: F.adaptive_max_pool3d(x, (2, 1, 3))), (2, 3, 2, 4))
    yield "globalAvgPool", case(lambda x: x.mean((1, 2)), (3, 2, 4))
    yield "groupNorm", case(alone(lambda s, b, x: F.group_norm(x, 2, s, b)), (4,), (4,), (4, 2, 3))
    yield "instanceNorm", case(alone(lambda x: F.instance_norm(x)), (3, 2, 3))
    yield "instanceNorm affine", case(alone(lambda s, b, x: F.instance_norm(x, weight=s, bias=b)), (3,), (3,), (3, 5))
    yield "layerNorm", case(lambda s, b, x: F.layer_norm(x, (4,), s, b), (4,), (4,), (3, 4))
    yield "layerNorm over axes", case(lambda s, b, x: F.layer_norm(x, (3, 4), s, b), (3, 4), (3, 4), (2, 3, 4))
    yield "rmsNorm", case(lambda s, x: F.rms_norm(x, (4,), s, 1e-6), (4,), (3, 4))
    yield "rmsNorm over axes", case(lambda s, x: F.rms_norm(x, (2, 3), s, 1e-5), (2, 3), (2, 2, 3))
    yield "dense", case(lambda w, b, x: x @ w + b, (4, 3), (3,), (2, 4))
    yield "softmax", case(lambda x: F.softmax(x, -1), (3, 4))
    yield "logSoftmax", case(lambda x: F.log_softmax(x, -1), (3, 4))
    for name, function in activations().items():
        yield name, case(lambda x: function(3 * x), (12,))


def activations():
    return {
        "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "silu": F.silu, "gelu": lambda x: F.gelu(x, approximate="tanh"),
        "exactGelu": F.gelu, "elu": lambda x: F.elu(x, 1.3), "selu": F.selu, "softsign": F.softsign, "hardTanh": lambda x: F.hardtanh(x, -0.5, 2),
        "hardSwish": F.hardswish, "mish": F.mish, "leakyRelu": lambda x: F.leaky_relu(x, 0.2), "softplus": lambda x: F.softplus(x, threshold=100),
    }


def losses():
    """Arguments: the output first; labels are given in the test."""
    weights = torch.tensor([0.5, 2.0, 1.0, 0.25])
    label = torch.tensor([2])
    labels = torch.tensor([1, -100, 3, 0, -100])
    target = walk(6, 5)

    def one(**options):
        return lambda z: F.cross_entropy(z[None], label, reduction="none", **options)

    def sequence(**options):
        return lambda z: F.cross_entropy(z, labels, reduction="none", **options).sum()[None] / (labels != -100).sum()

    yield "cross-entropy", case(one(), (4,))
    yield "cross-entropy smoothed", case(one(label_smoothing=0.1), (4,))
    yield "cross-entropy weighted", case(one(weight=weights), (4,))
    yield "cross-entropy weighted and smoothed", case(one(weight=weights, label_smoothing=0.2), (4,))
    yield "sequence", case(sequence(), (5, 4))
    yield "sequence weighted and smoothed", case(sequence(weight=weights, label_smoothing=0.2), (5, 4))
    yield "binary cross-entropy", case(lambda z: F.binary_cross_entropy_with_logits(z, (target > 0).double())[None], (6,))
    yield "mean squared error", case(lambda y: F.mse_loss(y, target)[None], (6,))
    yield "mean absolute error", case(lambda y: F.l1_loss(y, target)[None], (6,))
    yield "huber", case(lambda y: F.huber_loss(y, target, delta=0.7)[None], (6,))
    yield "smooth l1", case(lambda y: F.smooth_l1_loss(y, target, beta=0.7)[None], (6,))


def optimizers():
    """Parameters after 1, 2, 3 and 20 steps; the gradient of step t is argument t of the walk."""
    made = {
        "sgd": lambda p: torch.optim.SGD(p, 0.05, weight_decay=0.1),
        "sgd momentum": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=0.1),
        "sgd nesterov": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True),
        "adam": lambda p: torch.optim.Adam(p, 0.02, betas=(0.8, 0.95)),
        "adam decay": lambda p: torch.optim.Adam(p, 0.02, weight_decay=0.1),
        "adamw": lambda p: torch.optim.AdamW(p, 0.02, weight_decay=0.1),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.9),
        "rmsprop momentum": lambda p: torch.optim.RMSprop(p, 0.02, momentum=0.9, weight_decay=0.1),
        "rmsprop centered": lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.9, centered=True),
        "rmsprop centered momentum": lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.9, centered=True, momentum=0.5),
        "adagrad": lambda p: torch.optim.Adagrad(p, 0.1),
        "adagrad all": lambda p: torch.optim.Adagrad(p, 0.1, lr_decay=0.05, weight_decay=0.1, initial_accumulator_value=0.2),
    }
    for name, make in made.items():
        parameter = torch.nn.Parameter(walk(4, 9))
        optimizer = make([parameter])
        after = []
        for step in range(20):
            parameter.grad = walk(4, step)
            optimizer.step()
            if step in (0, 1, 2, 19):
                after += numbers(parameter)
        yield name, after


def schedules():
    """Rates of the first 24 steps from 0.4."""
    rates = torch.optim.lr_scheduler
    made = {
        "step": lambda o: rates.StepLR(o, 5, 0.3),
        "multiStep": lambda o: rates.MultiStepLR(o, [3, 4, 11], 0.3),
        "exponential": lambda o: rates.ExponentialLR(o, 0.9),
        "polynomial": lambda o: rates.PolynomialLR(o, 15, 1.7),
        "linear": lambda o: rates.LinearLR(o, 1.0, 0.25, 12),
        "oneCycle": lambda o: rates.OneCycleLR(o, 0.4, total_steps=24, div_factor=20, final_div_factor=100),
    }
    for name, make in made.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.4)
        schedule = make(optimizer)
        values = []
        for _ in range(24):
            values.append(float("%.13g" % optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if len(values) < 24:
                schedule.step()
        yield name, values


if __name__ == "__main__":
    parts = {"layers": dict(layers()), "losses": dict(losses()), "optimizers": dict(optimizers()), "schedules": dict(schedules())}
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "FastDPMeta.Engine.Tests", "Nn", "torch-layers.json")
    with open(place, "w", encoding="utf-8") as file:
        lines = []
        for part, entries in parts.items():
            inner = ",\n".join(json.dumps(name) + ":" + json.dumps(value, separators=(",", ":")) for name, value in entries.items())
            lines.append(json.dumps(part) + ":{\n" + inner + "\n}")
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
