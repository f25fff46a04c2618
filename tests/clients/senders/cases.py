"""All senders, one after the other; started by `run` with the Python that has them."""
import sys
from pathlib import Path

import alertmanager
import apprise_plugins
import discord_library
import slack_libraries
from chat import Chat, Report


class Run:
    """What a case needs, and where its result goes."""

    def __init__(self, base, work, prefixes):
        self.chat, self.work = Chat(base), Path(work)
        self.prefixes, self.report = tuple(prefixes), Report()

    def wants(self, name):
        return not self.prefixes or name.startswith(self.prefixes)

    def case(self, name, send, **expected):
        """Sends into a new channel, then checks what a reader sees. `send` returns why it failed, or None."""
        if not self.wants(name):
            return

        def check():
            channel = self.chat.channel()
            return send(channel) or channel.problem_at_deadline(**expected)

        self.report.case(name, check)


def main():
    run = Run(*sys.argv[1:3], sys.argv[3:])
    slack_libraries.cases(run)
    discord_library.cases(run)
    apprise_plugins.cases(run)
    alertmanager.cases(run)
    return run.report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
