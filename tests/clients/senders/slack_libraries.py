"""Slack's own clients of incoming webhooks: `slack_sdk` for Python and `@slack/webhook` for JavaScript."""
import json
import subprocess
from pathlib import Path

from slack_sdk.webhook import WebhookClient

from chat import one_line, reason

SCRIPT = Path(__file__).with_name("slack_webhook.mjs")
NODE_DEADLINE = 30

TEXT = {"text": "*Deploy* of `web_app` &lt;v1.2&gt; done: <https://ci.example/9|run 9>, 3 &lt; 5 &amp; ok"}
TEXT_SHOWS = {
    "shows": ["Deploy of web_app <v1.2> done: run 9, 3 < 5 & ok"],
    "links": ["https://ci.example/9"],
    "hides": ["*", "`", "&lt;", "|run"],
}
BLOCKS = {
    "text": "Nightly report",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Nightly report *42*"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Passed* 211\n>quoted line"}, "accessory": {
            "type": "button", "action_id": "o", "url": "https://ci.example/42",
            "text": {"type": "plain_text", "text": "Open report"}}},
        {"type": "section", "fields": [
            {"type": "mrkdwn", "text": "*Branch*\nfeature/a_b_c"}, {"type": "plain_text", "text": "2*3*4 _x_"}]},
        {"type": "divider"},
        {"type": "image", "image_url": "https://ci.example/chart.png", "alt_text": "Chart of failures"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "took _12 s_"}]},
        {"type": "actions", "elements": [{"type": "button", "action_id": "r", "url": "https://ci.example/42/again",
                                          "text": {"type": "plain_text", "text": "Run again"}}]},
    ],
}
BLOCKS_SHOWS = {
    "shows": ["Nightly report *42*", "Passed 211", "quoted line", "Open report", "Branch feature/a_b_c", "2*3*4 _x_",
              "Chart of failures", "took 12 s", "Run again"],
    "links": ["https://ci.example/42", "https://ci.example/chart.png", "https://ci.example/42/again"],
    "hides": ["*Passed*", "_12"],
}
ATTACHMENTS = {
    "text": "Two failures",
    "attachments": [
        {"fallback": "not for readers", "color": "danger", "pretext": "on *main*", "author_name": "Ada L.",
         "author_link": "https://git.example/ada", "title": "db_main is DOWN", "title_link": "https://hc.example/1",
         "text": "see <https://hc.example/log|the log>", "fields": [
             {"title": "Count", "value": 3, "short": True}, {"title": "Schedule", "value": "*/5 * * * *", "short": True},
             {"title": "Body", "value": "```\npg_dump: a*b\n```", "short": False}],
         "image_url": "https://hc.example/1.png", "footer": "Healthy", "ts": 1772355600},
        {"color": "good", "text": "cache is UP"},
    ],
}
ATTACHMENTS_SHOWS = {
    "shows": ["Two failures", "on main", "Ada L.", "db_main is DOWN", "see the log", "Count", "3", "Schedule",
              "*/5 * * * *", "Body", "pg_dump: a*b", "Healthy", "cache is UP"],
    "links": ["https://git.example/ada", "https://hc.example/1", "https://hc.example/log", "https://hc.example/1.png"],
    "hides": ["not for readers", "```", "|the log"],
}
LONG = {"text": "\n".join(f"{n}: the quick brown fox jumps over the lazy dog" for n in range(200))}
LONG_SHOWS = {"shows": ["0: the quick brown fox", "100: the quick", "199: the quick brown fox jumps over the lazy dog"]}

MESSAGES = {"text": (TEXT, TEXT_SHOWS), "blocks": (BLOCKS, BLOCKS_SHOWS),
            "attachments": (ATTACHMENTS, ATTACHMENTS_SHOWS), "long": (LONG, LONG_SHOWS)}


def python_sends(address, message):
    answer = WebhookClient(address).send(**message)
    if (answer.status_code, answer.body) != (200, "ok"):
        return f"the server answered {answer.status_code} ({reason(answer.body.encode())}); the client expects 200 with ok"


def node_sends(work, address, message):
    done = subprocess.run(["node", SCRIPT, work, address], input=json.dumps(message), capture_output=True, text=True,
                          timeout=NODE_DEADLINE)
    if done.returncode or done.stdout != "ok":
        return f"the client got {done.stdout!r}: {one_line(done.stderr)[:400]}"


def cases(run):
    for suffix in ("", "/slack"):
        for kind, (message, expected) in MESSAGES.items():
            run.case(f"slack_sdk {kind}{suffix}",
                     lambda channel: python_sends(channel.hook + suffix, message), **expected)
            run.case(f"@slack/webhook {kind}{suffix}",
                     lambda channel: node_sends(run.work, channel.hook + suffix, message), **expected)
