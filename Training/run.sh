#!/bin/sh
# Makes stepglass-tiny anew: corpus, tokenizer, training, evaluation, and, if every target is met, the files that ship.
# PYTHON names the Python to use (3.11 or later), THREADS the training threads, PRECISION the matrix products (bfloat16
# or float32).
set -eu
cd "$(dirname "$0")"

environment=../.venv-training
[ -x "$environment/bin/python" ] || "${PYTHON:-python3}" -m venv "$environment"
"$environment/bin/pip" install --quiet --requirement requirements.txt
python="$environment/bin/python"

mkdir -p work
"$python" corpus.py work/corpus.jsonl
"$python" train_tokenizer.py work/corpus.jsonl work/model
"$python" train.py work/corpus.jsonl work/model --threads "${THREADS:-2}" --precision "${PRECISION:-bfloat16}"
# A last stretch at a low rate, with more bare patterns: it lifts the copying of words over its target.
"$python" train.py work/corpus.jsonl work/model --go-on work/model --steps 480 --every 160 \
    --threads "${THREADS:-2}" --precision "${PRECISION:-bfloat16}"
"$python" evaluate.py work/model --training work/training.json --report .

for file in config.json generation_config.json model.safetensors tokenizer.json tokenizer_config.json; do
    cp "work/model/$file" ../Sources/CTinyModel/stepglass-tiny/
done
# The tests hold the program to what transformers computes from these weights.
"$python" ../Tests/TransformersTests/make_tiny_golden.py
"$python" ../Tests/TransformersTests/make_residual_golden.py
# The encoder of the same corpus: words hidden and found again. Its files wait for the command that fills masks.
"$python" bert_tokenizer.py work/corpus.jsonl work/bert
"$python" bert_train.py work/corpus.jsonl work/bert --threads "${THREADS:-2}" --precision "${PRECISION:-bfloat16}"
"$python" bert_evaluate.py work/bert --training work/bert-training.json --report .
for file in config.json model.safetensors tokenizer.json tokenizer_config.json; do
    cp "work/bert/$file" ../Sources/CTinyModel/stepglass-tiny-bert/
done
echo "stepglass-tiny is made anew; see Training/report.md and Training/bert-report.md"
