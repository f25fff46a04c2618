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
        self.is_founded = False

    def start(self):
        env = {
            **os.environ,
            "AJET_HTTP_ADDR": f"127.0.0.1:{self.port}",
            "AJET_DEV_DATA_DIR": self.data,
            "AJET_LOG_LEVEL": "error",
            "AJET_LIMITS_WRITES_PER_MINUTE": "100000",
            "AJET_LIMITS_READS_PER_MINUTE": "100000",
            "AJET_LIMITS_COMMUNITY_WRITES_PER_MINUTE": "100000",
        }
        self.child = subprocess.Popen(
            [TARGET / "ajet-dev"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
        wait("the server is ready", self.is_ready, START_S)
        if not self.is_founded:
            self.found()
            self.is_founded = True

    def found(self):
        """Its first community, whose founder lets everybody in and found others: each story has a world of its own."""
        token, _ = self.person("founder")
        self.call("POST", "/api/communities", token, {"name": "First", "slug": "first"})
        self.call("PATCH", "/api/system/settings", token, {"sign_up": "open", "create_communities": "everybody"})

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.base}/readyz", timeout=2).status == 200
        except OSError:
            return False

    def stop(self):
        if self.child:
            # As Ctrl-C does: it ends PostgreSQL and NATS in their order.
            self.child.send_signal(signal.SIGINT)
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
        # In one go: a client that ends at once leaves its last screen as well.
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", self.name, "-x", str(columns), "-y", str(lines),
                  *variables, command, ";", "set-option", "-t", self.name, "remain-on-exit", "on",
                  ";", "set-option", "-g", "focus-events", "on")

    @classmethod
    def tmux(cls, *words, stdin=None):
        done = subprocess.run(["tmux", "-u", "-L", cls.socket, *words], input=stdin, capture_output=True, timeout=20)
        assert done.returncode == 0, f"tmux {words}: {done.stderr.decode()}"
        return done.stdout.decode(errors="replace")

    @classmethod
    def close_all(cls):
        subprocess.run(["tmux", "-L", cls.socket, "kill-server"], capture_output=True)

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", "-t", self.name, key)
            # A program takes an escape byte for a key of its own, and not for the beginning of one, if nothing follows at once.
            if key == "Escape":
                time.sleep(0.1)

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

    def child(self):
        """The process that the shell of this terminal waits for."""
        shell = self.pid()
        children = wait("something runs", Path(f"/proc/{shell}/task/{shell}/children").read_text)
        return int(children.split()[0])

    def is_running(self):
        return self.asked("#{pane_dead}") == "0"


def command(*words):
    return " ".join([str(TARGET / "ajet-chat"), *words])


def folders(home):
    """Where a person keeps what the programs keep, and what else they look at."""
    return {
        "HOME": home,
        "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_DATA_HOME": f"{home}/data",
        "XDG_STATE_HOME": f"{home}/state",
        "AJET_CHAT_CREDENTIALS": "file",
        "EDITOR": "true",
    }


class Person:
    """A person with a folder of their own, in which the client keeps what it keeps."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.token, self.user = server.person(name)
        self.home = tempfile.mkdtemp(prefix=f"ajet-tui-{name}-")

    def variables(self):
        return {
            "AJET_CHAT_SERVER": self.server.base,
            "AJET_CHAT_TOKEN": self.token,
            **folders(self.home),
        }

    def open(self, *words, columns=80, lines=24, settings=""):
        config = Path(self.home) / "config" / "ajet-chat"
        config.mkdir(parents=True, exist_ok=True)
        (config / "tui.toml").write_text(settings)
        # In place of the shell, so that the terminal's process is the client.
        return Terminal(f"exec {command(*words)}", self.variables(), columns, lines)

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
