"""A headless Firefox with the network off, steered by WebDriver BiDi: it needs no driver beside it."""
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile

import websocket

from steered import Steered

ANSWERS_WITHIN_SECONDS = 300

# A first start without welcome pages, and every request sent where nobody answers.
PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False, "browser.startup.homepage": "about:blank", "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False, "datareporting.policy.dataSubmissionEnabled": False, "app.update.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False, "network.proxy.type": 1, "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9, "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "intl.accept_languages": "en-US", "remote.prefs.recommended": True,
}


def program():
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox(Steered):
    def __init__(self, width=1280, height=900, numbers=True, is_still=False, is_forced=False, trusts=False):
        self.folder = tempfile.mkdtemp()
        wished = {"ui.prefersReducedMotion": int(is_still), "browser.display.document_color_use": 2 if is_forced else 0}
        with open(os.path.join(self.folder, "user.js"), "w", encoding="utf-8") as out:
            for name, value in {**PREFERENCES, **wished}.items():
                out.write(f'user_pref("{name}", {json.dumps(value)});\n')
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [program(), "--headless", "--no-remote", "--profile", self.folder, "--remote-debugging-port", "0", "about:blank"],
            stdout=self.log, stderr=self.log, env={**os.environ, "MOZ_HEADLESS_WIDTH": str(width), "MOZ_HEADLESS_HEIGHT": str(height)})
        address = self.until(self.address_in_log)
        if not address:
            self.quit()
            raise RuntimeError("Firefox opened no port")
        self.socket = websocket.create_connection(address + "/session", timeout=ANSWERS_WITHIN_SECONDS, suppress_origin=True)
        self.last = 0
        self.errors, self.asked = [], []
        self.ask("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}} if trusts else {})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.size(width, height)
        if numbers:
            self.ask("script.addPreloadScript", functionDeclaration="() => { try { localStorage.setItem('stepglass.numbers', '1') } catch {} }")

    def address_in_log(self):
        with open(self.log.name, encoding="utf-8") as file:
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", file.read())
        return found and found.group(1)

    def ask(self, method, **parameters):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("type") == "event":
                self.note(message)
            elif message.get("id") == self.last:
                if message.get("type") == "error":
                    raise RuntimeError(f"{method}: {message.get('error')}: {message.get('message')}")
                return message["result"]

    def note(self, event):
        if event["method"] == "log.entryAdded" and event["params"]["level"] == "error":
            self.errors.append(event["params"].get("text"))
        if event["method"] == "network.beforeRequestSent":
            url = event["params"]["request"]["url"]
            if not url.startswith(("file:", "data:", "blob:", "about:")):
                self.asked.append(url)

    def size(self, width, height, zoom=1):
        """A window of so many pixels, in which everything is drawn `zoom` times as large."""
        self.view = {"devicePixelRatio": zoom, "viewport": {"width": width // zoom, "height": height // zoom}}
        self.ask("browsingContext.setViewport", context=self.context, **self.view)

    def js(self, script, *arguments):
        wrapped = "async (text) => JSON.stringify((await (async function () {" + script + "}).apply(null, JSON.parse(text))) ?? null)"
        answer = self.ask("script.callFunction", functionDeclaration=wrapped, awaitPromise=True,
                          target={"context": self.context}, arguments=[{"type": "string", "value": json.dumps(arguments)}])
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def go(self, address):
        if address == "about:blank":
            return self.fresh()
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def fresh(self):
        """An empty window in the place of this one. It has the focus, which the first window never gets, and one whose Tab key
        went on to the browser's own buttons does not get back: no focus would show, and Enter would press nothing."""
        before, self.context = self.context, self.ask("browsingContext.create", type="window")["context"]
        self.ask("browsingContext.close", context=before)
        self.ask("browsingContext.setViewport", context=self.context, **self.view)

    def node(self, selector):
        found = self.ask("browsingContext.locateNodes", context=self.context, locator={"type": "css", "value": selector})["nodes"]
        return {"sharedId": found[0]["sharedId"]}

    def click(self, selector):
        node = self.node(selector)
        self.js("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)
        origin = {"type": "element", "element": node}
        actions = [{"type": "pointerMove", "x": 0, "y": 0, "origin": origin}, {"type": "pointerDown", "button": 0},
                   {"type": "pointerUp", "button": 0}]
        self.ask("input.performActions", context=self.context, actions=[{"type": "pointer", "id": "mouse", "actions": actions}])
        self.frame()

    def keys(self, text, held=""):
        actions = [{"type": "keyDown", "value": key} for key in held]
        actions += [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        actions += [{"type": "keyUp", "value": key} for key in held]
        self.ask("input.performActions", context=self.context, actions=[{"type": "key", "id": "keys", "actions": actions}])

    def files(self, selector, paths):
        self.ask("input.setFiles", context=self.context, element=self.node(selector), files=[os.path.abspath(path) for path in paths])

    def console_errors(self):
        return self.errors

    def requests(self):
        return self.asked

    def screenshot(self, path, whole=False):
        """What the window shows; `whole`: the page from its top to its end."""
        origin = "document" if whole else "viewport"
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.ask("browsingContext.captureScreenshot", context=self.context, origin=origin)["data"]))

    def quit(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
