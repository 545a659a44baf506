#!/usr/bin/env python3
"""Our step of second-order MAML and PyTorch's in turn, and one table: medians over rounds, ratios of medians. Only the standard library is needed.

Every round runs ours and each of the peer's modes once, in a process of its own; every second round goes backwards, so that a machine that becomes slower or
faster harms both sides alike. The peer's Python is $TORCH_PYTHON, a command (default: python3).

    dotnet build -c Release bench/FastDPMeta.Bench && python3 bench/torch_meta/compare.py --inner-steps 1,5 --rounds 3
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OURS = "dotnet " + shlex.quote(os.path.join(ROOT, "bench/FastDPMeta.Bench/bin/Release/net10.0/FastDPMeta.Bench.dll")) + " meta-step --json"


def options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inner-steps", type=lambda text: [int(part) for part in text.split(",")], default=[1, 5])
    parser.add_argument("--modes", default="loop,vmap,grad_vmap")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recompute", action="store_true", help="ours computes activations of inner steps again")
    parser.add_argument("--ours", default=OURS, help="the command of our side")
    for name, value in (("norm", "group"), ("tasks", "8"), ("query", "5"), ("filters", "32"), ("threads", "2"), ("max-seconds", "3"), ("steps", "50")):
        parser.add_argument(f"--{name}", default=value)
    return parser.parse_args()


def run(command):
    """The process's JSON line."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    raise SystemExit(f"{shlex.join(command)}: exit code {done.returncode}: {done.stderr.strip()[-300:]}")


def contest(arguments, inner_steps):
    """All rounds with so many inner steps: rows by side."""
    common = ["--inner-steps", str(inner_steps)]
    for name in ("norm", "tasks", "query", "filters", "threads", "max_seconds", "steps"):
        common += ["--" + name.replace("_", "-"), getattr(arguments, name)]
    peer = shlex.split(os.environ.get("TORCH_PYTHON", "python3")) + [os.path.join(HERE, "run.py")]
    sides = {"ours": shlex.split(arguments.ours) + common + (["--recompute"] if arguments.recompute else [])}
    sides.update({mode: peer + ["--mode", mode] + common for mode in arguments.modes.split(",")})
    rows = {side: [] for side in sides}
    for number in range(arguments.rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            rows[side].append(run(sides[side]))
            print(f"{inner_steps} steps, round {number + 1}: {side} {rows[side][-1]['median_ms']} ms", file=sys.stderr, flush=True)
    return rows


def main():
    """Runs everything and prints the table."""
    arguments = options()
    print(f"| inner steps | side | ms a step | peer / ours (rounds) | MiB added | peer / ours |\n|---|---|---|---|---|---|")
    for inner_steps in arguments.inner_steps:
        rows = contest(arguments, inner_steps)

        def added(side):
            return statistics.median(row["peak_rss_mib"] - row["rss_before_mib"] for row in rows[side])

        for side, runs in rows.items():
            ratios = sorted(run["median_ms"] / own["median_ms"] for run, own in zip(runs, rows["ours"]))
            print(f"| {inner_steps} | {side} | {statistics.median(run['median_ms'] for run in runs):.4g} | {statistics.median(ratios):.3g} ({ratios[0]:.3g}–{ratios[-1]:.3g}) "
                  f"| {added(side):.0f} | {added(side) / added('ours'):.2g} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
