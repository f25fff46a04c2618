"""Stories of the full-screen client in real terminals. Each begins with a world of its own, and fails with the screen that it saw."""
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import day
import rough
import shell
import together
from lib import TARGET, Server, Terminal, command, folders, home_of, png, texts, wait, world


def a_new_person_signs_in_and_talks(server):
    ann, _, community, general = world(server)
    variables = folders(home_of("eve"))

    def cli(*words):
        env = {"PATH": os.environ["PATH"], **variables}
        done = subprocess.run([TARGET / "ajet-chat", *words], env=env, capture_output=True, timeout=60)
        assert done.returncode == 0, f"{words}: {done.stderr.decode()}"
        return done.stdout.decode()

    cli("login", server.base, "--dev", f"eve{secrets.token_hex(3)}")
    code = ann.call("POST", f"/api/communities/{community}/invites", {})["code"]
    cli("invite", "accept", code)
    screen = Terminal(f"exec {command('--open', 'general')}", variables)
    screen.says("to #general")
    screen.type("I am new here"), screen.keys("Enter")
    wait("it is posted", lambda: "I am new here" in texts(ann, general))
    cli("send", "general", "and this is from the shell")
    screen.says("and this is from the shell")
    assert "I am new here" in cli("read", "general")
    cli("logout")
    screen.says("signed out")
    screen.keys("C-c")
    wait("the client ends", lambda: not screen.is_running())


def a_file_is_sent_along(server):
    ann, bob, _, general = world(server)
    (Path(ann.home) / "cat.png").write_bytes(png(32, 16))
    one, other = ann.open(), bob.open()
    one.says("to #general"), other.says("to #general")
    one.keys("M-f"), one.says("Send a file along")
    one.type("~/ca"), one.says("cat.png")
    one.keys("Enter"), one.says("with cat.png")
    one.type("look"), one.keys("Enter")
    other.says("▣ cat.png")
    page = bob.call("GET", f"/api/channels/{general}/messages")
    assert [file["filename"] for file in page["items"][-1]["attachments"]] == ["cat.png"]
    other.keys("Escape", "Up", "M-o"), other.says("▀")
    other.keys("Escape"), other.says("to #general")


def an_interrupt_gives_the_terminal_back(server):
    ann, _, _, _ = world(server)
    left = Path(ann.home) / "left"
    screen = Terminal(f"{command()} ; stty -a > {left}", ann.variables())
    screen.says("to #general")
    os.kill(screen.child(), signal.SIGINT)
    wait("the client ends", lambda: left.exists() and left.read_text())
    modes = left.read_text().split()
    assert "icanon" in modes and "echo" in modes, left.read_text()
    assert "to #general" not in screen.screen(), screen.screen()


def two_people_talk(server):
    ann, bob, _, general = world(server)
    one, other = ann.open(), bob.open(columns=160, lines=40, settings='keymap = "vim"\n')
    one.says("to #general"), other.says("to #general")
    one.type("hello from ann"), one.keys("Enter")
    other.says("hello from ann")
    other.keys("i"), other.type("and *hello* back"), other.keys("Enter")
    one.says("and hello back")
    other.keys("Escape", "k", "t"), other.says("Thread")
    other.keys("i"), other.type("a reply"), other.keys("Enter")
    one.says("1 reply")
    one.keys("Escape", "Up", "M-r"), one.says("React"), one.type("tada"), one.keys("Enter")
    other.says("🎉 1")
    one.keys("M-w"), one.says("Who reacted"), one.says("🎉 Ann"), one.keys("Escape")
    assert sorted(texts(ann, general))[:2] == ["a reply", "and *hello* back"], texts(ann, general)


def a_server_that_goes_away_loses_nothing(server):
    ann, _, _, general = world(server)
    screen = ann.open()
    screen.says("to #general")
    server.kill()
    screen.says("away since|connecting")
    for number in range(3):
        screen.type(f"while away {number}"), screen.keys("Enter")
    screen.says("waiting to be sent")
    # The client is closed as well, and opened again.
    screen.keys("C-c"), screen.says("Leave\\?"), screen.keys("y")
    wait("the client ends", lambda: not screen.is_running())
    server.start()
    again = ann.open()
    again.says("while away 2"), again.says_no_more("unsent")
    assert [text for text in texts(ann, general) if text.startswith("while away")] == [
        f"while away {number}" for number in range(3)]


def names_and_messages_control_nothing(server):
    ann, bob, _, general = world(server)
    screen = ann.open()
    screen.says("to #general")
    for text in ["\x1b]0;owned\x07", "\x1b[2J\x1b[H", "\u009b31mred", "\u202egnp.exe", "\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\"]:
        bob.call("POST", f"/api/channels/{general}/messages", {"body_md": f"begin {text} end"})
    bob.call("POST", f"/api/channels/{general}/messages", {"body_md": "the last one"})
    screen.says("the last one"), screen.says("to #general")
    assert "owned" not in screen.asked("#{pane_title}")
    assert "ajet-chat" in screen.asked("#{pane_title}")


def it_stops_and_goes_on(server):
    ann, _, _, _ = world(server)
    # A shell that is not for people, as tmux starts one for the command, takes PS1 away.
    shell = Terminal("exec env 'PS1=$ ' bash --norc -i", ann.variables())
    shell.says("\\$")
    shell.type(command()), shell.keys("Enter")
    shell.says("to #general")
    shell.keys("C-z"), shell.says("Stopped")
    shell.type("echo here$((40 + 2))"), shell.keys("Enter"), shell.says("here42")
    shell.type("fg"), shell.keys("Enter"), shell.says("to #general")
    shell.type("after all")
    shell.says("after all")
    shell.keys("C-u", "C-c"), shell.says("\\$ ")


def lines_for_screen_readers(server):
    ann, bob, _, general = world(server)
    screen = ann.open("--plain", columns=100)
    screen.says("\\* in #general")
    bob.call("POST", f"/api/channels/{general}/messages", {"body_md": "a **bold** word"})
    screen.says(": a bold word")
    screen.type("an answer"), screen.keys("Enter")
    wait("it is posted", lambda: "an answer" in texts(bob, general))
    screen.type("/channels"), screen.keys("Enter"), screen.says("#general")
    screen.type("/quit"), screen.keys("Enter")
    wait("the client ends", lambda: not screen.is_running())


STORIES = [
    a_new_person_signs_in_and_talks,
    two_people_talk,
    a_file_is_sent_along,
    an_interrupt_gives_the_terminal_back,
    a_server_that_goes_away_loses_nothing,
    names_and_messages_control_nothing,
    it_stops_and_goes_on,
    lines_for_screen_readers,
    *day.STORIES,
    *rough.STORIES,
    *shell.STORIES,
    *together.STORIES,
]


def main():
    wanted = sys.argv[1:]
    server, failed = Server(), []
    try:
        for story in STORIES:
            if wanted and not any(word in story.__name__ for word in wanted):
                continue
            # A story may have stopped it, as what it is about or before it failed.
            if not server.child:
                server.start()
            begun = time.monotonic()
            try:
                story(server)
                print(f"ok   {story.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
            except Exception as error:
                failed.append(story.__name__)
                print(f"FAIL {story.__name__}: {error}", flush=True)
    finally:
        Terminal.close_all()
        server.close()
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
