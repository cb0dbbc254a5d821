"""Finds `!`, `as!` and `try!` in what ships, and holds them against unwraps.txt: what may stand where, and why it never fails.

swift-format finds them. A row of the list is a file or folder, the expression before the `!` (`*` for any letters), a colon
and why; one that fits nothing any more is an error as well.
"""
import fnmatch
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = ("Sources/TraceSamples/", "Sources/class-under-load/", "Sources/FuzzTargets/", "Sources/TestTools/")


def main():
    rows = []
    for number, line in enumerate((ROOT / "Tests/lint/unwraps.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            match = re.fullmatch(r"(Sources/\S*) `(.+)`: (.{12,})", line)
            if not match:
                sys.exit(f"Tests/lint/unwraps.txt:{number}: a row is a path, an expression in ` `, a colon and why")
            # [ ] are letters here.
            rows.append((match[1], match[2].replace("[", "[[]"), number))
    outcome = subprocess.run(
        [*(sys.argv[1:] or ["swift"]), "format", "lint", "--recursive", "--parallel", "--configuration", "Tests/lint/forced.json", "Sources"],
        cwd=ROOT, capture_output=True, text=True)
    used, wrong, total = set(), 0, 0
    for line in outcome.stderr.splitlines():
        match = re.match(r"(?:.*/)?(Sources/\S+?):(\d+):\d+: \w+: \[(NeverForceUnwrap|NeverUseForceTry)\] (.*)", line)
        if not match or match[1].startswith(LEFT_OUT):
            continue
        total += 1
        expression = re.search(r"'(.*)'", match[4])
        expression = expression[1] if expression else match[4]
        fits = [row for row in rows if match[1].startswith(row[0]) and fnmatch.fnmatchcase(expression, row[1])]
        used.update(row[2] for row in fits)
        if not fits:
            wrong += 1
            print(f"{match[1]}:{match[2]}: {match[4]}: unwrap it with guard or ??, or say in Tests/lint/unwraps.txt why it cannot fail")
    for _, expression, number in rows:
        if number not in used:
            wrong += 1
            print(f"Tests/lint/unwraps.txt:{number}: nothing of that kind is left: {expression}")
    print(f"{total} forced unwraps, " + ("each with a reason" if not wrong else f"{wrong} to look at"))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
