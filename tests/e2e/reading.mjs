// What a reader sees: spoilers that open by click and by key, alerts of other programs, and a link from another site.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { found, live, seen, send, suite } from "./lib.mjs";

const root = new URL("../..", import.meta.url).pathname;
const shots = process.env.AJET_E2E_SHOTS;
const payload = (name) => JSON.parse(readFileSync(join(root, "crates/hook/tests/payloads", `${name}.json`), "utf8"));

await suite(async ({ server, person, step }) => {
  const ann = await person();
  await found(ann, server.base, "ann");
  const address = ann.url();

  const spoiler = (text) => ann.locator("#scroll .spoiler", { has: ann.locator("span", { hasText: text }) }).first();

  await step("a spoiler hides its text and its link until it is clicked", async () => {
    await send(ann, "the end: ||see https://x.example/secret :tada:||");
    const hidden = spoiler("see");
    await hidden.waitFor();
    const link = hidden.locator("a");
    assert.equal(await link.isVisible(), false);
    assert.equal(await hidden.getAttribute("role"), "button");
    await hidden.click();
    await link.waitFor({ state: "visible" });
    assert.equal(await link.getAttribute("href"), "https://x.example/secret");
    assert.equal(await hidden.getAttribute("role"), null);
  });

  await step("a spoiler opens by key, wherever it comes from", async () => {
    await send(ann, "once more: ||by **key**||");
    const hidden = spoiler("by");
    await hidden.waitFor();
    await hidden.focus();
    await ann.keyboard.press("Enter");
    await hidden.locator("strong").waitFor({ state: "visible" });
    await ann.reload();
    await live(ann);
    assert.equal(await spoiler("by").locator("strong").isVisible(), false, "hidden again on a new page");
    await spoiler("by").focus();
    await ann.keyboard.press("Space");
    await spoiler("by").locator("strong").waitFor({ state: "visible" });
  });

  await step("alerts of other programs are readable", async () => {
    const channel = address.split("/").pop();
    const made = await ann.request.post(`${server.base}/api/channels/${channel}/webhooks`, {
      data: { name: "Alerts" }, headers: { origin: server.base },
    });
    const { url } = await made.json();
    for (const [name, shown] of [
      ["alertmanager-slack-actions", "FIRING"], ["github-push", "pushed"], ["grafana-unified-slack", "Grafana"], ["healthchecks-slack", "DOWN"],
    ]) {
      const { endpoint, event, payload: data } = payload(name);
      const headers = event ? { "x-github-event": event } : {};
      const answer = await ann.request.post(endpoint === "any" ? url : `${url}/${endpoint}`, { data, headers });
      assert.equal(answer.status(), 200, name);
      const last = ann.locator("#scroll .c-message[data-id]", { hasText: shown }).last();
      await last.waitFor();
      if (shots) await last.screenshot({ path: join(shots, `${name.split("-")[0]}.png`) });
    }
  });

  await step("a link on another site leads to the page, not to the sign-in", async () => {
    const site = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<a href="${address}">the channel</a>`);
    });
    await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
    try {
      // Another site by its name: ports do not part sites.
      await ann.goto(`http://localhost:${site.address().port}/`);
      await ann.click("text=the channel");
      await ann.waitForURL(address);
      await live(ann);
      await seen(ann, "once more");
    } finally {
      site.close();
    }
  });
});
