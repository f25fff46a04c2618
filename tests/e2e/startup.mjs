// A page goes live however late one of its files arrives, and then shows what was written meanwhile and afterwards.
import assert from "node:assert/strict";
import { setTimeout as after } from "node:timers/promises";
import { found, invite, live, seen, send, suite } from "./lib.mjs";

/** By how much a file is late: longer than everything else that a page does before it goes live. */
const LATE_MS = 400;

const filesOf = (page) => page.evaluate(() =>
  [...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((one) => one.src || one.href));

// What a service worker keeps is never late.
await suite(async ({ server, person, tab, step }) => {
  const [ann, bob] = await Promise.all([person(), person({ serviceWorkers: "block" })]);
  await found(ann, server.base, "ann");
  await invite(ann, bob, "bob");
  const address = bob.url();
  const files = await filesOf(bob);
  for (const ending of [".js", ".css"]) {
    assert.ok(files.some((file) => file.endsWith(ending)), `the page loads a file ${ending}: ${files}`);
  }

  for (const file of files) {
    const name = file.split("/").pop();
    await step(`with ${name} late, the page goes live and misses nothing`, async () => {
      const page = await tab(bob);
      let loads = 0;
      page.on("load", () => { loads += 1; });
      await page.route((url) => url.href === file, async (route) => {
        await after(LATE_MS);
        await route.continue();
      });
      await Promise.all([
        page.goto(address),
        page.waitForRequest(file).then(() => send(ann, `while ${name} was late`)),
      ]);
      await live(page);
      await seen(page, `while ${name} was late`);
      await send(ann, `after ${name} was late`);
      await seen(page, `after ${name} was late`);
      assert.equal(loads, 1, "without a reload");
      await page.close();
    });
  }
});
