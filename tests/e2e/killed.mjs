// The server is killed and started again under two pages. One of them is written in, reads further up and has a thread open; the other one goes
// on writing. Both are whole again without a reload: what was begun stands where it stood, and what was sent is there once.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, join, live, message, seen, send, suite, texts } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";

/** How far a row is from the top of the list. */
const placeOf = (page, text) => page.evaluate((wanted) => {
  const row = [...document.querySelectorAll("#scroll .c-message[data-id]")].find((one) => one.textContent.includes(wanted));
  return Math.round(row.getBoundingClientRect().top - document.getElementById("scroll").getBoundingClientRect().top);
}, text);

await suite(async ({ server, person, step }) => {
  const { base } = server;
  const [ann, bob] = await Promise.all([person(), person()]);
  let loads = 0;
  await found(ann, base, "ann");
  await join(ann, bob, base, "bob");
  for (const page of [ann, bob]) page.on("load", () => { loads += 1; });
  const channel = ann.url().split("/").pop();
  for (let n = 0; n < 60; n += 1) assert.equal((await api(bob, base, "POST", `/api/channels/${channel}/messages`, { body_md: `line ${n}.` })).status(), 201);
  await seen(ann, "line 59.");

  await step("Ann reads further up, has a thread open and has begun two texts", async () => {
    await act(ann, "line 57.", "thread");
    await ann.fill("#reply", "half a reply");
    await ann.fill("#body", "half a message");
    await ann.evaluate(() => {
      const list = document.getElementById("scroll");
      list.scrollTop = 0;
      list.scrollTop = Math.round((list.scrollHeight - list.clientHeight) / 2);
    });
    await ann.locator("#jump:not([hidden])").waitFor();
  });

  await step("the server is killed: both pages say so quietly, and what is written waits", async () => {
    await server.kill();
    for (const page of [ann, bob]) await page.locator("#connection", { hasText: "reconnecting" }).waitFor();
    await send(bob, "into the void");
    await send(bob, "and once more");
    await bob.locator(".c-message--pending").nth(1).waitFor();
    await lookAround(bob, "killed-waiting");
    await lookAround(ann, "killed-reading");
  });

  await step("once it is back both are whole, and each message is there once and in its order", async () => {
    const before = await placeOf(ann, "line 30.");
    await server.start();
    await Promise.all([live(ann), live(bob)]);
    await seen(bob, "into the void");
    await bob.waitForFunction(() => document.querySelectorAll(".c-rows--pending > li").length === 0, null, { timeout: DEADLINE });
    assert.deepEqual((await texts(bob)).slice(-3), ["line 59.", "into the void", "and once more"]);
    await ann.locator("#jump .c-badge", { hasText: "2" }).waitFor();
    assert.ok(Math.abs((await placeOf(ann, "line 30.")) - before) <= 1, "what Ann reads stays where it is");
    assert.equal(await ann.inputValue("#body"), "half a message");
    assert.equal(await ann.inputValue("#reply"), "half a reply");
    assert.equal(await ann.locator("#connection").innerText(), "");
  });

  await step("Ann goes on with what she had begun", async () => {
    await ann.press("#reply", "Enter");
    await message(bob, "line 57.").locator(".c-thread-line").waitFor();
    await ann.press("#body", "Enter");
    await seen(bob, "half a message");
    await seen(ann, "and once more");
    assert.deepEqual((await texts(ann)).slice(-3), (await texts(bob)).slice(-3));
    assert.equal(loads, 0, "no page was loaded anew");
  });
});
