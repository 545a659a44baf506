#!/usr/bin/env python3
"""Runs our step and the peers' in turn, and prints one table. bench/compare.sh builds ours and calls this; only the standard library is needed.

For every model, batch and number of threads there are rounds. The first runs everything: ours private and not, torch not private, every private mode of the
peer. The later ones leave out the modes that cannot win (slower than --within times the fastest of the first round), and every second round goes backwards, so
that a machine that becomes slower or faster harms both sides alike. Each run is a process of its own. The ratio of a round is the fastest peer of that round
over ours of that round; the table shows the median over rounds.

The peer's Python is $TORCH_PYTHON, a command (default: python3); the folder of Opacus' source, if it is not installed, is in $OPACUS_PATH.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys

import table

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OURS = "dotnet " + shlex.quote(os.path.join(ROOT, "bench/FastDPMeta.Bench/bin/Release/net10.0/FastDPMeta.Bench.dll")) + " step"
MODELS = "logreg,ffnn,mnist_cnn,cifar_cnn,embed,lstm,resnet20_gn,transformer"
MODES = "hooks,ghost,fgc,functorch,ew,vmap,loop"


def options():
    """The command line."""
    def words(text):
        return [word for word in text.split(",") if word]

    def numbers(text):
        return [int(word) for word in words(text)]

    parser = argparse.ArgumentParser(prog="bench/compare.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=words, default=words(MODELS))
    parser.add_argument("--batches", type=numbers, default=[16, 64, 256])
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--modes", type=words, default=words(MODES), help="the peer's private modes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=200, help="timed steps a process, at most")
    parser.add_argument("--max-seconds", type=int, default=10, help="of timed steps a process")
    parser.add_argument("--within", type=float, default=1.5, help="modes slower than this times the fastest run in the first round only; 0 for all in every round")
    parser.add_argument("--blas-kernel", default="", help="OpenBLAS kernel for the peer, where another one than OpenBLAS' choice is faster (see run.py)")
    parser.add_argument("--measure", choices=table.MEASURES, default="median", help="what is compared; cpu is less disturbed by a busy machine, for one thread")
    parser.add_argument("--out", help="file for the JSON lines: every run, then the figures of the table")
    parser.add_argument("--ours", default=os.environ.get("FASTDPMETA_STEP", OURS), help="the command of our side")
    return parser.parse_args()


class Contest:
    """The rounds of one model, batch and number of threads."""

    def __init__(self, arguments, model, batch, threads, report):
        self.arguments, self.model, self.batch, self.threads, self.report = arguments, model, batch, threads, report
        self.python = shlex.split(os.environ.get("TORCH_PYTHON", "python3")) + [os.path.join(HERE, "run.py")]
        self.ours = shlex.split(arguments.ours)

    def run(self, side, mode, number):
        """One process; returns its row, which says why if there are no figures."""
        command = (self.ours if side == "ours" else self.python) + [
            "--model", self.model, "--batch", str(self.batch), "--mode", mode, "--threads", str(self.threads), "--steps", str(self.arguments.steps),
            "--max-seconds", str(self.arguments.max_seconds)]
        if side == "ours":
            command.append("--json")
        elif self.arguments.blas_kernel:
            command += ["--blas-kernel", self.arguments.blas_kernel]
        row = {"kind": "run", "side": side, "round": number, "model": self.model, "mode": mode, "batch": self.batch, "threads": self.threads,
               "load1": round(os.getloadavg()[0], 2)}
        row.update(last_json(command, 60 + 8 * self.arguments.max_seconds))
        self.report(row)
        return row

    def rounds(self):
        """All rounds, in order."""
        modes, measure, rows = self.arguments.modes, table.MEASURES[self.arguments.measure], []
        for number in range(1, self.arguments.rounds + 1):
            order = [("ours", "private"), ("ours", "nonprivate"), ("peer", "nonprivate")] + [("peer", mode) for mode in modes]
            done = [self.run(side, mode, number) for side, mode in (order if number % 2 else reversed(order))]
            rows += done
            if number == 1:
                times = {row["mode"]: row[measure] for row in done if row["side"] == "peer" and row["mode"] != "nonprivate" and measure in row}
                bound = (self.arguments.within or float("inf")) * min(times.values(), default=0)
                modes = [mode for mode, time in times.items() if time <= bound]
        return rows


def last_json(command, seconds):
    """The last line of the command's output that is a JSON object; on failure, the reason under "unsupported"."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return {"unsupported": f"stopped after {seconds:g} s"}
    except OSError as problem:
        return {"unsupported": str(problem)}
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    reason = [line for line in done.stderr.splitlines() if line.strip()] or ["no output"]
    return {"unsupported": f"exit code {done.returncode}: {reason[0].strip()[:200]}"}


def main():
    """Runs everything and prints the table."""
    arguments = options()
    file = open(arguments.out, "w", encoding="utf-8") if arguments.out else None

    def write(row):
        if file:
            print(json.dumps(row), file=file, flush=True)

    def report(row):
        time = row.get(table.MEASURES[arguments.measure])
        what = f"{time:.3f} ms" if time is not None else row.get("unsupported", "no figure")
        print(f"{row['model']} batch {row['batch']} threads {row['threads']} round {row['round']}: {row['side']} {row['mode']} {what}", file=sys.stderr, flush=True)
        write(row)

    rows = []
    for threads in arguments.threads:
        for model in arguments.models:
            for batch in arguments.batches:
                rows += Contest(arguments, model, batch, threads, report).rounds()
    cells = table.cells(rows, arguments.measure)
    for cell in cells + [table.total(cells)]:
        write(cell)
    if file:
        file.close()
    print(table.markdown(cells, rows, arguments.measure))
    return 0


if __name__ == "__main__":
    sys.exit(main())
