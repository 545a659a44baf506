#!/usr/bin/env python3
"""Trains the tanh CNN of Papernot et al. 2020 (arXiv 2007.14191) on MNIST privately with Opacus, and prints accuracy and seconds as one JSON line.

Same meaning of the settings as on our side: every round draws a lot by Poisson sampling with the rate lot / 60,000, clips each example's gradient, adds noise of
deviation sigma·clip to the sum, divides by the expected lot and takes an SGD step. The data are the four IDX files, plain or gzip, in one folder.

    python3 mnist.py --data FOLDER --lot 1024 --rounds 1000 --clip 0.1 --sigma 1.5 --rate 4 --momentum 0.9 --threads 2
"""
import argparse
import gzip
import json
import math
import os
import sys
import time
import warnings

import surroundings

LEAST_LOT = 32  # the chance of an empty lot, which torch's loss cannot take, is then below 1e-13 a round


def options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--mode", default="ew", help="as in run.py; of the modes of Opacus, ew is the fastest for this network")
    parser.add_argument("--lot", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--clip", type=float, required=True)
    parser.add_argument("--sigma", type=float, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--last-rate", type=float, help="rate of the end, reached along half a cosine; without it the rate stays")
    parser.add_argument("--groups", type=int, default=0, help="groups of the normalisation behind each convolution; 0 leaves it out")
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--delta", type=float, default=1e-5)
    parser.add_argument("--mean", type=float, default=0.0, help="subtracted from pixels in [0, 1]")
    parser.add_argument("--deviation", type=float, default=1.0, help="pixels are divided by it afterwards")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=0, help="also report accuracy every so many rounds; not counted in the seconds")
    arguments = parser.parse_args()
    if arguments.lot < LEAST_LOT:
        parser.error(f"--lot {arguments.lot}: must be at least {LEAST_LOT}, for below it empty lots happen, which torch's loss cannot take")
    return arguments


def idx(torch, folder, name):
    """The array in an IDX file of bytes."""
    path = os.path.join(folder, name)
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")) as file:
        content = file.read()
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of bytes; it begins with {content[:4].hex()}")
    axes = content[3]
    shape = [int.from_bytes(content[4 + 4 * axis:8 + 4 * axis], "big") for axis in range(axes)]
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=4 + 4 * axes).view(shape)


def examples(torch, arguments, part):
    """Images [example, 1, 28, 28] and labels."""
    images = idx(torch, arguments.data, part + "-images-idx3-ubyte").float().div_(255)
    return images.sub_(arguments.mean).div_(arguments.deviation)[:, None], idx(torch, arguments.data, part + "-labels-idx1-ubyte").long()


def accuracy(torch, net, x, y):
    """Share of examples whose largest output is the label's. In evaluation mode Opacus' hooks record nothing."""
    net.eval()
    with torch.no_grad():
        right = sum(int((net(x[i:i + 1000]).argmax(1) == y[i:i + 1000]).sum()) for i in range(0, len(x), 1000))
    net.train()
    return right / len(x)


def epsilon(arguments, population):
    """What Opacus' tightest accountant says the run costs."""
    from opacus.accountants import PRVAccountant
    accountant = PRVAccountant()
    accountant.history = [(arguments.sigma, arguments.lot / population, arguments.rounds)]
    return accountant.get_epsilon(arguments.delta)


def main():
    """Trains and prints."""
    arguments = options()
    surroundings.restart(arguments.threads)
    surroundings.import_folders()
    warnings.filterwarnings("ignore")
    import opacus
    import torch

    import models
    import steps
    if arguments.mode not in steps.MODES:
        raise SystemExit(f"--mode {arguments.mode}: unknown; take one of {', '.join(steps.MODES)}")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    canary = surroundings.product_gflops(torch)
    x, y = examples(torch, arguments, "train")
    test = examples(torch, arguments, "t10k")
    net = models.mnist_cnn(torch.nn.Tanh, arguments.groups)
    settings = steps.Settings(arguments.lot, arguments.clip, arguments.sigma, arguments.rate, arguments.momentum)
    step = steps.MODES[arguments.mode][1](net, torch.nn.CrossEntropyLoss(), settings)
    seconds, used = 0.0, 0.0
    last = arguments.rate if arguments.last_rate is None else arguments.last_rate
    for number in range(1, arguments.rounds + 1):
        step.optimizer.param_groups[0]["lr"] = last + (arguments.rate - last) * 0.5 * (1 + math.cos(math.pi * (number - 1) / arguments.rounds))
        start, processor = time.perf_counter(), time.process_time()
        lot = (torch.rand(len(x)) < arguments.lot / len(x)).nonzero()[:, 0]
        step(x[lot], y[lot])
        seconds, used = seconds + time.perf_counter() - start, used + time.process_time() - processor
        if arguments.every and number % arguments.every == 0:
            print(f"round {number}: accuracy {accuracy(torch, net, *test):.4f}, {seconds:.1f} s", file=sys.stderr, flush=True)
    row = {"data": "mnist", **{name: value for name, value in vars(arguments).items() if name not in ("data", "every")}}
    row.update(test_accuracy=accuracy(torch, net, *test), seconds=round(seconds, 3), cpu_seconds=round(used, 3),
               epochs=round(arguments.rounds * arguments.lot / len(x), 3))
    if arguments.mode != "nonprivate" and arguments.sigma > 0:
        row["epsilon_prv"] = round(epsilon(arguments, len(x)), 4)
    row.update(gemm_gflops=round(canary, 1), torch=torch.__version__, opacus=opacus.__version__)
    print(json.dumps(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
