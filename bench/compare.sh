#!/usr/bin/env bash
# Our private step against PyTorch and Opacus: builds ours, runs both sides in turn, prints one table.
#
#   bench/compare.sh [--models logreg,ffnn] [--batches 16,64,256] [--threads 1,2] [--modes hooks,ghost] [--rounds N] [--max-seconds S] [--out runs.jsonl]
#   bench/compare.sh --models mlp --modes "" --batches 64 --threads 1 --rounds 5      only ours against torch's step without privacy
#
# The peer runs as $TORCH_PYTHON (default: python3), a command that starts a Python with torch, Opacus and a good BLAS; bench/opacus/README.md tells how to get one.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case " $* ${FASTDPMETA_STEP:+--ours} " in
  *" --help "* | *" -h "* | *" --ours"*) ;;
  *) dotnet build -c Release -v q --nologo "$root/bench/FastDPMeta.Bench" >&2 ;;
esac
exec "${PYTHON:-python3}" "$root/bench/opacus/compare.py" "$@"
