"""Stories of several clients at once, and of nodes that die under them."""
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from lib import Cluster, post_until_it_is, texts, wait, world


class Browser:
    """A browser of a person's."""

    def __init__(self):
        program = Path(__file__).with_name("browser.mjs")
        self.child = subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __getattr__(self, what):
        return lambda **words: self.do(what, **words)

    def do(self, what, **words):
        print(json.dumps({"what": what, **words}), file=self.child.stdin, flush=True)
        line = self.child.stdout.readline()
        assert line, "the browser has ended"
        answer = json.loads(line)
        assert answer["done"], f"the browser could not {what} {words}: {answer.get('why')}"
        return answer["value"]

    def close(self):
        self.child.stdin.close()
        self.child.wait(20)


def two_clients_and_a_browser(server):
    """Bob is in a browser too: what he reads, writes and begins there is so in his terminal."""
    ann, bob, community, general = world(server)
    slug = ann.call("GET", f"/api/communities/{community}")["slug"]
    side = ann.call("POST", f"/api/communities/{community}/channels", {"name": "side"})["id"]
    bob.call("POST", f"/api/channels/{side}/join")
    browser = Browser()
    try:
        one, other = ann.open(), bob.open(columns=160, lines=40)
        one.says("to #general"), other.says("to #general")
        browser.open(base=server.base, name=bob.name, path=f"/c/{slug}/channels/{general}")
        one.type("hello, all of you"), one.keys("Enter")
        browser.seen(text="hello, all of you"), other.says("hello, all of you")
        browser.send(text="from **the page**")
        one.says("from the page"), other.says("from the page")
        # What stands under a message, and what it says, changes everywhere.
        one.keys("Escape", "Up", "M-r"), one.says("React"), one.type("tada"), one.keys("Enter")
        browser.shows(text="from the page", shown="🎉"), other.says("🎉 1")
        one.settled(), one.keys("Up"), one.says("editing .hello, all of you"), one.type(" and more"), one.keys("Enter")
        browser.seen(text="hello, all of you and more"), other.says("hello, all of you and more")
        # What he begins in one of them stands in the other one, and is gone there when it is sent.
        browser.begin(text="begun in the page"), other.says(">.?begun in the page")
        other.type(", sent from the terminal"), other.keys("Enter")
        one.says("begun in the page, sent from the terminal"), browser.begun(text="")
        other.type("begun in the terminal"), browser.begun(text="begun in the terminal")
        other.keys("Enter"), browser.seen(text="begun in the terminal"), browser.begun(text="")
        other.type("begun here, sent there"), browser.begun(text="begun here, sent there")
        browser.send(text="begun here, sent there")
        other.says_no_more(">.?begun here, sent there"), one.says("begun here, sent there")
        # What he reads in the page is read in the terminal.
        other.keys("M-Down"), other.says("to #side")
        one.type("who reads this?"), one.keys("Enter")
        browser.seen(text="who reads this?")
        other.says_no_more("#general +\\d")
        unread = bob.call("GET", "/api/unread")["items"]
        assert all(one["channel_id"] != general or one["count"] == 0 for one in unread), unread
        assert browser.errors() == [], browser.errors()
    finally:
        browser.close()


def a_node_that_is_killed_loses_nothing(server):
    """The node at which both the stream and the channel live is killed while two people talk."""
    # One installation at a time is enough for a small machine.
    server.stop()
    cluster = Cluster(3)
    try:
        cluster.start()
        ann, bob, _, general = world(cluster)
        post_until_it_is(bob, general, "from bob 0")
        victim = cluster.owner("channel", general)
        cluster.balancer.prefer(int(victim["addr"].rsplit(":")[-1]))
        screen = ann.open(columns=100, lines=110)
        screen.says("from bob 0")
        failed = []

        def talk():
            try:
                for number in range(1, 40):
                    post_until_it_is(bob, general, f"from bob {number}")
            except Exception as error:
                failed.append(error)
        talking = threading.Thread(target=talk)
        talking.start()
        for number in range(10):
            if number == 3:
                os.kill(victim["pid"], signal.SIGKILL)
            screen.type(f"from ann {number}"), screen.keys("Enter")
            # Somebody who types goes on typing.
            time.sleep(0.1)
        talking.join()
        assert not failed, failed
        assert len(cluster.report()) == 2, "one node is gone"
        wait("all that Ann wrote is posted", lambda: len(texts(ann, general)) >= 50, show=screen.screen)
        said = texts(bob, general)
        for who, count in [("ann", 10), ("bob", 40)]:
            own = [text for text in said if text.startswith(f"from {who}")]
            assert own == [f"from {who} {number}" for number in range(count)], f"each once and in order: {own}"
        wait("the screen shows what the server has, in its order",
             lambda: screen.shows(r"from (?:ann|bob) \d+") == said, show=lambda: f"{said}\n{screen.screen()}")
        screen.says_no_more("away since|unsent|waiting to be sent")
    finally:
        cluster.close()


STORIES = [two_clients_and_a_browser, a_node_that_is_killed_loses_nothing]
