"""Finds sums and products that end the process, or lose bits, on numbers that are too large: arithmetic.py MODULES.

MODULES is the folder of compiled modules of a build, as of conversions.py. Each target that takes a stranger's bytes apart
is compiled once more, as far as Swift's intermediate language, in which every `+`, `*` and `<<` of whole numbers (and every
`-` of those that have no sign) is a call with its place in the source. Passed over are numbers written out on both sides,
and a counter that goes on by one that is (`place += 1`): it would count for centuries. What is left is listed in
arithmetic.txt: a file, how many, and what bounds both numbers. Anything more, or less, is an error.
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

from conversions import allowed, compiling

# Which of their files.
TARGETS = {
    "JSONText": ["**/*.swift"],
    "ModelFiles": ["**/*.swift"],
    "Tokenizers": ["**/*.swift"],
    "ChatTemplates": ["**/*.swift"],
    "Traces": ["Fields/*.swift", "ObjectReader.swift", "TraceReader*.swift", "TraceJSON.swift", "TraceShapes.swift"],
}
KINDS = r"U?Int(?:8|16|32|64|128)?|FixedWidthInteger|BinaryInteger|Numeric|AdditiveArithmetic"
SIGNS = r"\+=?|\*=?|<<=?|-=?"
CALLED = re.compile(rf"// function_ref static ({KINDS})\.({SIGNS}) infix")
OF_ANY_KIND = re.compile(rf"= witness_method \$[^,]+, #({KINDS})\.\"({SIGNS})\"")
LITERAL = re.compile(r"(%\d+) = apply (%\d+)\((%\d+), %\d+\)")
LITERAL_MAKER = re.compile(r"(%\d+) = function_ref @\S*_builtinIntegerLiteral\S*")
PLACE = re.compile(r'loc (?:\* )?"([^"]+)":(\d+):(\d+)')


class Function:
    """What is known of the values of one function, in the order of its lines."""

    def __init__(self):
        # What makes numbers that are written out in the source, those numbers, and the calls that have no operands yet.
        self.makers, self.written, self.waiting = set(), set(), {}

    def take(self, line):
        if made := LITERAL_MAKER.search(line):
            self.makers.add(made[1])
        elif (made := LITERAL.search(line)) and made[2] in self.makers:
            self.written.add(made[1])
        elif (made := re.search(r"store (%\d+) to \[trivial\] (%\d+)", line)) and made[1] in self.written:
            # A number that is handed over by its address.
            self.written.add(made[2])


def sums(text):
    """(file, line, column, sign, kind) of each that may be too large, in the intermediate language's text."""
    found, function, called = set(), Function(), None
    for line in text.splitlines():
        if line.startswith("sil "):
            function, called = Function(), None
        function.take(line)
        if match := CALLED.search(line):
            called = match
            continue
        match = called or OF_ANY_KIND.search(line)
        if match:
            called = None
            if value := re.match(r"\s+(%\d+) = ", line):
                function.waiting[value[1]] = (match[2], match[1])
            continue
        use = re.search(r"apply (%\d+)(?:<[^(]*>)?\((.*?)\) : ", line)
        if not use or use[1] not in function.waiting:
            continue
        sign, kind = function.waiting[use[1]]
        values = use[2].split(", ")[:-1][-2:]
        place = PLACE.search(line)
        if not place or (sign[0] == "-" and not kind.startswith("U")):
            continue
        written = [value in function.written for value in values]
        if all(written):
            if made := re.match(r"\s+(%\d+) = ", line):
                function.written.add(made[1])
            continue
        if sign in ("+=", "-=") and written[-1]:
            continue
        found.add((place[1], int(place[2]), int(place[3]), sign, kind))
    return found


def check(repository, modules, target, folder):
    """{file: [(line, column, sign, kind)]} of a target."""
    path = pathlib.Path(folder) / f"{target}.sil"
    how = ["-emit-silgen", "-whole-module-optimization", "-g", "-Xllvm", "-sil-print-debuginfo", "-o", str(path)]
    outcome = subprocess.run(compiling(repository, modules, target, how), capture_output=True, text=True)
    if outcome.returncode:
        sys.exit(f"{target} does not compile here: {outcome.stderr.splitlines()[:3]}")
    folder = repository / "Sources" / target
    meant = {str(path.relative_to(repository)) for pattern in TARGETS[target] for path in folder.glob(pattern)}
    files = {}
    for file, *rest in sorted(sums(path.read_text(encoding="utf-8"))):
        name = file.removeprefix(f"{repository}/")
        if name in meant:
            files.setdefault(name, []).append(tuple(rest))
    return files


def main():
    repository = pathlib.Path(__file__).resolve().parents[2]
    modules = pathlib.Path(sys.argv[1]).absolute()
    found = {}
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for files in pool.map(lambda target: check(repository, modules, target, folder), TARGETS):
            found.update(files)
    may = allowed(repository / "Tests/lint/arithmetic.txt")
    wrong = 0
    for file in sorted(found.keys() | may.keys()):
        calls = found.get(file, [])
        if len(calls) != may.get(file, 0):
            wrong += 1
            print(f"{file}: {len(calls)} unchecked sums and products, {may.get(file, 0)} are allowed")
            for line, column, sign, kind in calls:
                print(f"  {file}:{line}:{column}: {sign} of {kind}")
            print("  take addingReportingOverflow or its like, or say in Tests/lint/arithmetic.txt what bounds both")
    total = sum(map(len, found.values()))
    print(f"{wrong} files to look at" if wrong else f"{total} sums and products in {len(found)} files, all with a reason")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
