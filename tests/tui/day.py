"""Stories of what people do in a day, and of what their terminals show and tell."""
import re
import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lib import Terminal, command, png, pour, texts, wait, world


def picked(screen, *keys, typed="", shown):
    """Opens a list, narrows it down, and takes the line that is chosen then."""
    screen.keys(*keys), screen.type(typed), screen.says(shown), screen.keys("Enter")


def a_day_of_talk(server):
    ann, bob, community, general = world(server)
    lobby = ann.call("POST", f"/api/communities/{community}/channels", {"name": "random"})["id"]
    bob.call("POST", f"/api/channels/{lobby}/join")
    editor = Path(ann.home) / "editor"
    editor.write_text("#!/bin/sh\nprintf 'one line\\nand **another**' > \"$1\"\n")
    editor.chmod(0o755)
    one, other = ann.open(variables={"EDITOR": str(editor)}), bob.open("--open", "random", columns=140, lines=40)
    one.says("to #general"), other.says("to #random")
    # A message from the editor, another channel by its name, a command by the palette.
    one.keys("C-e"), one.says(">.?one line\n.*and \\*\\*another"), one.keys("Enter")
    # Two lines without it, one message.
    one.type("over"), one.keys("M-Enter"), one.type("and out"), one.says(">.?over\n.*and out"), one.keys("Enter")
    wait("both lines are posted", lambda: "over\nand out" in texts(ann, general), show=one.screen)
    picked(one, "C-k", typed="rand", shown="#random"), one.says("to #random")
    picked(one, "C-p", typed="/topic", shown="/topic: "), one.type("all sorts of things"), one.keys("Enter")
    other.says("#random +all sorts of things")
    # A name is completed; who is called is told, and goes there from the inbox.
    one.type(f"what now, @{bob.name[:-2]}"), one.says(f"@{bob.name}|{bob.user['display_name']}")
    one.keys("Tab", "Enter"), one.says("what now, @")
    picked(other, "C-k", typed="general", shown="#general"), other.says("one line")
    pour(ann, lobby, [f"@{bob.name} look here"])
    other.says("#random +@\\d"), wait("the title says so", lambda: other.asked("#{pane_title}").startswith("("))
    picked(other, "C-n", shown="mentioned you"), other.says("to #random"), other.says("look here")
    # A poll, a vote, a pin, a message to keep.
    one.type('/poll "Lunch?" "noodles" "soup"'), one.keys("Enter")
    other.says("▤ Lunch\\?"), other.settled(), other.keys("Escape", "End", "M-v"), other.says("1 noodles")
    other.type("1"), other.keys("Escape"), one.says("█ 1  noodles")
    other.keys("M-s"), other.says("saved"), one.keys("Escape", "End", "M-p"), other.says("pinned")
    picked(one, "C-p", typed="messages pinned here", shown="pins: "), one.says("Pinned"), one.says("Ann.*: ▤ Lunch")
    one.keys("Escape")
    picked(other, "C-p", typed="messages that you saved", shown="saved: "), other.says("Saved"), other.says("Ann.*: ▤ Lunch")
    other.keys("Escape")
    # What was said is found, and gone to; a link names it as well.
    picked(one, "C-f", typed="another", shown="and another"), one.says("to #general")
    link = f"{server.base}/m/{ann.call('GET', f'/api/channels/{lobby}/messages')['items'][-1]['id']}"
    one.keys("C-p"), one.type("go to a message by"), one.says("go to: "), one.keys("Enter")
    one.paste(link.encode()), one.keys("Enter"), one.says("to #random")
    # What is hidden is opened; what was said is changed, and taken back.
    other.type("it is ||the butler||"), other.keys("Enter"), one.says("it is ▒+")
    one.settled(), one.keys("Escape", "End", "Space"), one.says("it is the butler")
    one.type("a mistkae"), one.keys("Enter"), other.says("a mistkae")
    one.keys("Up"), one.says("editing"), one.keys("BSpace", "BSpace", "BSpace"), one.type("ake"), one.keys("Enter")
    other.says("\\(edited\\).*\\n.*a mistake")
    one.keys("Escape", "End", "DC"), one.says("Delete .a mistake"), one.keys("y"), other.says_no_more("a mistake")
    # Between two, and back to what is new.
    picked(one, "C-k", typed=f"@{bob.name[:6]}", shown="@"), one.says("to @"), one.type("psst"), one.keys("Enter")
    other.says("@Ann.* \\d"), other.keys("M-a"), other.says("psst")
    one.keys("M-Left"), one.says("to #random")
    for screen in (one, other):
        screen.is_as_drawn_anew()


def pages_open_in_a_browser(server):
    """By the program that BROWSER names, with an address alone."""
    ann, bob, community, general = world(server)
    slug = ann.call("GET", f"/api/communities/{community}")["slug"]
    opened, opener = Path(ann.home) / "opened", Path(ann.home) / "browser"
    opener.write_text(f'#!/bin/sh\necho "$#" "$@" >> {opened}\n')
    opener.chmod(0o755)
    screen = ann.open(variables={"BROWSER": f"{opener} --new-window:never"})
    screen.says("to #general"), screen.keys("M-b")
    page = f"2 --new-window {server.base}/c/{slug}/channels/{general}"
    wait("the channel is opened", lambda: opened.exists() and opened.read_text().splitlines() == [page], show=screen.screen)
    pour(bob, general, ["see https://docs.example/one and https://docs.example/two"])
    screen.says("docs.example/two"), screen.settled(), screen.keys("Escape", "End", "M-o"), screen.says("2 https://docs")
    screen.type("2")
    both = [page, "2 --new-window https://docs.example/two"]
    wait("the link is opened", lambda: opened.read_text().splitlines() == both, show=screen.screen)


def the_mouse_goes_where_it_points(server):
    ann, bob, community, general = world(server)
    ann.call("POST", f"/api/communities/{community}/channels", {"name": "side"})
    pour(bob, general, (f"line {number}" for number in range(60)))
    screen = ann.open(settings="mouse = true\n")
    screen.says("line 59")

    def mouse(code, column, line, end="M"):
        # As xterm tells it (SGR), which tmux passes on as it is.
        screen.send(f"\x1b[<{code};{column};{line}{end}".encode())
    screen.says("#side")
    for _ in range(40):
        mouse(64, 40, 8)
    screen.says("line 15"), screen.says_no_more("line 59")
    row = next(number for number, line in enumerate(screen.screen().splitlines(), 1) if "#side" in line)
    mouse(0, 4, row), mouse(0, 4, row, "m")
    screen.says("to #side")


def colours_follow_the_terminal(server):
    ann, bob, _, general = world(server)
    pour(bob, general, ["a `word` of code"])
    dark, light, sixteen = "38;5;180m", "38;5;94m", "33m"
    looks = [
        ({"TERM": "xterm-256color", "COLORFGBG": "15;0"}, "", dark),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "", light),
        ({"TERM": "xterm-256color"}, 'theme = "light"\n', light),
        ({"TERM": "xterm"}, "", sixteen),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, 'theme = "light"\n', None),
    ]
    for variables, settings, code in looks:
        screen = ann.open(settings=settings, variables=variables)
        screen.says("a word of code")
        drawn = screen.styled()
        if code:
            assert re.search(f"\x1b\\[[0-9;]*{code}word", drawn), f"{variables}: {drawn!r}"
        else:
            assert not re.search("\x1b\\[[0-9;]*[34][0-8][;m]", drawn), f"{variables}: {drawn!r}"
        screen.keys("C-c")
        wait("the client ends", lambda: not screen.is_running())


def what_happens_elsewhere_is_told(server):
    """By sequences and by the bell of the terminal, and by the command that watches."""
    ann, bob, community, general = world(server)
    side = ann.call("POST", f"/api/communities/{community}/channels", {"name": "side"})["id"]
    bob.call("POST", f"/api/channels/{side}/join")
    log = Path(ann.home) / "written"
    screen = ann.open(settings='notifications = ["osc9", "osc777", "bell"]\n')
    watching = Terminal(f"exec {command('notifications', '--watch')}", ann.variables())
    screen.says("to #general")
    screen.written_to(log)
    pour(bob, side, [f"@{ann.name} look here"])
    name = bob.user["display_name"]
    wait("the bell rings", lambda: screen.asked("#{window_bell_flag}") == "1", show=screen.screen)
    written = log.read_text(errors="replace")
    assert f"\x1b]9;{name} mentioned you in #side" in written, repr(written)
    assert f"\x1b]777;notify;{name} mentioned you in #side;" in written, repr(written)
    assert screen.asked("#{pane_title}").startswith("(1)")
    watching.says(f"{bob.name}|{name}")
    # What stands before the eyes is not told, and is read.
    screen.looks(True)
    pour(bob, general, [f"@{ann.name} and here"])
    screen.says("and here"), screen.says("inbox 2"), screen.says_no_more("#general +@")
    assert log.read_text(errors="replace").count("\x1b]9;") == 1
    screen.looks(False)
    pour(bob, general, [f"@{ann.name} and back here"])
    wait("it is told", lambda: log.read_text(errors="replace").count("\x1b]9;") == 2)
    screen.says("#general +@1")
    watching.keys("C-c")
    wait("an interrupt ends it", lambda: not watching.is_running())


def pictures_are_shown_as_the_terminal_can(server):
    ann, bob, _, general = world(server)
    picture = Path(bob.home) / "cat.png"
    picture.write_bytes(png(32, 16))
    sent = [command("send", "general", "--file", str(picture)).split(), bob.variables()]
    subprocess.run(sent[0], env=sent[1], check=True, capture_output=True, timeout=20)
    for way, begins in [("kitty", "\x1b_G"), ("iterm2", "\x1b]1337;File="), ("sixel", "\x1bP")]:
        log = Path(ann.home) / way
        screen = ann.open(settings=f'pictures = "{way}"\n')
        screen.says("▣ cat.png")
        screen.written_to(log)
        screen.keys("Escape", "End", "M-o")
        wait(f"a sequence of {way}", lambda: begins in log.read_text(errors="replace"), show=screen.screen)
        screen.keys("Escape"), screen.says("▣ cat.png"), screen.keys("C-c")
        wait("the client ends", lambda: not screen.is_running())


def times_are_those_of_the_zone(server):
    ann, bob, _, general = world(server)
    pour(bob, general, ["what time is it?"])
    said = bob.call("GET", f"/api/channels/{general}/messages")["items"][-1]["created_at"]
    moment = datetime.fromisoformat(said.replace("Z", "+00:00"))
    for settings, variables, zone in [
        ("", {"TZ": "Asia/Tokyo"}, "Asia/Tokyo"),
        ('time_zone = "America/St_Johns"\n', {"TZ": "Asia/Tokyo"}, "America/St_Johns"),
    ]:
        screen = ann.open(settings=settings, variables=variables)
        screen.says(moment.astimezone(ZoneInfo(zone)).strftime("%H:%M") + "\n.*what time is it")
        screen.keys("C-c")
        wait("the client ends", lambda: not screen.is_running())


STORIES = [
    a_day_of_talk, pages_open_in_a_browser, the_mouse_goes_where_it_points, colours_follow_the_terminal,
    what_happens_elsewhere_is_told, pictures_are_shown_as_the_terminal_can, times_are_those_of_the_zone,
]
