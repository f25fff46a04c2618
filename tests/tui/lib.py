"""What the stories of the full-screen client share: a development server, people on it, and terminals in tmux."""
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
# Everything waits for its condition, and for no longer than this.
DEADLINE_S = 20
START_S = 90


def wait(what, condition, seconds=DEADLINE_S, show=lambda: ""):
    """Waits until a condition holds, and returns what it gave."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"within {seconds} s not: {what}\n{show()}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A development server that can go away and come back with its data."""

    def __init__(self):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.data = tempfile.mkdtemp(prefix="ajet-tui-")
        self.child = None

    def start(self):
        env = {
            **os.environ,
            "AJET_HTTP_ADDR": f"127.0.0.1:{self.port}",
            "AJET_DEV_DATA_DIR": self.data,
            "AJET_LOG_LEVEL": "error",
            "AJET_LIMITS_WRITES_PER_MINUTE": "100000",
            "AJET_LIMITS_READS_PER_MINUTE": "100000",
        }
        self.child = subprocess.Popen(
            [TARGET / "ajet-dev"], env=env, stdout=subprocess.DEVNULL, start_new_session=True)
        wait("the server is ready", self.is_ready, START_S)

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.base}/readyz", timeout=2).status == 200
        except OSError:
            return False

    def stop(self):
        if self.child:
            os.killpg(self.child.pid, signal.SIGTERM)
            self.child.wait(30)
            self.child = None

    def close(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def call(self, method, path, token=None, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}{path}", data, method=method)
        request.add_header("content-type", "application/json")
        if token:
            request.add_header("authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def person(self, name):
        """Somebody who is signed in: their token and their account."""
        signed = self.call("POST", "/auth/dev", body={"username": name, "display_name": name.title()})
        return signed["token"], signed["user"]


class Terminal:
    """A terminal of tmux in which something runs."""

    socket = f"ajet-tui-{secrets.token_hex(4)}"

    def __init__(self, command, env, columns=80, lines=24):
        self.name = f"t{secrets.token_hex(4)}"
        variables = [word for name, value in env.items() for word in ("-e", f"{name}={value}")]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", self.name, "-x", str(columns), "-y", str(lines),
                  *variables, command)
        self.tmux("set-option", "-t", self.name, "remain-on-exit", "on")
        self.tmux("set-option", "-g", "focus-events", "on")

    @classmethod
    def tmux(cls, *words, stdin=None):
        done = subprocess.run(["tmux", "-L", cls.socket, *words], input=stdin, capture_output=True, timeout=20)
        assert done.returncode == 0, f"tmux {words}: {done.stderr.decode()}"
        return done.stdout.decode()

    @classmethod
    def close_all(cls):
        subprocess.run(["tmux", "-L", cls.socket, "kill-server"], capture_output=True)

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def keys(self, *keys):
        self.tmux("send-keys", "-t", self.name, *keys)

    def type(self, text):
        self.tmux("send-keys", "-t", self.name, "-l", text)

    def paste(self, data):
        self.tmux("load-buffer", "-", stdin=data)
        self.tmux("paste-buffer", "-p", "-d", "-t", self.name)

    def resize(self, columns, lines):
        self.tmux("resize-window", "-t", self.name, "-x", str(columns), "-y", str(lines))

    def says(self, pattern, seconds=DEADLINE_S):
        """Waits until the screen shows something."""
        return wait(f"shows {pattern!r}", lambda: re.search(pattern, self.screen()), seconds, self.screen)

    def says_no_more(self, pattern):
        wait(f"shows no {pattern!r}", lambda: not re.search(pattern, self.screen()), show=self.screen)

    def asked(self, format):
        return self.tmux("display-message", "-p", "-t", self.name, format).strip()

    def pid(self):
        return int(self.asked("#{pane_pid}"))

    def is_running(self):
        return self.asked("#{pane_dead}") == "0"


class Person:
    """A person with a folder of their own, in which the client keeps what it keeps."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.token, self.user = server.person(name)
        self.home = tempfile.mkdtemp(prefix=f"ajet-tui-{name}-")

    def open(self, *words, columns=80, lines=24, settings=""):
        config = Path(self.home) / "config" / "ajet-chat"
        config.mkdir(parents=True, exist_ok=True)
        (config / "tui.toml").write_text(settings)
        env = {
            "AJET_CHAT_SERVER": self.server.base,
            "AJET_CHAT_TOKEN": self.token,
            "HOME": self.home,
            "XDG_CONFIG_HOME": f"{self.home}/config",
            "XDG_STATE_HOME": f"{self.home}/state",
            "EDITOR": "true",
        }
        return Terminal(" ".join([str(TARGET / "ajet-chat"), *words]), env, columns, lines)

    def call(self, method, path, body=None):
        return self.server.call(method, path, self.token, body)


def world(server):
    """Ann, who founded a community, and Bob, whom she invited: both are in #general."""
    ann, bob = Person(server, f"ann{secrets.token_hex(3)}"), Person(server, f"bob{secrets.token_hex(3)}")
    slug = f"crew-{secrets.token_hex(3)}"
    community = ann.call("POST", "/api/communities", {"name": "Crew", "slug": slug})["id"]
    code = ann.call("POST", f"/api/communities/{community}/invites", {})["code"]
    bob.call("POST", f"/api/invites/{code}/accept")
    channels = ann.call("GET", f"/api/communities/{community}/channels")["items"]
    general = next(channel["id"] for channel in channels if channel["name"] == "general")
    return ann, bob, community, general
