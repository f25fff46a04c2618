"""Draws screens of a terminal as an SVG that plays them: each line is drawn once, and shown where and while it stood on the screen.

Lines, blocks and shades are drawn as shapes, so that no font parts them. Where nothing moves (a viewer without animations, or a reader who wants
none) the last screen is shown.
"""
import html
import re
import unicodedata

CELL = (8, 17)
MARGIN = 12
# How long the last screen stays until it begins anew, in seconds.
LAST_STAYS = 4
SIXTEEN = ["#1d1f21", "#cc6666", "#b5bd68", "#f0c674", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6",
           "#666666", "#d54e53", "#b9ca4a", "#e7c547", "#7aa6da", "#c397d8", "#70c0b1", "#eaeaea"]
PAPER, INK = "#16181c", "#d0d4da"
SHADES = {"█": 1, "▓": 0.75, "▒": 0.5, "░": 0.25}
# To which sides of its middle a character of a box goes: up, right, down, left.
BOXES = {"│": "ud", "─": "rl", "┌": "rd", "┐": "dl", "└": "ur", "┘": "ul", "├": "urd", "┤": "udl"}


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
        elif code in (38, 48) and codes[:1] == [2]:
            style = {**style, "ink" if code == 38 else "paper": "#{:02x}{:02x}{:02x}".format(*codes[1:4])}
            codes = codes[4:]
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


def pieces(text):
    """The pieces of a text that are drawn at once: words with single blanks, equal shapes, wide letters; each with its column."""
    found, column = [], 0
    for part in re.findall(r"([─]+|[│┌┐└┘├┤]|[█▓▒░]+|▀+|  +|(?:(?!  )[^─│┌┐└┘├┤█▓▒░▀])+)", text):
        run, start = "", column
        for letter in part:
            if width(letter) == 2:
                found += [(start, run)] if run else []
                found.append((column, letter))
                column += 2
                run, start = "", column
            elif width(letter) == 0 and not run and found:
                found[-1] = (found[-1][0], found[-1][1] + letter)
            else:
                run += letter
                column += width(letter)
        found += [(start, run)] if run else []
    return [(at, piece) for at, piece in found if piece.strip()], column


class Picture:
    """Lines that were drawn already, and the classes of their looks."""

    def __init__(self, columns, lines):
        self.size = (columns, lines)
        self.known, self.drawn, self.looks = {}, [], {}

    def look(self, style):
        ink, paper = style.get("ink", INK), style.get("paper")
        ink = (paper or PAPER) if style.get(7) else ink
        css = f"color:{ink}"
        for key, words in [(1, "font-weight:bold"), (2, "opacity:.7"), (3, "font-style:italic"), (4, "text-decoration:underline")]:
            css += f";{words}" if style.get(key) else ""
        return self.looks.setdefault(css, f"c{len(self.looks)}")

    def line(self, text, style, cursor):
        """The id of a line with its cursor, and the style that goes on in the next one."""
        key = (text, tuple(style.items()), cursor)
        out, column = [], 0
        for part in re.split(r"(\x1b\[[0-9;:]*m)", text):
            if part.startswith("\x1b["):
                style = styled(style, part[2:-1].replace(":", ";"))
                continue
            found, columns = pieces(part)
            paper = style.get("ink", INK) if style.get(7) else style.get("paper")
            if paper and columns:
                out.append(f'<path d="M{column * CELL[0]} 0h{columns * CELL[0]}v{CELL[1]}H{column * CELL[0]}z" class="s" color="{paper}"/>')
            out += [self.piece(column + at, piece, style) for at, piece in found]
            column += columns
        if cursor is not None:
            out.append(f'<path d="M{cursor * CELL[0]} 1h{CELL[0]}v{CELL[1] - 2}h-{CELL[0]}z" class="s" color="{INK}" opacity=".7"/>')
        if not out:
            return None, style
        if key not in self.known:
            self.known[key] = f"l{len(self.known)}"
            self.drawn.append(f'<g id="{self.known[key]}">{"".join(out)}</g>')
        return self.known[key], style

    def piece(self, column, text, style):
        (across, down), x, look = CELL, column * CELL[0], self.look(style)
        if text[0] in SHADES:
            return (f'<path class="s {look}" d="M{x} 2h{len(text) * across}v{down - 4}H{x}z" '
                    f'fill-opacity="{SHADES[text[0]]}"/>')
        if text[0] == "▀":
            return f'<path class="s {look}" d="M{x} 0h{len(text) * across}v{down // 2}H{x}z"/>'
        if text[0] in BOXES:
            sides, end = BOXES[text[0]], len(text) * across
            middle = (x + across // 2, down // 2)
            path = "".join(part for side, part in [
                ("u", f"M{middle[0]} {middle[1]}V0"), ("d", f"M{middle[0]} {middle[1]}V{down}"),
                ("l", f"M{middle[0]} {middle[1]}H{x}"), ("r", f"M{middle[0]} {middle[1]}H{x + end}")] if side in sides)
            return f'<path class="{look}" d="{path}"/>'
        columns = sum(map(width, text))
        at = x + (len(text) - len(text.lstrip())) * across
        text = text.strip() if columns > 2 else text
        columns = sum(map(width, text))
        return f'<text class="{look}" x="{at}" y="13" textLength="{columns * across}">{html.escape(text)}</text>'


def svg(frames, size, title):
    """Frames are moments in seconds with screens and the places of their cursors (column, line), `None` where there is none."""
    picture, shows, open_lines = Picture(*size), [], {}
    end = frames[-1][0] + LAST_STAYS
    for at, screen, cursor in frames:
        style, seen = {}, {}
        for row, text in enumerate(screen.split("\n")[:size[1]]):
            own = cursor[0] if cursor and cursor[1] == row else None
            seen[row], style = picture.line(text, style, own)
        for row in range(size[1]):
            line, (before, since) = seen.get(row), open_lines.get(row, (None, 0))
            if line != before:
                shows += [(row, before, since, at)] if before else []
                open_lines[row] = (line, at)
    shows += [(row, line, since, end) for row, (line, since) in open_lines.items() if line]
    return written(picture, shows, end, title)


def written(picture, shows, end, title):
    spans = {}
    used = []
    for row, line, since, until in shows:
        name = spans.setdefault((since, until), f"t{len(spans)}")
        last = " z" if until == end else ""
        used.append(f'<use href="#{line}" y="{row * CELL[1]}" class="{name}{last}"/>')
    def moment(at):
        return f"{at / end * 100:.3f}%"
    rules = []
    for (since, until), name in spans.items():
        steps = "" if since == 0 else "0%{visibility:hidden}"
        steps += f"{moment(since)}{{visibility:visible}}"
        steps += "" if until == end else f"{moment(until)}{{visibility:hidden}}"
        rules.append(f"@keyframes {name}{{{steps}}}.{name}{{animation-name:{name}}}")
    looks = [f".{name}{{{css}}}" for css, name in picture.looks.items()]
    across, down = (cells * length + 2 * MARGIN for cells, length in zip(picture.size, CELL))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}" height="{down}" role="img">',
        f"<title>{html.escape(title)}</title>",
        "<style>text{fill:currentColor;font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}",
        "path{stroke:currentColor;fill:none}.s{fill:currentColor;stroke:none}",
        f"use{{visibility:hidden;animation:{end:.2f}s step-end infinite}}.z{{visibility:visible}}",
        *looks, *rules,
        "@media (prefers-reduced-motion){use{animation:none}}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        f'<defs>{"".join(picture.drawn)}</defs>',
        f'<g transform="translate({MARGIN} {MARGIN})">', *used, "</g></svg>"]) + "\n"
