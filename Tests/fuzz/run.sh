#!/bin/sh
# make fuzz [SECONDS=60] [TARGETS="json gguf"]: throws made-up bytes at all that reads what strangers send, under libFuzzer with
# AddressSanitizer. What is found lies in .build-fuzz/found and belongs, made small, into Tests/FuzzTargetsTests/Found.
# SwiftPM has no such product: it builds the readers, and the driver is linked here.
set -eu
cd "$(dirname "$0")/../.."
seconds=${SECONDS_EACH:-60}
scratch=$PWD/.build-fuzz
swift=${SWIFT:-swift}

mkdir -p "$scratch"
"$(dirname "$(command -v "$swift")")/clang" -c Tests/fuzz/stub.c -o "$scratch/stub.o"
$swift build -c release --sanitize=address -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link -debug-info-format none \
  -Xlinker --allow-multiple-definition -Xlinker "$scratch/stub.o" --target FuzzTargets --scratch-path "$scratch" 2>&1 |
  grep -v 'Cannot export local symbol'
built=$($swift build -c release --scratch-path "$scratch" --show-bin-path)
# What tests and plugins alone use is left out; a main would be one too many.
objects=$(find "$built" -name '*.o' -path '*.build/*' ! -path '*-tool.build/*' ! -path '*page-embedder*' ! -path '*class-under-load*' ! -path '*/stepglass.build/*')
packages="libpng freetype2 fontconfig harfbuzz fribidi yaml-0.1 libqrencode sqlite3 libmicrohttpd zlib"
# shellcheck disable=SC2086
${swift}c -O -parse-as-library -sanitize=fuzzer,address -I "$built/Modules" \
  $(find "$built" -maxdepth 2 -name module.modulemap | sed 's/^/-Xcc -fmodule-map-file=/') \
  $(find Sources -name module.modulemap ! -path '*CPage/*' -exec dirname {} \; | sed 's/^/-I /') \
  $(pkg-config --cflags-only-I $packages | tr ' ' '\n' | sed '/^$/d; s/^/-Xcc /') Tests/fuzz/Entry.swift $objects $(pkg-config --libs $packages) -lutf8proc -o "$scratch/fuzz" 2>"$scratch/link.log" ||
  { cat "$scratch/link.log" >&2; exit 1; }

# What lives until the end is not lost; and a refused reservation is nil, as outside.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
mkdir -p "$scratch/found" "$scratch/seeds" "$scratch/corpus"
targets=$(STEPGLASS_REPOSITORY=$PWD STEPGLASS_FUZZ_SEEDS="$scratch/seeds" "$scratch/fuzz")
failed=0
for target in ${TARGETS:-$targets}; do
  mkdir -p "$scratch/corpus/$target"
  limit=$(find "$scratch/seeds/$target" -name 'seed-*' -size +0 -exec wc -c {} + | awk '$2 != "total" && $1 > most { most = $1 } END { print most * 2 + 1000 }')
  printf '%-12s ' "$target"
  if STEPGLASS_FUZZ=$target SWIFT_BACKTRACE=enable=no "$scratch/fuzz" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len="$limit" -dict="$scratch/seeds/$target.words" \
    -artifact_prefix="$scratch/found/$target-" -print_final_stats=1 -verbosity=1 ${FUZZ_OPTIONS:-} \
    "$scratch/corpus/$target" "$scratch/seeds/$target" >"$scratch/$target.log" 2>&1; then
    :
  else
    failed=1
    printf 'FOUND  '
  fi
  awk '/stat::number_of_executed_units/ { runs = $2 } /stat::peak_rss_mb/ { rss = $2 } / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
    /Test unit written to/ { print; } END { printf "%d runs, %d edges, at most %d MB\n", runs, cov, rss }' "$scratch/$target.log"
done
exit $failed
