"""The process a measurement runs in: threads, heap, memory bound, the canary of the matrix product and the memory in use.

Nothing here imports torch: what is set must be set before torch, its BLAS and glibc start.
"""
import os
import resource
import sys
import time

RESTARTED = "FASTDPMETA_PEER_RESTARTED"

# glibc returns large blocks to the kernel, and the next step pays page faults for them again. Per-example gradients are the largest blocks there are, so
# that alone can double a step. Keeping the memory is the fair setting for the peer. glibc reads these when a process starts.
KEPT_HEAP = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "99999999999", "MALLOC_TOP_PAD_": "268435456"}

# What others may have set for another machine or another program; OpenBLAS' own choice by the processor is at least as good.
FORGOTTEN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_BLOCK_FACTOR", "GOMP_CPU_AFFINITY", "OMP_PROC_BIND", "OMP_PLACES")


def restart(threads, heap="keep", kernel=""):
    """Starts this very command again, once, in an environment made for measuring; returns in the restarted process.

    threads: of OpenMP, OpenBLAS and MKL alike. Threads sleep at a barrier instead of spinning: on a machine with other work, spinning threads lose whole time
    slices. heap: "keep" or "stock". kernel: a name for OPENBLAS_CORETYPE, to try another than the one OpenBLAS takes.
    """
    if os.environ.get(RESTARTED) == "yes":
        return
    environment = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    environment.update({RESTARTED: "yes", "OMP_WAIT_POLICY": "PASSIVE", "OMP_DYNAMIC": "FALSE", "MKL_DYNAMIC": "FALSE"})
    environment.update({name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")})
    if heap == "keep":
        environment.update(KEPT_HEAP)
    if kernel:
        environment["OPENBLAS_CORETYPE"] = kernel
    os.execve(sys.executable, [sys.executable] + sys.orig_argv[1:], environment)


def import_folders():
    """Makes the folders of OPACUS_PATH (separated by colons) importable, ahead of what is installed."""
    sys.path[1:1] = [folder for folder in os.environ.get("OPACUS_PATH", "").split(":") if folder]


def available_mib():
    """What the kernel says a new process may take, in MiB."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 4096


def bound_memory(mib):
    """A step that needs more than this fails with an error instead of bringing the machine down. Returns the bound in MiB."""
    bound = mib or int(0.7 * available_mib())
    resource.setrlimit(resource.RLIMIT_DATA, (bound << 20, bound << 20))
    return bound


def _status_mib(field):
    with open("/proc/self/status", encoding="ascii") as lines:
        for line in lines:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def resident_mib():
    """Memory in use now."""
    return _status_mib("VmRSS")


def peak_mib():
    """The most memory in use since `forget_peak`."""
    return _status_mib("VmHWM")


def forget_peak():
    """From here on `peak_mib` counts anew, so that what was needed to start is not charged to the steps."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass  # not allowed: the peak then includes the start


def product_gflops(torch, size=512, repeats=10):
    """Billions of operations a second of a size³ matrix product, the best of several: the canary.

    The reference BLAS gives single digits, and no other number is worth anything then; one core of a present machine gives 50 to 120.
    """
    left, right = torch.randn(size, size), torch.randn(size, size)
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - start)
    return 2 * size ** 3 / best / 1e9
