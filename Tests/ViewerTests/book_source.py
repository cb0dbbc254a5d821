"""What a book's file tells to who reads its source: book_source.py BOOK LESSONS, the folder that the course was made of.

In the page's own text nothing of the course stands: no sentence, no rule, no answer. What a student finds who unpacks it
(zlib in base64, as the page does) are the course's words and the rules that the engine checks by; an answer that lint tries
(`reference`, `example`) is not among them, and what is right for a student's own variant has to be worked out all the same.
"""
import glob
import re
import sys

from steered import check, failures
from views import COURSE, course_in

LONG = 24  # characters of a line that says something


def members(value, name=""):
    """All names and texts of a tree, wherever they stand."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield key, None
            yield from members(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from members(one, name)
    else:
        yield name, str(value)


book, folder = sys.argv[1:3]
with open(book, encoding="utf-8") as file:
    text = file.read()
source = COURSE.sub("", text)
lines, references = set(), {}
for path in glob.glob(folder + "/*/*"):
    with open(path, encoding="utf-8") as file:
        written = file.read()
    if path.endswith(("/en.md", "/zh-TW.md")):
        lines |= {line.strip() for line in written.splitlines() if len(line.strip().encode()) >= LONG and not line.startswith("#")}
    if path.endswith("/lesson.yaml"):
        lines |= {line.strip() for line in re.findall(r"(?:right|when|is): *(.+)", written) if len(line) >= LONG}
        for exercise in written.split("\n  - id: ")[1:]:
            found = re.findall(r"(?:reference|example): *([^}\n]{4,})", exercise)
            references[exercise.split()[0]] = {line.strip().strip("\"'") for line in found}
check("the course has lines and references to look for", len(lines) > 500 and sum(map(len, references.values())) > 30, (len(lines), references))
told = [line for line in lines if line in source]
check("nothing of the course stands in the page's source", not told, told[:3])
course = course_in(text)
check("the course is inside", len(course["lessons"]) > 10, len(course["lessons"]))
names = {name for name, _ in members(course)}
check("an answer that lint tries is not", not names & {"reference", "example", "answer"}, names & {"reference", "example", "answer"})
given = [(one["id"], text) for part in course["lessons"] + course["tests"] for one in part["tree"]["exercises"]
         for _, text in members(one) if text in references.get(one["id"], ())]
check("not under another name either", not given, given[:5])
sys.exit(1 if failures else 0)
