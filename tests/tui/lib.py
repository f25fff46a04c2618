"""What the stories of the full-screen client share: development servers, people on them, and terminals in tmux."""
import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
# Everything waits for its condition, and for no longer than this.
DEADLINE_S = 20
START_S = 90
# What people keep, gone when the stories have ended.
HOMES = tempfile.TemporaryDirectory(prefix="ajet-tui-homes-", ignore_cleanup_errors=True)


def wait(what, condition, seconds=DEADLINE_S, show=lambda: ""):
    """Waits until a condition holds, and returns what it gave."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"within {seconds} s not: {what}\n{show()}")


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count):
    """The first of some free ports in a row."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        if first + count < 65536 and all(is_free(first + n) for n in range(count)):
            return first


class Server:
    """A development server that can go away and come back with its data."""

    # What operators show in development.
    OPERATOR = "dev-ops-token"

    def __init__(self, nodes=1):
        self.nodes = nodes
        self.port = free_ports(nodes)
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
            [TARGET / "ajet-dev", "--nodes", str(self.nodes)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
            start_new_session=True)
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
            is_ready = urllib.request.urlopen(f"{self.base}/readyz", timeout=2).status == 200
            return is_ready and len(self.report()) == self.nodes
        except OSError:
            return False

    def report(self):
        """The nodes that are up, as one of them sees them."""
        nodes = self.call("GET", "/ops/cluster", self.OPERATOR)["nodes"]
        return [node for node in nodes if node["state"] == "up"]

    def kill(self):
        """Ends the server's only process as a crash does."""
        os.kill(self.report()[0]["pid"], signal.SIGKILL)
        # It ends PostgreSQL and NATS when it sees that no server is left.
        self.child.wait(30)
        self.child = None

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


class Cluster(Server):
    """Several nodes behind a balancer of this process."""

    def __init__(self, nodes):
        super().__init__(nodes)
        self.balancer = Balancer([self.port + n for n in range(nodes)])
        self.base = f"http://127.0.0.1:{self.balancer.port}"

    def owner(self, kind, id):
        """The node at which an entity lives."""
        owner = self.call("GET", f"/ops/entities/{kind}/{id}", self.OPERATOR)["owner"]
        return next(node for node in self.report() if node["id"] == owner)

    def close(self):
        self.balancer.close()
        super().close()


class Balancer:
    """Brings each connection to the first node that takes it."""

    def __init__(self, ports):
        self.ports = ports
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def prefer(self, port):
        self.ports = [port] + [other for other in self.ports if other != port]

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        for port in self.ports:
            try:
                node = socket.create_connection(("127.0.0.1", port), timeout=2)
            except OSError:
                continue
            node.settimeout(None)
            threading.Thread(target=carry, args=(client, node), daemon=True).start()
            return carry(node, client)
        client.close()

    def close(self):
        self.socket.close()


def carry(source, sink):
    """Carries bytes until one of the two ends, and ends the other one as well."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            # The other direction has ended it.
            pass


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

    def send(self, data):
        """Bytes as a terminal sends them, such as those of a mouse."""
        self.tmux("load-buffer", "-", stdin=data)
        self.tmux("paste-buffer", "-r", "-d", "-t", self.name)

    def looks(self, is_focused):
        """Gives the terminal the focus, or takes it away."""
        self.send(b"\x1b[I" if is_focused else b"\x1b[O")

    def resize(self, columns, lines):
        self.tmux("resize-window", "-t", self.name, "-x", str(columns), "-y", str(lines))

    def styled(self):
        """The screen with its sequences of colours."""
        return self.tmux("capture-pane", "-e", "-p", "-t", self.name)

    def written_to(self, path):
        """Has all bytes that are written from now on put into a file."""
        self.tmux("pipe-pane", "-O", "-t", self.name, f"cat > {path}")

    def says(self, pattern, seconds=DEADLINE_S):
        """Waits until the screen shows something."""
        return wait(f"shows {pattern!r}", lambda: re.search(pattern, self.screen()), seconds, self.screen)

    def shows(self, pattern):
        """All that the screen shows of a pattern, from its first line to its last."""
        return re.findall(pattern, self.screen())

    def says_no_more(self, pattern):
        wait(f"shows no {pattern!r}", lambda: not re.search(pattern, self.screen()), show=self.screen)

    def settled(self):
        """The screen once all keys so far were taken in, as a letter behind them shows: the composer, which has to be empty, has the keys."""
        self.type("~"), self.says(">.?~")
        self.keys("BSpace"), self.says_no_more(">.?~")
        return self.screen()

    def is_as_drawn_anew(self):
        """Fails where something stands on the screen that the client does not know of. Nothing may come meanwhile."""
        before = self.settled()
        self.keys("C-l")
        after = self.settled()
        assert before == after, f"seen:\n{before}\ndrawn anew:\n{after}"

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


PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


def memory_kb(pid):
    """The memory that a process has in use."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB


def cpu_s(pid):
    """Seconds of a CPU that all threads of a process have taken so far."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def pour(person, channel, texts):
    """Posts texts in their order over one connection, which is much faster than one for each."""
    connection = http.client.HTTPConnection(person.server.base.removeprefix("http://"), timeout=20)
    head = {"content-type": "application/json", "authorization": f"Bearer {person.token}"}
    for text in texts:
        connection.request("POST", f"/api/channels/{channel}/messages", json.dumps({"body_md": text}), head)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 201, f"{answer.status}: {said.decode()}"
    connection.close()


def pour_widely(person, channel, lanes):
    """The same over several connections at once, each with texts of its own."""
    failed = []

    def one(texts):
        try:
            pour(person, channel, texts)
        except Exception as error:
            failed.append(error)
    threads = [threading.Thread(target=one, args=(texts,)) for texts in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def post_until_it_is(person, channel, text):
    """Posts under one key until the server has it: a node may be dying meanwhile."""
    body = {"body_md": text, "client_mutation_id": secrets.token_hex(8)}

    def posted():
        try:
            return person.call("POST", f"/api/channels/{channel}/messages", body)
        except urllib.error.HTTPError as error:
            assert error.code >= 500, f"{error.code}: {error.read().decode()}"
        except (OSError, http.client.HTTPException):
            # The connection was cut.
            pass
    return wait(f"{text} is posted", posted)


def command(*words):
    return " ".join([str(TARGET / "ajet-chat"), *words])


def home_of(name):
    """A folder of somebody's own."""
    return tempfile.mkdtemp(prefix=f"{name}-", dir=HOMES.name)


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
        self.home = home_of(name)

    def variables(self):
        return {
            "AJET_CHAT_SERVER": self.server.base,
            "AJET_CHAT_TOKEN": self.token,
            **folders(self.home),
        }

    def settings(self, text):
        """Writes the person's file."""
        config = Path(self.home) / "config" / "ajet-chat"
        config.mkdir(parents=True, exist_ok=True)
        (config / "tui.toml").write_text(text)

    def open(self, *words, columns=80, lines=24, settings="", variables=()):
        self.settings(settings)
        # In place of the shell, so that the terminal's process is the client. What tmux sets itself is set behind it.
        own = " ".join(f"{name}={shlex.quote(value)}" for name, value in dict(variables).items())
        return Terminal(f"exec env {own} {command(*words)}", self.variables(), columns, lines)

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


def texts(person, channel):
    """The newest texts of a channel, the newest last."""
    page = person.call("GET", f"/api/channels/{channel}/messages?limit=200")
    return [message["body_md"] for message in page["items"]]


def png(width, height, pixel=lambda x, y: (128, 128, 128)):
    """A picture of the colours that `pixel` gives, a grey one without."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
