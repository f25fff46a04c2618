#!/usr/bin/env node
// Measures the chat page in Chromium against a development server of its own, and prints the figures beside their goals.
// Usage: [AJET_BUILD=release] script/web-figures.mjs [--messages 100000] [--live 10000] [--visits 7] [--sends 40] [--scroll-seconds 60] [--report-only]
// (after cargo build --workspace --bins; with --release where AJET_BUILD says so). Smaller numbers are for trying it out.
//
// How each figure is taken:
// - bytes: what the server sent for a first visit of a signed-in browser until the page is live and its service worker stands, with heads of
//   answers, counted by a proxy on the way, since Chromium's own count leaves out what workers ask for
// - first message: from the beginning of the navigation to the end of the frame in which the first row stands, with an empty cache and a process
//   of its own for the page; median of the visits
// - another screen: from the click on Send to the end of the frame in which the row stands on the second page; both clocks are this machine's
// - scrolling: frames over 50 ms while the list is scrolled up by 900 px a frame, with all pages that it fetches on the way, and down again for
//   a quarter of that time. A frame lasts from one call of requestAnimationFrame to the next. Chromium's tracing (`RunTask` of the page's main
//   thread) says what the longest were spent on, and how much of it the thread itself ran
// - growth: heap after garbage collection and DOM nodes, while people post as fast as the server answers; counted from where the list is full
//
// The program ends with 1 where a goal is missed, but with --report-only.
import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { api, build, found, join, live, seen, suite } from "../tests/e2e/lib.mjs";
import { filling, sample } from "../tests/e2e/support/history.mjs";
import { meter } from "../tests/e2e/support/meter.mjs";
import { traced } from "../tests/e2e/support/trace.mjs";

const { values: options } = parseArgs({
  options: {
    messages: { type: "string", default: "100000" },
    live: { type: "string", default: "10000" },
    visits: { type: "string", default: "7" },
    sends: { type: "string", default: "40" },
    "scroll-seconds": { type: "string", default: "60" },
    "report-only": { type: "boolean", default: false },
  },
});
const [MESSAGES, LIVE, VISITS, SENDS, SCROLL_S] = ["messages", "live", "visits", "sends", "scroll-seconds"].map((name) => Number(options[name]));
/** Requests in flight while people post. */
const AT_ONCE = 16;
const STEP_PX = 900;
/** Frames begin with the screen's 60 a second: three of these are 50 ms and a rounding. */
const FRAME_MS = 50.5;
const TASK_MS = 50;
/** Messages that fill the window before growth is counted. */
const WINDOW = 300;
/** A message that stayed in memory would take some kilobytes, and some twenty nodes: what is below this is chance. */
const GROWTH_BYTES = 64;
const GROWTH_NODES = 0.02;

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const longest = (values) => Math.max(0, ...values);
const missed = [];

/** A line of the table: what, its figure, and the goal with whether it is met. Without a goal it only tells. */
const say = (name, figure, goal = "", isMet = true) => {
  if (!isMet) missed.push(name);
  const verdict = goal ? `${goal.padEnd(18)} ${isMet ? "met" : "MISSED"}` : "";
  console.log(`${name.padEnd(44)} ${figure.padStart(14)}   ${verdict}`.trimEnd());
};
const note = (text) => console.log(`    ${text}`);
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** A profile that is signed in as the person of a page, and has seen nothing yet. */
const unused = async (page, more = {}) => {
  const cookies = await page.context().cookies();
  const context = await page.context().browser().newContext({ viewport: { width: 1100, height: 700 }, ...more });
  await context.addCookies(cookies);
  return context;
};

const firstLoad = async (page, address) => {
  const counted = await meter();
  const context = await unused(page, { proxy: { server: counted.server } });
  const fresh = await context.newPage();
  await fresh.goto(address);
  await live(fresh);
  await fresh.evaluate(async () => { await navigator.serviceWorker.ready; });
  const kib = counted.bytes() / 1024;
  say("first load, compressed", `${kib.toFixed(1)} KiB`, "at most 100 KiB", kib <= 100);
  const files = counted.files();
  note(`${((counted.bytes() - files.reduce((sum, [, bytes]) => sum + bytes, 0)) / 1024).toFixed(1).padStart(6)} KiB  heads of answers`);
  for (const [name, bytes] of files) note(`${(bytes / 1024).toFixed(1).padStart(6)} KiB  ${name.replace(/[0-9a-f-]{36}/g, "…")}`);
  await context.close();
  counted.close();
};

/**
 * Visits an address with nothing kept: when the first row stood, and when the page's own bytes had come. With `again` the tab has shown it
 * before, so that the process, its fonts and its compiled code are there, but no file is.
 */
const visit = async (page, address, isOver, again = false) => {
  const context = await unused(page, { serviceWorkers: "block" });
  const fresh = await context.newPage();
  await fresh.addInitScript(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.firstRow = performance.now(); };
    const look = () => (document.querySelector(".c-message") ? port2.postMessage(null) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  });
  await fresh.goto(address);
  await isOver(fresh);
  if (again) {
    const client = await context.newCDPSession(fresh);
    await client.send("Network.setCacheDisabled", { cacheDisabled: true });
    await fresh.goto(address);
    await isOver(fresh);
  }
  const times = await fresh.evaluate(() => ({ row: window.firstRow, end: performance.getEntriesByType("navigation")[0].responseEnd }));
  await context.close();
  return times;
};

/** A page of one row and one rule, from a server that does nothing else: what a visit costs in this browser whatever the page is. */
const bare = async () => {
  const server = createServer(({ url }, answer) => {
    answer.setHeader("content-type", url === "/" ? "text/html" : "text/css");
    answer.end(url === "/" ? '<!doctype html><link rel="stylesheet" href="/a.css"><p class="c-message">one' : "p { margin: 0; }");
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
};

const firstMessage = async (page, address) => {
  const [one, times, warmTimes, bareTimes] = [await bare(), [], [], []];
  // In turn, so that all have the same machine.
  for (let n = 0; n < VISITS; n += 1) {
    times.push(await visit(page, address, live));
    warmTimes.push(await visit(page, address, live, true));
    bareTimes.push(await visit(page, one.address, (fresh) => fresh.waitForFunction(() => window.firstRow)));
  }
  one.close();
  const rows = times.map(({ row }) => row);
  say(`first message, median of ${VISITS} visits`, ms(median(rows)), "under 300 ms", median(rows) < 300);
  say("  longest", ms(longest(rows)));
  say("  of it until the page's last byte", ms(median(times.map(({ end }) => end))));
  say("  in a tab that has shown the page before", ms(median(warmTimes.map(({ row }) => row))));
  say("  a page of one row, from a server of one line", ms(median(bareTimes.map(({ row }) => row))));
};

/** When the newest row has a text, at the end of that frame. */
const whenShown = (page, text) => page.evaluate((wanted) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
  const look = () => {
    const last = document.querySelector("#scroll > .c-rows:not(.c-rows--pending)").lastElementChild;
    if (last?.querySelector(".c-message__body")?.textContent.includes(wanted)) port2.postMessage(null);
    else requestAnimationFrame(look);
  };
  look();
}), text);

const otherScreen = async (from, to) => {
  const delays = [];
  for (let n = 0; n < SENDS; n += 1) {
    const text = `to the other screen ${n}`;
    const shown = whenShown(to, text);
    await from.fill("#body", text);
    const clicked = from.evaluate(() => new Promise((resolve) => {
      document.addEventListener("click", () => resolve(performance.timeOrigin + performance.now()), { once: true, capture: true });
    }));
    await from.click(".c-composer__send");
    delays.push((await shown) - (await clicked));
  }
  say(`on another screen, median of ${SENDS}`, ms(median(delays)), "under 50 ms", median(delays) < 50);
  say("  longest", ms(longest(delays)));
};

/** Scrolls a step each frame, until there is no more or the time is over: when each frame began, and how long it was. */
const scroll = (page, step, seconds) => page.evaluate(([by, until]) => new Promise((resolve) => {
  const list = document.getElementById("scroll");
  const [frames, begun, side] = [[], performance.now(), by < 0 ? "before" : "after"];
  let before = null;
  const next = (at) => {
    if (before !== null) frames.push({ at: before, ms: at - before });
    before = at;
    const was = list.scrollTop;
    list.scrollTop += by;
    const isOver = list.scrollTop === was && list.dataset[side] === undefined;
    if (isOver || at - begun > until * 1000) resolve(frames);
    else requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}), [step, seconds]);

/** How far back the list has been scrolled, as a number in the channel's order. */
const place = (page) => page.evaluate(() => Number(document.querySelector("#scroll .c-message[data-seq]").dataset.seq));

const scrolling = async (page) => {
  const from = await place(page);
  const { result, tasks, threads } = await traced(page, async () => {
    const up = await scroll(page, -STEP_PX, SCROLL_S);
    const reached = await place(page);
    return { frames: [...up, ...(await scroll(page, STEP_PX, SCROLL_S / 4))], reached };
  });
  const lengths = sorted(result.frames.map((frame) => frame.ms));
  const over = result.frames.filter((frame) => frame.ms > FRAME_MS);
  say("frames over 50 ms while scrolling", `${over.length}`, "none", over.length === 0);
  say("  frames; messages passed", `${lengths.length}; ${from - result.reached}`);
  say("  frame, median / p99 / longest", `${[median(lengths), lengths[Math.floor(lengths.length * 0.99)], lengths.at(-1)].map(Math.round).join(" / ")} ms`);
  for (const { at, ms: took } of over.toSorted((a, b) => b.ms - a.ms).slice(0, 5)) note(`frame of ${took.toFixed(1)} ms: ${told(threads(at, at + took))}`);
  say("  tasks of the main thread over 50 ms", `${tasks.filter((task) => task.ms > TASK_MS).length} of ${tasks.length}`);
  // What the thread ran itself does not depend on what else the machine does.
  say("  longest that one of them ran by itself", ms(longest(tasks.map((task) => task.cpuMs))));
  for (const task of tasks.toSorted((a, b) => b.ms - a.ms).slice(0, 5)) note(`task of ${task.ms.toFixed(1)} ms, ${task.cpuMs.toFixed(1)} of it run: ${told(task.parts())}`);
};
const told = (sums) => sums.slice(0, 5).map(([name, took]) => `${name} ${took.toFixed(1)}`).join(", ");

/** People post so many messages, some at once, and then one that tells that all before it were. */
const pour = async (base, channel, people, count, last) => {
  let next = 0;
  const one = async (at) => {
    while (next < count) {
      next += 1;
      const answer = await api(people[at % people.length], base, "POST", `/api/channels/${channel}/messages`, { body_md: `live ${next}, of **some** length with \`code\` in it` });
      if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(at)));
  await api(people[0], base, "POST", `/api/channels/${channel}/messages`, { body_md: last });
};

/** What a page holds, after garbage collection. */
const held = async (client) => {
  // What the first collection frees may hold on to more.
  for (let turn = 0; turn < 2; turn += 1) await client.send("HeapProfiler.collectGarbage");
  const [{ usedSize }, { nodes, jsEventListeners }] = [await client.send("Runtime.getHeapUsage"), await client.send("Memory.getDOMCounters")];
  return { heap: usedSize, nodes, listeners: jsEventListeners };
};

const growth = async (page, base, channel, people) => {
  const client = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    window.came = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node.dataset?.id) window.came += 1;
    }).observe(document.querySelector("#scroll > .c-rows:not(.c-rows--pending)"), { childList: true });
  });
  const stops = [0, 1, 2, 3, 4].map((quarter) => Math.round((LIVE * quarter) / 4));
  const states = [];
  const began = Date.now();
  for (const [n, stop] of stops.entries()) {
    const last = `so far ${stop}, and no more`;
    await pour(base, channel, people, n === 0 ? WINDOW : stop - stops[n - 1], last);
    await seen(page, last);
    states.push(await held(client));
  }
  const rate = (LIVE + WINDOW) / ((Date.now() - began) / 1000);
  const [first, last] = [states[0], states.at(-1)];
  const rows = await page.locator("#scroll .c-message[data-id]").count();
  say("rows after live messages", `${rows}`, "at most 200", rows <= 200);
  const [bytes, nodes] = [(last.heap - first.heap) / LIVE, (last.nodes - first.nodes) / LIVE];
  say("heap, growth a message", `${bytes.toFixed(1)} B`, `under ${GROWTH_BYTES} B`, bytes < GROWTH_BYTES);
  say("DOM nodes, growth a message", nodes.toFixed(3), `under ${GROWTH_NODES}`, nodes < GROWTH_NODES);
  for (const [n, state] of states.entries()) {
    note(`after ${String(stops[n]).padStart(6)}: ${(state.heap / 1048576).toFixed(2)} MiB, ${state.nodes} nodes, ${state.listeners} listeners`);
  }
  const came = await page.evaluate(() => window.came);
  say("  messages that came live; a second", `${came}; ${rate.toFixed(0)}`);
  if (came < LIVE + WINDOW) throw new Error(`of ${LIVE + WINDOW} live messages the page was given ${came}`);
};

await suite(async ({ server, person, tab }) => {
  const [ann, ...others] = await Promise.all(Array.from({ length: 4 }, () => person({ serviceWorkers: "block" })));
  await found(ann, server.base, "ann");
  for (const [n, other] of others.entries()) await join(ann, other, server.base, ["bob", "cem", "dagny"][n]);
  const [address, people] = [ann.url(), [ann, ...others]];
  const channel = address.split("/").pop();
  const samples = await sample(server.base, ann, people);
  for (const one of people) await one.goto("about:blank");
  await server.stop();
  server.sql(...filling(channel, samples, MESSAGES));
  await server.start();

  console.log(`\n${build} build, ${availableParallelism()} cores for browser, server and database; ${MESSAGES} messages in the channel\n`);
  const [bob] = others;
  await firstLoad(bob, address);
  await firstMessage(bob, address);
  for (const one of [ann, bob]) {
    await one.goto(address);
    await live(one);
  }
  await otherScreen(ann, bob);
  await ann.goto("about:blank");
  await bob.goto("about:blank");
  const page = await tab(bob);
  await page.goto(address);
  await live(page);
  await scrolling(page);
  await page.reload();
  await live(page);
  await growth(page, server.base, channel, people);

  if (missed.length > 0) console.log(`\nmissed: ${missed.join(", ")}`);
  return options["report-only"] || missed.length === 0;
});
