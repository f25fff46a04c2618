"""Records a day in the terminal: tests/tui/record.py OUT [PACE] writes OUT.svg, which plays it, and OUT.cast, which asciinema plays.

The day is played by scenes.py against a development server, so that a recording is made anew whenever the client looks otherwise:
docs/terminal.svg is one of them. It takes as long as it plays; a PACE of 0.1 leaves a tenth of each pause, to try the scenes. Needs tmux, jq and
a built workspace.
"""
import json
import random
import sys
import time

import lib
import picture
import scenes
from lib import Server, Terminal

COLUMNS, LINES = 100, 28
# Seconds between two looks at the screen.
LOOK = 0.08


class Recording:
    """Screens with the moments at which they came."""

    def __init__(self, terminal, pace):
        self.terminal, self.frames, self.begun, self.cut = terminal, [], time.monotonic(), 0.0
        self.pace, self.chance = pace, random.Random(7)

    def seen(self):
        name = self.terminal.name
        said = self.terminal.tmux("capture-pane", "-e", "-p", "-t", name, ";",
                                  "display-message", "-p", "-t", name, "#{cursor_flag} #{cursor_x} #{cursor_y}")
        screen, _, cursor = said.rstrip("\n").rpartition("\n")
        is_shown, column, line = map(int, cursor.split())
        return screen, (column, line) if is_shown else None

    def look(self):
        seen = self.seen()
        if self.frames and self.frames[-1][1:] == seen:
            return
        # What is half drawn is not kept: it is looked at until it stays, or goes on for too long to be one drawing.
        for _ in range(4):
            before, seen = seen, self.seen()
            if seen == before:
                break
        self.frames.append((time.monotonic() - self.begun - self.cut, *seen))

    def watch(self, seconds):
        """Looks on for a while: what is recorded is what is seen meanwhile."""
        until = time.monotonic() + seconds * self.pace
        while (left := until - time.monotonic()) > 0:
            self.look()
            time.sleep(min(LOOK, left))

    def until(self, pattern, most=1.5):
        """Looks on until something is shown. What takes longer than it should is cut: another machine is faster."""
        since, end = time.monotonic(), time.monotonic() - self.begun - self.cut + most
        lib.wait(f"shows {pattern!r}", lambda: self.look() or self.terminal.shows(pattern), 30, self.terminal.screen)
        self.cut += max(time.monotonic() - since - most, 0)
        self.frames = [(min(at, end), *seen) for at, *seen in self.frames]

    def meanwhile(self, what, condition):
        """Looks on until something holds that the screen does not show."""
        lib.wait(what, lambda: self.look() or condition(), 90, self.terminal.screen)

    def types(self, text, *keys, pause=1.0, between=0.4):
        """Types as a person does, and lets the viewer read for a while."""
        for letter in text:
            self.terminal.type(letter)
            self.watch(self.chance.uniform(0.06, 0.16) + (0.08 if letter == " " else 0))
        for key in keys:
            self.watch(between)
            self.terminal.keys(key)
        self.watch(pause)

    def cast(self):
        head = {"version": 2, "width": COLUMNS, "height": LINES, "title": "ajet-chat"}
        lines = [json.dumps(head)]
        for at, screen, _ in self.frames:
            lines.append(json.dumps([round(at, 2), "o", "\x1b[H\x1b[2J" + screen.replace("\n", "\r\n")]))
        return "\n".join(lines) + "\n"


def written(recording, out):
    with open(f"{out}.cast", "w", encoding="utf-8") as file:
        file.write(recording.cast())
    with open(f"{out}.svg", "w", encoding="utf-8") as file:
        file.write(picture.svg(recording.frames, (COLUMNS, LINES), "A day in ajet-chat, in a terminal"))
    print(f"{recording.frames[-1][0]:.0f} s, {len(recording.frames)} screens")


def main():
    out, pace = sys.argv[1], float((sys.argv[2:] or [1])[0])
    server = Server()
    try:
        server.start()
        world = scenes.World(server)
        ann = world.ann
        ann.settings('theme = "dark"\n')
        command = f"exec env 'PS1=$ ' PATH={lib.TARGET}:$PATH TERM=xterm-256color bash --norc -i"
        terminal = Terminal(command, ann.variables(), COLUMNS, LINES)
        terminal.says("\\$"), terminal.type(f"cd {lib.ROOT}; clear"), terminal.keys("Enter"), terminal.says("^\\$\\s*$")
        recording = Recording(terminal, pace)
        try:
            scenes.day(recording, world, server)
        finally:
            # Where a scene failed, it is seen what came before.
            written(recording, out)
    finally:
        Terminal.close_all()
        server.close()


if __name__ == "__main__":
    main()
