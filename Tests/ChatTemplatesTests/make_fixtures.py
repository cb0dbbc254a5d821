"""Makes the golden files of these tests, Fixtures/templates.json and language.json: python make_fixtures.py

Needs the package transformers, which renders the templates of template_cases.py and language_cases.py.
"""
import datetime
import json
import pathlib
import re

import language_cases
import template_cases
from transformers.utils import chat_template_utils as utils

HERE = pathlib.Path(__file__).resolve().parent / "Fixtures"


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2025, 3, 7, 9, 5, 2)


def rendered(source, conversation, prompt):
    """The text, or the name of the error."""
    try:
        return {"text": utils._compile_jinja_template(source).render(
            messages=conversation, tools=None, documents=None, add_generation_prompt=prompt, bos_token="<s>",
            eos_token="</s>")}
    except Exception as error:
        return {"error": type(error).__name__}


def write(name, rows):
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]\n"
    (HERE / name).write_text(text)
    print(name, len(rows), "renderings")


utils.datetime = Clock
rows = []
for name, source in template_cases.TEMPLATES.items():
    for conversation in template_cases.CONVERSATIONS:
        for prompt in (False, True):
            row = {"name": name, "template": source, "messages": conversation, "prompt": prompt}
            rows.append(row | rendered(source, conversation, prompt))
for i, row in enumerate(rows):  # the template only where it changes
    if i and rows[i - 1]["name"] == row["name"]:
        row.pop("template")
write("templates.json", rows)

rows = []
for source in language_cases.templates():
    row = {"template": source} | rendered(source, [{"role": "user", "content": "Hello"}], True)
    # An address in memory, a whole number beyond 64 bits and a complex one are refused here.
    if not re.search(r" at 0x[0-9a-f]+>|\d{20}|\dj\)", row.get("text", "")):
        rows.append(row)
write("language.json", rows)
