"""What Schemathesis is told beside the document: ids of things that are there, checks of our own, and what it must leave alone.

`AJET_SCHEMA_WORLD` names the file that `run.py` wrote for the role (`world.py`); beside it goes what was asked and answered (`counts`).
"""
import atexit
import collections
import json
import os
import re
import uuid
from pathlib import Path

import jsonschema_rs
import requests
import schemathesis
from requests.structures import CaseInsensitiveDict

from pools import Pools, at_home, pared, random_of

FILE = Path(os.environ["AJET_SCHEMA_WORLD"])
WORLD = json.loads(FILE.read_text())
POOLS = Pools(WORLD)
# The fields that each operation's body must have.
REQUIRED = {}
# What the data of each frame of a stream must be, by its name.
FRAMES = {}
COUNTS = collections.defaultdict(collections.Counter)
WITHIN_S = 30
PROBLEM = "application/problem+json"
FIELDS = {"type", "title", "status", "code", "detail", "trace_id", "errors"}
# The statuses of all codes (`crates/protocol/src/codes.rs`).
CODES = {
    400: {"malformed"}, 401: {"unauthenticated"},
    403: {"forbidden", "csrf", "edit_window_closed", "muted", "banned", "blocked"}, 404: {"not_found"}, 405: {"method_not_allowed"},
    408: {"request_timeout"}, 409: {"conflict", "limit", "pending", "archived"}, 410: {"gone"}, 413: {"too_large"},
    415: {"unsupported_media_type"}, 422: {"invalid"}, 429: {"slow_mode", "rate_limited"}, 431: {"head_too_large"},
    500: {"internal"}, 501: {"not_implemented"}, 503: {"overloaded", "unavailable"},
}
# Those refuse in OAuth's words, and probes say more than that they fail.
IN_OTHER_WORDS = {"auth.device", "auth.device_token"}
# What an answer never tells of how the server is made.
INTERNALS = re.compile(rb"panicked at|stack backtrace|\bsqlx\b|\bSELECT \w+ FROM\b|/src/\w+\.rs|\.cargo/registry")
# Only these fail because something beyond the server is away: the world's sign-in provider is nowhere.
AWAY = {"auth.start", "auth.callback", "auth.provider_logout"}
# Pages beside the document that have the address of an operation, by their methods.
PAGES = {"/auth/device": "GET"}


def operation_of(case):
    return case.operation.definition.raw.get("operationId", "none")


@schemathesis.hook
def before_load_schema(ctx, raw_schema):
    """Makes the document stricter where that finds more: answers have no field that it does not name."""
    schemas = raw_schema["components"]["schemas"]
    answers, requests_ = set(), set()
    for path in raw_schema["paths"].values():
        for operation in path.values():
            refer(operation.get("responses"), schemas, answers)
            refer(operation.get("requestBody"), schemas, requests_)
            REQUIRED[operation["operationId"]] = required_of(operation, schemas)
            # A trace id that is none is ignored, by contract: there is nothing to be refused.
            operation["parameters"] = [one for one in operation.get("parameters", []) if one["name"] != "X-Trace-Id"]
    for name in answers - requests_:
        close(schemas[name])
    # Its schema is of the whole text; `streams_by_document` looks at the frames.
    raw_schema["paths"]["/api/events"]["get"]["responses"]["200"]["content"]["text/event-stream"] = {}
    for name, schema in raw_schema["x-events"].items():
        FRAMES[name] = jsonschema_rs.Draft202012Validator({**schema, "components": raw_schema["components"]})


def required_of(operation, schemas):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return schemas.get(name, {}).get("required", [])


def refer(value, schemas, found):
    """Adds the names of all schemas that a value refers to."""
    if isinstance(value, list):
        for inner in value:
            refer(inner, schemas, found)
    if not isinstance(value, dict):
        return
    name = str(value.get("$ref", "")).removeprefix("#/components/schemas/")
    if name in schemas and name not in found:
        found.add(name)
        refer(schemas[name], schemas, found)
    for inner in value.values():
        refer(inner, schemas, found)


def close(schema):
    if isinstance(schema, dict):
        if "properties" in schema and not {"allOf", "oneOf", "anyOf"} & schema.keys():
            schema.setdefault("additionalProperties", False)
        for inner in schema.values():
            close(inner)
    elif isinstance(schema, list):
        for inner in schema:
            close(inner)


@schemathesis.hook
def map_case(ctx, case):
    operation = operation_of(case)
    # The token is another one in each run.
    headers = {name: value for name, value in case.headers.items() if name.lower() != "authorization"}
    by = random_of([operation, case.path_parameters, case.query, case.body, headers])
    if case.path_parameters and not is_negative(case, "path"):
        filled = POOLS.path(by, operation, case.path, dict(case.path_parameters))
        if filled != case.path_parameters:
            case.path_parameters = filled
    if case.query and not is_negative(case, "query"):
        filled = POOLS.filled(by, operation, dict(case.query))
        if filled != case.query:
            case.query = filled
    if isinstance(case.body, dict) and case.media_type == "application/json":
        filled = case.body
        if not is_negative(case, "body"):
            filled = POOLS.filled(by, operation, pared(by, filled, REQUIRED.get(operation, ())))
        filled = at_home(filled)
        if filled != case.body:
            case.body = filled
    if "Idempotency-Key" in case.headers and not is_negative(case, "header") and by.random() < 0.7:
        # Else most requests would repeat the key of an earlier one.
        case.headers = CaseInsensitiveDict({name: value for name, value in case.headers.items() if name != "Idempotency-Key"})
    return case


@schemathesis.hook
def filter_case(ctx, case):
    # Other methods are refused before it is known who asks.
    return WORLD["role"] == "nobody" or case.method == case.operation.method.upper()


def is_negative(case, place):
    meta = case.meta
    found = [one for location, one in (meta.components if meta else {}).items() if str(location.value) == place]
    return any(one.mode.is_negative for one in found)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    operation = operation_of(case)
    if POOLS.undoes(operation, case.path, case.path_parameters):
        # It came out of an earlier answer.
        last = re.findall(r"{(\w+)}", case.path)[-1]
        case.path_parameters = {**case.path_parameters, last: str(uuid.UUID(int=0))}
    if operation == "auth.logout" and WORLD["name"] and case.headers.get("Authorization") == f"Bearer {WORLD['token']}":
        # It ends the session that asks: one of its own. A bot has none.
        asked = requests.post(f"{WORLD['base']}/auth/dev", json={"username": WORLD["name"]}, timeout=WITHIN_S)
        case.headers["Authorization"] = f"Bearer {asked.json()['token']}"


@schemathesis.hook
def after_call(ctx, case, response):
    # The method may be one that the document does not have.
    asked = operation_of(case) if response.request.method == case.operation.method.upper() else "other methods"
    COUNTS[asked][response.status_code] += 1


@atexit.register
def write_counts():
    FILE.with_suffix(".counts").write_text(json.dumps({name: dict(all) for name, all in COUNTS.items()}))


@schemathesis.hook
def filter_failure(ctx, failure, case, response):
    """Leaves out what our contract says otherwise than the tool expects."""
    kind = type(failure).__name__
    if kind == "AcceptedNegativeData" and "unexpected properties" in failure.message and "in query" in failure.message:
        # Fields of a query that are not known are ignored, unlike those of bodies.
        return False
    if kind == "UndefinedStatusCode" and response.status_code == 422 and "%00" in response.request.url:
        # Said once, at the beginning of the document.
        return False
    if PAGES.get(case.path) == response.request.method:
        return kind != "UnsupportedMethodResponse"
    if kind == "AllowHeaderMismatch" and case.path in PAGES:
        return not failure.message.split("\n")[0].endswith(f"advertised: {PAGES[case.path]}")
    return not (kind == "ServerError" and response.status_code == 503 and operation_of(case) in AWAY)


def said(response, name):
    return (response.headers.get(name) or [""])[0]


@schemathesis.check
def tells_no_secret(ctx, response, case):
    """No answer holds what only others may know."""
    text = response.content.decode("utf-8", "replace") + json.dumps(response.headers)
    found = [what for canary, what in WORLD["secrets"].items() if canary in text]
    assert not found, f"{WORLD['role']} is told {', '.join(found)}"


@schemathesis.check
def answers_by_contract(ctx, response, case):
    """What every answer has: a trace id, no sniffing, and nothing of how the server is made."""
    trace = said(response, "x-trace-id")
    assert re.fullmatch(r"[0-9a-f-]{36}", trace), f"no X-Trace-Id: {trace!r}"
    assert said(response, "x-content-type-options") == "nosniff", "no X-Content-Type-Options"
    if response.status_code == 401:
        assert said(response, "www-authenticate").startswith("Bearer"), "401 without WWW-Authenticate"
    if response.status_code in (429, 503) and not case.path.startswith(("/ready", "/health")):
        assert said(response, "retry-after").isdigit(), f"{response.status_code} without Retry-After"
    if "api/docs" not in case.path and "openapi" not in case.path:
        found = INTERNALS.search(response.content)
        assert not found, f"tells of the server's insides: {found[0]!r}"


@schemathesis.check
def refuses_by_contract(ctx, response, case):
    """A refusal is a problem document with all its fields, whose code goes with the status."""
    kind = said(response, "content-type").split(";")[0]
    if response.status_code < 400 or operation_of(case) in IN_OTHER_WORDS or kind == "text/html":
        return
    if response.status_code == 503 and case.path.startswith(("/ready", "/health")):
        return
    assert kind == PROBLEM, f"{response.status_code} as {kind!r}"
    problem = json.loads(response.content)
    assert set(problem) == FIELDS, f"fields: {sorted(problem)}"
    assert problem["status"] == response.status_code, f"status {problem['status']} in {response.status_code}"
    assert problem["code"] in CODES.get(response.status_code, ()), f"{problem['code']} is no code of {response.status_code}"
    assert problem["trace_id"] == said(response, "x-trace-id"), "another trace id"
    assert problem["title"] and problem["detail"] and problem["type"], "says nothing"
    if problem["code"] == "conflict":
        # A name that is taken.
        assert all(one["code"] == "taken" for one in problem["errors"]), f"a conflict with errors {problem['errors']}"
    else:
        assert bool(problem["errors"]) == (problem["code"] == "invalid"), f"{problem['code']} with errors {problem['errors']}"
    for one in problem["errors"]:
        assert set(one) == {"field", "code", "message"}, f"an error has {sorted(one)}"


@schemathesis.check
def streams_by_document(ctx, response, case):
    """Each frame of a live stream is one that the document names, with data by its schema."""
    if said(response, "content-type").split(";")[0] != "text/event-stream":
        return
    frames = [frame for frame in response.content.decode().split("\n\n") if "event: " in frame]
    assert frames, "a stream without a frame"
    for frame in frames:
        fields = dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line)
        assert fields["event"] in FRAMES, f"{fields['event']} is not described"
        wrong = [f"{error.instance_path}: {error.message}" for error in FRAMES[fields["event"]].iter_errors(json.loads(fields["data"]))]
        assert not wrong, f"{fields['event']}: {wrong}"
