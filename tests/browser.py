"""A real browser without a window, driven through the two pipes that Chromium offers for it.

    with Browser(tmp_path) as browser:
        page = browser.open(report)
        assert page.value("document.title") == "..."

No driver and no port are needed.  Every request that a page makes, every script that calls `ran`, and every
fault of a script is written down in `page.heard`.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-extensions",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--mute-audio",
    "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
    "--lang=zh-CN",
)  # fmt: skip
# Chromium takes commands from file 3 and answers to file 4.
_MOVE_PIPES = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null'
PATIENCE = 60.0
_LOOK = """new Promise((done, fail) => {
  let left = 3000;
  const look = () => {
    let yes = false;
    try { yes = Boolean(%s); } catch {}
    if (yes) done(true);
    else if (left-- > 0) setTimeout(look, 10);
    else fail(new Error("did not come true"));
  };
  look();
})"""
_KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "End": 35}
Event = Mapping[str, Any]


def find_chromium() -> str | None:
    """The browser to test with: the one that CHROMIUM names, else the first that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A running Chromium with a profile of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        chromium = find_chromium()
        if chromium is None:
            raise RuntimeError("no Chromium found: install the package chromium, or name it in CHROMIUM")
        their_in, to_them = os.pipe()
        from_them, their_out = os.pipe()
        command = [chromium, *SWITCHES, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self._program = subprocess.Popen(
            ["sh", "-c", _MOVE_PIPES, "sh", *command],
            stdin=their_in,
            stdout=their_out,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        self._to = os.fdopen(to_them, "wb", buffering=0)
        self._from = os.fdopen(from_them, "rb")
        self._answers: dict[int, queue.Queue[Event]] = {}
        self._pages: dict[str, Page] = {}
        self._asked = 0
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.ask("Browser.close")
            self._program.wait(10)
        except (OSError, TimeoutError, subprocess.TimeoutExpired):
            self._program.kill()
            self._program.wait()
        self._to.close()
        self._listener.join(10)
        self._from.close()

    def open(self, file: Path, width: int = 1440, height: int = 900) -> Page:
        """A new page that shows the file, when its script says that it is ready."""
        page = self.new_page(width, height)
        page.go(file)
        return page

    def new_page(self, width: int = 1440, height: int = 900) -> Page:
        """An empty page."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", {"url": "about:blank", "browserContextId": context})[
            "targetId"
        ]
        session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self._pages[session] = Page(self, session, target)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.ask(f"{domain}.enable")
        page.ask("Runtime.addBinding", {"name": "ran"})
        page.resize(width, height)
        return page

    def ask(self, method: str, parameters: Event | None = None, session: str | None = None) -> dict[str, Any]:
        """The answer to a command.  Raises RuntimeError for one that is refused, TimeoutError."""
        self._asked += 1
        number = self._asked
        waiting = self._answers[number] = queue.Queue()
        message = {"id": number, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        self._to.write(json.dumps(message).encode() + b"\0")
        try:
            answer = waiting.get(timeout=PATIENCE)
        except queue.Empty as error:
            raise TimeoutError(f"{method}: no answer from the browser") from error
        finally:
            del self._answers[number]
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _listen(self) -> None:
        held = b""
        while piece := self._from.read1(1 << 20):
            *messages, held = (held + piece).split(b"\0")
            for message in map(json.loads, messages):
                if waiting := self._answers.get(message.get("id", 0)):
                    waiting.put(message)
                elif page := self._pages.get(message.get("sessionId", "")):
                    page.hear(message["method"], message["params"])


class Page:
    """One page.  `heard` holds what it did: requests, calls of `ran`, faults, dialogs, what was refused."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self.browser, self.session, self.target = browser, session, target
        self.heard: list[tuple[str, str]] = []

    def ask(self, method: str, parameters: Event | None = None) -> dict[str, Any]:
        """The answer to a command."""
        return self.browser.ask(method, parameters, self.session)

    def hear(self, method: str, event: Event) -> None:
        """Write down what happened."""
        if method == "Network.requestWillBeSent":
            self.heard.append(("request", event["request"]["url"]))
        elif method == "Runtime.bindingCalled":
            self.heard.append(("ran", event["payload"]))
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.heard.append(("fault", details.get("exception", {}).get("description", details["text"])))
        elif method == "Page.javascriptDialogOpening":
            self.heard.append(("dialog", event["message"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] == "error":
            self.heard.append(("error", event["entry"]["text"]))

    def go(self, file: Path) -> None:
        """Show a file, and wait until its script says that it is ready."""
        self.ask("Page.navigate", {"url": file.resolve().as_uri()})
        self.wait_for("document.body?.dataset.ready")

    def value(self, expression: str) -> Any:
        """The value of an expression; promises are waited for.  Raises RuntimeError where it throws."""
        answer = self.ask(
            "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", expression))
        return answer["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Wait until the condition holds.  Raises RuntimeError where it does not come true."""
        self.value(_LOOK % condition)

    def press(self, key: str) -> None:
        """Press and release a key: a letter or sign, or a name such as Enter."""
        event = {"key": key, "windowsVirtualKeyCode": _KEYS.get(key, ord(key[0].upper()))}
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        self.ask("Input.dispatchKeyEvent", {"type": "keyDown", **event, **text})
        self.ask("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    def type(self, text: str) -> None:
        """Put text into what has the focus."""
        self.ask("Input.insertText", {"text": text})

    def point_at(self, selector: str, *, click: bool = False) -> None:
        """Move the mouse onto the middle of an element's first line box, and click there."""
        x, y = self.value(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getClientRects()[0];"
            "return [box.left + box.width / 2, box.top + box.height / 2]; })()"
        )
        place = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.ask("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})
        for kind in ("mousePressed", "mouseReleased") if click else ():
            self.ask("Input.dispatchMouseEvent", {"type": kind, **place})

    def resize(self, width: int, height: int, *, mobile: bool = False) -> None:
        """Give the page another size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.ask("Emulation.setDeviceMetricsOverride", size)

    def picture(self, file: Path) -> None:
        """A picture of what can be seen, as PNG."""
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", {"format": "png"})["data"]))

    def close(self) -> None:
        """Close the page."""
        self.browser.ask("Target.closeTarget", {"targetId": self.target})

    def told(self, *kinds: str) -> list[tuple[str, str]]:
        """What was heard of these kinds."""
        return [(kind, what) for kind, what in self.heard if kind in kinds]
