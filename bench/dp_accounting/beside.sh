#!/usr/bin/env bash
# Our accounting engines and dp_accounting's loss distributions in one run, turn by turn (A B A B).
#
#   beside.sh FOLDER     FOLDER holds the package dp_accounting (github.com/google/differential-privacy, python/dp_accounting)
#
# PYTHON names a Python with numpy and scipy; both sides use one thread.
set -euo pipefail
cd "$(dirname "$0")/../.."
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
dotnet build -c Release -v q --nologo bench/FastDPMeta.Bench
for _ in 1 2; do
  ${PYTHON:-python3} "${TIMING:-bench/dp_accounting/timing.py}" "$1"
  dotnet bench/FastDPMeta.Bench/bin/Release/net10.0/FastDPMeta.Bench.dll accounting
done
