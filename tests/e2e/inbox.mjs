// The inbox while it is open: the first that comes into it, an answer that fails, and more than stands on a page.
import assert from "node:assert/strict";
import { DEADLINE, api, found, join, live, suite } from "./lib.mjs";

const items = (page) => page.$$eval("#pane [data-notification]", (all) => all.map((one) => one.dataset.notification));
const first = (page, text) => page.locator("#pane .c-find--new:first-child", { hasText: text }).waitFor({ timeout: DEADLINE });

await suite(async ({ server, person, step }) => {
  const [ann, eve] = [await person(), await person()];
  const { base } = server;
  await found(ann, base, "ann");
  await join(ann, eve, base, "eve");
  const me = await eve.evaluate(() => document.body.dataset.me);
  const dm = await (await api(ann, base, "POST", "/api/dms", { user_ids: [me] })).json();
  const tell = async (text) => assert.ok((await api(ann, base, "POST", `/api/channels/${dm.id}/messages`, { body_md: text })).ok());
  const counts = (many) => eve.waitForFunction((many) => document.getElementById("inbox-count").textContent === many, String(many), { timeout: DEADLINE });

  await step("an empty inbox gets its first item while it is open", async () => {
    await live(eve);
    await eve.click('[data-pane="/inbox"]');
    await eve.locator("#pane .c-empty").waitFor();
    await tell("the first");
    await first(eve, "the first");
    assert.equal(await eve.locator("#pane .c-empty").count(), 0);
    await counts(1);
  });

  await step("what comes while the server fails is there once it answers again", async () => {
    let failed = 0;
    await eve.route("**/inbox", (route) => {
      failed += 1;
      return failed > 1 ? route.fallback() : route.fulfill({ status: 503, contentType: "text/plain", body: "" });
    });
    await tell("meanwhile");
    await first(eve, "meanwhile");
    assert.ok(failed > 1, `${failed} answers`);
    await counts(2);
    await eve.unroute("**/inbox");
  });

  await step("where more came than stands on a page nothing is missing in between", async () => {
    let isAway = true;
    await eve.route("**/inbox", (route) => (isAway ? route.abort() : route.fallback()));
    for (let number = 0; number < 60; number += 1) await tell(`told ${number}`);
    await counts(62);
    isAway = false;
    await tell("told last");
    await first(eve, "told last");
    const all = await (await api(eve, base, "GET", "/api/notifications?limit=200")).json();
    const newest = all.items.map((one) => one.id).toSorted().toReversed();
    const shown = await items(eve);
    assert.ok(shown.length < newest.length, "not all are on the page");
    assert.deepEqual(shown, newest.slice(0, shown.length));
    await eve.click("#pane [data-more]");
    await eve.locator("#pane", { hasText: "the first" }).waitFor({ timeout: DEADLINE });
    assert.deepEqual(await items(eve), newest);
  });
});
