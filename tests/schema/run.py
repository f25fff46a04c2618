#!/usr/bin/env python3
"""Asks a development server what its OpenAPI document describes, thousands of times, once as each role (Schemathesis).

    run BASE_URL WORKDIR [--role NAME …] [--seconds N] [--max-examples N] [--seed N]

BASE_URL is a development server (sign-in by name) whose limits of requests are raised, and whose first person was none yet or is the one
that an earlier run made. WORKDIR keeps logs and reports, a folder for each role. Each role has a world of its own (`world.py`). One line a
role: ok, or FAIL with the number of findings; each finding is in the role's log with the request as a curl command, and in its report
(junit.xml). The seed is said, to make the same requests once more. Exit code 0 if nothing was found.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

from world import ROLES, Refused, World

HERE = Path(__file__).resolve().parent
# Beyond the time that a run is given: what it has begun, it ends.
GRACE_S = 300


def options_of(arguments):
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("base")
    parser.add_argument("workdir", type=Path)
    parser.add_argument("--role", action="append", choices=ROLES)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--max-examples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only", action="append", default=[], metavar="OPERATION", help="operations by their ids")
    return parser.parse_args(arguments)


def command_of(options, role, folder):
    tool = Path(sys.executable).with_name("schemathesis")
    command = [
        tool, "--config-file", HERE / "schemathesis.toml", "run", f"{options.base}/api/openapi.json",
        "--seed", options.seed, "--max-examples", options.max_examples, "--continue-on-failure", "--no-color",
        "--report", "junit,ndjson", "--report-junit-path", folder / "junit.xml", "--report-ndjson-path", folder / "events.ndjson",
    ]
    if options.seconds:
        command += ["--max-time", options.seconds]
    for operation in options.only:
        command += ["--include-operation-id", operation]
    return [str(part) for part in command]


def environment_of(world, file):
    variables = {name: value for name, value in os.environ.items() if name != "AJET_SCHEMA_TOKEN"}
    return variables | {
        "AJET_SCHEMA_WORLD": str(file), "AJET_SCHEMA_TOKEN": world["token"] or "none", "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
        "PYTHONPATH": str(HERE), "NO_COLOR": "1",
    }


def goes_as(role, options):
    """Runs as one role; the number of findings, and the line that says so."""
    folder = options.workdir / role
    folder.mkdir(parents=True, exist_ok=True)
    world = World.made(options.base, role)
    described = world.described()
    file = folder / "world.json"
    file.write_text(json.dumps(described))
    began = time.monotonic()
    with (folder / "log").open("w") as log:
        done = subprocess.run(
            command_of(options, role, folder), env=environment_of(described, file), cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
            stderr=log, timeout=(options.seconds or 3600) + GRACE_S)
    took = time.monotonic() - began
    found = findings(folder / "junit.xml")
    problems = world.stands()
    if done.returncode not in (0, 1):
        problems.append(f"schemathesis ended with {done.returncode}")
    counts = json.loads(file.with_suffix(".counts").read_text()) if file.with_suffix(".counts").exists() else {}
    by_class = collections.Counter()
    for statuses in counts.values():
        for status, count in statuses.items():
            by_class[f"{status[0]}xx"] += count
    operations = {name: statuses for name, statuses in counts.items() if name != "other methods"}
    succeeded = sum(any(status[0] in "23" for status in statuses) for statuses in operations.values())
    said = ", ".join(f"{name} {count}" for name, count in sorted(by_class.items()))
    line = f"{role}: {sum(by_class.values())} requests in {took:.0f} s ({said}), {succeeded} of {len(operations)} operations succeeded"
    failed = bool(found or problems or done.returncode)
    print(f"{'FAIL' if failed else 'ok'} {line}, {len(found)} findings", flush=True)
    for text in problems + found:
        print(f"     {text}", flush=True)
    return failed


def findings(report):
    """A line for each finding of a report."""
    if not report.exists():
        return ["there is no report"]
    lines = []
    for case in xml.parse(report).iter("testcase"):
        for failure in [*case.iter("failure"), *case.iter("error")]:
            kind = ""
            for line in map(str.strip, (failure.text or "").splitlines()):
                if line.startswith("- ST"):
                    kind = line.removeprefix("- ")
                    lines.append(f"{case.get('name')}: {kind}")
                elif line.startswith("curl ") and kind:
                    lines.append(f"    {line}")
    return lines


def main():
    options = options_of(sys.argv[1:])
    options.base, options.workdir = options.base.rstrip("/"), options.workdir.resolve()
    print(f"-- seed {options.seed}", flush=True)
    failed = False
    for role in options.role or ROLES:
        try:
            failed |= goes_as(role, options)
        except (Refused, subprocess.TimeoutExpired) as problem:
            print(f"FAIL {role}: {problem}", flush=True)
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
