"""Numbers without ties that tests make in the same way (Values.Walk), and figures written as compact JSON."""

import json
import math
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parent.parent / "FastDPMeta.Engine.Tests" / "Nn" / "Reference"


def walk(shape, phase, low=-1.0, high=1.0):
    count = math.prod(shape)
    values = [low + (high - low) * ((phase + i * 0.6180339887498949 + 0.31 * math.sin(i * 1.7)) % 1.0) for i in range(1, count + 1)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def parameters(shapes):
    """What LayerCheck.Arguments gives the parameters of a layer."""
    return [walk(shape, 0.37 + 0.19 * i) for i, shape in enumerate(shapes)]


def example(shape):
    """What LayerCheck.Arguments gives as the input."""
    return walk(shape, 0.48, -2.0, 2.0).requires_grad_()


def weighted(y):
    """The scalar that is differentiated: every result with a weight of its own, a constant in single precision."""
    weights = torch.sin(0.4 + 1.7 * torch.arange(y.numel(), dtype=torch.float64)).float().double()
    return (y.reshape(-1) * weights).sum()


def rounded(tensor):
    return [float(f"{value:.13g}") for value in tensor.detach().reshape(-1).tolist()]


def case(name, output, gradients):
    return {"name": name, "output": rounded(output), "gradients": [rounded(gradient) for gradient in gradients]}


def write(file, cases):
    FOLDER.mkdir(exist_ok=True)
    with open(FOLDER / file, "w", encoding="utf-8", newline="\n") as out:
        out.write("[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases) + "\n]\n")
