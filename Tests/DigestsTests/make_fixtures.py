#!/usr/bin/env python3
"""Makes Fixtures/sha256.txt: hashlib's digests of messages of awkward lengths.

    python3 Tests/DigestsTests/make_fixtures.py
"""
import hashlib
import pathlib

lines = []
for length in [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 65537]:
    message = bytes((i * 7 + length) % 256 for i in range(length))
    lines.append(f"{length} {hashlib.sha256(message).hexdigest()}\n")
(pathlib.Path(__file__).parent / "Fixtures" / "sha256.txt").write_text("".join(lines))
