#!/bin/sh
# make sanitize: the C kernels and the tests of what is closest to memory and threads, built with the compilers' sanitizers.
# Finds what a right answer hides: a byte read beside its place, a sum that overflows in C, a value two threads have at once.
# In folders of its own; takes a while, and is no part of make test.
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
# The server, and what it keeps. Its tests drive the command, which is built with the same sanitizer.
server="ServingTests.ServeTests|ServingTests.DeskTests|StoreTests|RuleTests"

# swiftc links no such runtime on Linux; that of the clang beside it goes with what that clang writes.
undefined=$("$(dirname "$(command -v "$swift")")/clang" -print-file-name="libclang_rt.ubsan_standalone-$(uname -m).a")

# Which sanitizer, which tests, what to run of them.
check() {
  echo "== $1: $2"
  STEPGLASS_ONLY="$2" $swift build --build-tests -c debug $3 -debug-info-format none --scratch-path ".build-sanitize-$1"
  # Nothing is left out in silence: what is missing fails the test that needs it.
  STEPGLASS_TEST_ALL=1 STEPGLASS_EXE="$PWD/.build-sanitize-$1/debug/stepglass" STEPGLASS_PYTHON=${STEPGLASS_PYTHON:-python3} \
    STEPGLASS_ONLY="$2" ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/Tests/sanitize.supp" \
    $swift test --skip-build $3 --scratch-path ".build-sanitize-$1" ${4:+--filter "$4"}
}

for kind in ${SANITIZERS:-address undefined thread}; do
  case $kind in
  # Swift traps where its own sums overflow: the undefined is in C alone.
  address) check address "KernelsTests DigestsTests ModelFilesTests ServingTests ClassesTests stepglass" "--sanitize=address -Xcc -O1" \
    "KernelsTests|DigestsTests|ModelFilesTests|$server" ;;
  undefined) check undefined "KernelsTests DigestsTests ElementaryFunctionsTests" \
    "-Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=all -Xcc -O1 -Xlinker $undefined" "" ;;
  thread) check thread "KernelsTests GenerationTests ServingTests ClassesTests stepglass" "--sanitize=thread -Xcc -O1" \
    "ThreadPoolTests|ComputeTests|PieceTests|SessionTogetherTests|$server" ;;
  *) echo "SANITIZERS is of: address undefined thread" >&2; exit 64 ;;
  esac
done
