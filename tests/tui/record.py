"""Records a short talk in the full-screen client: tests/tui/record.py OUT writes OUT.cast, which asciinema plays, and OUT.svg, its last screen.

The talk is played by a script against a development server, so that a recording is made anew whenever the client looks otherwise.
"""
import html
import json
import re
import sys
import time
import unicodedata

from lib import Person, Server, Terminal

COLUMNS, LINES = 100, 28
# Seconds between two looks at the screen.
LOOK = 0.1
CELL = (8.4, 18)
SIXTEEN = ["#1d1f21", "#cc6666", "#b5bd68", "#f0c674", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6",
           "#666666", "#d54e53", "#b9ca4a", "#e7c547", "#7aa6da", "#c397d8", "#70c0b1", "#eaeaea"]
PAPER, INK = "#16181c", "#d0d4da"


class Recording:
    """Screens with the moments at which they came."""

    def __init__(self, terminal):
        self.terminal, self.frames, self.begun = terminal, [], time.monotonic()

    def look(self):
        screen = self.terminal.tmux("capture-pane", "-e", "-p", "-t", self.terminal.name).rstrip("\n")
        if not self.frames or self.frames[-1][1] != screen:
            self.frames.append((time.monotonic() - self.begun, screen))

    def watch(self, seconds):
        """Looks on for a while: what is recorded is what is seen meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            time.sleep(LOOK)

    def types(self, text, *keys):
        for letter in text:
            self.terminal.type(letter)
            self.watch(0.06)
        for key in keys:
            self.watch(0.4)
            self.terminal.keys(key)
        self.watch(1)

    def cast(self):
        head = {"version": 2, "width": COLUMNS, "height": LINES, "title": "ajet-chat"}
        lines = [json.dumps(head)]
        for at, screen in self.frames:
            lines.append(json.dumps([round(at, 2), "o", "\x1b[H\x1b[2J" + screen.replace("\n", "\r\n")]))
        return "\n".join(lines) + "\n"


def colour(number):
    """A colour of the table of 256."""
    if number < 16:
        return SIXTEEN[number]
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return f"#{grey:02x}{grey:02x}{grey:02x}"
    steps = [0, 95, 135, 175, 215, 255]
    number -= 16
    return "#{:02x}{:02x}{:02x}".format(*(steps[number // part % 6] for part in (36, 6, 1)))


def styled(style, codes):
    """The style that a sequence of SGR makes of another one."""
    codes = [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = {}
        elif code in (38, 48) and codes[:1] == [5]:
            style = {**style, "ink" if code == 38 else "paper": colour(codes[1])}
            codes = codes[2:]
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = {**style, "ink": SIXTEEN[code - 30 if code < 90 else code - 82]}
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = {**style, "paper": SIXTEEN[code - 40 if code < 100 else code - 92]}
        elif code in (1, 2, 3, 4, 7):
            style = {**style, code: True}
        elif code in (39, 49):
            style = {key: value for key, value in style.items() if key != ("ink" if code == 39 else "paper")}
    return style


def width(letter):
    if unicodedata.combining(letter) or letter in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def pieces(line, style):
    """The pieces of a line: where each begins, its columns, its style and its text; and the style that goes on in the next line."""
    found, column = [], 0
    for part in re.split(r"(\x1b\[[0-9;:]*m)", line):
        if part.startswith("\x1b["):
            style = styled(style, part[2:-1].replace(":", ";"))
        elif part:
            columns = sum(map(width, part))
            found.append((column, columns, style, part))
            column += columns
    return found, style


def svg(screen):
    across, down = CELL
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * across:.0f} {LINES * down}" role="img" '
           f'aria-label="ajet-chat in a terminal" font-family="monospace" font-size="14">',
           f'<rect width="100%" height="100%" fill="{PAPER}"/>']
    style = {}
    for number, line in enumerate(screen.split("\n")):
        found, style = pieces(line, style)
        for column, columns, own, text in found:
            ink, paper = own.get("ink", INK), own.get("paper")
            if own.get(7):
                ink, paper = paper or PAPER, ink
            x, y = column * across, number * down
            if paper:
                out.append(f'<rect x="{x:.1f}" y="{y}" width="{columns * across:.1f}" height="{down}" fill="{paper}"/>')
            if text.strip():
                marks = "".join(mark for key, mark in [
                    (1, ' font-weight="bold"'), (2, ' opacity="0.7"'), (3, ' font-style="italic"'),
                    (4, ' text-decoration="underline"')] if own.get(key))
                out.append(f'<text x="{x:.1f}" y="{y + 13.5}" textLength="{columns * across:.1f}" xml:space="preserve" '
                           f'fill="{ink}"{marks}>{html.escape(text)}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def talk(recording, ann, bob, general):
    def say(text, **more):
        return bob.call("POST", f"/api/channels/{general}/messages", {"body_md": text, **more})
    recording.watch(1.5)
    recording.types("Morning! Is the release **out**?", "Enter")
    message = say("Since nine. What is new:\n\n- threads in the terminal\n- files go along\n\n```rust\nfn main() { ship(); }\n```")
    recording.watch(2)
    recording.types("", "Escape", "Up", "M-r")
    recording.types("tada", "Enter")
    bob.call("PUT", f"/api/messages/{message['id']}/reactions/%F0%9F%9A%80")
    say("It broke nothing, ||so far||.", parent_id=message["id"])
    recording.watch(1.5)
    recording.types("", "Enter")
    recording.types("I read it here first.", "Enter")
    recording.types("", "Escape", "C-k")
    recording.types("ran", "Enter")
    recording.types("/poll \"Lunch?\" \"noodles\" \"soup\"", "Enter")
    recording.watch(1.5)
    recording.types("", "Escape", "M-Left")
    recording.watch(1)


def main():
    out = sys.argv[1]
    server = Server()
    try:
        server.start()
        ann, bob = Person(server, "ann"), Person(server, "bob")
        community = ann.call("POST", "/api/communities", {"name": "Crew", "slug": "crew"})["id"]
        code = ann.call("POST", f"/api/communities/{community}/invites", {})["code"]
        bob.call("POST", f"/api/invites/{code}/accept")
        ann.call("POST", f"/api/communities/{community}/channels", {"name": "random"})
        channels = ann.call("GET", f"/api/communities/{community}/channels")["items"]
        general = next(channel["id"] for channel in channels if channel["name"] == "general")
        terminal = ann.open(columns=COLUMNS, lines=LINES, settings='theme = "dark"\n')
        terminal.says("to #general")
        recording = Recording(terminal)
        talk(recording, ann, bob, general)
        with open(f"{out}.cast", "w", encoding="utf-8") as file:
            file.write(recording.cast())
        with open(f"{out}.svg", "w", encoding="utf-8") as file:
            file.write(svg(recording.frames[-1][1]))
    finally:
        Terminal.close_all()
        server.close()


if __name__ == "__main__":
    main()
