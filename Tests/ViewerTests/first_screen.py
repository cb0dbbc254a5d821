"""What somebody who has never seen the page understands in the first minute: ten questions, and for each what stands on the
first screen to answer it. The questions with their answers are in Sources/Viewer/Viewer.docc/FirstMinute.md."""
import re

from browser import Browser, check

SIZES = ((1280, 800), (1920, 1000), (390, 844))


def first_screen(path, trace):
    step = trace["steps"][0]
    for width, height in SIZES:
        for language in ("en", "zh-TW"):
            browser = Browser(width, height, numbers=False)
            check(f"opens at {width} px in {language}", browser.open(path, f"#lang={language}") == "ready")
            browser.frame()
            questions(browser, trace, step, language, f"{width} px, {language}", height if width > 600 else 1200)
            if width == SIZES[0][0] and language == "en":
                keyboard(browser, trace)
                remembers(browser, path)
            check(f"no errors ({width} px, {language})", browser.console_errors() == [], browser.console_errors())
            browser.driver.quit()


def said(browser, selector, fold):
    """The text of what matches and can be seen without scrolling."""
    return browser.js("""
      return [...document.querySelectorAll(arguments[0])].filter((e) => {
        const box = e.getBoundingClientRect();
        return e.checkVisibility() && box.height > 0 && box.top < arguments[1] && box.left >= -1 && box.right <= innerWidth + 1;
      }).map((e) => e.textContent).join(" ")""", selector, fold)


def questions(browser, trace, step, language, where, fold):
    english = language == "en"
    squeezed = lambda text: re.sub(r"[\s·␣↵⇥]", "", text)
    text = lambda selector: said(browser, selector, fold)
    story = text(".story-text")
    name = step["token"]["text"].strip()
    # 1. What is mine here, and what did the machine write?
    titles = text(".strip-text .label")
    check(f"1 whose words are whose ({where})", titles == ("You wrote The model wrote" if english else "你寫的 模型寫的"), titles)
    parts = [browser.js("return document.querySelectorAll('.written')[arguments[0]].querySelectorAll('.token').length", i) for i in (0, 1)]
    check(f"1 and they are divided ({where})", parts == [len(trace["prompt"]["tokens"]), len(trace["steps"])], parts)
    # 2. Where are we in the text?
    title = text(".story-title")
    count = len(trace["steps"])
    check(f"2 which step this is, from 1 ({where})", title == (f"Step 1 of {count}" if english else f"第 1 步，共 {count} 步"), title)
    check(f"2 and where it stands in the text ({where})", browser.js("return document.querySelectorAll('.token.current').length") == 1)
    # 3. What did the model read for it?
    read = f"It read {step['position']} token" if english else f"它讀了 {step['position']} 個詞元"
    check(f"3 what it read ({where})", story.startswith(read), story)
    # 4. What did it think most likely, and how sure was it?
    best = min(step["candidates"], key=lambda c: c["rank"])
    check(f"4 the likeliest token and its share ({where})", best["text"].strip() in story and "%" in story, story)
    # 5. What else could it have been?
    rows = browser.js("return document.querySelectorAll('.chance-list li:not(.others)').length")
    check(f"5 the others that it could have been ({where})", rows >= min(5, len(step["candidates"])) and len(text(".chance-word")) > 0, rows)
    # 6. How likely was each?
    shares = browser.js("return [...document.querySelectorAll('.chance-share')].map((e) => e.textContent)")
    check(f"6 how likely each was ({where})", all("%" in share for share in shares), shares)
    # 7. What was taken in the end?
    taken = browser.js("return [...document.querySelectorAll('.chance-list .taken .chance-word')].map((e) => e.textContent)")
    check(f"7 what was taken ({where})", len(taken) == 1 and squeezed(name) in squeezed(taken[0]), taken)
    # 8. Was it luck?
    if step["draw"]:
        box = browser.js("""
          const n = document.querySelector('.needle').getBoundingClientRect(), b = document.querySelector('.taken .chance-lane b').getBoundingClientRect();
          return [n.left + n.width / 2, b.left, b.right]""")
        check(f"8 the needle stands in the bar that was taken ({where})", box[1] - 1 <= box[0] <= box[2] + 1, box)
        check(f"8 and is called a draw ({where})", ("draw" if english else "抽選") in text(".needle-text"), text(".needle-text"))
    else:
        check(f"8 no needle without a draw ({where})", browser.js("return document.querySelector('.needle-track').hidden"))
    # 9. What does that word mean?
    terms = browser.js("return [...document.querySelectorAll('.story-text .term')].map((e) => e.textContent)")
    check(f"9 there are words to ask about ({where})", len(terms) > 0, terms)
    browser.js("document.querySelector('.story-text .term').click()")
    entry = browser.js("return document.querySelector('.entry')?.textContent ?? ''")
    check(f"9 a word is explained in its place, with this step's numbers ({where})", ("Here:" if english else "在這裡：") in entry and any(c.isdigit() for c in entry), entry)
    browser.js("document.querySelector('.story-text .term').click()")
    check(f"9 and closes again ({where})", browser.js("return document.querySelector('.entry') === null"))
    # 10. What can I do now?
    check(f"10 one may go on ({where})", browser.js("return document.querySelector('#go-next').checkVisibility()"))
    numbers = browser.js("return document.querySelector('#numbers-button').textContent")
    check(f"10 and look at the numbers ({where})", ("Show the numbers" if english else "顯示數字") in numbers, numbers)
    check(f"no number of the ledger stands in the way ({where})", browser.js("return document.querySelector('#ledger, .facts') === null"))
    check(f"nothing is wider than the window ({where})", browser.js("return document.documentElement.scrollWidth <= innerWidth"))


def keyboard(browser, trace):
    """All of it without a pointer."""
    browser.key("n")
    check("n shows the numbers", browser.js("return document.querySelector('#ledger') !== null"))
    browser.key("n")
    check("n hides them", browser.js("return document.querySelector('#ledger') === null"))
    browser.js("document.querySelector('.story-text .term').focus()")
    browser.js("document.activeElement.click()")
    check("a term opens from the keyboard", browser.js("return document.querySelector('.entry') !== null"))
    if len(trace["steps"]) > 1:
        browser.js("document.activeElement.blur()")
        browser.key("\ue014")
        check("the story follows the step", browser.js("return document.querySelector('.story-title').textContent").startswith("Step 2"))
        check("and the term is closed", browser.js("return document.querySelector('.entry') === null"))


def remembers(browser, path):
    """The choice lasts, in the address and beyond it."""
    browser.key("n")
    browser.until(lambda: "numbers=1" in browser.address())
    check("the address keeps it", "numbers=1" in browser.address(), browser.address())
    browser.open(path)
    check("another visit remembers it", browser.js("return document.querySelector('#numbers-button').getAttribute('aria-expanded')") == "true")
    browser.key("n")
    browser.open(path)
    check("and forgets it again", browser.js("return document.querySelector('#numbers-button').getAttribute('aria-expanded')") == "false")
    browser.js("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    browser.key("n")
    check("a refused store stops nothing", browser.js("return document.querySelector('#ledger') !== null"))
