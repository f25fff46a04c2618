"""The scenes of a day that record.py plays: in a shell, in the full-screen client, while the server is away, and as lines."""
import subprocess
import threading
from pathlib import Path

import lib

PROMPT = "\\n\\$\\s*$"
TALK = [
    ("bob", "Morning. The nightly build is green on all three."),
    ("eve", "The new importer took 40 minutes off it."),
    ("bob", "I have the notes for the tag: still to do are the manual pages."),
    ("eve", "I take those."),
]
NOTES = [
    "0.{0}: threads can be followed", "0.{0}: files of up to 100 MiB", "0.{0}: search by phrase", "0.{0}: quiet hours for each person",
]
BUG = "0.17: mended a crash on Windows when a file was dropped into the window"


def sunset(width=96, height=44):
    """A picture of a sun that goes down, as the bytes of a PNG."""
    bands = [(38, 36, 84), (84, 48, 104), (146, 62, 106), (206, 88, 92), (238, 128, 84), (250, 176, 96)]
    sea, horizon = [(60, 62, 110), (44, 48, 92), (30, 34, 72)], height * 5 // 8

    def pixel(x, y):
        across, down = x - width // 2, y - horizon
        if y < horizon:
            return (255, 226, 150) if across * across + down * down < 169 else bands[y * len(bands) // horizon]
        glitter = abs(across) < 12 - down // 2 and (y // 2 + across // 6) % 2 == 0
        return (246, 180, 110) if glitter else sea[down * len(sea) // (height - horizon)]
    return lib.png(width, height, pixel)


class World:
    """Ann, whose terminal is seen, two others, and what was said before."""

    def __init__(self, server):
        self.ann, self.bob, self.eve = (lib.Person(server, name) for name in ("ann", "bob", "eve"))
        ann = self.ann
        self.community = ann.call("POST", "/api/communities", {"name": "Crew", "slug": "crew"})["id"]
        code = ann.call("POST", f"/api/communities/{self.community}/invites", {})["code"]
        for name, topic in [("random", ""), ("releases", "what went out, and when")]:
            ann.call("POST", f"/api/communities/{self.community}/channels", {"name": name, "topic": topic})
        channels = ann.call("GET", f"/api/communities/{self.community}/channels")["items"]
        self.places = {channel["name"]: channel["id"] for channel in channels}
        for other in (self.bob, self.eve):
            other.call("POST", f"/api/invites/{code}/accept")
            for name in ("random", "releases"):
                other.call("POST", f"/api/channels/{self.places[name]}/join")
        notes = [NOTES[number % len(NOTES)].format(number) if number != 17 else BUG for number in range(2, 42)]
        lib.pour(self.bob, self.places["releases"], notes)
        for name, text in TALK:
            self.say(name, text)

    def say(self, who, text, place="general", **more):
        return getattr(self, who).call("POST", f"/api/channels/{self.places[place]}/messages", {"body_md": text, **more})

    def newest(self, place="general"):
        return self.ann.call("GET", f"/api/channels/{self.places[place]}/messages")["items"][-1]

    def typing(self, who, place="general"):
        getattr(self, who).call("POST", f"/api/channels/{self.places[place]}/typing", {"state": "start"})

    def is_online(self, who):
        ids = self.bob.call("GET", f"/api/communities/{self.community}/presence")["online"]
        return getattr(self, who).user["id"] in ids


def in_a_shell(film, world):
    film.until("\\$", most=0.3)
    film.types("# What is there, and what was said?", "Enter", pause=0.6)
    film.types("ajet-chat channels list", "Enter", pause=0)
    film.until("releases"), film.watch(3)
    film.types("ajet-chat read general --limit 4", "Enter", pause=0)
    film.until("I take those"), film.watch(3)
    film.types("# Commands go through pipes, in and out.", "Enter", pause=0.6)
    film.types("git log -1 --format=%s | ajet-chat send general -", "Enter", pause=0)
    film.until("Ann +\\d"), film.watch(2.5)
    film.types("ajet-chat read general --json | jq -r '.items[].author.username' | sort | uniq -c", "Enter", pause=0)
    film.until("\\d bob"), film.watch(3)
    film.types("clear", "Enter", pause=0.5)
    film.types("ajet-chat search windows --template '{{.message.author.username}}: {{.message.body_md}}'", "Enter", pause=0)
    film.until("0\\.17"), film.watch(3)
    film.types("ajet-chat send general \"Who goes to lunch?\" --at 2h", "Enter", pause=0)
    film.until("lunch\\?(.*\\n)+\\$ *\\n"), film.watch(3)
    film.types("clear", "Enter", pause=0.5)
    film.types("# What is said, as it is said.", "Enter", pause=0.6)
    film.types("ajet-chat tail general random", "Enter", pause=0)
    film.meanwhile("tail is there", lambda: world.is_online("ann")), film.watch(1)
    world.say("bob", "The tag waits for your word, Ann."), film.until("your word"), film.watch(1.8)
    world.say("eve", "Does anyone have a spare keyboard?", "random"), film.until("spare"), film.watch(1.8)
    world.say("eve", "Manual pages are **done**."), film.until("are done"), film.watch(2.5)
    film.types("", "C-c", pause=0.8)
    film.types("# And all of it in a full screen.", "Enter", pause=0.6)
    film.types("ajet-chat", "Enter", pause=0)
    film.until("to #general")
    film.terminal.looks(True)
    film.watch(3)


def talk(film, world):
    """Names and emoji are completed, code is written, the last message is changed."""
    film.types("Then it can go out, @ev"), film.until("@eve"), film.watch(0.8)
    film.types("", "Tab", pause=0.6)
    film.types(":rocket"), film.until("🚀|:rocket: "), film.watch(0.8)
    film.types("", "Tab", pause=0.8)
    film.types("", "Enter", pause=1.5)
    world.typing("bob"), film.until("Bob is typing"), film.watch(1.5)
    told = world.say("bob", "It is out. What is new:\n\n- threads in the terminal\n- files go along\n\n"
                     "```rust\nfn main() {\n    ship();\n}\n```")
    film.until("ship\\(\\)"), film.watch(3)
    # A reaction, and a thread with an answer.
    film.types("", "Escape", "Up", "M-r", pause=1)
    film.types("tada", pause=1)
    film.types("", "Enter", pause=0.8)
    world.bob.call("PUT", f"/api/messages/{told['id']}/reactions/%F0%9F%9A%80")
    film.until("🚀 1"), film.watch(1.2)
    world.say("bob", "It broke nothing, ||so far||.", parent_id=told["id"])
    film.until("1 reply"), film.watch(1.2)
    film.types("", "Enter", pause=2)
    film.types("The migration took **two** seconds here.", "Enter", pause=1.5)
    world.say("eve", "Four here, on the old disk.", parent_id=told["id"])
    film.until("old disk"), film.watch(2.5)
    film.types("", "Escape", "Escape", pause=0.8)
    film.types("```sql", "M-Enter")
    film.types("select count(*) from members", "M-Enter")
    film.types("where joined_at > current_date", "M-Enter")
    film.types("```", "Enter", pause=2)
    film.types("Twelve new people since yestreday", "Enter", pause=1.5)
    film.types("", "Up"), film.until("editing"), film.watch(0.8)
    film.types("", *["BSpace"] * 5, pause=0.2, between=0.12)
    film.types("erday.", "Enter", pause=0)
    film.until("\\(edited\\)"), film.watch(2)


def kept(film, world):
    """What is worth keeping is pinned; what is hidden is opened."""
    world.say("eve", "Servers move on Thursday at 18:00: https://status.example.org/plan")
    film.until("on Thursday"), film.watch(1)
    film.types("", "Escape", "End", "M-p"), film.until("pinned"), film.watch(1.5)
    film.types("", "C-p", pause=0.8)
    film.types("pinned", pause=0.8)
    film.types("", "Enter"), film.until("Pinned"), film.watch(2.5)
    film.types("", "Escape", pause=0.8)
    world.say("bob", "I know how the series ends: ||it was the lighthouse keeper||")
    film.until("series ends"), film.watch(2)
    film.types("", "End", "Space"), film.until("keeper"), film.watch(2.5)


def elsewhere(film, world):
    """Another channel by its name: a topic by the palette, a poll, a picture."""
    film.types("", "C-k", pause=1)
    film.types("ran", pause=1)
    film.types("", "Enter"), film.until("to #random"), film.watch(1.5)
    film.types("", "C-p", pause=1.2)
    film.types("/topic", pause=1)
    film.types("", "Enter", pause=0.6)
    film.types("all sorts of things", "Enter", pause=0)
    film.until("#random +all sorts"), film.watch(1.8)
    film.types("/poll \"Lunch?\" \"noodles\" \"soup\" \"whatever Eve cooks\"", "Enter", pause=0)
    film.until("0 +whatever"), film.watch(1)
    poll = world.newest("random")["id"]
    world.bob.call("PUT", f"/api/messages/{poll}/votes", {"options": [0]}), film.watch(1)
    world.eve.call("PUT", f"/api/messages/{poll}/votes", {"options": [2]}), film.watch(1)
    film.types("", "Escape", "End", "M-v", pause=1)
    film.types("3", "Escape", pause=2.5)
    picture = Path(world.bob.home) / "harbour.png"
    picture.write_bytes(sunset())
    subprocess.run([lib.TARGET / "ajet-chat", "send", "random", "Meanwhile, from my window:", "--file", str(picture)],
                   env=world.bob.variables(), check=True, capture_output=True, timeout=20)
    film.until("harbour\\.png"), film.watch(1.5)
    film.types("", "End", "M-o"), film.until("▀"), film.watch(4)
    film.types("", "Escape", pause=1)
    film.types("Lovely! :sunrise"), film.watch(1)
    film.types("", "Tab", pause=0.4)
    film.types("", "Enter", pause=1.5)


def found(film, world):
    """Somebody calls, which the inbox tells; something of long ago is found, and gone to."""
    world.say("bob", "@ann did we not mend that crash on Windows long ago? Somebody asks.")
    film.until("#general +@\\d"), film.watch(2)
    film.types("", "C-n"), film.until("mentioned you"), film.watch(2.5)
    film.types("mentioned", "Enter"), film.until("to #general"), film.watch(2)
    film.types("", "C-f", pause=1)
    film.types("crash windows", pause=0.5), film.until("0\\.17"), film.watch(1.5)
    film.types("", "Down", pause=1)
    film.types("", "Enter"), film.until("to #releases"), film.watch(3)
    film.types("", "M-Left"), film.until("to #general"), film.watch(1)
    film.types("We did, in 0.17.", "Enter", pause=1.5)
    film.types("", "F1", pause=3)
    film.types("", "PageDown", pause=2.5)
    film.types("", "Escape", pause=1)


def away(film, world, server):
    """The server goes, and comes back: what was written meanwhile is sent."""
    server.kill()
    film.until("away since|connecting"), film.watch(2)
    film.types("The train is in a tunnel", "Enter", pause=1)
    film.types("but nothing of this is lost", "Enter", pause=2.5)
    back = threading.Thread(target=server.start)
    back.start()
    film.until("^(?!(?:.|\n)*(?:away since|connecting))", most=1)
    back.join()
    film.meanwhile("it is sent", lambda: not film.terminal.shows("unsent|waiting|away since"))
    film.watch(1.5)
    world.say("bob", "Welcome back. Both of them are here."), film.until("Welcome back"), film.watch(2.5)


def as_lines(film, world):
    film.types("", "C-c"), film.until(PROMPT), film.watch(1)
    film.types("clear", "Enter", pause=0.5)
    film.types("# The same as lines, for screen readers.", "Enter", pause=0.6)
    film.types("ajet-chat --plain --open general", "Enter", pause=0)
    film.until("\\* in #general"), film.watch(3)
    world.say("eve", "See you *tomorrow*, all of you."), film.until("tomorrow, all"), film.watch(2)
    film.types("Good night!", "Enter", pause=2)
    film.types("/people", "Enter", pause=2.5)
    film.types("/quit", "Enter"), film.until(PROMPT), film.watch(0.5)


def day(film, world, server):
    in_a_shell(film, world)
    talk(film, world)
    kept(film, world)
    elsewhere(film, world)
    found(film, world)
    away(film, world, server)
    as_lines(film, world)
