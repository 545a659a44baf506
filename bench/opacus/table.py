#!/usr/bin/env python3
"""Makes the table of bench/compare.sh from its runs; also from a file of them, alone:

    python3 table.py runs.jsonl [--measure median|min|cpu]
"""
import argparse
import json
import math
import os
import statistics
import sys

MEASURES = {"median": "median_ms", "min": "min_ms", "cpu": "cpu_ms"}
CANARY = 50  # GFLOP/s of a 512³ product on one thread; with less the peer has a bad BLAS, or the machine no time for it
RATIOS = ("peer_over_ours", "private_over_nonprivate", "torch_nonprivate_over_ours")


def cells(rows, measure="median"):
    """The figures of each model, batch and number of threads, in order of appearance."""
    groups = {}
    for row in rows:
        groups.setdefault((row["model"], row["batch"], row["threads"]), []).append(row)
    return [cell(key, group, MEASURES[measure]) for key, group in groups.items()]


def cell(key, rows, measure):
    """The figures of one of them: medians over rounds, and ratios formed within each round."""
    result = dict(zip(("kind", "model", "batch", "threads"), ("cell", *key)))
    timed = [row for row in rows if measure in row]
    result["ours_private"] = over_rounds(timed, "ours", "private", measure)
    result["ours_nonprivate"] = over_rounds(timed, "ours", "nonprivate", measure)
    result["torch_nonprivate"] = over_rounds(timed, "peer", "nonprivate", measure)
    modes = list(dict.fromkeys(row["mode"] for row in rows if row["side"] == "peer" and row["mode"] != "nonprivate"))
    result["peers"] = {mode: over_rounds(timed, "peer", mode, measure) for mode in modes}
    working = {mode: time for mode, time in result["peers"].items() if time is not None}
    result["fastest"] = min(working, key=working.get, default=None)
    pairs = {"peer_over_ours": (peer_private, ours("private")), "private_over_nonprivate": (ours("private"), ours("nonprivate")),
             "torch_nonprivate_over_ours": (torch_plain, ours("private"))}
    for name, (above, below) in pairs.items():
        each = ratios(timed, measure, above, below)
        result[name] = statistics.median(each) if each else None
        result[name + "_rounds"] = [round(value, 4) for value in each]
    memory = {mode: needed(timed, "peer", mode) for mode in working}
    result["ours_mib"] = needed(timed, "ours", "private")
    result["fastest_mib"] = memory.get(result["fastest"])
    result["leanest"] = min((mode for mode in memory if memory[mode] is not None), key=memory.get, default=None)
    result["leanest_mib"] = memory.get(result["leanest"])
    peaks = {mode: peak(timed, "peer", mode) for mode in working}
    result["ours_peak_mib"] = peak(timed, "ours", "private")
    result["peer_peak_mib"] = min((value for value in peaks.values() if value is not None), default=None)
    result["allocated_bytes"] = max((row["allocated_bytes"] for row in timed if row["side"] == "ours" and "allocated_bytes" in row), default=None)
    result["params"] = {side: next((row["params"] for row in timed if row["side"] == side and "params" in row), None) for side in ("ours", "peer")}
    return result


def ours(mode):
    """A test for our rows of that mode."""
    return lambda row: row["side"] == "ours" and row["mode"] == mode


def peer_private(row):
    """A test for rows of the peer's private modes."""
    return row["side"] == "peer" and row["mode"] != "nonprivate"


def torch_plain(row):
    """A test for rows of torch's step without privacy."""
    return row["side"] == "peer" and row["mode"] == "nonprivate"


def over_rounds(rows, side, mode, field):
    """The median over rounds of a field, or None."""
    values = [row[field] for row in rows if row["side"] == side and row["mode"] == mode]
    return statistics.median(values) if values else None


def needed(rows, side, mode):
    """MiB above the level before the first step: the median over rounds."""
    values = [row["peak_rss_mib"] - row["rss_before_mib"] for row in rows if row["side"] == side and row["mode"] == mode and "peak_rss_mib" in row]
    return statistics.median(values) if values else None


def peak(rows, side, mode):
    """MiB of the whole process: the median over rounds."""
    values = [row["peak_rss_mib"] for row in rows if row["side"] == side and row["mode"] == mode and "peak_rss_mib" in row]
    return statistics.median(values) if values else None


def ratios(rows, measure, above, below):
    """For each round that has both, the least time of some rows over the least of others."""
    result = []
    for number in sorted({row["round"] for row in rows}):
        times = [[row[measure] for row in rows if row["round"] == number and wanted(row)] for wanted in (above, below)]
        if times[0] and times[1]:
            result.append(min(times[0]) / min(times[1]))
    return result


def total(figures):
    """The geometric mean of each ratio over all cells that have it."""
    result = {"kind": "total", "cells": len(figures)}
    for name in RATIOS:
        values = [figure[name] for figure in figures if figure[name]]
        result[name] = math.exp(statistics.fmean(math.log(value) for value in values)) if values else None
    return result


def number(value, digits=3):
    """Three significant digits, without an exponent; a dash for what is not there."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    return f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"


def spread(figure, name):
    """A ratio with the least and the greatest of the rounds."""
    each = figure[name + "_rounds"]
    return number(figure[name]) + (f" ({number(min(each))}–{number(max(each))})" if len(each) > 1 else "")


def markdown(figures, rows, measure="median"):
    """The table, the geometric means and what to distrust."""
    modes = list(dict.fromkeys(mode for figure in figures for mode in figure["peers"]))
    heads = ["model", "batch", "threads", "ours private", "ours plain", "torch plain", *modes, "fastest peer", "peer/ours", "ours private/plain", "torch plain/ours private",
             "+MiB ours", "+MiB leanest peer", "peak MiB ours", "peak MiB leanest peer"]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for figure in figures:
        leanest = f"{number(figure['leanest_mib'])} ({figure['leanest']})" if figure["leanest"] else "–"
        lines.append("| " + " | ".join([
            figure["model"], str(figure["batch"]), str(figure["threads"]), *[number(figure[name]) for name in ("ours_private", "ours_nonprivate", "torch_nonprivate")],
            *[number(figure["peers"].get(mode)) for mode in modes], figure["fastest"] or "–", *[spread(figure, name) for name in RATIOS],
            number(figure["ours_mib"]), leanest, number(figure["ours_peak_mib"]), number(figure["peer_peak_mib"])]) + " |")
    means = total(figures)
    lines.append("| **geometric mean** |" + " |" * (len(heads) - 8) + " " + " | ".join(f"**{number(means[name])}**" for name in RATIOS) + " | | | | |")
    explanation = {"median": "Times: median wall milliseconds of a step", "min": "Times: least wall milliseconds of a step",
                   "cpu": "Times: median processor milliseconds of a step, over all threads"}
    lines += ["", f"{explanation[measure]}, then the median over rounds; ratios: formed within each round, then their median (least–greatest). "
              "Plain: without privacy. +MiB: peak memory above the level before the first step; peak MiB: of the whole process."]
    return "\n".join(lines + remarks(figures, rows))


def remarks(figures, rows):
    """What was not supported, and what makes a figure doubtful."""
    lines = []
    versions = sorted({f"{name} {row[name]}" for row in rows for name in ("torch", "opacus") if name in row})
    if versions:
        lines.append("Peers: " + ", ".join(versions) + ".")
    canaries = [row["gemm_gflops"] for row in rows if "gemm_gflops" in row]
    if canaries:
        low = [row for row in rows if row.get("gemm_gflops", CANARY) < CANARY]
        lines.append(f"Canary, 512³ product of the peer's BLAS: {number(min(canaries))} to {number(max(canaries))} GFLOP/s"
                     + (f"; **{len(low)} of {len(canaries)} runs below {CANARY}: distrust** " + ", ".join(sorted({label(row) for row in low})) if low else "") + ".")
    loads, processors = [row["load1"] for row in rows if "load1" in row], os.cpu_count() or 1
    if loads and statistics.median(loads) > processors:
        lines.append(f"**The machine was busy: load {number(min(loads))} to {number(max(loads))} on {processors} processors. Wall times are worth little; see --measure cpu or min.**")
    for figure in figures:
        sizes = figure["params"]
        if None not in sizes.values() and sizes["ours"] != sizes["peer"]:
            lines.append(f"{figure['model']}: {sizes['ours']} parameters on our side, {sizes['peer']} on the peer's.")
        if figure["allocated_bytes"]:
            lines.append(f"{label(figure)}: a step of ours allocates {figure['allocated_bytes']} bytes.")
    reasons = {}
    for row in rows:
        if "unsupported" in row:
            reasons.setdefault(f"{row['side']} {row['mode']}: {row['unsupported']}", []).append(label(row))
    lines += [f"No figure, {reason} ({', '.join(dict.fromkeys(places))})." for reason, places in reasons.items()]
    return [text for line in dict.fromkeys(lines) for text in ("", line)]


def label(row):
    """Model, batch and threads in one word."""
    return f"{row['model']}/{row['batch']}/{row['threads']}T"


def main():
    """Reads runs, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs")
    parser.add_argument("--measure", choices=MEASURES, default="median")
    arguments = parser.parse_args()
    with open(arguments.runs, encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("kind") == "run"]
    print(markdown(cells(rows, arguments.measure), rows, arguments.measure))
    return 0


if __name__ == "__main__":
    sys.exit(main())
