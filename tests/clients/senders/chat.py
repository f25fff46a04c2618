"""A small client of the chat's API for tests that run other programs against a server.

It makes channels and webhooks, and reads messages as a person sees them. It needs the development profile, where
`POST /auth/dev` signs in without a password, and a server on which `case-owner` is or may become the system owner.
"""
import json
import re
import time
import urllib.error
import urllib.request
import uuid
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

DEADLINE = 10.0
"""Seconds that a condition or an answer may take."""
SETTLED = 3.0
"""Seconds until what a webhook answered to can be read."""
POLL = 0.05
BLOCKS = {"p", "br", "pre", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "div", "hr"}


class Rendered(HTMLParser):
    """What a reader sees of `body_html`: its text, and the addresses of its links."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.pieces, self.links = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self.pieces.append("\n")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data):
        self.pieces.append(data)

    @property
    def text(self):
        return one_line("".join(self.pieces))


def one_line(text):
    """Text with every run of white space as one blank."""
    return re.sub(r"\s+", " ", text).strip()


def until(condition, deadline=DEADLINE):
    """Calls `condition` until it is true or the deadline is over; returns its last result."""
    end = time.monotonic() + deadline
    while not (result := condition()) and time.monotonic() < end:
        time.sleep(POLL)
    return result


class Chat:
    """The API, as its signed-in user."""

    def __init__(self, base):
        self.base = base.rstrip("/")
        self.token = None
        self.token = self.call("POST", "/auth/dev", {"username": "case-owner"})["token"]
        communities = self.call("GET", "/api/communities")["items"]
        self.community = communities[0] if communities else self.call(
            "POST", "/api/communities", {"name": "Cases", "slug": "h" + uuid.uuid4().hex[:8]})

    def call(self, method, path, body=None):
        """The JSON that the server answers; `urllib.error.HTTPError` where it refuses."""
        request = urllib.request.Request(self.base + path, method=method)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, data, timeout=DEADLINE) as answer:
            return json.loads(answer.read() or b"null")

    def channel(self):
        """A new channel."""
        name = "c" + uuid.uuid4().hex[:10]
        made = self.call("POST", f"/api/communities/{self.community['id']}/channels", {"name": name})
        return Channel(self, made["id"])


class Channel:
    """A channel with a webhook into it; everything that it holds was sent by the test."""

    def __init__(self, chat, channel_id):
        self.chat, self.id = chat, channel_id
        made = chat.call("POST", f"/api/channels/{channel_id}/webhooks", {"name": "CI"})
        self.path = urlsplit(made["url"]).path
        """The path of the webhook's address: `/hook/{id}/{token}`."""
        self.hook = chat.base + self.path

    def post(self, body_md):
        """Posts a message as the signed-in user."""
        return self.chat.call("POST", f"/api/channels/{self.id}/messages", {"body_md": body_md})

    def messages(self):
        """All messages, oldest first; a test makes no more than one page of them."""
        return self.chat.call("GET", f"/api/channels/{self.id}/messages?limit=200")["items"]

    def seen(self):
        """The text, the names of the files and the links of all messages together."""
        def shown(message):
            return "\n<p>".join([message["body_html"]] + [escape(file["filename"]) for file in message["attachments"]])
        return Rendered("\n<p>".join(map(shown, self.messages())))

    def problem(self, shows=(), links=(), hides=(), anywhere=()):
        """Why a reader does not see what was sent, or None."""
        seen = self.seen()
        text, at = seen.text, 0
        for wanted in map(one_line, shows):
            found = text.find(wanted, at)
            if found < 0:
                place = "comes too early" if wanted in text else "is not shown"
                return f"{wanted!r} {place} in {short(text)}"
            at = found + len(wanted)
        for wanted in anywhere:
            if wanted.lower() not in text.lower():
                return f"{wanted!r} is not shown in {short(text)}"
        for link in links:
            if link.rstrip("/") not in (found.rstrip("/") for found in seen.links):
                return f"no link to {link}, only {seen.links}"
        for hidden in hides:
            if hidden in text:
                return f"{hidden!r} is shown in {short(text)}"
        return None

    def problem_at_deadline(self, deadline=SETTLED, **expected):
        """The problem that is left when the deadline is over, or None as soon as there is none."""
        problem = [None]

        def holds():
            problem[0] = self.problem(**expected)
            return problem[0] is None

        until(holds, deadline)
        return problem[0]


def short(text, limit=300):
    return repr(text if len(text) <= limit else text[:limit] + " …")


def reason(body):
    """What a problem document says, or the body itself."""
    try:
        problem = json.loads(body)
        return f"{problem['code']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return short(body.decode(errors="replace"))


class Report:
    """Prints one line for each case and counts the failures."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, check):
        """Runs `check`, which returns why the case fails, or None."""
        try:
            why = check()
        except urllib.error.HTTPError as error:
            why = f"the server answered {error.code}: {reason(error.read())}"
        except Exception as error:  # noqa: BLE001 a sender may raise anything; it is one failed case
            why = f"{type(error).__name__}: {one_line(str(error))[:300]}"
        self.record(name, why)

    def record(self, name, why):
        if why is None:
            self.passed += 1
            print(f"ok {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {name}: {why}", flush=True)

    def exit_code(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
