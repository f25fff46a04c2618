// The modules of the page that need no browser: frames of the stream, what a tab gets that comes late, names that fit, marks, days.
import assert from "node:assert/strict";
import { dayOf, formats, isTogether } from "../../crates/web/assets/js/days.js";
import { isCommand, marked, namedAt } from "../../crates/web/assets/js/format.js";
import { Frames } from "../../crates/web/assets/js/frames.js";
import { idBefore } from "../../crates/web/assets/js/ids.js";
import { Line } from "../../crates/web/assets/js/line.js";
import { best, fit } from "../../crates/web/assets/js/match.js";
import { Ring } from "../../crates/web/assets/js/ring.js";

let passed = 0;
const test = async (name, check) => {
  await check();
  passed += 1;
  console.log(`ok ${passed} - ${name}`);
};

await test("frames come whole, however the bytes are cut", () => {
  const text = "retry: 700\nid: a\nevent: ready\ndata: {}\n\n: still here\n\nid: b\nevent: message.created\ndata: <li>\ndata: x: y</li>\n\n";
  const whole = [
    { id: "a", event: "ready", data: "{}", retry: 700 },
    { id: "b", event: "message.created", data: "<li>\nx: y</li>", retry: undefined },
  ];
  for (let size = 1; size < text.length; size += 1) {
    const frames = new Frames();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...frames.feed(text.slice(at, at + size)));
    assert.deepEqual(found, whole, `in pieces of ${size}`);
  }
});

await test("a tab gets what came since its page was asked for, or is told that something is missing", () => {
  const ring = new Ring(2);
  assert.equal(ring.since(5), null, "nothing is known yet");
  ring.begin(10);
  ring.push("a", 11);
  ring.push("b", 12);
  assert.deepEqual(ring.since(10), ["a", "b"]);
  assert.deepEqual(ring.since(12), ["b"]);
  assert.equal(ring.since(9), null, "before the stream began");
  ring.push("c", 13);
  assert.equal(ring.since(11), null, "the first one has left");
  assert.deepEqual(ring.since(12), ["b", "c"]);
  ring.broken(20);
  assert.equal(ring.since(19), null);
  assert.deepEqual(ring.since(20), []);
});

await test("a stream goes on from its last frame, and ends with the session", async () => {
  const asked = [];
  const answers = [
    "retry: 1\nid: a\nevent: ready\ndata: {}\n\nid: b\nevent: x\ndata: 1\n\n",
    "id: b\nevent: ready\ndata: {}\n\nid: c\nevent: ping\ndata: {}\n\n",
    401,
  ];
  globalThis.fetch = async (_, { headers }) => {
    asked.push(headers["last-event-id"]);
    const next = answers.shift();
    return next === 401 ? new Response("", { status: 401 }) : new Response(next);
  };
  const told = [];
  const states = [];
  await new Promise((resolve) => {
    const line = new Line("/stream", "start", (frame) => told.push(frame.event), (state) => {
      states.push(state);
      if (state === "lost") setTimeout(() => line.hurry());
      if (state === "ended") resolve();
    });
    line.start();
  });
  assert.deepEqual(asked, ["start", "b", "c"]);
  assert.deepEqual(told, ["x"], "a ping brings a cursor and nothing to show");
  assert.deepEqual(states, ["live", "lost", "live", "lost", "ended"]);
});

await test("a stream that is another person's by now ends without a frame of theirs", async () => {
  const answers = ['id: a\nevent: ready\ndata: {"user_id":"bob"}\n\nid: b\nevent: x\ndata: 1\n\n'];
  globalThis.fetch = async () => new Response(answers.shift());
  const told = [];
  const ended = await new Promise((resolve) => {
    new Line("/stream", "start", (frame) => told.push(frame), (state) => resolve(state), "ann").start();
  });
  assert.equal(ended, "ended");
  assert.deepEqual(told, []);
});

await test("a tab that comes after a session has ended is not told of that end", async () => {
  globalThis.self = globalThis;
  globalThis.fetch = async () => new Response("", { status: 401 });
  await import("../../crates/web/assets/js/stream-worker.js");
  const opened = (tab) => {
    const told = [];
    const ended = new Promise((resolve) => {
      const port = { postMessage: (message) => { told.push(message); if (message.state === "ended") resolve(); } };
      self.onconnect({ ports: [port] });
      port.onmessage({ data: { hello: { cursor: "a", since: 0, tab, me: "ann" } } });
    });
    return { told, ended };
  };
  await opened("one").ended;
  const next = opened("two");
  assert.deepEqual(next.told, [{ state: "lost" }]);
  await next.ended;
});

await test("names fit by their beginnings, words and letters, without accents", () => {
  assert.ok(fit("general", "gen") > fit("engineering", "gen"));
  assert.ok(fit("José Müller", "mull") > 0);
  assert.equal(fit("general", "xyz"), 0);
  assert.deepEqual(best(["general", "release-notes"], "rn", (name) => name, 1), ["release-notes"]);
  assert.deepEqual(best(["a", "b"], "", (name) => name), ["a", "b"]);
  assert.equal(fit("a", "("), 0, "no letter is a pattern");
});

await test("the id before another one is the next lower number", () => {
  assert.equal(idBefore("0197f000-0000-7000-8000-000000000001"), "0197f000-0000-7000-8000-000000000000");
  assert.equal(idBefore("0197f000-0000-7000-8000-000000000000"), "0197f000-0000-7000-7fff-ffffffffffff");
});

const applied = (text, start, end, mark) => {
  const { from, to, put, start: a, end: b } = marked(text, start, end, mark);
  const done = text.slice(0, from) + put + text.slice(to);
  return [done, done.slice(a, b)];
};

await test("marks are set and taken away", () => {
  assert.deepEqual(applied("a word b", 2, 6, "**"), ["a **word** b", "word"]);
  assert.deepEqual(applied("a **word** b", 4, 8, "**"), ["a word b", "word"]);
  assert.deepEqual(applied("a **word** b", 2, 10, "**"), ["a word b", "word"]);
  assert.deepEqual(applied("a **word** b", 4, 8, "*"), ["a ***word*** b", "word"]);
  assert.deepEqual(applied("one\ntwo", 1, 6, "> "), ["> one\n> two", "> one\n> two"].slice(0, 1).concat("> one\n> tw"));
});

await test("what is named before the cursor is found", () => {
  assert.deepEqual(namedAt("hi @an", 6), { sign: "@", typed: "an", from: 3 });
  assert.deepEqual(namedAt("#ge", 3), { sign: "#", typed: "ge", from: 0 });
  assert.deepEqual(namedAt("/to", 3), { sign: "/", typed: "to", from: 0 });
  assert.equal(namedAt("a@b", 3), null, "an address is no mention");
  assert.equal(namedAt("at 10:3", 7), null, "a time is no emoji");
  assert.equal(isCommand("/topic x"), true);
  assert.equal(isCommand("/ x"), false);
});

await test("days part messages, and five minutes", () => {
  const at = new Date(2026, 10, 27, 23, 59).getTime();
  const one = { author: "a", name: "A", at, system: false };
  assert.equal(dayOf(at + 120_000), dayOf(at) + 1);
  assert.equal(isTogether(one, { ...one, at: at + 30_000 }), true);
  assert.equal(isTogether(one, { ...one, at: at + 120_000 }), false, "midnight lies between");
  assert.equal(isTogether(one, { ...one, name: "B" }), false, "a webhook under another name");
  assert.equal(isTogether(null, one), false);
  assert.match(formats("de").day(at), /November 2026/);
  assert.match(formats("en").clock(at), /^\d\d:\d\d$/, "beside a row there is no room for AM");
});

console.log(`${passed} passed, 0 failed`);
