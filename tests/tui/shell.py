"""Stories of the command line in a shell: a sign-in by a browser, completions, pipes, and commands that no other test runs."""
import json
import os
import secrets
import subprocess
from pathlib import Path

from lib import TARGET, Server, Terminal, command, folders, home_of, png, pour, texts, wait, world
from together import Browser


def done(variables, *words, code=0):
    """A command that ends with this code."""
    env = {"PATH": os.environ["PATH"], **variables}
    ended = subprocess.run([TARGET / "ajet-chat", *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    assert ended.returncode == code, f"{words}: {ended.returncode} {ended.stderr.decode()}"
    return ended


def ran(variables, *words, code=0):
    """What a command prints."""
    return done(variables, *words, code=code).stdout.decode()


def printed(variables, *words):
    """What a command prints as JSON."""
    return json.loads(ran(variables, "--json", *words))


def checked(variables, file):
    """Waits until a file can be had: each is looked at first."""
    env = {"PATH": os.environ["PATH"], **variables}
    words = [TARGET / "ajet-chat", "download", file["id"]]
    wait("the file is checked", lambda: subprocess.run(words, env=env, capture_output=True, timeout=60).returncode == 0)


def a_browser_lets_a_new_person_in(server):
    """From the first command to the first message: the page is opened by the program that opens pages."""
    ann, _, community, general = world(server)
    name, home = f"eve{secrets.token_hex(3)}", home_of("eve")
    opened, opener = Path(home) / "opened", Path(home) / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    opener.chmod(0o755)
    shell = Terminal(f"exec env 'PS1=$ ' PATH={opener.parent}:{TARGET}:$PATH bash --norc -i", folders(home))
    shell.says("\\$"), shell.type(f"ajet-chat login {server.base}"), shell.keys("Enter")
    code = shell.says("type ([A-Z0-9-]+)").group(1)
    address = wait("the page is opened", lambda: opened.exists() and opened.read_text().strip())
    assert address.startswith(f"{server.base}/auth/device"), address
    browser = Browser()
    try:
        browser.approve(base=server.base, name=name, address=address, code=code)
    finally:
        browser.close()
    shell.says(f"username +{name}")
    code = ann.call("POST", f"/api/communities/{community}/invites", {})["code"]
    shell.keys("C-l"), shell.type(f"ajet-chat invite accept {code} && ajet-chat"), shell.keys("Enter")
    shell.says("to #general"), shell.type("here I am"), shell.keys("Enter")
    wait("it is posted", lambda: "here I am" in texts(ann, general), show=shell.screen)
    shell.keys("C-c"), shell.says("\\$ ?\\n")
    kept = Path(home) / "data" / "ajet-chat" / "credentials.toml"
    assert kept.stat().st_mode & 0o777 == 0o600, oct(kept.stat().st_mode)


def a_shell_completes_names(server):
    ann, bob, community, _ = world(server)
    ann.call("POST", f"/api/communities/{community}/channels", {"name": "deployments"})
    picture = Path(ann.home) / "cat.png"
    picture.write_bytes(png(64, 64))
    shell = Terminal(f"exec env 'PS1=$ ' PATH={TARGET}:$PATH bash --norc -i", ann.variables(), columns=120)
    shell.says("\\$")
    shell.type("source <(ajet-chat completions bash) && echo read$((40 + 2))"), shell.keys("Enter"), shell.says("read42")
    shell.type("ajet-chat send depl"), shell.keys("Tab"), shell.says("send deployments")
    shell.type("hello"), shell.keys("Enter"), shell.says("\\n +hello")
    shell.type(f"ajet-chat send @{bob.name[:5]}"), shell.keys("Tab"), shell.says(f"send @{bob.name}")
    shell.keys("C-u"), shell.type(f"ajet-chat upload deployments {picture}"), shell.keys("Enter")
    shell.says("100 ?%"), shell.says("type +image/png")
    # What the scripts of other shells ask, each in its way.
    for other in ["fish", "zsh"]:
        asked = {**ann.variables(), "COMPLETE": other, "_CLAP_COMPLETE_INDEX": "2"}
        offered = ran(asked, "--", "ajet-chat", "send", "depl")
        assert "deployments" in offered.split(), f"{other}: {offered}"
    # A community that the line names leaves the channels of others out.
    slug = f"second-{secrets.token_hex(3)}"
    ran(ann.variables(), "communities", "create", "Second", slug)
    for line, there in [(["send", "depl"], True), (["-c", slug, "send", "depl"], False), (["send", "-c", "crew", "depl"], True)]:
        offered = ran({**ann.variables(), "COMPLETE": "fish"}, "--", "ajet-chat", *line)
        assert ("deployments" in offered.split()) == there, f"{line}: {offered}"
    ran(ann.variables(), "communities", "delete", slug, "--yes")


def pipes_may_close_early(server):
    ann, bob, _, general = world(server)
    tail = subprocess.Popen(
        f"{command('tail', 'general', '--json', '--type', 'message.created')} | head -1; echo ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", env={**os.environ, **ann.variables()}, stdout=subprocess.PIPE, text=True)
    # It listens from some moment on: what is said is said until it was heard.
    def heard():
        pour(bob, general, ["is anybody there?"])
        return tail.poll() is not None
    wait("the pipe has ended", heard)
    event, code = tail.stdout.read().splitlines()
    assert json.loads(event)["payload"]["message"]["body_md"] == "is anybody there?"
    assert code == "0", "a reader that leaves is no failure"


def profiles_are_looked_after(server):
    home = folders(home_of("eve"))
    for profile in ["home", "work"]:
        ran(home, "login", server.base, "--dev", f"eve{secrets.token_hex(3)}", "--profile", profile)
    shown = lambda: {one["name"]: one for one in printed(home, "profile", "list")["items"]}
    assert shown()["work"]["current"] and not shown()["home"]["current"]
    ran(home, "profile", "use", "home"), ran(home, "profile", "community", "crew")
    assert shown()["home"]["current"] and shown()["home"]["community"] == "crew"
    assert printed(home, "whoami")["username"] == shown()["home"]["username"]
    ran(home, "profile", "remove", "home")
    assert list(shown()) == ["work"]
    ran(home, "profile", "use", "home", code=4)
    assert "home@" not in (Path(home["XDG_DATA_HOME"]) / "ajet-chat" / "credentials.toml").read_text()


def what_no_other_test_runs(server):
    ann, bob, community, general = world(server)
    me, file = ann.variables(), Path(ann.home) / "cat.png"
    file.write_bytes(png(300, 200))
    # A file goes there and comes back, and is written over nothing.
    sent = printed(me, "upload", "general", str(file))["items"][0]
    checked(me, sent)
    assert done(me, "download", sent["id"]).stdout.startswith(b"\x89PNG")
    back = Path(ann.home) / "back.png"
    ran(me, "download", sent["id"], "-o", str(back))
    ran(me, "download", sent["id"], "-o", str(back), code=2), ran(me, "download", sent["id"], "-o", str(back), "--yes")
    assert back.read_bytes().startswith(b"\x89PNG")
    direct = printed(me, "upload", "general", str(file), "--direct")["items"][0]
    checked(me, direct)
    assert done(me, "download", direct["id"]).stdout.startswith(b"\x89PNG"), "past the server, to the object store"
    # A thread, a draft; what is done is said, and is not where it is to be quiet.
    root = printed(me, "send", "general", "the root")["id"]
    printed(me, "send", "general", "a reply", "--thread", root)
    assert [one["body_md"] for one in printed(me, "read", "general", "--thread", root)["items"]] == ["a reply"]
    assert done(me, "pin", root).stderr and not done(me, "unpin", root, "--quiet").stderr
    printed(me, "draft", "keep", "general", "begun")
    assert [one["body_md"] for one in printed(me, "draft", "list")["items"]] == ["begun"]
    # A second community has to be named, and is deleted only where that is meant.
    slug = f"second-{secrets.token_hex(3)}"
    printed(me, "communities", "create", "Second", slug)
    ran(me, "members", "list", code=2)
    assert len(printed(me, "members", "list", "-c", slug)["items"]) == 1
    first, other = (printed(me, "create", name, "-c", slug)["id"] for name in ["one", "two"])
    ran(me, "channels", "order", "two", "one", "general", "-c", slug)
    places = {one["id"]: one["position"] for one in printed(me, "channels", "list", "-c", slug)["items"]}
    assert places[other] < places[first], places
    ran(me, "communities", "delete", slug, code=2), ran(me, "communities", "delete", slug, "--yes")
    # A token of a bot ends.
    printed(me, "bot", "create", "robo", "channels:read")
    token = printed(me, "token", "create", "robo")
    as_bot = {**me, "AJET_CHAT_TOKEN": token["token"]}
    ran(as_bot, "channels", "list"), ran(me, "token", "revoke", token["id"]), ran(as_bot, "channels", "list", code=3)
    # What operators ask, under a token of their own.
    ops = {**me, "AJET_OPS_TOKEN": Server.OPERATOR}
    assert printed(ops, "cluster", "actor", "channel", general)["active"]
    ran({**me, "AJET_OPS_TOKEN": "wrong"}, "cluster", "actor", "channel", general, code=3)
    assert bob.call("GET", f"/api/channels/{general}/messages")["items"], "it is all still there"


STORIES = [
    a_browser_lets_a_new_person_in, a_shell_completes_names, pipes_may_close_early, profiles_are_looked_after,
    what_no_other_test_runs,
]
