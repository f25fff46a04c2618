#!/usr/bin/env node
// Measures the chat page in Chromium against a development server of its own, and prints the figures.
// Usage: script/web-figures.mjs [MESSAGES]   (after cargo build --workspace --bins; MESSAGES stand in the channel, 2000 by default)
//
// How each figure is taken:
// - bytes: what the network brought for a first visit, compressed, by Chromium's own count (CDP Network.loadingFinished)
// - first message: from the beginning of the navigation to the first row, by the page's own clock
// - another screen: from the key press to the frame after the row stands on the second page; both clocks are this machine's
// - scrolling: frames over 50 ms while the list is scrolled to its beginning, by Chromium's tracing (`RunTask` of the renderer's main thread)
// - growth: rows, and heap after garbage collection, before and after live messages
import { suite, found, invite, live, seen } from "../tests/e2e/lib.mjs";

const MESSAGES = Number(process.argv[2] ?? 2000);
const LIVE = 1000;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const say = (name, value, limit) => console.log(`${name.padEnd(34)} ${String(value).padStart(10)}   (${limit})`);

const heap = async (client) => {
  await client.send("HeapProfiler.collectGarbage");
  return (await client.send("Runtime.getHeapUsage")).usedSize;
};

await suite(async ({ server, person, tab }) => {
  const [ann, bob] = await Promise.all([person(), person({ serviceWorkers: "block" })]);
  await found(ann, server.base, "ann");
  await invite(ann, bob, "bob");
  const address = ann.url();
  const channel = address.split("/").pop();
  const post = (body_md) => ann.request.post(`${server.base}/api/channels/${channel}/messages`, { data: { body_md }, headers: { origin: server.base } });
  for (let n = 0; n < MESSAGES; n += 20) await Promise.all(Array.from({ length: 20 }, (_, at) => post(`line ${n + at} of **many**, some longer than others`)));

  const fresh = await tab(bob);
  const client = await fresh.context().newCDPSession(fresh);
  await client.send("Network.enable");
  await client.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  client.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await fresh.addInitScript(() => {
    const look = () => (document.querySelector(".c-message") ? (window.firstRow = performance.now()) : requestAnimationFrame(look));
    look();
  });
  await fresh.goto(address);
  await live(fresh);
  say("first load, compressed", `${(bytes / 1024).toFixed(1)} KiB`, "at most 100 KiB");
  say("first message", `${Math.round(await fresh.evaluate(() => window.firstRow))} ms`, "under 300 ms");

  const delays = [];
  for (let n = 0; n < 40; n += 1) {
    const text = `to the other screen ${n}`;
    const shown = bob.evaluate((wanted) => new Promise((resolve) => {
      const look = () => ([...document.querySelectorAll("#scroll .c-message__body")].at(-1)?.textContent.includes(wanted) ? resolve(Date.now()) : requestAnimationFrame(look));
      look();
    }), text);
    await ann.fill("#body", text);
    const pressed = ann.evaluate(() => new Promise((resolve) => {
      document.addEventListener("keydown", () => resolve(Date.now()), { once: true, capture: true });
    }));
    await ann.press("#body", "Enter");
    delays.push((await shown) - (await pressed));
  }
  say("on another screen, median", `${median(delays)} ms`, "under 50 ms");

  await client.send("Tracing.start", { categories: "devtools.timeline,toplevel", transferMode: "ReportEvents" });
  const tasks = [];
  client.on("Tracing.dataCollected", ({ value }) => tasks.push(...value.filter(({ name, dur }) => name === "RunTask" && dur)));
  await fresh.evaluate(async () => {
    const list = document.getElementById("scroll");
    for (let step = 0; step < 400; step += 1) {
      list.scrollTop -= 900;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  const done = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.end");
  await done;
  say("tasks over 50 ms while scrolling", tasks.filter(({ dur }) => dur > 50_000).length, "none");
  say("longest", `${(Math.max(0, ...tasks.map(({ dur }) => dur)) / 1000).toFixed(1)} ms`, "at most 50 ms");

  await fresh.click("#jump");
  const before = await heap(client);
  for (let n = 0; n < LIVE; n += 20) await Promise.all(Array.from({ length: 20 }, (_, at) => post(`live ${n + at}`)));
  await seen(fresh, `live ${LIVE - 1}`);
  say("rows after live messages", await fresh.locator("#scroll .c-message[data-id]").count(), "at most 200");
  say("growth of the heap", `${((await heap(client) - before) / 1048576).toFixed(2)} MiB`, `${LIVE} live messages`);
});
