"""Apprise: its `json://` address form, and its Slack and Discord plugins.

`json://HOST/PATH?:message=text` renames a field of Apprise's own payload and reaches any server as it is. The plugins for Slack
and Discord have the vendors' hosts as an attribute (`webhook_url`, `notify_url`); a test has to set that attribute, everything
else is the plugin as it ships.
"""
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import apprise
from apprise import NotifyFormat
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack

import discord_library


def slack(channel, suffix, **options):
    """The Slack plugin with the channel's webhook: its address is the base and three tokens."""
    plugin = NotifySlack(token_a="T1JJ3T3L2", token_b="A1BRTD4JD", token_c="TIiajkdnlazkcOXrIdevi7FQ",
                         include_image=False, **options)
    base, *tokens = (channel.hook + suffix).rsplit("/", 3)
    plugin.webhook_url = base
    plugin.token_a, plugin.token_b, plugin.token_c = tokens
    return plugin


def discord(channel, **options):
    """The Discord plugin with the channel's webhook: its address is the base, the id and the token."""
    base, hook_id, token = channel.hook.rsplit("/", 2)
    plugin = NotifyDiscord(webhook_id=hook_id, webhook_token=token, **options)
    plugin.notify_url = base
    return plugin


def notify(plugin, **message):
    """Sends without the pause that the plugin makes to keep within the vendor's limits."""
    plugin.request_rate_per_sec = 0
    client, said = apprise.Apprise(), apprise.LogCapture(level=apprise.logging.WARNING)
    client.add(plugin)
    with said as log:
        sent = client.notify(**message)
        warnings = log.getvalue()
    return None if sent else f"apprise could not send: {warnings.strip()[:300]}"


def json_form(channel, **message):
    place = urlsplit(channel.hook)
    scheme = {"http": "json", "https": "jsons"}[place.scheme]
    plugin = apprise.Apprise.instantiate(f"{scheme}://{place.netloc}{place.path}?:message=text&:version=&:type=color")
    return notify(plugin, **message)


def with_file(send, name, data):
    """Sends with an attachment of this name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        return send(attach=str(file))


BODY = "disk_a at 93 % (> 90 %)\n* host: db-1\n5 < 6 & done"
SHOWS = ["Disk [1/2] *full*", "disk_a at 93 % (> 90 %)", "host: db-1", "5 < 6 & done"]
MESSAGE = {"title": "Disk [1/2] *full*", "body": BODY}


def slack_cases(run):
    for suffix in ("", "/slack"):
        run.case(f"apprise slack{suffix}", lambda channel: notify(slack(channel, suffix), **MESSAGE),
                 shows=[*SHOWS, "Apprise"] if not suffix else SHOWS, hides=["&lt;", "&amp;"])
    run.case("apprise slack blocks", lambda channel: notify(slack(channel, "", use_blocks=True), **MESSAGE),
             shows=[*SHOWS, "Apprise"])
    run.case("apprise slack markdown",
             lambda channel: notify(slack(channel, ""), title="Build", body_format=NotifyFormat.MARKDOWN,
                                    body="**passed** on [main](https://ci.example/1)\n\n`a*b`"),
             shows=["Build", "passed", "main", "a*b"], links=["https://ci.example/1"], hides=["**", "`", "|main"])
    run.case("apprise slack with an attachment",
             lambda channel: with_file(lambda attach: notify(slack(channel, ""), attach=attach, **MESSAGE),
                                       "log.txt", b"lines\n"), shows=SHOWS)


def discord_cases(run):
    run.case("apprise discord", lambda channel: notify(discord(channel), **MESSAGE),
             shows=["disk_a at 93 % (> 90 %)", "host: db-1", "5 < 6 & done"], hides=["&lt;", "&amp;"])
    run.case("apprise discord markdown",
             lambda channel: notify(discord(channel, format="markdown", footer=True, fields=True), title="Release",
                                    body_format=NotifyFormat.MARKDOWN,
                                    body="Notes are **here**:\n# Fixes\n* one bug\n# Thanks\nAda"),
             shows=["Release", "Notes are here:", "Fixes", "one bug", "Thanks", "Ada"], anywhere=["Apprise"], hides=["**", "```"])
    run.case("apprise discord with an attachment",
             lambda channel: with_file(lambda attach: notify(discord(channel), attach=attach, **MESSAGE),
                                       "log.txt", b"lines\n"), shows=["disk_a at 93 %", "log.txt"])

    def picture(channel):
        return with_file(lambda attach: notify(discord(channel), attach=attach, **MESSAGE), "pixel.png", discord_library.png())

    run.case("apprise discord with a picture", picture, shows=["disk_a at 93 %", "pixel.png"])


def cases(run):
    run.case("apprise json", lambda channel: json_form(channel, **MESSAGE), shows=["disk_a at 93 %", "5 < 6 & done"])
    run.case("apprise json with an attachment",
             lambda channel: with_file(lambda attach: json_form(channel, attach=attach, **MESSAGE), "log.txt", b"lines\n"),
             shows=["disk_a at 93 %", "5 < 6 & done"])
    slack_cases(run)
    discord_cases(run)
