"""Engines that name tokens by texts or take no ids: engine_texts.py COMMAND. Prints "ok", or what is wrong.

Ollama and other servers are not to be had from the package index; what they say is made here, in their documented forms, of what
llama.cpp's own server says. Its page of OpenAI's kind is passed on as it is.
"""
import http.server
import json
import pathlib
import sys
import tempfile
import urllib.request

from engine_check import RUNS, TINY, Listening, Llama, record, run, through

# Its tokens, written as text, are read as the same ones: what a server takes that knows no ids.
PROMPT = "Once upon a time"
RUNS["few"] = ["--top-k", "4", "--seed", "5"]
RUNS["likely"] = ["--min-p", "0.1", "--seed", "9"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        body = self.server.kind.pages.get(self.path)
        self.send(body or {}, 200 if body else 404)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.kind.log.append(asked)
        self.send(*self.server.kind.answer(self.path, asked))


class Server(Listening):
    """One kind of server in front of llama.cpp's."""

    path = "/v1/completions"

    def __init__(self, llama):
        super().__init__(Handler)
        self.server.kind, self.llama, self.log = self, llama.address, []
        self.pages = {"/v1/models": {"data": [{"id": "words", "object": "model"}]}}

    def there(self, path, asked):
        request = urllib.request.Request(self.llama + path, json.dumps(asked).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as told:
            return json.load(told)

    def answer(self, path, asked):
        return self.say(asked) if path == self.path else ({"error": {"message": "no such page"}}, 404)

    def say(self, asked):
        return (self.there(self.path, asked), 200)

    def completion(self, asked, count):
        """llama.cpp's own words: what it lists, what it drew, how many tokens it has read."""
        told = self.there("/completion", {
            "prompt": asked["prompt"], "n_predict": 1, "n_probs": count, "temperature": asked.get("temperature", 1), "seed": asked.get("seed", 0),
            "top_k": 0, "top_p": 1, "min_p": 0})
        # It says nothing where it has drawn a part of a character.
        listed = told.get("completion_probabilities")
        return (listed[0]["top_logprobs"] if listed else []), told["content"], told["tokens_evaluated"]


def spelled(entry):
    """A token's text as OpenAI's older form has it."""
    data = bytes(entry["bytes"])
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "bytes:" + "".join(f"\\x{byte:02x}" for byte in data)


class Older(Server):
    """OpenAI's older form: a text for each token, and what was drawn beside the likeliest."""

    most, takes_ids, counts = 5, True, True

    def name(self, entry):
        return spelled(entry)

    def say(self, asked):
        if asked["logprobs"] > self.most:
            return ({"error": {"message": f"logprobs is at most {self.most}"}}, 400)
        if not self.takes_ids and not isinstance(asked["prompt"], str):
            return ({"error": {"message": "prompt is a text"}}, 400)
        listed, drawn, count = self.completion(asked, asked["logprobs"])
        if not listed:
            return ({"choices": [{"text": "", "logprobs": None}], "usage": {"prompt_tokens": count}}, 200)
        top = {self.name(entry): entry["logprob"] for entry in listed}
        usage = {"usage": {"prompt_tokens": count}} if self.counts else {}
        return ({"choices": [{"text": drawn, "logprobs": {"top_logprobs": [top]}}], **usage}, 200)


class TextAlone(Older):
    """As llama-cpp-python's server: no ids at all."""
    most, takes_ids = 200, False


class Ignoring(TextAlone):
    """As llama-cpp-python's: what is no text in a token is left out, and of tokens with one text the last one's number stands."""

    def name(self, entry):
        return bytes(entry["bytes"]).decode(errors="ignore")


class DrawnFirst(Ignoring):
    """As vLLM's: what was drawn stands before the likeliest."""
    takes_ids = True

    def say(self, asked):
        told, status = super().say(asked)
        if status == 200 and told["choices"][0]["logprobs"]:
            place = told["choices"][0]["logprobs"]["top_logprobs"]
            drawn = told["choices"][0]["text"]
            place[0] = {drawn: place[0].get(drawn, -20.0), **place[0]}
        return (told, status)


class EachItsOwn(TextAlone):
    """Takes a list for many prompts."""

    def say(self, asked):
        if isinstance(asked["prompt"], list):
            return ({"choices": [{"text": "a"} for _ in asked["prompt"]], "usage": {"prompt_tokens": len(asked["prompt"])}}, 200)
        return super().say(asked)


class Ollama(Server):
    """Ollama's page: 20 tokens at most, none where it draws the end, texts that are none with U+FFFD."""

    path = "/api/generate"

    def __init__(self, llama, names=("words:latest",)):
        super().__init__(llama)
        self.silent = 0
        self.pages = {"/api/version": {"version": "0.12.11"}, "/api/tags": {"models": [{"name": name} for name in names]}}

    def say(self, asked):
        assert asked["raw"] is True and asked["stream"] is False and asked["logprobs"] is True and isinstance(asked["prompt"], str), asked
        assert asked["model"] in ("words:latest", "words"), asked
        if asked["top_logprobs"] > 20:
            return ({"error": "top_logprobs must be between 0 and 20"}, 400)
        listed, drawn, count = self.completion({**asked["options"], "prompt": asked["prompt"]}, asked["top_logprobs"])
        told = {"model": asked["model"], "response": drawn, "done": True, "prompt_eval_count": count}
        # It is silent where it draws the end; and every third time, as if it had.
        self.silent += 1
        if not listed or self.silent % 3 == 0:
            return ({**told, "response": "", "done_reason": "stop"}, 200)
        top = []
        for entry in listed:
            text = bytes(entry["bytes"]).decode(errors="replace")
            top.append({"token": text, "bytes": list(text.encode()), "logprob": entry["logprob"]})
        return ({**told, "logprobs": [{**top[0], "top_logprobs": top}]}, 200)


class Capped(Server):
    """Lists 12 at most whatever is asked for, and what it drew beside them."""

    def say(self, asked):
        told = self.there(self.path, {**asked, "logprobs": 2048})
        place = told["choices"][0]["logprobs"]["content"][0]
        place["top_logprobs"] = place["top_logprobs"][:12] + [entry for entry in place["top_logprobs"][12:] if entry["id"] == place["id"]]
        return (told, 200)


def equal(command, llama):
    """Whatever the form, the run is the one that is made here."""
    kinds = [
        (Server, ["greedy", "top-k", "hot", "min-p", "penalties"], (True, True)), (Older, ["greedy", "few"], (True, False)),
        (Capped, ["greedy", "min-p"], (True, True)), (TextAlone, ["greedy", "few", "likely"], (False, False)), (EachItsOwn, ["greedy"], (False, False)),
        (Ignoring, ["greedy", "few"], (False, False)), (DrawnFirst, ["greedy", "few"], (True, False)),
        (Ollama, ["greedy", "few", "likely"], (False, False))]
    for kind, names, (ids, by_ids) in kinds:
        with kind(llama) as server, tempfile.TemporaryDirectory() as folder:
            through(command, server.address, names=names, prompt="Tom has a red" if ids and by_ids else PROMPT)
            told = run(command, "trace", PROMPT, "--engine", server.address, "--model", "tiny", "--greedy", "--max-tokens", "3", "-o", folder + "/out")
            origin = record(folder + "/out")["origin"]
            assert (origin["takesIds"], origin["namesIds"], origin["raw"]) == (ids, by_ids, True), (kind, origin)
            assert origin["server"] == ("Ollama" if kind is Ollama else "OpenAI-compatible") and origin["model"].startswith("words"), origin
            assert origin["listed"] <= {Older: 5, Ollama: 20, Capped: 12}.get(kind, 50), origin
            assert ("it is sent token ids" in told.stderr) == ids and ("names tokens by ids" in told.stderr) == by_ids, told.stderr
            assert all(isinstance(asked["prompt"], list) == ids for asked in server.log[-3:]), kind
            told = run(command, "trace", PROMPT, "--engine", server.address, "--model", "tiny", "--greedy", "--max-tokens", "3", "-o", folder + "/zh", "--lang", "zh-TW")
            assert ("送給它的是詞元編號" in told.stderr) == ids, told.stderr


def refused(command, llama):
    """What could not be known is not guessed."""
    class Stripped(TextAlone):
        def name(self, entry):
            return spelled(entry).lstrip(" ")

    class Ids(TextAlone):
        def name(self, entry):
            return str(entry["id"])

    class Uncounted(TextAlone):
        counts = False

    class Shortened(TextAlone):
        def say(self, asked):
            return super().say({**asked, "prompt": asked["prompt"][4:] if isinstance(asked["prompt"], str) else asked["prompt"]})

    class InPlace(Server):
        """The token that it drew takes the last place of those that it lists."""
        def say(self, asked):
            told = self.there(self.path, {**asked, "logprobs": 400})
            top = told["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
            top[:] = top[:asked["logprobs"] - 1] + top[399:]
            return (told, 200)

    class Hiding(TextAlone):
        """The likeliest token has no text, and another without one takes its number."""
        def say(self, asked):
            told, status = super().say(asked)
            top = status == 200 and told["choices"][0]["logprobs"]
            if top:
                first, *others = top["top_logprobs"][0].items()
                top["top_logprobs"][0] = {"": -9.5, **dict(others)}
            return (told, status)

    class Unordered(Hiding):
        """The same, with the keys in the order of the alphabet."""
        def say(self, asked):
            told, status = super().say(asked)
            top = status == 200 and told["choices"][0]["logprobs"]
            if top:
                top["top_logprobs"][0] = dict(sorted(top["top_logprobs"][0].items(), reverse=True))
            return (told, status)

    class OtherWords(Older):
        """Takes ids for its own, and cuts text otherwise."""
        def say(self, asked):
            told, status = super().say(asked)
            if isinstance(asked["prompt"], str):
                told["usage"]["prompt_tokens"] += 2
            return (told, status)

    class Bytes(Server):
        """Signed bytes, and no ids."""
        def say(self, asked):
            told = self.there(self.path, asked)
            for entry in told["choices"][0]["logprobs"]["content"][0]["top_logprobs"]:
                del entry["id"]
                entry["bytes"] = [byte - 256 if byte > 127 else byte for byte in entry["bytes"]]
            return (told, 200)

    class Chat(Server):
        path = "/v1/chat/completions"

    class Several(Server):
        def __init__(self, llama):
            super().__init__(llama)
            self.pages = {"/v1/models": {"data": [{"id": name} for name in ("words", "others\u001b[31m")]}}

    cases = [
        (Stripped, [], "texts without the blanks"), (Ids, [], "no single token of --model has the text"),
        (Uncounted, [], "no count of the prompt's tokens"), (Shortened, [], "the engine reads"), (InPlace, [], "in place of a likelier one"),
        (Hiding, [], "no single token of --model has the text"), (Unordered, [], "no single token of --model has the text"),
        (OtherWords, [], "the engine reads"), (Bytes, ["--engine-list", "400"], "has no bytes"),
        (Chat, [], "no such page (404)"), (Several, [], "name one with --engine-model (words, others"),
        (Several, ["--engine-model", "neither"], "the engine has no model neither: it has words, others")]
    with tempfile.TemporaryDirectory() as folder:
        for place, (kind, options, said) in enumerate(cases):
            with kind(llama) as server:
                told = run(command, "trace", PROMPT, "--engine", server.address, "--model", "tiny", *options, "-o", f"{folder}/{place}", check=False)
                assert told.returncode == 1 and said in told.stderr and len(told.stderr.strip().splitlines()) == 1, (kind, told)
                assert "\x1b" not in told.stderr and not pathlib.Path(f"{folder}/{place}").exists(), kind
        with Several(llama) as server:
            run(command, "trace", PROMPT, "--engine", server.address, "--model", "tiny", "--engine-model", "words", "--greedy", "--max-tokens", "2", "-o", folder + "/a")
            assert all(asked["model"] == "words" for asked in server.log), server.log[0]
        with Ollama(llama, ("words:latest", "more:latest")) as server:
            run(command, "trace", PROMPT, "--engine", server.address, "--model", "tiny", "--engine-model", "words", "--greedy", "--max-tokens", "2", "-o", folder + "/b")
        # " Tom" in two pieces is no text of its own: the steps before it are kept.
        with TextAlone(llama) as server:
            told = run(command, "trace", "Tom has a red", "--engine", server.address, "--model", "tiny", "--greedy", "-o", folder + "/c", check=False)
            assert told.returncode == 1 and "takes text alone" in told.stderr.strip().splitlines()[-1], told
            assert len(record(folder + "/c")["steps"]) == 3 and record(folder + "/c")["ended"] == "error"
    told = run(command, "trace", PROMPT, "--engine-model", "words", check=False)
    assert told.returncode == 64 and "--engine-model needs --engine" in told.stderr, told


if __name__ == "__main__":
    command = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, Llama(pathlib.Path(folder), model=TINY) as llama:
        equal(command, llama)
        refused(command, llama)
    print("ok")
