"""Headless Chromium, spoken to in its own protocol (DevTools) over a pipe: no driver and no package needed."""
import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chrome-headless-shell")
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39,
        "ArrowDown": 40}  # and the numbers that Windows gives them
PATIENCE = 60  # seconds; a busy computer starts a browser slowly


def find_browser():
    """Path of a Chromium or Chrome, or None; the environment variable CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a headless browser; `complaints` holds what it wrote to its console and what it asked of others."""

    def __init__(self, path):
        self.complaints, self.numbers, self.unread = [], itertools.count(1), b""
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        (commands, self.commands), (self.answers, answers) = _pipe(), _pipe()
        # The protocol is spoken on descriptors 3 (in) and 4 (out).
        self.process = subprocess.Popen(
            ["sh", "-c", 'exec "$0" "$@" 3</dev/fd/{} 4>/dev/fd/{}'.format(commands, answers), path, "--headless=new",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
             "--force-color-profile=srgb", "--user-data-dir=" + self.home.name, "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.session = None
        targets = self.wait_for(lambda: [one for one in self.ask("Target.getTargets")["targetInfos"]
                                         if one["type"] == "page"])
        self.session = self.ask("Target.attachToTarget", targetId=targets[0]["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")

    def close(self):
        """End the browser and remove its profile."""
        try:
            self.session = None
            self.ask("Browser.close")
            self.process.wait(PATIENCE)
        except (OSError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.home.cleanup()

    def open(self, path, width=1200, height=900):
        """Load a file from disk, as a double click does."""
        self.complaints.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Page.navigate", url=path.resolve().as_uri())
        self.wait_for(lambda: self.run("document.readyState === 'complete' && location.protocol === 'file:'"))

    def run(self, script):
        """Value of a JavaScript expression; promises are waited for."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key, shift=False):
        """A key, as the keyboard sends it."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, modifiers=8 if shift else 0,
                     windowsVirtualKeyCode=KEYS[key])

    def point(self, x, y):
        """Move the mouse to a place in the window. [pixel]"""
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def picture(self, whole=True):
        """PNG of the page."""
        return base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def pdf(self):
        """The page as it is printed."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=False, paperWidth=8.27,
                                         paperHeight=11.69)["data"])

    def wait_for(self, question):
        """Ask until the answer is true, and return it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = question()
            if answer:
                return answer
            time.sleep(0.02)
        raise TimeoutError("the browser did not get there within {} s".format(PATIENCE))

    def ask(self, method, **parameters):
        """Send a command and return its answer."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next_message()
            if answer.get("id") == number:
                assert "error" not in answer, "{}: {}".format(method, answer["error"])
                return answer["result"]
            self._note(answer)

    def _note(self, event):
        method, facts = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(facts["exceptionDetails"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(facts["args"])
        elif method == "Log.entryAdded":
            self.complaints.append(facts["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            address = facts["request"]["url"]
            if not address.startswith(("data:", "file:")) or (
                    address.startswith("file:") and facts.get("type") != "Document"):
                self.complaints.append("asked for " + address)

    def _next_message(self):
        while b"\0" not in self.unread:
            if not select.select([self.answers], [], [], PATIENCE)[0]:
                raise TimeoutError("the browser has not answered for {} s".format(PATIENCE))
            more = os.read(self.answers, 1 << 20)
            if not more:
                raise TimeoutError("the browser has ended by itself")
            self.unread += more
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)


def _pipe():
    """Both ends on high descriptors, so that 3 and 4 are free."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    return high
