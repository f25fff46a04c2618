"""The `discord-webhook` library: text, embeds and files."""
import logging
import struct
import zlib

from discord_webhook import DiscordEmbed, DiscordWebhook

from chat import reason

logging.getLogger("discord_webhook").addHandler(logging.NullHandler())


def png():
    """A picture of one pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


def execute(webhook):
    """Sends with `?wait=true`, so that the answer is the message."""
    answer = webhook.execute()
    if answer.status_code != 200:
        return f"the server answered {answer.status_code} ({reason(answer.content)}); Discord answers 200"


def text(channel):
    return execute(DiscordWebhook(url=channel.hook, content="**Bold** `a*b` [docs](https://d.example/1) ||plot||"))


def without_wait(channel):
    """Posts without `execute`, which reads even the empty answer as JSON in this version of the library."""
    answer = DiscordWebhook(url=channel.hook, content="no answer wanted", wait=False).api_post_request()
    if (answer.status_code, answer.content) != (204, b""):
        return f"the server answered {answer.status_code} ({reason(answer.content)}); Discord answers 204 without a body"


def with_id(channel):
    """The client takes the message's id from the answer, and could edit the message with it."""
    webhook = DiscordWebhook(url=channel.hook, content="with an id")
    why = execute(webhook)
    posted = [message["id"] for message in channel.messages()]
    return why or (None if [webhook.id] == posted else f"the client has the id {webhook.id!r}, the channel {posted}")


def full_embed():
    embed = DiscordEmbed(title="Release v2.0", description="Fixes **three** bugs", color="03b2f8", url="https://r.example/2")
    embed.set_author(name="Ada L.", url="https://r.example/ada", icon_url="https://r.example/ada.png")
    embed.set_footer(text="built by CI", icon_url="https://r.example/ci.png")
    embed.set_image(url="https://r.example/chart.png")
    embed.set_thumbnail(url="https://r.example/small.png")
    embed.set_timestamp(1772355600)
    embed.add_embed_field(name="Commits", value="`12`")
    embed.add_embed_field(name="Files", value="a_b_c.rs", inline=False)
    return embed


def embed(channel):
    webhook = DiscordWebhook(url=channel.hook, content="New release", username="Release bot", rate_limit_retry=False)
    webhook.add_embed(full_embed())
    return execute(webhook)


def embed_author_only(channel):
    webhook = DiscordWebhook(url=channel.hook)
    only = DiscordEmbed()
    only.set_author(name="deploy-bot")
    webhook.add_embed(only)
    return execute(webhook)


def file(channel):
    webhook = DiscordWebhook(url=channel.hook, content="The *report* is attached")
    webhook.add_file(file=b"total: 3\n", filename="report.txt")
    return execute(webhook)


def file_alone(channel):
    webhook = DiscordWebhook(url=channel.hook)
    webhook.add_file(file=b"total: 3\n", filename="alone.txt")
    return execute(webhook)


def picture(channel):
    webhook = DiscordWebhook(url=channel.hook, content="A picture")
    webhook.add_file(file=png(), filename="pixel.png")
    return execute(webhook)


def cases(run):
    run.case("discord-webhook text", text, shows=["Bold a*b docs plot"], links=["https://d.example/1"],
             hides=["**", "`", "||", "]("])
    run.case("discord-webhook text without wait", without_wait, shows=["no answer wanted"])
    run.case("discord-webhook id of the message", with_id, shows=["with an id"])
    run.case("discord-webhook embed", embed, hides=["**", "`"],
             shows=["New release", "Ada L.", "Release v2.0", "Fixes three bugs", "Commits", "12", "Files", "a_b_c.rs",
                    "built by CI"],
             links=["https://r.example/2", "https://r.example/ada", "https://r.example/chart.png",
                    "https://r.example/small.png"])
    run.case("discord-webhook embed with an author only", embed_author_only, shows=["deploy-bot"])
    run.case("discord-webhook file", file, shows=["The report is attached", "report.txt"])
    run.case("discord-webhook file alone", file_alone, shows=["alone.txt"])
    run.case("discord-webhook picture", picture, shows=["A picture", "pixel.png"])
