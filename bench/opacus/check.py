#!/usr/bin/env python3
"""Checks that every private mode releases the same clipped sum: fixed weights, no noise, six examples of which about half are clipped.

The reference is one backward an example in float64. Prints a line a model and mode, and exits with 1 if a relative difference is above 1e-4.

    python3 check.py [model ...]
"""
import copy
import sys
import warnings

import surroundings

TOLERANCE = 1e-4  # float32 through up to 256 steps of recurrence; measured differences are below 1e-5
EXAMPLES = 6


def released(torch, net):
    """The sum behind the released mean, one vector in the order of names."""
    gradients = {name: parameter.grad for name, parameter in net.named_parameters()}
    return torch.cat([gradients[name].reshape(-1).double() for name in sorted(gradients)]) * EXAMPLES


def median_norm(torch, net, loss, x, y):
    """Of the examples' gradients, so that half of them are clipped."""
    norms = [torch.sqrt(sum(g.square().sum() for g in torch.autograd.grad(loss(net(x[i:i + 1]), y[i:i + 1]), list(net.parameters())))) for i in range(len(x))]
    return float(torch.stack(norms).median())


def copy_weights(torch, source, target):
    """By name; Opacus' LSTM has torch's names for its parameters."""
    weights = dict(source.named_parameters())
    with torch.no_grad():
        for name, parameter in target.named_parameters():
            parameter.copy_(weights.pop(name))
    assert not weights, f"not copied: {sorted(weights)}"


def check(name, torch, models, steps):
    """Compares all modes on one model; returns whether they agree."""
    torch.manual_seed(2)
    start = models.build(name)
    loss = models.criterion(name)
    x, y = models.batch(name, EXAMPLES)
    exact, wide = copy.deepcopy(start).double(), x.double() if x.is_floating_point() else x
    truth = y.double() if y.is_floating_point() else y
    settings = steps.Settings(EXAMPLES, clip=median_norm(torch, exact, loss, wide, truth), sigma=0.0)
    steps.Loop(exact, loss, settings)(wide, truth)
    reference, agree = released(torch, exact), True
    for mode, (needs_opacus, make) in steps.MODES.items():
        if mode == "nonprivate":
            continue
        net = models.build(name, opacus_layers=needs_opacus)
        copy_weights(torch, start, net)
        try:
            make(net, models.criterion(name), settings)(x, y)
            difference = float((released(torch, net) - reference).norm() / reference.norm())
            agree &= difference <= TOLERANCE
            print(f"{name:12} {mode:10} relative difference {difference:.1e} {'' if difference <= TOLERANCE else 'DIFFERS'}", flush=True)
        except Exception as problem:  # the same as in run.py
            print(f"{name:12} {mode:10} unsupported: {type(problem).__name__}: {str(problem).strip().splitlines()[:1]}", flush=True)
    return agree


def main():
    """All models, or those named."""
    surroundings.restart(1)
    surroundings.import_folders()
    warnings.filterwarnings("ignore")
    import torch

    import models
    import steps
    results = [check(name, torch, models, steps) for name in sys.argv[1:] or models.MODELS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
