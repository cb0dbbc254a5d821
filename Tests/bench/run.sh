#!/usr/bin/env bash
# Speed beside llama.cpp and transformers on the same file, threads and machine: `Tests/bench/run.sh EXE`.
# Writes the table to Output/bench.md. The other engines come from the Python package index.
set -euo pipefail
exe=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../.."
venv=.venv-bench
if [ ! -f $venv/done ] || [ Tests/bench/requirements.txt -nt $venv/done ]; then
  echo "installing llama.cpp and transformers into $venv (once; torch is large)"
  python3 -m venv $venv
  $venv/bin/pip install --quiet --disable-pip-version-check -r Tests/bench/requirements.txt
  touch $venv/done
fi
"$exe" models pull smollm2
mkdir -p Output
$venv/bin/python Tests/bench/compare.py "$exe" | tee Output/bench.md
