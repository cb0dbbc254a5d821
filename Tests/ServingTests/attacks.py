"""What somebody may try who should not come in, by raw sockets: attacks.py NAME ADDRESS [NUMBER].

ADDRESS is what the server prints. Each function below is one attack; it ends with an error where one gets through, or
where the server does not go on afterwards.
"""
import http.client
import json
import os
import re
import socket
import struct
import sys
import time

# Waiting that never decides: what has not come by then never will.
PATIENCE = 60
name, address = sys.argv[1:3]
number = int(sys.argv[3]) if len(sys.argv) > 3 else 0
origin, token = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/open/(\w+)", address).groups()
port = int(origin.rsplit(":", 1)[1])
HOST = f"127.0.0.1:{port}"
MESSAGE = "application/x-stepglass-message"
cookie = ""


def raw(data, keep=False):
    """Sends bytes; what comes back until the other side closes, or the socket itself."""
    one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    try:
        one.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return one if keep else drained(one)


def drained(one):
    found = b""
    try:
        while chunk := one.recv(65536):
            found += chunk
    except (ConnectionResetError, BrokenPipeError):
        pass
    one.close()
    return found


def status(answer):
    found = re.match(rb"HTTP/1\.1 (\d+)", answer)
    return int(found.group(1)) if found else 0


def ask(method, path, headers=None, body=b"", host=HOST):
    """A whole request with exactly these headers; status and answer."""
    lines = [f"{method} {path} HTTP/1.1"] + ([f"Host: {host}"] if host is not None else [])
    lines += [f"{one}: {value}" for one, value in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    lines.append("Connection: close")
    answer = raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    return status(answer), answer


def expect(found, *wanted, what=""):
    if found not in wanted:
        raise SystemExit(f"{name} {what}: {found}, not {wanted}")


def enter():
    """Comes in by the address, as its owner."""
    global cookie
    found, answer = ask("GET", f"/open/{token}")
    expect(found, 303, what="the owner")
    cookie = re.search(rb"[Ss]et-[Cc]ookie: ([^;\r]+)([^\r]*)", answer)
    for mark in [b"HttpOnly", b"SameSite=Strict", b"Path=/"]:
        if mark not in cookie.group(2):
            raise SystemExit(f"the cookie lacks {mark}")
    cookie = cookie.group(1).decode()


def message(request):
    text = json.dumps(request).encode()
    return struct.pack("<I", len(text)) + text


def mine(**more):
    return {"Cookie": cookie, "Origin": origin, "Content-Type": MESSAGE, **more}


def goes_on(what=""):
    """The owner is served."""
    found, answer = ask("POST", f"/engine/call?id=on-{time.monotonic_ns()}", mine(), message({"request": "models"}))
    expect(found, 200, what=f"the owner after {what}")
    if b'"models"' not in answer:
        raise SystemExit(f"no answer after {what}: {answer[:300]}")


def strangers():
    for path in ["/", "/engine/events"]:
        expect(ask("GET", path)[0], 403, what=path)
    expect(ask("POST", "/engine/call?id=a", {"Origin": origin, "Content-Type": MESSAGE}, message({"request": "models"}))[0], 403)
    for wrong in ["0" * 40, token[:-1], token + "0", token.upper()[:39] + "0", "x"]:
        expect(ask("GET", f"/open/{wrong}")[0], 403, what="another token")
    enter()
    expect(ask("GET", f"/open/{token}")[0], 403, what="a token that was used")
    expect(ask("GET", f"/open/{token}", {"Cookie": cookie})[0], 303, what="its owner again")
    named = cookie.split("=")[0]
    for wrong in ["", "x", token, cookie.split("=")[1][:-1], cookie.split("=")[1] + "0"]:
        expect(ask("GET", "/", {"Cookie": f"{named}={wrong}"})[0], 403, what="another cookie")
    expect(ask("GET", f"/?token={cookie.split('=')[1]}")[0], 403, what="a secret in the address")
    goes_on("strangers")


def guesses():
    """Who guesses is soon not heard any longer, and has not come in."""
    found = {ask("GET", f"/open/{i:040x}")[0] for i in range(number)}
    expect(found, {403, 429}, what="guesses")
    # Whoever has the right one comes in all the same, from the same address, and goes on.
    enter()
    goes_on("guesses")
    for _ in range(number):
        ask("GET", "/nothing/there")
        ask("POST", "/engine/call?id=a", mine(Origin="http://evil.example"), message({"request": "models"}))
    goes_on("paths that are not there, and another page's requests")


def hosts():
    """A name that was made to lead here (DNS rebinding) is not ours, whatever cookie comes along."""
    enter()
    for host in [f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", f"127.0.0.1.evil.example:{port}",
                 f"[::2]:{port}", f"0.0.0.0:{port}", "", f"127.0.0.1:{port}@evil.example", f"localhost.:{port}"]:
        for path, method in [("/", "GET"), (f"/open/{token}", "GET"), ("/nothing", "GET"), ("/engine/call?id=a", "POST")]:
            found = ask(method, path, mine(Origin=f"http://{host}"), message({"request": "models"}) if method == "POST" else b"", host=host)[0]
            expect(found, 421, 400, what=f"{host} {path}")
    expect(ask("GET", "/", mine(), host=None)[0], 400, 421, what="no Host")
    twice = raw(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nHost: evil.example\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
    expect(status(twice), 400, 421, what="two Hosts")
    for host in [f"localhost:{port}", f"[::1]:{port}", f"LOCALHOST:{port}"]:
        expect(ask("GET", "/", {"Cookie": cookie}, host=host)[0], 200, what=host)
    goes_on("hosts")


def origins():
    """Another page that the owner's browser shows: it would send the cookie along."""
    enter()
    call = message({"request": "models"})
    for other in ["http://evil.example", "null", f"http://127.0.0.1:{port + 1}", f"https://127.0.0.1:{port}",
                  f"{origin}.evil.example", f"{origin}/", "", "file://"]:
        expect(ask("POST", "/engine/call?id=a", mine(Origin=other), call)[0], 403, what=f"origin {other!r}")
        expect(ask("GET", "/engine/events", {"Cookie": cookie, "Origin": other})[0], 403, what=f"events of {other!r}")
    without = {key: value for key, value in mine().items() if key != "Origin"}
    expect(ask("POST", "/engine/call?id=a", without, call)[0], 403, what="no origin")
    for site in ["cross-site", "same-site", "none"]:
        expect(ask("GET", "/engine/events", {"Cookie": cookie, "Sec-Fetch-Site": site})[0], 403, what=f"events from {site}")
    # A form can post these types, and no others.
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]:
        for came in [origin, "http://evil.example"]:
            expect(ask("POST", "/engine/call?id=a", mine(Origin=came, **{"Content-Type": kind}), call)[0], 403, 415, what=f"a form of {kind!r}")
    found, answer = ask("OPTIONS", "/engine/call", {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"})
    expect(found, 403, 405, 404, what="preflight")
    for method in ["PUT", "DELETE", "TRACE", "CONNECT", "HEAD", "PATCH"]:
        expect(ask(method, "/", {"Cookie": cookie})[0], 405, 404, 400, 501, what=method)
    found, answer = ask("GET", "/", {"Cookie": cookie, "Origin": origin})
    for wanted in [rb"frame-ancestors 'none'", rb"nosniff", rb"no-referrer", rb"no-store", rb"connect-src 'self'"]:
        if not re.search(wanted, answer.split(b"\r\n\r\n")[0]):
            raise SystemExit(f"the page's answer lacks {wanted}")
    if re.search(rb"Access-Control-Allow", answer):
        raise SystemExit("other pages are allowed in")
    goes_on("origins")


def sizes():
    enter()
    long = "x" * 200_000
    for headers in [{"Cookie": cookie, "X-Long": long}, {"Cookie": long}, {f"X-{i}": "y" * 100 for i in range(5000)}]:
        expect(ask("GET", "/", headers)[0], 431, 413, 400, 0, what="a large head")
    expect(ask("GET", "/" + long, {"Cookie": cookie})[0], 414, 431, 400, 404, 0, what="a long address")
    told = f"POST /engine/call?id=a HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nOrigin: {origin}\r\nContent-Type: {MESSAGE}\r\n"
    for length in [number + 1, 10 ** 15, 10 ** 30, -1]:
        expect(status(raw(f"{told}Content-Length: {length}\r\n\r\n".encode())), 413, 400, what=f"a body of {length}")
    expect(status(raw(f"{told}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".encode())), 411, what="a body of no length")
    expect(ask("GET", "/", {"Cookie": cookie}, b"x" * 100)[0], 413, what="a body where none belongs")
    for body in [b"", b"\x01", b"\xff\xff\xff\xff", struct.pack("<I", 5) + b"{}", message({})[:-1]]:
        expect(ask("POST", "/engine/call?id=b", mine(), body)[0], 400, what=f"broken lengths {body!r}")
    for i, text in enumerate([b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"request":"no such"}', b'{"request":7}', b'{"request":"walk","run":99,"count":1}']):
        found, answer = ask("POST", f"/engine/call?id=broken-{i}", mine(), struct.pack("<I", len(text)) + text)
        expect(found, 200, what=f"broken {text[:20]!r}")
        if b'"error"' not in answer:
            raise SystemExit(f"no error for {text[:40]!r}: {answer[-300:]}")
    goes_on("sizes")


def slow():
    """Who trickles is cut; the owner is served meanwhile."""
    enter()
    head = f"POST /engine/call?id=slow HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nOrigin: {origin}\r\nContent-Type: {MESSAGE}\r\nContent-Length: 1000\r\n\r\n"
    trickles = [(raw(b"", keep=True), b""), (raw(b"GET / HT", keep=True), b"G"), (raw(b"GET / HTTP/1.1\r\nX: ", keep=True), b"y"), (raw(head.encode(), keep=True), b"z")]
    for one, _ in trickles:
        one.setblocking(False)
    waiting = list(trickles)
    end = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < end:
        for pair in list(waiting):
            one, byte = pair
            try:
                if byte:
                    one.send(byte)
                if one.recv(1000) == b"":
                    waiting.remove(pair)
            except BlockingIOError:
                pass
            except OSError:
                waiting.remove(pair)
        goes_on("trickling")
        time.sleep(0.05)
    expect(len(waiting), 0, what="connections that trickle on")
    goes_on("slow")


def crowd():
    """More connections than there is room for: the surplus is turned away, and once they are gone all is as before."""
    enter()
    held = []
    for _ in range(4 * number):
        try:
            held.append(raw(b"G", keep=True))
        except OSError:
            break
    for one in held:
        one.close()
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return goes_on("a crowd")
        except (SystemExit, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def waiting():
    """More connections than there is room for, which stay and ask for nothing: who comes later is served all the same."""
    enter()
    held = [raw(b"G", keep=True) for _ in range(number)]
    goes_on("connections that wait")
    for _ in range(3 * number):
        held.append(raw(b"GET / HTTP/1.1\r\n", keep=True))
        goes_on("one more")
    for one in held:
        one.close()


def accents():
    """Letters with thousands of accents, wherever text may stand: to compare one takes a second."""
    enter()
    marks = "".join(chr(one) for one in [0x301, 0x323, 0x327, 0x5B0, 0x64B, 0x94D]) * 1100
    text = ("a" + marks).encode()
    for _ in range(60):
        for head in [b"GET /" + text + b" HTTP/1.1\r\nHost: " + HOST.encode(), b"GET /?a=" + text + b" HTTP/1.1\r\nHost: " + HOST.encode(),
                     b"GET / HTTP/1.1\r\nHost: " + text,
                     b"POST /engine/call HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nOrigin: http://" + HOST.encode() + b"\r\nContent-Type: " + text,
                     b"GET / HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nCookie: " + text + b"=1; " + text + b"=2"]:
            raw(head + b"\r\nConnection: close\r\n\r\n")
    # What others put into their cookies under the same name of a machine keeps nobody out.
    both = raw(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nCookie: b=".encode() + text[:90] + f"; {cookie}\r\nX: ".encode() + text[:90] + b"\r\nConnection: close\r\n\r\n")
    expect(status(both), 200, what="a cookie beside one of other signs")
    goes_on("accents")


def paths():
    enter()
    for path in ["/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/./", "/open/../",
                 "/open/..", "/engine/../engine/events", "/engine//events", "/engine/events/", "/%00", "/open/%00", "/\\..\\..", "/engine/call/%2e%2e",
                 "/open/" + "%41" * 20, "/favicon.ico/..", "/etc/passwd", "/index.html", "*", "http://evil.example/", "/engine/events;x", "/é"]:
        found, answer = ask("GET", path, {"Cookie": cookie})
        expect(found, 404, 400, 421, what=path)
        if b"root:" in answer:
            raise SystemExit(f"a file came out at {path}")
    for call in ["", "a%00", "a%0d%0aSet-Cookie:x", "a%1b[31m", "%e2%80%ae", "a b", "A", "../a", "a" * 65, "%ff", "%4", "a&id=b%00", "a<b"]:
        found, answer = ask("POST", f"/engine/call?id={call.replace(' ', '+')}", mine(), message({"request": "models"}))
        expect(found, 400, 404, what=f"a call named {call!r}")
    expect(ask("POST", "/engine/call", mine(), message({"request": "models"}))[0], 400, what="a call without a name")
    answer = raw(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX: a\x00b\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
    expect(status(answer), 200, 400, 403, 0, what="a zero byte in a header")
    goes_on("paths")


def idle():
    """A session that nobody uses is let go."""
    enter()
    goes_on("entering")
    end = time.monotonic() + PATIENCE
    while ask("GET", "/", {"Cookie": cookie})[0] != 403:
        if time.monotonic() > end:
            raise SystemExit("the session stays")
        # Each question uses the session: between two of them it is left alone for twice as long as it is kept.
        time.sleep(6)


globals()[name]()
