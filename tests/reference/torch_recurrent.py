"""Outputs and derivatives of PyTorch's recurrent layers for fixed weights: makes Nn/Reference/recurrent.json. Made with PyTorch 2.6."""

import torch
from torch import nn

from figures import case, example, parameters, weighted, write

GATES = {"rnn": 1, "relu rnn": 1, "gru": 3, "lstm": 4}


def run(kind, steps, inputs, hidden, layers=1, bidirectional=False, bias=True):
    make = {"rnn": nn.RNN, "relu rnn": lambda *a, **k: nn.RNN(*a, nonlinearity="relu", **k), "gru": nn.GRU, "lstm": nn.LSTM}[kind]
    torch_layer = make(inputs, hidden, num_layers=layers, bidirectional=bidirectional, bias=bias).double()
    gates = GATES[kind]
    shapes = []
    directions = [""] + (["_reverse"] if bidirectional else [])
    for layer in range(layers):
        features = inputs if layer == 0 else hidden * len(directions)
        for _ in directions:
            shapes += [(features, gates * hidden), (hidden, gates * hidden)]
            shapes += ([(gates * hidden,)] + ([(hidden,)] if kind == "gru" else [])) if bias else []

    values = iter(parameters(shapes))
    wanted = []
    with torch.no_grad():
        for layer in range(layers):
            for direction in directions:
                end = f"l{layer}{direction}"
                torch_layer.get_parameter(f"weight_ih_{end}").copy_(next(values).T)
                torch_layer.get_parameter(f"weight_hh_{end}").copy_(next(values).T)
                wanted += [lambda e=end: torch_layer.get_parameter(f"weight_ih_{e}").grad.T, lambda e=end: torch_layer.get_parameter(f"weight_hh_{e}").grad.T]
                if bias:
                    torch_layer.get_parameter(f"bias_ih_{end}").copy_(next(values))
                    torch_layer.get_parameter(f"bias_hh_{end}").zero_()
                    wanted.append(lambda e=end: torch_layer.get_parameter(f"bias_ih_{e}").grad)
                    if kind == "gru":
                        torch_layer.get_parameter(f"bias_hh_{end}")[2 * hidden :] = next(values)
                        wanted.append(lambda e=end: torch_layer.get_parameter(f"bias_hh_{e}").grad[2 * hidden :])

    x = example((steps, inputs))
    y = torch_layer(x)[0]
    weighted(y).backward()
    name = f"{kind} {steps}x{inputs} hidden {hidden} layers {layers}{' bidirectional' if bidirectional else ''}{'' if bias else ' without bias'}"
    return case(name, y, [gradient() for gradient in wanted] + [x.grad])


CASES = []
for kind in GATES:
    CASES.append(run(kind, 5, 3, 4))
    CASES.append(run(kind, 4, 3, 2, layers=2, bidirectional=True))
    CASES.append(run(kind, 3, 2, 3, layers=2, bias=False))

write("recurrent.json", CASES)
