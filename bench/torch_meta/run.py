#!/usr/bin/env python3
"""Times one step of second-order MAML in PyTorch, and prints one JSON line. One process makes one measurement.

modes
  loop        one task after another: torch.autograd.grad(create_graph=True) inside, backward outside (what MAML libraries do)
  vmap        torch.func.vmap(grad(task loss)): every task's meta-gradient, then their mean
  grad_vmap   torch.func.grad(mean of vmap(task loss)): one gradient through all tasks at once
  check       no timing: all three give the same meta-gradient in float64

The network is Conv-4 as ours: 3x3 convolutions, normalisation, 2x2 max-pooling, relu, a linear head. --norm transductive normalises each batch by its own
statistics (torch's batch_norm without running averages), group by 8 groups of channels, none not at all.

    python3 run.py --mode loop --inner-steps 1 --tasks 8 --threads 2
"""
import argparse
import json
import os
import sys
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "opacus"))
import surroundings  # noqa: E402  beside the peers of private steps

RATE = 0.4


def options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", required=True, choices=("loop", "vmap", "grad_vmap", "check"))
    parser.add_argument("--norm", default="group", choices=("group", "transductive", "none"))
    parser.add_argument("--inner-steps", type=int, default=1)
    parser.add_argument("--tasks", type=int, default=8)
    parser.add_argument("--way", type=int, default=5)
    parser.add_argument("--query", type=int, default=5, help="queries a class")
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=200, help="timed steps, at most")
    parser.add_argument("--max-seconds", type=float, default=5.0, help="of timed steps; at least three are timed")
    parser.add_argument("--max-mib", type=int, default=0, help="memory bound; 0 for 70%% of what is available")
    return parser.parse_args()


def network(torch, arguments):
    """Parameters and the function from them and a batch of images to logits."""
    functional = torch.nn.functional
    parameters, channels = [], 1
    for _ in range(4):
        bound = (6 / (9 * channels)) ** 0.5
        parameters += [torch.empty(arguments.filters, channels, 3, 3).uniform_(-bound, bound), torch.ones(arguments.filters), torch.zeros(arguments.filters)]
        channels = arguments.filters
    bound = (6 / (channels + arguments.way)) ** 0.5
    parameters += [torch.empty(arguments.way, channels).uniform_(-bound, bound), torch.zeros(arguments.way)]

    def forward(weights, x):
        for block in range(4):
            kernel, scale, shift = weights[3 * block:3 * block + 3]
            if arguments.norm == "none":
                x = functional.conv2d(x, kernel, shift, padding=1)
            else:
                x = functional.conv2d(x, kernel, padding=1)
                x = functional.group_norm(x, 8, scale, shift) if arguments.norm == "group" else functional.batch_norm(x, None, None, scale, shift, training=True)
            x = functional.relu(functional.max_pool2d(x, 2))
        return functional.linear(x.flatten(1), weights[-2], weights[-1])

    return [parameter.requires_grad_() for parameter in parameters], forward


def data(torch, arguments):
    """Support inputs and labels, query inputs and labels, with a task axis."""
    def images(each):
        return (torch.rand(arguments.tasks, arguments.way * each, 1, 28, 28) < 0.1).to(torch.get_default_dtype())

    def labels(each):
        return torch.arange(arguments.way * each).remainder(arguments.way).repeat(arguments.tasks, 1)

    return images(1), labels(1), images(arguments.query), labels(arguments.query)


def gradients(torch, arguments, forward):
    """The three ways to the mean meta-gradient."""
    cross_entropy = torch.nn.functional.cross_entropy

    def loop(weights, sx, sy, qx, qy):
        for task in range(arguments.tasks):
            adapted = weights
            for _ in range(arguments.inner_steps):
                slope = torch.autograd.grad(cross_entropy(forward(adapted, sx[task]), sy[task]), adapted, create_graph=True, allow_unused=True)
                adapted = [w if g is None else w - RATE * g for w, g in zip(adapted, slope)]
            (cross_entropy(forward(adapted, qx[task]), qy[task]) / arguments.tasks).backward()
        return [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]

    def task_loss(weights, sx, sy, qx, qy):
        adapted = weights
        for _ in range(arguments.inner_steps):
            slope = torch.func.grad(lambda w: cross_entropy(forward(w, sx), sy))(adapted)
            adapted = [w - RATE * g for w, g in zip(adapted, slope)]
        return cross_entropy(forward(adapted, qx), qy)

    each = torch.func.vmap(torch.func.grad(task_loss), in_dims=(None, 0, 0, 0, 0))
    losses = torch.func.vmap(task_loss, in_dims=(None, 0, 0, 0, 0))
    whole = torch.func.grad(lambda w, *tasks: losses(w, *tasks).mean())

    def plain(function, mean):
        def run(weights, *tasks):
            slopes = function([weight.detach() for weight in weights], *tasks)
            return [slope.mean(0) for slope in slopes] if mean else slopes
        return run

    return {"loop": loop, "vmap": plain(each, True), "grad_vmap": plain(whole, False)}


def check(torch, arguments):
    """Raises unless all ways agree."""
    torch.set_default_dtype(torch.float64)
    weights, forward = network(torch, arguments)
    tasks = data(torch, arguments)
    ways = gradients(torch, arguments, forward)
    found = {name: [slope.clone() for slope in way(weights, *tasks)] for name, way in ways.items()}
    for name, slopes in found.items():
        error = max(((a - b).norm() / (b.norm() + 1e-12)).item() for a, b in zip(slopes, found["loop"]))
        if error > 1e-9:
            raise SystemExit(f"{name} differs from the loop by {error:g}")
        print(f"{name}: {error:.1e}")


def measure(torch, arguments, row):
    """Adds the figures to the row."""
    canary = surroundings.product_gflops(torch)
    weights, forward = network(torch, arguments)
    tasks = data(torch, arguments)
    way = gradients(torch, arguments, forward)[arguments.mode]
    optimizer = torch.optim.Adam(weights, lr=1e-3, fused=True)

    def step():
        optimizer.zero_grad()
        for weight, slope in zip(weights, way(weights, *tasks)):
            weight.grad = slope
        optimizer.step()

    surroundings.bound_memory(arguments.max_mib)
    surroundings.forget_peak()
    before = surroundings.resident_mib()
    begin = time.perf_counter()
    for _ in range(20):
        step()
        if time.perf_counter() - begin > arguments.max_seconds / 3:
            break
    times = []
    begin, used = time.perf_counter(), time.process_time()
    while len(times) < arguments.steps and (len(times) < 3 or time.perf_counter() - begin < arguments.max_seconds):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    processor = (time.process_time() - used) * 1e3 / len(times)
    times.sort()
    row.update(
        params=sum(weight.numel() for weight in weights), steps=len(times), median_ms=round(times[len(times) // 2], 4), min_ms=round(times[0], 4),
        p90_ms=round(times[int(0.9 * (len(times) - 1))], 4), cpu_ms=round(processor, 4), peak_rss_mib=round(surroundings.peak_mib(), 1),
        rss_before_mib=round(before, 1), gemm_gflops=round(max(canary, surroundings.product_gflops(torch)), 1))


def main():
    """Measures and prints."""
    arguments = options()
    surroundings.restart(arguments.threads)
    import torch
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    if arguments.mode == "check":
        check(torch, arguments)
        return 0
    row = {"system": "torch", "mode": arguments.mode, "norm": arguments.norm, "inner_steps": arguments.inner_steps, "tasks": arguments.tasks, "threads": arguments.threads, "torch": torch.__version__}
    measure(torch, arguments, row)
    print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
