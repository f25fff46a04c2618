"""Stories of what terminals, lines and people do to a client: sizes, floods, pasted bytes, slow lines."""
import os
import random
import secrets
import sys
import threading
import time
from pathlib import Path

from lib import TARGET, Terminal, command, cpu_s, memory_kb, pour, pour_widely, texts, wait, world


def every_size_is_drawn(server):
    """The terminal is resized all the time while messages come and somebody types."""
    ann, bob, _, general = world(server)
    pour(bob, general, (f"message {number} 日本語 👍🏽 " + "word " * 20 for number in range(40)))
    screen = ann.open()
    screen.says("message 39")
    chance, letters = random.Random(7), "abcdefghijklmnopqrstuvwxyz" * 2
    coming = threading.Thread(target=pour, args=(bob, general, (f"more {number}" for number in range(400))))
    coming.start()
    for number in range(260):
        screen.resize(chance.randint(1, 300), chance.randint(1, 80))
        if number % 5 == 0:
            screen.type(letters[number // 5])
    coming.join()
    screen.resize(80, 24)
    screen.says(f"to #general(.*\\n)*.*>.?{letters}"), screen.says("more 399")
    wait("the last size is drawn", lambda: all("│" in line for line in (screen.screen().splitlines() + [""] * 20)[:20]),
         show=screen.screen)
    screen.keys("Enter")
    wait("what was typed meanwhile is whole", lambda: letters in texts(ann, general), show=screen.screen)


def nothing_is_left_behind(server):
    """Flags and skins are joined by the client, and by few terminals: their parts go with them all the same."""
    ann, bob, _, general = world(server)
    flags = ["🇹🇼 Taiwan", "👍🏽 good", "👩‍👩‍👧‍👦 family", "🏳️‍🌈 rainbow", "2️⃣ two", "❤️ love", "日本 e\u0301 ｶﾞ"]
    pour(bob, general, flags * 3)
    screen = ann.open()
    screen.says("love")
    screen.is_as_drawn_anew()
    screen.keys("Escape", "Up", "M-r"), screen.says("React"), screen.type("ta"), screen.says("Tanzania")
    screen.keys("Escape"), screen.says_no_more("Tanzania")
    screen.is_as_drawn_anew()
    # Lines move up one by one, where no message is chosen that has to stay.
    screen.keys("Escape", "End")
    for number in range(12):
        pour(bob, general, [f"line {number}"]), screen.says(f"line {number}")
    screen.is_as_drawn_anew()


def what_is_pasted_is_text(server):
    ann, _, _, general = world(server)
    # An editor that leaves nothing empties the composer, however much is in it.
    screen = ann.open(variables={"EDITOR": "truncate -s 0"})
    screen.says("to #general")
    screen.paste(bytes(range(32, 256)) + b"\x1b]0;owned\x07\x1b[2J" + b"\nx" * 20)
    screen.says("Insert \\d+ lines")
    screen.keys("n"), screen.says_no_more("Insert")
    screen.paste(b"one\ntwo")
    screen.says("two")
    screen.keys("C-e"), screen.says_no_more("two")
    # A program, and bytes without any sense: nothing of them is a key, a title or a message.
    with open(TARGET / "ajet-chat", "rb") as file:
        program = file.read(1_000_000)
    for binary in [program, random.Random(7).randbytes(100_000)]:
        screen.paste(binary)
        screen.says("Insert \\d+ lines")
        screen.keys("y"), screen.says("its end was left out")
        screen.keys("Enter"), screen.says("characters too long")
        screen.keys("C-e"), screen.says("── to #general ─+\\n.*│>\\s*\\n")
    assert "ajet-chat" in screen.asked("#{pane_title}") and "owned" not in screen.asked("#{pane_title}")
    assert texts(ann, general) == [], "nothing was sent"
    screen.type("still here"), screen.keys("Enter")
    wait("it is posted", lambda: texts(ann, general) == ["still here"], show=screen.screen)


def a_flood_keeps_it_small_and_quick(server):
    ann, bob, _, general = world(server)
    screen = ann.open(columns=100, lines=60)
    screen.says("to #general")
    count, lanes = int(os.environ.get("AJET_TUI_FLOOD", "10000")), 40
    each = count // lanes
    flood = threading.Thread(target=pour_widely, args=(
        bob, general, [[f"flood {lane * each + number}" for number in range(each)] for lane in range(lanes)]))
    flood.start()
    slowest, keys = 0.0, 0
    while flood.is_alive():
        slowest, keys = max(slowest, key_to_screen(screen)), keys + 1
    flood.join()
    pour(bob, general, ["the last drop"])
    screen.says("the last drop")
    said = texts(ann, general)
    shown = screen.shows(r"flood \d+|the last drop")
    assert len(shown) > 20 and shown == said[-len(shown):], f"{shown}\n{said}"
    pid = screen.pid()
    assert memory_kb(pid) < 60 * 1024, f"{memory_kb(pid)} kB"
    # A draft is kept and a line taken away some seconds after the last key.
    wait("it has come to rest", lambda: is_at_rest(pid), 30)
    before = cpu_s(pid)
    # What is measured is that nothing is done for this long.
    time.sleep(5)
    share = (cpu_s(pid) - before) / 5
    assert share < 0.005, f"{share:.2%} of a CPU while idle"
    print(f"    {memory_kb(pid) // 1024} MB after {count} messages, {share:.3%} of a CPU while idle; "
          f"of {keys} keys during the flood the slowest took {slowest * 1000:.0f} ms to the screen, with tmux")
    assert slowest < 1, f"{slowest:.1f} s from a key to the screen"


def is_at_rest(pid):
    before = cpu_s(pid)
    time.sleep(1)
    return cpu_s(pid) - before < 0.005


def key_to_screen(screen):
    """Seconds until a key is seen, and the composer is empty again."""
    begun = time.monotonic()
    screen.type("x")
    wait("the key is seen", lambda: screen.shows(">.?x"), show=screen.screen)
    took = time.monotonic() - begun
    screen.keys("BSpace")
    wait("it is taken back", lambda: not screen.shows(">.?x"), show=screen.screen)
    return took


def a_slow_line_is_enough(server):
    """As over ssh with 300 ms there and back: no answer of the terminal is waited for, and a key costs one way each."""
    ann, _, _, general = world(server)
    slow = Path(__file__).with_name("slow.py")
    screen = Terminal(f"exec {sys.executable} {slow} 0.15 {command()}", ann.variables())
    begun = time.monotonic()
    screen.says("to #general")
    print(f"    first screen over the slow line: {(time.monotonic() - begun) * 1000:.0f} ms")
    word = secrets.token_hex(8)
    begun = time.monotonic()
    screen.type(word), screen.says(word)
    took = time.monotonic() - begun
    assert took < 1, f"{took:.1f} s for {len(word)} letters"
    screen.keys("Left", "Left", "BSpace", "End"), screen.type("!"), screen.keys("Enter")
    edited = word[:-3] + word[-2:] + "!"
    wait("it is posted", lambda: texts(ann, general) == [edited], show=screen.screen)
    screen.resize(120, 30), screen.says("People")
    screen.keys("C-c")
    wait("the client ends", lambda: not screen.is_running())


STORIES = [
    every_size_is_drawn, nothing_is_left_behind, what_is_pasted_is_text, a_flood_keeps_it_small_and_quick, a_slow_line_is_enough,
]
