#!/bin/sh
# make fuzz [SECONDS=60] [RUNS=0] [TARGETS="json gguf"]: throws made-up bytes at all that reads what strangers send, under libFuzzer with
# AddressSanitizer. What is found lies in .build-fuzz/found and belongs, made small, into Tests/FuzzTargetsTests/Found.
# A target goes on for so many seconds, and until it has had so many inputs; .build-fuzz/counts.tsv keeps count of all
# searches. SwiftPM has no such product: it builds the readers, and the driver is linked here. FUZZ_BUILD=no leaves that out, TARGETS=none does nothing else.
set -eu
cd "$(dirname "$0")/../.."
seconds=${SECONDS_EACH:-60}
runs=${RUNS:-0}
scratch=$PWD/.build-fuzz
swift=${SWIFT:-swift}

build() {
  mkdir -p "$scratch"
  "$(dirname "$(command -v "$swift")")/clang" -c Tests/fuzz/stub.c -o "$scratch/stub.o"
  if ! $swift build -c release --sanitize=address -Xswiftc -sanitize=fuzzer -Xswiftc -assert-config -Xswiftc Debug -Xcc -fsanitize=fuzzer-no-link -debug-info-format none \
    -Xlinker --allow-multiple-definition -Xlinker "$scratch/stub.o" --target FuzzTargets --scratch-path "$scratch" >"$scratch/build.log" 2>&1; then
    grep -v 'Cannot export local symbol' "$scratch/build.log" >&2
    exit 1
  fi
  built=$($swift build -c release --scratch-path "$scratch" --show-bin-path)
  # What tests and plugins alone use is left out; a main would be one too many.
  objects=$(find "$built" -name '*.o' -path '*.build/*' ! -path '*-tool.build/*' ! -path '*page-embedder*' ! -path '*class-under-load*' ! -path '*/stepglass.build/*')
  packages=$(sed -n 's/.*pkgConfig: "\([^"]*\)".*/\1/p' Package.swift)
  # shellcheck disable=SC2086
  ${swift}c -O -parse-as-library -sanitize=fuzzer,address -I "$built/Modules" \
    $(find "$built" -maxdepth 2 -name module.modulemap | sed 's/^/-Xcc -fmodule-map-file=/') \
    $(find Sources -name module.modulemap ! -path '*CPage/*' -exec dirname {} \; | sed 's/^/-I /') \
    $(pkg-config --cflags-only-I $packages | tr ' ' '\n' | sed '/^$/d; s/^/-Xcc /') Tests/fuzz/Entry.swift $objects $(pkg-config --libs $packages) -lutf8proc -o "$scratch/fuzz" 2>"$scratch/link.log" ||
    { cat "$scratch/link.log" >&2; exit 1; }
}
if [ "${FUZZ_BUILD:-yes}" != no ]; then build; fi

# What lives until the end is not lost; and a refused reservation is nil, as outside. Of each allocation two callers are kept
# in mind, and 4 MB of what was freed: with thirty callers and 256 MB a search takes up to two and a half times as long. New
# memory is not filled either. The driver (below) looks for no leaks of its own, which would run one input in four twice, and
# takes quick inputs oftener than slow ones: one of a hundred times the time teaches no hundred times as much.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:malloc_context_size=2:quarantine_size_mb=4:max_malloc_fill_size=0
mkdir -p "$scratch/found" "$scratch/seeds" "$scratch/corpus"
targets=$(STEPGLASS_REPOSITORY=$PWD STEPGLASS_FUZZ_SEEDS="$scratch/seeds" "$scratch/fuzz")
failed=0

# One search of a target; adds a line to the counts: target, inputs, seconds, findings.
search() {
  mkdir -p "$scratch/corpus/$1"
  limit=$(find "$scratch/seeds/$1" -name 'seed-*' -size +0 -exec wc -c {} + | awk '$2 != "total" && $1 > most { most = $1 } END { print most * 2 + 1000 }')
  begin=$(date +%s)
  found=0
  printf '%-12s ' "$1"
  STEPGLASS_FUZZ=$1 SWIFT_BACKTRACE=enable=no "$scratch/fuzz" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -detect_leaks=0 -reload=0 -entropic_scale_per_exec_time=1 -max_len="$limit" -dict="$scratch/seeds/$1.words" \
    -artifact_prefix="$scratch/found/$1-" -print_final_stats=1 -verbosity=1 ${FUZZ_OPTIONS:-} \
    "$scratch/corpus/$1" "$scratch/seeds/$1" >"$scratch/$1.log" 2>&1 || { found=1; printf 'FOUND  '; }
  awk '/stat::number_of_executed_units/ { runs = $2 } /stat::peak_rss_mb/ { rss = $2 } / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
    /Test unit written to/ { print; } END { printf "%d runs, %d edges, at most %d MB\n", runs, cov, rss }' "$scratch/$1.log"
  printf '%s\t%s\t%s\t%s\n' "$1" "$(awk '/stat::number_of_executed_units/ { n = $2 } END { print n + 0 }' "$scratch/$1.log")" \
    "$(($(date +%s) - begin))" "$found" >>"$scratch/counts.tsv"
  [ "$found" = 0 ]
}

# The page's engine, in node: records and models with bytes and numbers changed. Turns count as inputs.
search_module() {
  begin=$(date +%s)
  found=0
  printf '%-12s ' module
  node Tests/PageEngineTests/fuzz_module.mjs "$module" "$seconds" "$begin" "$scratch/found" "$scratch"/seeds/gguf-model/seed-* \
    "$scratch"/seeds/trace/seed-* >"$scratch/module.log" || { found=1; printf 'FOUND  '; }
  sed 's/^module: //' "$scratch/module.log"
  printf 'module\t%s\t%s\t%s\n' "$(sed -n 's/^module: \([0-9]*\) turns.*/\1/p' "$scratch/module.log")" \
    "$(($(date +%s) - begin))" "$found" >>"$scratch/counts.tsv"
  [ "$found" = 0 ]
}

module=.build-page/stepglass.wasm
if command -v node >/dev/null; then
  [ "${FUZZ_BUILD:-yes}" = no ] || .ci/page-engine
  if [ -f "$module" ]; then targets="$targets module"; fi
fi
[ "${TARGETS-}" != none ] || exit 0
for target in ${TARGETS:-$targets}; do
  done=0
  while :; do
    if [ "$target" = module ]; then search_module; else search "$target"; fi || { failed=1; break; }
    done=$((done + $(tail -n 1 "$scratch/counts.tsv" | cut -f 2)))
    [ "$done" -lt "$runs" ] || break
  done
done
exit $failed
