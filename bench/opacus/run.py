#!/usr/bin/env python3
"""Times one training step of a benchmark model in PyTorch or Opacus, and prints one JSON line. One process makes one measurement.

modes
  nonprivate  plain autograd and SGD
  hooks       Opacus, per-example gradients by its rules for layers
  ghost       Opacus, ghost norms and a second backward
  fgc         Opacus, fast gradient clipping: as ghost, but norms from gradients freed layer by layer
  functorch   Opacus, per-example gradients by functorch layer by layer
  ew          Opacus on torch's expanded weights
  vmap        torch.func only: vmap(grad) of the whole model
  loop        torch only: one backward an example

A mode that does not work for a model prints a line with "unsupported" and the reason. Opacus is what is installed, or in the folders of OPACUS_PATH.

    python3 run.py --model mnist_cnn --mode hooks --batch 64 --threads 1
"""
import argparse
import json
import os
import sys
import time
import warnings

import surroundings


def options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--mode", required=True)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=200, help="timed steps, at most")
    parser.add_argument("--max-seconds", type=float, default=10.0,
                        help="of timed steps, twice that while fewer than three are timed; warming up takes a third of it or one step")
    parser.add_argument("--max-mib", type=int, default=0, help="memory bound; 0 for 70%% of what is available")
    parser.add_argument("--heap", choices=("keep", "stock"), default="keep")
    parser.add_argument("--blas-kernel", default="", help="OPENBLAS_CORETYPE, to try another kernel than OpenBLAS' choice")
    return parser.parse_args()


def time_steps(step, most, seconds):
    """Wall and processor milliseconds of each timed step."""
    begin = time.perf_counter()
    for _ in range(20):
        step()
        if time.perf_counter() - begin > seconds / 3:
            break
    wall, processor = [], []
    begin = time.perf_counter()

    def enough():
        spent = time.perf_counter() - begin
        return len(wall) >= most or (len(wall) >= 3 and spent > seconds) or (len(wall) >= 1 and spent > 2 * seconds)

    while not enough():
        start, used = time.perf_counter(), time.process_time()
        step()
        wall.append((time.perf_counter() - start) * 1e3)
        processor.append((time.process_time() - used) * 1e3)
    return sorted(wall), sorted(processor)


def measure(arguments, row):
    """Adds the figures to the row."""
    import torch

    import models
    import steps
    for option, value, known in (("--model", arguments.model, models.MODELS), ("--mode", arguments.mode, steps.MODES)):
        if value not in known:
            raise SystemExit(f"{option} {value}: unknown; take one of {', '.join(known)}")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    row["torch"] = torch.__version__
    canary = surroundings.product_gflops(torch)
    needs_opacus, make = steps.MODES[arguments.mode]
    if needs_opacus:
        import opacus
        row["opacus"] = opacus.__version__
    net = models.build(arguments.model, opacus_layers=needs_opacus)
    x, y = models.batch(arguments.model, arguments.batch)
    step = make(net, models.criterion(arguments.model), steps.Settings(arguments.batch))
    surroundings.bound_memory(arguments.max_mib)
    surroundings.forget_peak()
    before = surroundings.resident_mib()
    wall, processor = time_steps(lambda: step(x, y), arguments.steps, arguments.max_seconds)
    peak = surroundings.peak_mib()
    median = wall[len(wall) // 2]
    row.update(
        params=models.count(net), steps=len(wall), median_ms=round(median, 4), min_ms=round(wall[0], 4), p90_ms=round(wall[int(0.9 * len(wall))], 4),
        cpu_ms=round(processor[len(processor) // 2], 4), examples_per_s=round(arguments.batch / median * 1e3, 1), peak_rss_mib=round(peak, 1),
        rss_before_mib=round(before, 1), gemm_gflops=round(max(canary, surroundings.product_gflops(torch)), 1), load1=round(os.getloadavg()[0], 2))


def main():
    """Measures and prints."""
    arguments = options()
    surroundings.restart(arguments.threads, arguments.heap, arguments.blas_kernel)
    surroundings.import_folders()
    warnings.filterwarnings("ignore")
    row = {"model": arguments.model, "mode": arguments.mode, "batch": arguments.batch, "threads": arguments.threads}
    try:
        measure(arguments, row)
    except Exception as problem:  # whatever a peer's mode cannot do is a result
        lines = str(problem).strip().splitlines() or [""]
        row["unsupported"] = f"{type(problem).__name__}: {lines[0][:200]}"
    print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
