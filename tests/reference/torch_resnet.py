"""Logits of ResNet-20 with group normalisation as written with PyTorch's functions: makes Nn/Reference/resnet.json. Made with PyTorch 2.6."""

import torch
from torch.nn import functional

from figures import case, example, parameters, write


def shapes(projection):
    result = [(27, 16), (16,), (16,)]
    channels = 16
    for filters in (16, 32, 64):
        for _ in range(3):
            result += [(channels * 9, filters), (filters,), (filters,), (filters * 9, filters), (filters,), (filters,)]
            if filters != channels and projection:
                result += [(channels, filters), (filters,), (filters,)]
            channels = filters
    return result + [(64, 10), (10,)]


def run(name, projection):
    values = iter(parameters(shapes(projection)))

    def normalised(x, filters, kernel, stride):
        weight, scale, shift = next(values), next(values), next(values)
        y = functional.conv2d(x, weight.reshape(kernel, kernel, x.shape[1], filters).permute(3, 2, 0, 1), stride=stride, padding=kernel // 2)
        return functional.group_norm(y, filters // 16, scale, shift)

    x = functional.relu(normalised(example((3, 32, 32)).unsqueeze(0), 16, 3, 1))
    for filters in (16, 32, 64):
        for _ in range(3):
            stride = 1 if filters == x.shape[1] else 2
            body = normalised(functional.relu(normalised(x, filters, 3, stride)), filters, 3, 1)
            if stride == 1:
                shortcut = x
            elif projection:
                shortcut = normalised(x, filters, 1, 2)
            else:
                shortcut = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, filters - x.shape[1]))
            x = functional.relu(body + shortcut)
    return case(name, x.mean((2, 3)) @ next(values) + next(values), [])


write("resnet.json", [run("padded", False), run("projection", True)])
