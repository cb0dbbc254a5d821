"""Finds the conversions that end the process on a number that does not fit: conversions.py MODULES.

MODULES is the folder of compiled modules of a build (`.build/release/Modules`). Each target is type-checked once more, with
initializers beside its sources that take the place of the standard library's: `Int(_: Double)`, `Int(_: UInt64)`
and their like. The compiler then says where each is called, which no search for `Int(` can. What is left is
listed in conversions.txt: a file, how many, and why none of them can fail. Anything more, or less, is an error.
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

FLOATS = ["Double", "Float"]
# Numbers of a file come as these; what is `Int` was checked when it became one.
WIDE = ["UInt", "UInt64"]
TARGETS = ["Int", "Int64", "Int32", "UInt32", "Int16", "UInt16", "Int8", "UInt8", "UInt", "UInt64"]
# What is never built into the command, and reads nothing from outside.
LEFT_OUT = {"TraceSamples", "TestTools", "page-embedder", "EmbedPageFiles", "class-under-load", "FuzzTargets"}
FEATURES = ["ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault"]


def shadows():
    lines = ["// Takes the place of the standard library's."]
    for target in TARGETS:
        lines.append(f"extension {target} {{")
        for source in FLOATS + (WIDE if target not in WIDE else []):
            lines.append(f'    @available(*, deprecated, message: "from {source}") init(_ value: {source}) {{ self = 0 }}')
        lines.append("}")
    return "\n".join(lines)


def package_name(modules, module):
    """What SwiftPM calls the package that a module belongs to: made of the folder's name, in which it replaces what names may not have."""
    manifest = modules.parents[1] / f"{modules.parent.name}.yaml"
    found = re.search(rf'"-module-name","{module}",.*?"-package-name","([^"]+)"', manifest.read_text())
    if not found:
        sys.exit(f"{manifest} tells of no module {module}: make build writes it")
    return found[1]


def compiling(repository, modules, target, how):
    """The words that compile a target once more, `how` saying into what; its sources are the last of them."""
    made = modules.parents[1].glob(f"plugins/outputs/*/{target}/**/*.swift")
    sources = sorted((repository / "Sources" / target).rglob("*.swift"))
    # Any of the targets may have any of these; what is imported is what counts.
    folders = [path for path in (repository / "Sources").glob("C*") if path.name != "CPage"]
    maps = [path.parent for folder in folders for path in folder.glob("module.modulemap")]
    headers = [path for folder in folders for path in folder.glob("include") if path.parent not in maps]
    module = target.replace("-", "_")
    words = ["swiftc"] + how + ["-swift-version", "6", "-module-name", module, "-package-name",
             package_name(modules, module), "-parse-as-library", "-enable-testing", "-I", str(modules)]
    for path in maps + headers:
        words += ["-I", str(path)]
    for path in modules.parent.glob("*.build/module.modulemap"):
        words += ["-Xcc", f"-fmodule-map-file={path}"]
    for feature in FEATURES:
        words += ["-enable-upcoming-feature", feature]
    pkg = subprocess.run(["pkg-config", "--cflags-only-I", "libpng", "freetype2", "fontconfig", "harfbuzz", "fribidi"],
                         capture_output=True, text=True).stdout.split()
    for flag in pkg:
        words += ["-Xcc", flag]
    return words + [str(path) for path in sources + sorted(set(made))]


def check(repository, modules, target, folder):
    """(file, line, what) of each call in a target."""
    extra = pathlib.Path(folder) / f"ShadowsOf{target}.swift"
    extra.write_text(shadows())
    outcome = subprocess.run(compiling(repository, modules, target, ["-typecheck"]) + [str(extra)], capture_output=True, text=True)
    found, broken = set(), []
    for line in outcome.stderr.splitlines():
        match = re.match(r"(/.+?\.swift):(\d+):(\d+): (warning|error): (.*)", line)
        if match and match[4] == "error":
            broken.append(line)
        elif match and (which := re.search(r"'init\(_:\)' is deprecated: from (\w+)", match[5])):
            found.add((str(pathlib.Path(match[1]).relative_to(repository)), int(match[2]), int(match[3]), which[1]))
    if broken or (outcome.returncode and not found):
        sys.exit(f"{target} does not compile here: {(broken or outcome.stderr.splitlines())[:3]}")
    return found


def allowed(path):
    """How many a file may have, and why."""
    rows = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(\S+) (\d+): (.{12,})", line)
        if not match or match[1] in rows:
            sys.exit(f"{path}:{number}: a line is a file, a number, a colon and why; each file once")
        rows[match[1]] = int(match[2])
    return rows


def main():
    repository = pathlib.Path(__file__).resolve().parents[2]
    modules = pathlib.Path(sys.argv[1]).absolute()
    targets = sorted(path.name for path in (repository / "Sources").iterdir()
                     if path.name not in LEFT_OUT and any(path.rglob("*.swift")))
    found = {}
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for calls in pool.map(lambda target: check(repository, modules, target, folder), targets):
            for file, line, column, what in sorted(calls):
                found.setdefault(file, []).append((line, what))
    may = allowed(repository / "Tests/lint/conversions.txt")
    wrong = 0
    for file in sorted(found.keys() | may.keys()):
        calls = found.get(file, [])
        if len(calls) != may.get(file, 0):
            wrong += 1
            print(f"{file}: {len(calls)} unchecked conversions, {may.get(file, 0)} are allowed")
            for line, what in calls:
                print(f"  line {line}: from {what}; take {'Int(exactly:), or clamp it first' if what in FLOATS else 'init(exactly:)'}")
    total = sum(map(len, found.values()))
    print(f"{total} conversions that could fail, in {len(found)} files, all with a reason" if not wrong else f"{wrong} files to look at")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
