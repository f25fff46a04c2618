"""Records a talk in the terminal: tests/tui/record.py OUT writes OUT.svg, which plays it, and OUT.cast, which asciinema plays.

The talk is played by a script against a development server, so that a recording is made anew whenever the client looks otherwise:
docs/terminal.svg is one of them.
"""
import json
import sys
import threading
import time

import lib
import picture
from lib import Person, Server, Terminal

COLUMNS, LINES = 100, 28
# Seconds between two looks at the screen.
LOOK = 0.08


class Recording:
    """Screens with the moments at which they came."""

    def __init__(self, terminal):
        self.terminal, self.frames, self.begun, self.cut = terminal, [], time.monotonic(), 0.0

    def look(self):
        name = self.terminal.name
        said = self.terminal.tmux("capture-pane", "-e", "-p", "-t", name, ";",
                                  "display-message", "-p", "-t", name, "#{cursor_flag} #{cursor_x} #{cursor_y}")
        screen, _, cursor = said.rstrip("\n").rpartition("\n")
        is_shown, column, line = map(int, cursor.split())
        seen = (screen, (column, line) if is_shown else None)
        if not self.frames or self.frames[-1][1:] != seen:
            self.frames.append((time.monotonic() - self.begun - self.cut, *seen))

    def watch(self, seconds):
        """Looks on for a while: what is recorded is what is seen meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            time.sleep(LOOK)

    def until(self, pattern, most=1.5):
        """Looks on until something is shown. What takes longer than it should is cut: another machine is faster."""
        since, end = time.monotonic(), time.monotonic() - self.begun - self.cut + most
        lib.wait(f"shows {pattern!r}", lambda: self.look() or self.terminal.shows(pattern), 90, self.terminal.screen)
        self.cut += max(time.monotonic() - since - most, 0)
        self.frames = [(min(at, end), *seen) for at, *seen in self.frames]

    def types(self, text, *keys, pause=1.0):
        for letter in text:
            self.terminal.type(letter)
            self.watch(0.05)
        for key in keys:
            self.watch(0.35)
            self.terminal.keys(key)
        self.watch(pause)

    def cast(self):
        head = {"version": 2, "width": COLUMNS, "height": LINES, "title": "ajet-chat"}
        lines = [json.dumps(head)]
        for at, screen, _ in self.frames:
            lines.append(json.dumps([round(at, 2), "o", "\x1b[H\x1b[2J" + screen.replace("\n", "\r\n")]))
        return "\n".join(lines) + "\n"


def in_a_shell(recording):
    recording.until("\\$", most=0.3)
    recording.types("ajet-chat channels list", "Enter", pause=2.5)
    recording.types("git log -1 --format=%s | ajet-chat send general -", "Enter", pause=0.2)
    recording.until("Ann +\\d")
    recording.watch(1.5)
    recording.types("ajet-chat", "Enter", pause=0)
    recording.until("to #general")
    recording.terminal.looks(True)
    recording.watch(1.5)


def talk(recording, ann, bob, places):
    def say(text, place="general", **more):
        return bob.call("POST", f"/api/channels/{places[place]}/messages", {"body_md": text, **more})
    bob.call("POST", f"/api/channels/{places['general']}/typing", {"state": "start"})
    recording.watch(1.2)
    message = say("Then it can go **out**. What is new:\n\n- threads in the terminal\n- files go along\n\n```rust\nfn main() { ship(); }\n```")
    recording.watch(2)
    # A reaction, a thread, a spoiler.
    recording.types("", "Escape", "Up", "M-r", pause=1.2)
    recording.types("", "Enter", pause=0.8)
    bob.call("PUT", f"/api/messages/{message['id']}/reactions/%F0%9F%9A%80")
    say("It broke nothing, ||so far||.", parent_id=message["id"])
    recording.watch(1.5)
    recording.types("", "Enter", pause=1.5)
    recording.types("I read it here first.", "Enter", pause=1)
    recording.types("", "Escape", "Escape", pause=0.6)
    # Another channel by its name, a poll by a slash command, a vote from elsewhere.
    recording.types("", "C-k", pause=0.8)
    recording.types("ran", "Enter", pause=1)
    recording.types("/poll \"Lunch?\" \"noodles\" \"soup\"", "Enter", pause=1)
    poll = ann.call("GET", f"/api/channels/{places['random']}/messages")["items"][-1]
    bob.call("PUT", f"/api/messages/{poll['id']}/votes", {"options": [0]})
    recording.watch(1)
    recording.types("", "Escape", "End", "M-v", pause=0.8)
    recording.types("1", "Escape", pause=1.2)
    # A call from the first channel, found in the inbox.
    say(f"@{ann.name} the tag is up: https://git.example.org/crew/chat/tags")
    recording.watch(1.8)
    recording.types("", "C-n", pause=1.5)
    recording.types("", "Enter", pause=1.8)


def away(recording, server):
    """The server goes, and comes back: what was written meanwhile is sent."""
    server.kill()
    recording.until("away since|connecting")
    recording.watch(1)
    recording.types("Nothing of this is lost", "Enter", pause=2)
    back = threading.Thread(target=server.start)
    back.start()
    recording.until("^(?!.*(?:away since|connecting))", most=1)
    back.join()
    lib.wait("it is sent", lambda: recording.look() or not recording.terminal.shows("unsent|waiting|away since"))
    recording.watch(2)


def world(server):
    ann, bob = Person(server, "ann"), Person(server, "bob")
    community = ann.call("POST", "/api/communities", {"name": "Crew", "slug": "crew"})["id"]
    code = ann.call("POST", f"/api/communities/{community}/invites", {})["code"]
    bob.call("POST", f"/api/invites/{code}/accept")
    for name, topic in [("random", "all sorts of things"), ("releases", "what went out, and when")]:
        ann.call("POST", f"/api/communities/{community}/channels", {"name": name, "topic": topic})
    channels = ann.call("GET", f"/api/communities/{community}/channels")["items"]
    places = {channel["name"]: channel["id"] for channel in channels}
    bob.call("POST", f"/api/channels/{places['random']}/join")
    return ann, bob, places


def main():
    out = sys.argv[1]
    server = Server()
    try:
        server.start()
        ann, bob, places = world(server)
        ann.settings('theme = "dark"\n')
        command = f"exec env 'PS1=$ ' PATH={lib.TARGET}:$PATH TERM=xterm-256color bash --norc -i"
        terminal = Terminal(command, ann.variables(), COLUMNS, LINES)
        terminal.says("\\$"), terminal.type(f"cd {lib.ROOT}; clear"), terminal.keys("Enter"), terminal.says("^\\$\\s*$")
        recording = Recording(terminal)
        in_a_shell(recording)
        talk(recording, ann, bob, places)
        away(recording, server)
        with open(f"{out}.cast", "w", encoding="utf-8") as file:
            file.write(recording.cast())
        with open(f"{out}.svg", "w", encoding="utf-8") as file:
            file.write(picture.svg(recording.frames, (COLUMNS, LINES), "A talk in ajet-chat, in a terminal"))
        print(f"{recording.frames[-1][0]:.0f} s, {len(recording.frames)} screens")
    finally:
        Terminal.close_all()
        server.close()


if __name__ == "__main__":
    main()
