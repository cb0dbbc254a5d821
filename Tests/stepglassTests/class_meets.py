"""A class meets: a teacher, a board and three students, each in a browser of its own, at one server that is also killed.
One student reads Chinese, another has Firefox.

class_meets.py COMMAND FOLDER [PICTURES]: the command; where the class's file goes; a folder for pictures of every page.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ViewerTests"))
from axe import findings  # noqa: E402
from browser import Browser  # noqa: E402
from steered import browser_of, check, failures  # noqa: E402

# A test's thread may have signals blocked, which what it starts would have too.
signal.pthread_sigmask(signal.SIG_SETMASK, set())
command, folder = sys.argv[1:3]
pictures = sys.argv[3] if len(sys.argv) > 3 else ""
NAME = "7b"
BET, EDGE, SLIVER = "bet-kept", "edge", "sliver"


class Server:
    """The command, serving the class; its addresses."""

    def __init__(self, port=0, *more):
        end = time.monotonic() + 10
        while True:
            errors = tempfile.TemporaryFile("w+")
            self.process = subprocess.Popen(
                [command, "serve", "--class", NAME, "--no-open", "--port", str(port), "--classes", folder, *more],
                stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, "STEPGLASS_LANG": "en"})
            students, teacher = self.process.stdout.readline(), self.process.stdout.readline()
            if teacher:
                break
            # Anybody may have had the port for a moment since the server before was killed.
            self.process.wait()
            errors.seek(0)
            trouble = students + errors.read()
            if "is taken by another program" not in trouble or time.monotonic() > end:
                sys.exit(f"FAIL it does not start: {trouble}")
            time.sleep(0.1)
        self.students, self.code = re.search(r"(http\S+)\s+code (\w+)", students).groups()
        self.teacher = re.search(r"http\S+", teacher).group(0)
        self.port = int(re.search(r":(\d+)/", self.students).group(1))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def see(browser, name):
    """Whether everybody can use a page; pictures of it in both languages, wide and narrow."""
    wrong = findings(browser)[0]
    check(f"axe-core has nothing against {name}", wrong == [], wrong)
    if not pictures:
        return
    for width in [1280, 390]:
        browser.size(width, 900)
        for _ in range(2):
            browser.frame()
            language = browser.js("return document.documentElement.lang")
            browser.screenshot(f"{pictures}/{name}-{width}-{language}.png", whole=True)
            browser.js("document.getElementById('language-button').click()")
            browser.until_js("document.documentElement.lang !== arguments[0]", language)
            browser.still()
    browser.size(1280, 900)


def ask(browser, what):
    """A command of the class, as the page itself would ask it; the answer."""
    return browser.js("return (await fetch('/class/do', { method: 'POST', headers: { 'Content-Type': 'application/json' }, "
                      "body: JSON.stringify(arguments[0]) })).json()", what)


def join(browser, server, name):
    browser.go(f"{server.students}join/{server.code}")
    browser.until_js("document.documentElement.dataset.ready === 'true'")
    check("the code is filled in", browser.js("return document.getElementById('code').value") == server.code)
    browser.fill("#name", name)
    browser.js("document.querySelector('#join-form').requestSubmit()")
    browser.until_js("document.getElementById('own-code') !== null || document.querySelector('.problem-line') !== null")
    own = browser.text("#own-code")
    return own


def begin(browser):
    browser.click("#begin")
    check("the book opens", browser.until_js("document.documentElement.dataset.ready === 'true' && document.querySelector('.class-bar') !== null"),
          browser.js("return document.body.textContent.slice(0, 300)"))
    browser.still()


def screen(browser):
    return browser.js("return document.documentElement.dataset.screen")


def give(browser, exercise, answer):
    """Gives an answer by the exercise's own form; what is told of it."""
    browser.until(lambda: browser.count(f"[data-exercise={exercise}]"))
    browser.js("""
      const form = document.querySelector(`[data-exercise=${arguments[0]}]`);
      const shares = [...form.querySelectorAll('.answer-shares input')];
      if (shares.length > 0) {
        for (const [i, input] of shares.entries()) { input.value = i === arguments[1] ? input.max : input.min; input.dispatchEvent(new Event('input', { bubbles: true })); }
      } else if (typeof arguments[1] === 'string') {
        const choice = form.querySelector(`input[value="${arguments[1]}"]`);
        if (choice) choice.click(); else { const field = form.querySelector('.answer-line, .answer-number'); field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true })); }
      }
      form.requestSubmit();""", exercise, answer)


def verdict(browser, exercise):
    return browser.until_js(f"document.querySelector('[data-exercise={exercise}]')?.dataset.verdict ?? ''")


server = Server()
teacher, board = Browser(), Browser()
students = [Browser(), Browser(), browser_of("firefox")]
teacher.go(server.teacher)
check("the teacher is in", teacher.until_js("document.querySelector('#state') !== null"), teacher.js("return document.body.textContent.slice(0, 200)"))
check("the secret has left the address", teacher.driver.current_url.endswith("/teacher"), teacher.driver.current_url)

# A stranger gets neither the teacher's page nor the board's matter, nor anything of the class.
board.go(f"{server.students}board")
check("a stranger sees no board", board.until_js("document.querySelector('.problem-line') !== null"))
check("nor the code", server.code not in board.text("main"))
for path in ["class/code", "class/grades/grades.csv", "class/backup", "class/course", "class/events"]:
    status = board.js("return (await fetch(arguments[0])).status", "/" + path)
    check(f"a stranger does not get {path}", status == 403, status)
check("nor a command of the teacher's", ask(board, {"do": "view"})["error"]["kind"] == "not-allowed")
board.go(server.teacher.rsplit("/", 1)[0] + "/" + "0" * 40)
check("a guessed secret opens nothing", "terminal" in board.js("return document.body.textContent"))
# The board is of the teacher's browser.
board.quit()
see(teacher, "teacher-empty")

names = ["Ann", "<img src=x onerror=alert(1)>\u202eB", "Ann"]
codes = [join(one, server, name) for one, name in zip(students, names)]
check("each has a code of its own", len({code for code in codes if re.fullmatch(r"\w{5}-\w{5}", code)}) == 3, codes)
see(students[0], "joined")
for one in students:
    begin(one)
students[1].js("document.getElementById('language-button').click()")
check("one reads Chinese", students[1].until_js("document.documentElement.lang === 'zh-TW' && document.querySelector('.class-bar').textContent.includes('已連線')"), students[1].text(".class-bar"))
check("the second Ann is told apart", "Ann (2)" in students[2].text(".class-bar"), students[2].text(".class-bar"))
check("markup is only a name", "<img src=x" in students[1].text(".class-bar") and students[1].count(".class-bar img") == 0)
check("the teacher sees three", teacher.until_js("document.querySelectorAll('#students tbody tr').length === 3"))
check("and where they are", teacher.until_js("document.querySelector('#state').textContent.includes('here now: 3')"), teacher.text("#state"))

# All to the bet of lesson 8.
lesson = next(one for one in teacher.js("return (await (await fetch('/class/course')).json()).lessons") if one["number"] == 8)
at = next(f"{lesson['id']}/{one['id']}" for one in lesson["screens"] if any(each["id"] == BET for each in one["exercises"]))
teacher.js("const list = document.getElementById('place'); list.value = arguments[0]; list.dispatchEvent(new Event('change')); document.getElementById('go').click()", at)
for one in students:
    check("a student is taken along", one.until_js("document.documentElement.dataset.screen === arguments[0]", at.split("/")[1]), screen(one))
    one.still()
for one, choice in zip(students, [0, 1, 1]):
    give(one, BET, choice)
check("bets are acknowledged", all(verdict(one, BET) == "right" for one in students))
see(students[0], "student-bet")
teacher.driver.switch_to.new_window("tab")
teacher.go(f"{server.students}board")
check("the board has the code", teacher.until_js("document.querySelector('#room-code')?.textContent === arguments[0]", server.code), teacher.js("return document.body.textContent"))
check("and a picture of the address", teacher.count(".qr path") == 1)
check("the bets are hidden", teacher.until_js("document.querySelector('.bets')?.dataset.revealed === 'false'"))
check("though three are placed", teacher.until_js("document.querySelector('.bets figcaption').textContent.includes('3')"))
see(teacher, "board-hidden")
check("no name is on the board", not any(name in teacher.text("main") for name in ["Ann", "img"]))
check("and no student sees them", all(one.count(".class-bets") == 0 for one in students))
check("students do not get them", ask(students[0], {"do": "bets", "exercise": BET})["choices"][0]["sum"] is None)
check("they are revealed", ask(teacher, {"do": "reveal", "exercise": BET}) == {"done": True})
check("the board shows the chart", teacher.until_js("document.querySelector('.bets').dataset.revealed === 'true'"))
sums = teacher.js("return [...document.querySelectorAll('.bets output')].map((one) => Number(one.textContent))")
check("of three bets", abs(sum(sums) - 3) < 0.05 and sorted(sums)[-1] > 1.5, sums)
see(teacher, "board")
BARS = "return [...document.querySelectorAll('.class-bets .bets output')].map((one) => Number(one.textContent))"
for one, words in zip(students, ["What the class bet", "全班下的注", "What the class bet"]):
    check("each student sees the same chart", one.until_js("document.querySelector('.class-bets .bets')?.dataset.revealed === 'true'") and one.js(BARS) == sums, one.js(BARS))
    check("in the own language", one.text(".class-bets p") == words, one.text(".class-bets"))
    check("and no name in it", "Ann" not in one.text(".class-bets"))
see(students[0], "student-bets")
before, there = students[1].text(".class-bets .bet-words"), "document.querySelector('.class-bets .bet-words')?.textContent ?? ''"
students[1].js("document.getElementById('language-button').click()")
check("the chart speaks the other language too", students[1].until_js(f"![ '', arguments[0] ].includes({there})", before), students[1].text(".class-bets"))
students[1].js("document.getElementById('language-button').click()")
check("and the first again", students[1].until_js(f"{there} === arguments[0]", before), students[1].text(".class-bets"))

# The server is killed while students work: nothing that was acknowledged is lost, and what was not is sent again.
place = next(f"lesson={lesson['id']}&screen={one['id']}" for one in lesson["screens"] if any(each["id"] == EDGE for each in one["exercises"]))
students[0].move("#" + place)
students[0].until(lambda: students[0].count(f"[data-exercise={EDGE}]"))
students[0].still()
server.kill()
check("the page says so", students[0].until_js("document.querySelector('.class-bar').dataset.state === 'away'"))
see(students[0], "student-away")
give(students[0], EDGE, "1")
server = Server(server.port)
check("it is acknowledged after all", verdict(students[0], EDGE) in ["right", "wrong"])
check("the page is connected again", students[0].until_js("document.querySelector('.class-bar').dataset.state === 'here'"))
told = ask(teacher, {"do": "view"})
check("the teacher is still the teacher", told.get("class") == NAME, told)
check("four answers are kept", sum(one["answers"] for one in told["students"]) == 4, told["students"])

# The second Ann is the first; a student is removed; the room is locked.
ids = [one["id"] for one in told["students"]]
teacher.driver.switch_to.window(teacher.driver.window_handles[0])
teacher.until_js("document.querySelectorAll('#students tbody tr').length === 3")
teacher.js("const list = document.querySelector(`[data-student='${arguments[0]}'] .merge`); list.value = arguments[1]; list.dispatchEvent(new Event('change'))", ids[2], ids[0])
check("they are one", teacher.until_js("document.querySelectorAll('#students tbody tr').length === 2"))
check("and the browser knows", students[2].until_js("document.querySelector('.class-bar')?.textContent.startsWith('Ann in')"), students[2].text(".class-bar"))
teacher.js("document.querySelector(`[data-student='${arguments[0]}'] .remove`).click()", ids[1])
check("one is out", students[1].until_js("location.pathname === '/join' && document.querySelector('.problem-line') !== null"))
teacher.js("document.getElementById('lock').click()")
check("the room is locked", teacher.until_js("document.getElementById('lock').textContent.startsWith('Open')"))
students[1].go(f"{server.students}join/{server.code}")
students[1].until_js("document.documentElement.dataset.ready === 'true'")
check("nobody joins", ask(students[1], {"do": "join", "room": server.code, "name": "Eve"})["error"]["kind"] in ["locked", "removed"])
students[1].driver.delete_all_cookies()
check("a locked room refuses", ask(students[1], {"do": "join", "room": server.code, "name": "Eve"})["error"]["kind"] == "locked")
check("but who was in comes back", ask(students[1], {"do": "resume", "code": codes[0]}).get("name") == "Ann")
see(students[1], "join")
teacher.js("const list = document.getElementById('exercise'); list.value = arguments[0]; list.dispatchEvent(new Event('change'))", BET)
check("the teacher sees the chart too", teacher.until_js("document.querySelector('.bets')?.dataset.revealed === 'true'"))
teacher.js("document.getElementById('named').click()")
check("and answers by name", teacher.until_js("document.querySelector('#answers tbody th')?.textContent === 'Ann'"))
see(teacher, "teacher")

grades = teacher.js("return (await fetch('/class/grades/grades.csv')).text()")
check("grades are of those who are in", grades.count("\n") == 2 and ",Ann," in grades, grades)
check("and in the other forms", teacher.js("return (await (await fetch('/class/grades/results.json')).json()).submissions.length") == 1)
check("the backup is a class", teacher.js("return (await (await fetch('/class/backup')).text()).startsWith('SQLite format 3')"))
teacher.js("document.getElementById('end').click()")
check("the class is over", students[0].until_js("document.querySelector('.class-bar').dataset.state === 'ended'"))
for browser in [teacher, *students]:
    # What the browsers say of the server that was killed, of what was refused, and of the picture that they ask for by themselves.
    bad = [line for line in browser.console_errors() if not re.search("net::ERR|status of|connection to|favicon.ico", line)]
    check("no page complains", bad == [], bad)
    browser.quit()
check("it ends in good order", server.end() == 0)
check("one file is left", sorted(os.listdir(folder)) == [f"{NAME}.class"], os.listdir(folder))
sys.exit(1 if failures else 0)
