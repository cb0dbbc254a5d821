"""Ten sessions of `stepglass dap`, each request and each message as a line: held against Fixtures/dap/*.txt, which
REFRESH_GOLDENS=1 writes anew. Every request of the adapter is in one of them, and every message fits the protocol's schema.

    dap_sessions.py COMMAND FOLDER
"""

import json
import os
import re
import subprocess
import sys
import tempfile

from dap_client import Client, Refused

RUN = {"model": "tiny", "prompt": "The capital of France is", "maxTokens": 8, "seed": "5",
       "settings": {"temperature": 1.2, "top_k": 20, "min-tokens": 8}}
TIMES = ["forward pass", "stages and draw", "recording", "to the first token", "per later token"]


def moving(client, folder):
    client.begin(**RUN)
    client.ask("threads")
    client.top()
    client.move("next")
    for scope in client.ask("scopes", frameId=client.top()["id"])["scopes"]:
        if not scope["expensive"]:
            client.ask("variables", variablesReference=scope["variablesReference"], count=6)
    client.move("next")
    client.move("stepBack")
    client.move("continue")
    client.move("stepBack")
    client.move("reverseContinue")
    client.move("stepBack")
    client.ask("restart")
    client.wait("stopped")
    client.ask("pause", threadId=1)


def inside(client, folder):
    stages = [{"name": "top_k"}, {"name": "head(1, 2)", "condition": "step == 2"}, {"name": "no_such_stage"}]
    client.begin(points=[("setFunctionBreakpoints", {"breakpoints": stages})], **RUN)
    client.move("continue")
    client.ask("stackTrace", threadId=1)
    client.scope("Here")
    client.ask("setFunctionBreakpoints", breakpoints=stages[1:])
    client.move("continue")
    client.ask("stackTrace", threadId=1, startFrame=1, levels=2)
    client.scope("Here")
    variables, _ = client.scope("Attention")
    layer = next(row for row in variables if row["name"] == "layer 1")
    head = client.ask("variables", variablesReference=layer["variablesReference"])["variables"][3]
    client.ask("variables", variablesReference=head["variablesReference"])
    client.move("stepOut")
    client.move("stepIn")
    client.move("next")
    client.move("stepBack")
    for _ in range(3):
        client.move("stepOut")
    client.move("stepOut")


def breakpoints(client, folder):
    client.begin(**RUN)
    source = {"sourceReference": client.top()["source"]["sourceReference"]}
    client.ask("source", sourceReference=source["sourceReference"])
    client.ask("loadedSources")
    client.ask("source", source={"sourceReference": 3}, sourceReference=3)
    client.ask("breakpointLocations", source=source, line=4, endLine=8)
    client.ask("setBreakpoints", source=source, breakpoints=[
        {"line": 2}, {"line": 7}, {"line": 8, "condition": "entropy(raw) > 100"}, {"line": 99},
        {"line": 9, "condition": "entropy >"}, {"line": 10, "logMessage": "entropy {entropy} at {token}: {p(chosen)}"},
    ])
    for _ in range(2):
        client.move("continue")
    client.ask("setBreakpoints", source=source, breakpoints=[])
    client.ask("setFunctionBreakpoints", breakpoints=[{"name": "draw", "hitCondition": "% 3"}])
    client.move("reverseContinue")
    client.ask("setFunctionBreakpoints", breakpoints=[{"name": "draw", "hitCondition": "hits in 2..2"}])
    client.move("reverseContinue")
    client.ask("gotoTargets", source=source, line=8)
    client.ask("setFunctionBreakpoints", breakpoints=[])
    client.move("goto", targetId=4)
    client.ask("gotoTargets", source=source, line=2)
    client.move("goto", targetId=0)


def data(client, folder):
    client.begin(**RUN)
    client.move("next")
    rows, number = client.scope("Candidates")
    found = client.ask("dataBreakpointInfo", variablesReference=number, name=rows[1]["name"])
    client.ask("dataBreakpointInfo", name="entropy(raw)")
    client.ask("dataBreakpointInfo", name="nonsense(")
    rows, number = client.scope("Cache")
    client.ask("dataBreakpointInfo", variablesReference=number, name=rows[0]["name"])
    client.ask("setDataBreakpoints", breakpoints=[{"dataId": found["dataId"]}])
    client.move("continue")
    client.ask("setDataBreakpoints", breakpoints=[
        {"dataId": "entropy > 0.5", "accessType": "write", "hitCondition": ">= 2"},
        {"dataId": "entropy", "condition": "step == 6"}])
    client.move("continue")
    client.move("continue")
    client.ask("setDataBreakpoints", breakpoints=[])
    client.move("continue")


def exceptions(client, folder):
    filters = [("setExceptionBreakpoints", {"filters": ["end-length", "argmax-removed", "nothing"], "filterOptions": [
        {"filterId": "near-tie", "condition": "margin < 0.2"}]})]
    client.begin(points=filters, **RUN)
    for _ in range(4):
        client.move("continue")
        try:
            client.ask("exceptionInfo", threadId=1)
        except Refused:
            pass


def forks(client, folder):
    client.begin(**RUN)
    client.move("next")
    client.move("next")
    _, draw = client.scope("Draw")
    client.ask("setVariable", variablesReference=draw, name="token", value='top(2)')
    client.wait("stopped")
    client.ask("threads")
    client.move("next", thread=2)
    _, settings = client.scope("Settings", thread=2)
    client.ask("setVariable", variablesReference=settings, name="temperature", value="0.5")
    client.wait("stopped")
    client.move("continue", thread=3)
    client.ask("threads")
    client.ask("evaluate", expression="diff 1", context="repl")
    for thread in [1, 2, 3]:
        frame = client.top(thread)["id"]
        client.ask("scopes", frameId=frame)
        client.ask("evaluate", expression="chosen", context="watch", frameId=frame)
    client.move("next", thread=1)
    _, draw = client.scope("Draw")
    for name, value in [("u", "0.5"), ("token", " no such token at all"), ("nothing", "1")]:
        try:
            client.ask("setVariable", variablesReference=draw, name=name, value=value)
        except Refused:
            pass
    client.ask("terminate")
    client.wait("terminated")
    try:
        client.ask("continue", threadId=1)
    except Refused:
        pass


def console(client, folder):
    client.begin(**RUN)
    for line in ["step 3", "story", "why top(3)", "break step == 5", "info breakpoints", "entropy", "set top-p 0.9",
                 "continue", "lens", "watch p(chosen)", "lang zh-TW", "where", "lang en", "save kept.json",
                 "checkpoint here", "assert step > 1", "branches", "run to start\nstep"]:
        client.ask("evaluate", expression=line, context="repl")
    for line in ["no such command", "print entropy >", "force \" a b c d e\""]:
        try:
            client.ask("evaluate", expression=line, context="repl")
        except Refused:
            pass
    for text, line, column in [("info ", 1, 6), ("con", 1, 4), ("x\nset top", 2, 8), ("x\nset top", 1, 8), ("x", 9, 1)]:
        client.ask("completions", text=text, line=line, column=column)
    # The second line fails; the first one was carried out, and is told.
    client.ask("evaluate", expression="step\nnonsense\nstep", context="repl")
    source = {"sourceReference": 2}
    client.ask("evaluate", expression="France", context="hover")
    client.ask("evaluate", expression="x", context="hover", line=6, source=source)
    client.ask("evaluate", expression="rank(chosen)", context="hover")
    client.ask("evaluate", expression="quit", context="repl")
    client.wait("terminated")


def beams(client, folder):
    client.begin(**dict(RUN, settings={"beams": 3}))
    client.move("next")
    client.move("next")
    rows = client.ask("threads")["threads"]
    for row in rows:
        frame = client.top(row["id"])["id"]
        scopes = client.ask("scopes", frameId=frame)["scopes"]
        client.ask("variables", variablesReference=scopes[0]["variablesReference"], count=3)
    client.move("stepBack", thread=rows[2]["id"])


def record(client, folder):
    """A record whose third step claims another number of kept tokens than its own logits give."""
    trace = json.load(open(folder + "/recorded/trace.json"))
    stage = trace["steps"][2]["stages"][-1]
    stage["kept"], stage["removed"] = stage["kept"] + 1, stage["removed"] - 1
    json.dump(trace, open(folder + "/recorded/trace.json", "w"))
    client.begin("attach", trace=["recorded", "plain"], stopOnEntry=True, lang="en",
                 points=[("setExceptionBreakpoints", {"filters": ["replay-mismatch"]})])
    client.ask("threads")
    client.move("continue")
    client.ask("exceptionInfo", threadId=1)
    client.move("continue")
    client.move("reverseContinue")
    client.move("continue", thread=2)
    client.ask("restart")
    client.wait("stopped")
    # Found while stepping, it is told where it is, and not once more further on.
    client.move("reverseContinue", thread=1)
    client.move("stepBack", thread=1)
    for _ in range(4):
        client.move("next", thread=1)
    client.move("continue", thread=1)


def chinese(client, folder):
    client.begin(**dict(RUN, lang="zh-TW", stopOnEntry=False, prompt="法國的首都是"))
    client.ask("threads")
    client.ask("scopes", frameId=client.top()["id"])
    client.scope("抽選")
    client.ask("evaluate", expression="story", context="repl")
    client.ask("evaluate", expression="x", context="hover", line=client.top()["line"], source={"sourceReference": 2})
    try:
        client.ask("evaluate", expression="entropy >", context="watch")
    except Refused:
        pass


SESSIONS = [moving, inside, breakpoints, data, exceptions, forks, console, beams, record, chinese]


def told(log):
    """The messages as lines, without numbers and times."""
    lines = []
    for kind, message in log:
        if message is None:
            continue
        body = message.get("arguments" if kind == "sent" else "body", {})
        for row in body.get("variables", []):
            if row["name"] in TIMES:
                row["value"] = "TIME"
        if message["type"] == "event":
            head = "* " + message["event"]
        elif kind == "sent":
            head = "> " + message["command"]
        else:
            head = "< " + message["command"] + ("" if message["success"] else " refused")
        lines.append(head)
        for name, value in body.items():
            rows = value if isinstance(value, list) and value and isinstance(value[0], dict) else None
            if rows is None:
                lines.append(f"    {name}: {json.dumps(value, ensure_ascii=False)}")
                continue
            lines.append(f"    {name}:")
            lines += ["        " + json.dumps(row, ensure_ascii=False) for row in rows]
    # How many bytes a file has depends on the digits of its times.
    return re.sub(r"\d+ bytes", "BYTES bytes", "\n".join(lines)) + "\n"


def main():
    command, goldens = sys.argv[1], sys.argv[2]
    asked, wrong = set(), 0
    os.makedirs(goldens, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [command, "trace", RUN["prompt"], "--model", "tiny", "--max-tokens", "6", "--min-tokens", "6", "--seed", "5",
             "--top-k", "20", "--temperature", "1.2", "--record", "attention,logits", "--tensors", "-o",
             "recorded", "--quiet"], cwd=folder, check=True, capture_output=True)
        subprocess.run(
            [command, "trace", RUN["prompt"], "--model", "tiny", "--max-tokens", "3", "-o", "plain", "--quiet"],
            cwd=folder, check=True, capture_output=True)
        for session in SESSIONS:
            client = Client([command, "dap", "--lang", "en", "--threads", "1"], folder=folder)
            session(client, folder)
            code, errors = client.close()
            assert (code, errors) == (0, ""), (session.__name__, code, errors)
            asked |= {message["command"] for kind, message in client.log if kind == "sent" and message}
            text = told(client.log)
            path = f"{goldens}/{session.__name__}.txt"
            if os.environ.get("REFRESH_GOLDENS"):
                open(path, "w").write(text)
            wanted = open(path).read().split("\n")
            for place, (found, golden) in enumerate(zip(text.split("\n"), wanted)):
                if found != golden:
                    print(f"{session.__name__}, line {place + 1}:\n  {found}\n≠ {golden}")
                    wrong += 1
                    break
            else:
                if len(wanted) != len(text.split("\n")):
                    print(f"{session.__name__}: {len(wanted)} lines wanted, {len(text.splitlines())} found")
                    wrong += 1
    print("requests:", " ".join(sorted(asked)))
    sys.exit(1 if wrong else 0)


main()
