"""Prometheus' Alertmanager with its Slack and Discord receivers, with one alert and with forty in a group.

Each case has a receiver and a channel of its own, and only succeeds where Alertmanager counts no failed notification: it does
not retry one that was refused with 4xx, so the alert would be lost.
"""
import json
import re
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from chat import DEADLINE, one_line, until

BINARY = "alertmanager/usr/bin/prometheus-alertmanager"
START_DEADLINE = 30
STOP_DEADLINE = 10
NOTIFY_DEADLINE = 30

DETAILS = """
    text: |-
      {{ range .Alerts }}*Alert:* {{ .Annotations.summary }} - `{{ .Labels.severity }}`
      *Description:* {{ .Annotations.description }}
      *Details:*
      {{ range .Labels.SortedPairs }} • *{{ .Name }}:* `{{ .Value }}`
      {{ end }}{{ end }}"""
FIELDS = """
    pretext: 'paging *team-a*'
    footer: 'Alerting'
    image_url: 'https://graphs.example/lag.png'
    fields:
    - {title: Severity, value: '{{ .CommonLabels.severity }}', short: true}
    - {title: Firing, value: '{{ .Alerts.Firing | len }}', short: true}
    actions:
    - {type: button, text: Runbook, url: 'https://wiki.example/run_book'}
    - {type: button, text: Silence, url: '{{ .ExternalURL }}/#/silences/new'}"""


class Case:
    """One receiver, the alerts that it is sent and what a reader sees of them."""

    def __init__(self, name, kind, alerts, options="", **expected):
        self.name, self.kind, self.alerts, self.options, self.expected = name, kind, alerts, options, expected
        self.group = name.replace(" ", "_")


def described(number):
    """What a reader sees of an alert where the template shows its annotations."""
    return f"node-{number:02} has been unreachable for 5 min, load_avg > 9"


CASES = [
    Case("alertmanager slack 1", "slack", 1, shows=["[FIRING:1] alertmanager_slack_1", "critical"]),
    Case("alertmanager slack 40", "slack", 40, shows=["[FIRING:40] alertmanager_slack_40", "critical"]),
    Case("alertmanager slack details 1", "slack", 1, DETAILS, hides=["*Alert:*", "`"],
         shows=["[FIRING:1]", "Alert: node-00 is down - critical", "Description: " + described(0), "Details:",
                "instance: node-00:9100"]),
    Case("alertmanager slack details 40", "slack", 40, DETAILS, hides=["*Alert:*"],
         shows=["[FIRING:40]", *(described(number) for number in range(40))]),
    Case("alertmanager slack fields and actions", "slack", 3, FIELDS, hides=["*team-a*"],
         shows=["paging team-a", "[FIRING:3]", "Severity", "critical", "Firing", "3"], anywhere=["Alerting", "Runbook", "Silence"],
         links=["https://graphs.example/lag.png", "https://wiki.example/run_book"]),
    Case("alertmanager discord 1", "discord", 1,
         shows=["[FIRING:1] alertmanager_discord_1", "Alerts Firing:", "instance = node-00:9100", "description = " + described(0)]),
    # This version's receiver does not cut the description to Discord's limit: it makes some 11,000 characters.
    Case("alertmanager discord 40", "discord", 40,
         shows=["[FIRING:40] alertmanager_discord_40", *("description = " + described(number) for number in range(40))]),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configuration(cases, channels):
    routes = [f"  - {{receiver: {case.group}, matchers: ['alertname = {case.group}']}}" for case in cases]
    receivers = []
    for case in cases:
        address = {"slack": "api_url", "discord": "webhook_url"}[case.kind]
        channel = "\n    channel: '#alerts'" if case.kind == "slack" else ""
        receivers.append(f"- name: {case.group}\n  {case.kind}_configs:\n"
                         f"  - {address}: {channels[case].hook}{channel}{case.options}")
    return "\n".join(["route:", "  receiver: none", "  group_by: [alertname]", "  group_wait: 500ms",
                      "  group_interval: 5m", "  routes:", *routes, "receivers:", "- name: none", *receivers, ""])


class Alertmanager:
    """A running one, and what it counts."""

    def __init__(self, base, log):
        self.base, self.log = base, log

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=DEADLINE) as answer:
            return answer.read().decode()

    def is_ready(self):
        try:
            return bool(self.get("/-/ready"))
        except OSError:
            return False

    def counted(self, name, kind):
        """The sum of a counter over everything but the kind of receiver."""
        lines = re.findall(rf'(?m)^{name}\{{[^}}]*integration="{kind}"[^}}]*\}} (\S+)$', self.get("/metrics"))
        return sum(map(float, lines))

    def done(self, kind):
        """Notifications that were tried to the end."""
        return self.counted("alertmanager_notification_latency_seconds_count", kind)

    def failed(self, kind):
        return self.counted("alertmanager_notifications_failed_total", kind)

    def fire(self, case):
        alerts = [{
            "labels": {"alertname": case.group, "severity": "critical", "instance": f"node-{number:02}:9100"},
            "annotations": {"summary": f"node-{number:02} is down", "description": described(number)},
            "generatorURL": "http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        } for number in range(case.alerts)]
        request = urllib.request.Request(self.base + "/api/v2/alerts", json.dumps(alerts).encode(), method="POST",
                                         headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=DEADLINE).close()

    def last_error(self, case):
        """What it logged about a receiver."""
        lines = [line for line in self.log.read_text().splitlines() if case.group in line and "err=" in line]
        return re.sub(r".*?err=", "", lines[-1])[:400] if lines else "see " + str(self.log)


@contextmanager
def running(work, config):
    folder = work / "alertmanager"
    file, log, port = folder / "config.yml", folder / "log.txt", free_port()
    file.write_text(config)
    # What it remembers of an earlier run would keep it from notifying again.
    with log.open("w") as out, tempfile.TemporaryDirectory() as data:
        program = subprocess.Popen(
            [work / BINARY, f"--config.file={file}", f"--storage.path={data}", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{port}", "--web.external-url=http://alertmanager.example"],
            cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        try:
            alertmanager = Alertmanager(f"http://127.0.0.1:{port}", log)
            ended = lambda: program.poll() is not None  # noqa: E731
            until(lambda: ended() or alertmanager.is_ready(), START_DEADLINE)
            if ended() or not alertmanager.is_ready():
                raise RuntimeError(f"Alertmanager did not start: {one_line(log.read_text())[-400:]}")
            yield alertmanager
        finally:
            stop(program)


def stop(program):
    program.terminate()
    try:
        program.wait(STOP_DEADLINE)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def check(alertmanager, case, channel):
    done, failed = alertmanager.done(case.kind), alertmanager.failed(case.kind)
    alertmanager.fire(case)
    finished = until(lambda: alertmanager.done(case.kind) > done or alertmanager.failed(case.kind) > failed, NOTIFY_DEADLINE)
    if not finished:
        return "Alertmanager did not notify in time: " + alertmanager.last_error(case)
    problem = channel.problem_at_deadline(**case.expected) if alertmanager.failed(case.kind) == failed else None
    if alertmanager.failed(case.kind) > failed:
        return "the notification failed: " + alertmanager.last_error(case)
    return problem


def cases(run):
    wanted = [case for case in CASES if run.wants(case.name)]
    if not wanted:
        return
    channels = {case: run.chat.channel() for case in wanted}
    try:
        with running(Path(run.work), configuration(wanted, channels)) as alertmanager:
            for case in wanted:
                run.report.case(case.name, lambda: check(alertmanager, case, channels[case]))
    except RuntimeError as error:
        run.report.record("alertmanager", str(error))
