// Without a network: what was read before opens, knows how old it is, and is whole again; and nothing of it is left after a sign-out.
import assert from "node:assert/strict";
import { DEADLINE, api, found, join, live, seen, send, suite } from "./lib.mjs";

/** Waits until the service worker has kept the page that is open, as it was with this text last. */
const kept = (page, text) => page.waitForFunction(
  async (wanted) => (await (await caches.match(location.pathname))?.text())?.includes(wanted),
  text, { timeout: DEADLINE },
);

await suite(async ({ server, person, tab, step }) => {
  const ann = await person();
  await found(ann, server.base, "ann");
  const address = ann.url();
  const bob = await person();
  await join(ann, bob, server.base, "bob");
  await send(ann, "before it was kept");
  await seen(ann, "before it was kept");
  await ann.evaluate(() => navigator.serviceWorker.ready);
  // The worker answers for this page from now on.
  await ann.reload();
  await live(ann);
  await kept(ann, "before it was kept");
  let other = null;

  await step("a tab that opens without a network gets what came since its page was kept", async () => {
    await send(bob, "after it was kept");
    await seen(ann, "after it was kept");
    await server.stop();
    other = await tab(ann);
    await other.goto(address);
    await seen(other, "before it was kept");
    assert.match(await other.evaluate(() => document.body.dataset.kept), /^\d{13}$/);
    await seen(other, "after it was kept");
  });

  await step("a page that was not read before leads to what was", async () => {
    const lost = await tab(ann);
    await lost.goto(`${server.base}/settings`);
    await lost.locator("h1", { hasText: "Offline" }).waitFor();
    await lost.locator("a", { hasText: "#general · Ferris & Friends" }).click();
    await seen(lost, "before it was kept");
    await lost.close();
  });

  await step("once there is a network again it is whole", async () => {
    await server.start();
    await live(other);
    await send(bob, "with a network");
    await seen(other, "with a network");
    await other.close();
  });

  await step("a page that is gone is not kept", async () => {
    const home = await ann.evaluate(() => document.body.dataset.community);
    const made = await (await api(ann, server.base, "POST", `/api/communities/${home}/channels`, { name: "brief" })).json();
    const path = `/c/ferris/channels/${made.id}`;
    const before = await tab(ann);
    await before.goto(server.base + path);
    await kept(before, "brief");
    await before.close();
    assert.ok((await api(ann, server.base, "DELETE", `/api/channels/${made.id}`)).ok());
    const after = await tab(ann);
    assert.equal((await after.goto(server.base + path)).status(), 404);
    await after.waitForFunction(async () => !(await caches.match(location.pathname)), null, { timeout: DEADLINE });
    await after.close();
  });

  await step("after a sign-out nothing that was read is left", async () => {
    await live(ann);
    const own = await ann.evaluate(() => document.body.dataset.me);
    await ann.evaluate((me) => localStorage.setItem(`ajet-out:${me}:key`, JSON.stringify({ key: "key", at: 1, failed: "no", text: "unsent" })), own);
    await ann.locator('form[action="/sign-out"] button').first().click();
    await ann.waitForURL(/\/sign-in/);
    await ann.waitForFunction(async () => !(await caches.has("ajet-pages")) && !Object.keys(localStorage).some((key) => key.startsWith("ajet-out:")));
    assert.equal((await api(ann, server.base, "GET", "/api/me")).status(), 401);
  });
});
