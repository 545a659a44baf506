"""Times dp_accounting's privacy loss distributions on the run that `bench -- accounting` times.

python3 timing.py FOLDER     FOLDER holds the package dp_accounting (github.com/google/differential-privacy, python/dp_accounting)

Needs numpy and scipy. Only the loss distributions are imported, so attrs, absl and dm-tree are not needed.
"""

import sys
import time
import types

folder = sys.argv[1]
for name, path in (("dp_accounting", "dp_accounting"), ("dp_accounting.pld", "dp_accounting/pld")):
    package = types.ModuleType(name)
    package.__path__ = [f"{folder}/{path}"]
    sys.modules[name] = package

from dp_accounting.pld import privacy_loss_distribution  # noqa: E402


def epsilon(interval):
    one = privacy_loss_distribution.from_gaussian_mechanism(
        1.0, sampling_prob=0.01, value_discretization_interval=interval, use_connect_dots=True)
    return one.self_compose(10_000).get_epsilon_for_delta(1e-5)


for interval in (1e-4, 1e-3):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        answer = epsilon(interval)
        times.append(1e3 * (time.perf_counter() - start))
    print(f"dp_accounting, interval {interval:g}: at most {answer:.10f}, median {sorted(times)[2]:.1f} ms")
