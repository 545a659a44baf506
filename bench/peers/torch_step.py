#!/usr/bin/env python3
"""One training step of a dense network in PyTorch, without privacy: the peer of the private step.

Prints the median, least and 90th percentile of the wall milliseconds of one step as one JSON line.
A step is forward, mean cross-entropy, backward, plain SGD; inputs are made once, before the clock starts.

    python3 torch_step.py --threads 1 --batch 64 --layers 784 256 10
"""
import argparse
import json
import os
import sys
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--layers", type=int, nargs="+", default=[784, 256, 10])
parser.add_argument("--warmup", type=int, default=50)
parser.add_argument("--steps", type=int, default=400)
arguments = parser.parse_args()

# glibc returns large blocks to the kernel and pays page faults on the next step; keeping them is the fair setting for the peer.
KEEP = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "99999999999", "MALLOC_TOP_PAD_": "268435456"}
if "MALLOC_MMAP_MAX_" not in os.environ:
    os.environ.update(KEEP)
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.execv(sys.executable, [sys.executable] + sys.argv)

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)


def gemm_gflops():
    """A canary for a bad BLAS: below about 50 on one core, the comparison is worthless."""
    left, right = torch.randn(512, 512), torch.randn(512, 512)
    best = 1e9
    for _ in range(8):
        start = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - start)
    return 2 * 512 ** 3 / best / 1e9


widths = arguments.layers
modules = []
for index, (inputs, units) in enumerate(zip(widths, widths[1:])):
    modules.append(nn.Linear(inputs, units))
    if index < len(widths) - 2:
        modules.append(nn.ReLU())
model = nn.Sequential(*modules)
loss = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x = torch.rand(arguments.batch, widths[0])
y = torch.randint(0, widths[-1], (arguments.batch,))

times = []
for step in range(arguments.warmup + arguments.steps):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss(model(x), y).backward()
    optimizer.step()
    times.append((time.perf_counter() - start) * 1e3)
times = sorted(times[arguments.warmup:])
print(json.dumps({
    "system": "torch " + torch.__version__, "private": False, "threads": arguments.threads, "batch": arguments.batch, "layers": widths,
    "median_ms": round(times[len(times) // 2], 4), "min_ms": round(times[0], 4), "p90_ms": round(times[int(0.9 * len(times))], 4),
    "gemm_gflops": round(gemm_gflops(), 1)}))
