// Without a network: what was read before opens, knows how old it is, and is whole again; and nothing of it is left after three days, nor once the
// session is over, wherever it was ended.
import assert from "node:assert/strict";
import { DEADLINE, api, found, join, live, seen, send, suite } from "./lib.mjs";

/** Waits until the service worker has kept the page that is open, as it was with this text last. */
const kept = (page, text) => page.waitForFunction(
  async (wanted) => (await (await caches.match(location.pathname))?.text())?.includes(wanted),
  text, { timeout: DEADLINE },
);

/** Has the browser keep what a person leaves: a text that was not sent, and an emoji that was used. */
const leave = (page) => page.evaluate(() => {
  const { me } = document.body.dataset;
  localStorage.setItem(`ajet-out:${me}:key`, JSON.stringify({ key: "key", at: 1, failed: "no", text: "unsent" }));
  localStorage.setItem(`ajet-emoji:${me}`, JSON.stringify({ "🎉": 1 }));
});

/** Waits until nothing of a person is left: no page, and nothing beside it. */
const nothing = (page) => page.waitForFunction(
  async () => !(await caches.has("ajet-pages")) && localStorage.length + sessionStorage.length === 0, null, { timeout: DEADLINE },
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

  await step("a page that was kept for three days is not shown", async () => {
    const old = await tab(ann);
    await old.goto(address);
    await kept(old, "with a network");
    await old.evaluate(async () => {
      const [pages, path] = [await caches.open("ajet-pages"), location.pathname];
      const answer = await pages.match(path);
      const headers = new Headers(answer.headers);
      headers.set("x-kept-at", Date.now() - 3 * 86_400_000 - 1);
      await pages.put(path, new Response(await answer.text(), { headers }));
    });
    await server.stop();
    await old.goto(address);
    await old.locator("h1", { hasText: "Offline" }).waitFor();
    assert.equal(await old.locator("a", { hasText: "#general" }).count(), 0, "nor is it named");
    await server.start();
    await old.close();
  });

  const device = await person();
  const endOthers = async () => {
    assert.ok((await api(device, server.base, "DELETE", "/api/me/sessions")).ok());
    assert.equal((await api(ann, server.base, "GET", "/api/me")).status(), 401);
  };
  const signInAgain = async () => {
    assert.equal((await api(ann, server.base, "POST", "/auth/dev", { username: "ann" })).status(), 200);
    await ann.goto(address);
    await live(ann);
    await kept(ann, "with a network");
    await leave(ann);
  };

  await step("who is signed in and comes to the sign-in page keeps what was not sent", async () => {
    assert.equal((await api(device, server.base, "POST", "/auth/dev", { username: "ann" })).status(), 200);
    await ann.goto(address);
    await live(ann);
    await leave(ann);
    const asked = ann.waitForResponse((answer) => answer.url().endsWith("/api/me"));
    await ann.goto(`${server.base}/sign-in`);
    assert.equal((await asked).status(), 200);
    await ann.waitForFunction(async () => !(await caches.has("ajet-pages")), null, { timeout: DEADLINE });
    assert.equal(await ann.evaluate(() => localStorage.length), 2);
  });

  await step("a session that was ended elsewhere while no page was open leaves nothing once one opens", async () => {
    await ann.goto(address);
    await kept(ann, "with a network");
    await ann.goto("about:blank");
    await endOthers();
    await ann.goto(address);
    await ann.waitForURL(/\/sign-in/);
    await nothing(ann);
  });

  await step("a session that is ended elsewhere while its page is open leaves nothing at once", async () => {
    await signInAgain();
    await endOthers();
    await ann.waitForURL(/\/sign-in/);
    await nothing(ann);
  });

  await step("a page that has no live stream learns it by its next request, which is not kept to be sent", async () => {
    const page = await person({ serviceWorkers: "block" });
    await page.addInitScript(() => { delete window.SharedWorker; });
    await page.route("**/stream", (route) => route.abort());
    assert.equal((await api(page, server.base, "POST", "/auth/dev", { username: "ann" })).status(), 200);
    await page.goto(address);
    await leave(page);
    await endOthers();
    await page.fill("#body", "too late");
    await page.press("#body", "Enter");
    await nothing(page);
    await page.close();
  });

  await step("after a sign-out nothing that was read is left", async () => {
    await signInAgain();
    await ann.locator('form[action="/sign-out"] button').first().click();
    await ann.waitForURL(/\/sign-in/);
    await nothing(ann);
    assert.equal((await api(ann, server.base, "GET", "/api/me")).status(), 401);
  });
});
