// The pages beside the chat, in a real browser: a new owner goes through their own settings and those of a community, without and with
// scripts, in English and German, by mouse and by keyboard. Each page is looked at by axe-core, in both themes, on a phone and on a desk.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { api, found, signIn, suite } from "./lib.mjs";
import { faults } from "./support/look.mjs";

const shots = process.env.AJET_E2E_SHOTS;
const SIZES = [[390, 844], [1024, 768], [1600, 1000]];
const THEMES = ["light", "dark"];
const OWN = ["/settings/profile", "/settings/sessions", "/accounts", "/settings/blocked", "/settings/log", "/settings/data", "/settings/appearance", "/settings/notifications"];
const COMMUNITY = ["general", "channels", "roles", "members", "invites", "bans", "webhooks", "outgoing", "bots", "commands", "emoji", "audit"];
const SYSTEM = ["/system/settings", "/system/people", "/system/providers", "/system/audit"];

/** Pages of single things, which are made for it: the address of each. */
const single = async (page, base) => {
  const make = async (path, data) => {
    const answer = await api(page, base, "POST", path, data);
    assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const community = await page.evaluate(() => document.body.dataset.community);
  const { items: [channel] } = await (await api(page, base, "GET", `/api/communities/${community}/channels`)).json();
  const webhook = await make(`/api/channels/${channel.id}/webhooks`, { name: "CI" });
  const outgoing = await make(`/api/communities/${community}/outgoing_webhooks`, { url: "https://ci.example/hook", events: ["message.created"] });
  const bot = await make(`/api/communities/${community}/bots`, { name: "Robo", scopes: ["messages:read"] });
  // One that is on would stand on the page of the sign-in.
  const provider = await make("/api/system/oauth-providers", { type: "github", name: "Hub", client_id: "id", client_secret: "secret", enabled: false });
  const device = await (await page.request.fetch(`${base}/auth/device`, { method: "POST", form: { client_id: "a terminal" }, headers: { origin: base } })).json();
  return [
    `/c/ferris/settings/webhooks/${webhook.id}`, `/c/ferris/settings/outgoing/${outgoing.id}`, `/c/ferris/settings/bots/${bot.id}`,
    `/system/providers/${provider.id}`, "/auth/device", `/auth/device?user_code=${device.user_code}`,
  ];
};

/** How far a page is wider than its window. */
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

await suite(async ({ server, person, step }) => {
  const ann = await person();
  await found(ann, server.base, "ann");
  const pages = [...OWN, ...COMMUNITY.map((end) => `/c/ferris/settings/${end}`), ...SYSTEM, ...(await single(ann, server.base)), "/dev/components", "/"];

  await step("axe-core finds nothing on any page, and none is wider than its window", async () => {
    for (const colorScheme of THEMES) {
      await ann.emulateMedia({ colorScheme });
      for (const [width, height] of SIZES) {
        await ann.setViewportSize({ width, height });
        for (const path of pages) {
          assert.equal((await ann.goto(server.base + path)).status(), 200, path);
          const where = `${path} ${colorScheme} ${width}`;
          // What it finds differs by theme; by size only the navigation does, which is looked at below.
          if (width === 1024) assert.deepEqual(await faults(ann), [], where);
          assert.ok(await overflow(ann) <= 0, `${where} is too wide`);
          if (shots) {
            mkdirSync(shots, { recursive: true });
            const name = path.replaceAll(/[0-9a-f-]{36}/g, "one").replaceAll(/[^a-z]+/gi, "-").replace(/^-/, "") || "start";
            await ann.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: path === "/dev/components" });
          }
        }
      }
    }
    await ann.emulateMedia({ colorScheme: null });
    await ann.setViewportSize({ width: 1100, height: 700 });
  });

  await step("a form says in its place what is wrong, keeps what was typed, and is saved after it was put right", async () => {
    await ann.goto(`${server.base}/c/ferris/settings/general`);
    await ann.fill("#slug", "x");
    await ann.evaluate(() => document.querySelector("#slug").removeAttribute("pattern"));
    await ann.locator("form:has(#slug) button[type=submit]").click();
    await ann.locator("form:has(#slug) .problem", { hasText: "slug" }).waitFor();
    assert.equal(await ann.inputValue("#slug"), "x");
    await ann.fill("#slug", "friends");
    await ann.locator("form:has(#slug) button[type=submit]").click();
    await ann.waitForURL(/\/c\/friends\/settings\/general\?done=saved$/);
    await ann.locator(".banner-good", { hasText: "Saved." }).waitFor();
  });

  await step("what can't be taken back is asked for first, and Escape leaves it", async () => {
    await ann.goto(`${server.base}/c/friends/settings/general`);
    await ann.click("button[popovertarget=delete-community]");
    await ann.locator("#delete-community").waitFor({ state: "visible" });
    assert.deepEqual(await faults(ann), [], "the open dialog");
    await ann.keyboard.press("Escape");
    await ann.locator("#delete-community").waitFor({ state: "hidden" });
  });

  await step("the owner of the system deactivates an account, and reactivates it", async () => {
    const zoe = await person();
    const comesIn = async () => (await api(zoe, server.base, "POST", "/auth/dev", { username: "zoe" })).ok();
    assert.equal(await comesIn(), true);
    await ann.goto(`${server.base}/system/people`);
    assert.equal(await ann.locator("tr", { hasText: "@ann" }).getByRole("button").count(), 0, "no one deactivates themselves");
    await ann.fill("#q", "zoe");
    await ann.locator("form[role=search] button").click();
    const row = ann.locator("tr", { hasText: "@zoe" });
    await row.getByRole("button", { name: "Deactivate" }).click();
    await ann.locator("dialog:popover-open button[type=submit]").click();
    await row.locator(".badge", { hasText: "Deactivated" }).waitFor();
    assert.equal(await comesIn(), false);
    await row.getByRole("button", { name: "Reactivate" }).click();
    await row.getByRole("button", { name: "Deactivate" }).waitFor();
    assert.equal(await comesIn(), true);
    await zoe.context().close();
  });

  await step("on a phone the navigation is a drawer that opens and closes", async () => {
    await ann.setViewportSize({ width: 390, height: 844 });
    await ann.goto(`${server.base}/settings/profile`);
    assert.equal(await ann.locator(".sidebar").isVisible(), false);
    await ann.click("button[popovertarget=navigation]");
    await ann.locator(".sidebar").waitFor({ state: "visible" });
    assert.deepEqual(await faults(ann), [], "the open drawer");
    await ann.keyboard.press("Escape");
    await ann.locator(".sidebar").waitFor({ state: "hidden" });
    await ann.setViewportSize({ width: 1100, height: 700 });
  });

  await step("a chosen language and look hold for the next pages", async () => {
    await ann.goto(`${server.base}/settings/appearance`);
    await ann.check("input[name=theme][value=dark]");
    await ann.selectOption("#language", "de");
    await ann.locator("form:has(#language) button[type=submit]").click();
    await ann.locator(".banner-good", { hasText: "Gespeichert." }).waitFor();
    assert.equal(await ann.evaluate(() => document.documentElement.lang), "de");
    assert.equal(await ann.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
  });

  await step("German, keyboard only: a role is made and given a permission", async () => {
    await ann.goto(`${server.base}/c/friends/settings/roles`);
    await ann.keyboard.press("Tab");
    assert.equal(await ann.evaluate(() => document.activeElement.textContent), "Zum Inhalt springen");
    await ann.keyboard.press("Enter");
    await ann.focus("#name");
    await ann.keyboard.type("Mannschaft");
    await ann.keyboard.press("Enter");
    await ann.waitForURL(/\/settings\/roles\/[0-9a-f-]{36}/);
    await ann.focus("#may-manage_webhooks");
    await ann.keyboard.press("Space");
    await ann.focus("#name");
    await Promise.all([ann.waitForEvent("load"), ann.keyboard.press("Enter")]);
    await ann.goto(ann.url().split("?")[0]);
    assert.equal(await ann.isChecked("#may-manage_webhooks"), true);
  });

  await step("a member leaves once asked, and the only owner is told in German why not", async () => {
    const { items: [home] } = await (await api(ann, server.base, "GET", "/api/communities")).json();
    const leave = async (page) => {
      await page.goto(`${server.base}/c/friends/settings/members`);
      await page.click("button[popovertarget=leave-community]");
      await page.locator("#leave-community p", { hasText: home.name }).waitFor();
      await page.locator("#leave-community button[type=submit]").click();
    };
    await leave(ann);
    await ann.getByText("Wem eine Community allein gehört, der kann sie nicht verlassen.").waitFor();
    const { code } = await (await api(ann, server.base, "POST", `/api/communities/${home.id}/invites`, {})).json();
    const eve = await person();
    assert.equal((await api(eve, server.base, "POST", "/auth/dev", { username: "eve" })).status(), 200);
    assert.ok((await api(eve, server.base, "POST", `/api/invites/${code}/accept`)).ok());
    await leave(eve);
    await eve.waitForURL(`${server.base}/`);
    assert.equal((await api(eve, server.base, "GET", `/api/communities/${home.id}`)).status(), 404);
    await eve.context().close();
  });

  await step("without scripts all of it works by pages", async () => {
    const bob = await person({ javaScriptEnabled: false });
    await bob.goto(server.base);
    await signIn(bob, "bob");
    await bob.goto(`${server.base}/settings/profile`);
    await bob.fill("#display_name", "Bob Baker");
    await bob.locator("form:has(#display_name) button[type=submit]").click();
    await bob.locator(".banner-good").waitFor();
    assert.equal(await bob.inputValue("#display_name"), "Bob Baker");
    await bob.goto(`${server.base}/settings/notifications`);
    await bob.fill("#time_zone", "Nowhere/Land");
    await bob.locator("form:has(#time_zone) button[type=submit]").click();
    await bob.locator("h1", { hasText: "Something in the form needs a change" }).waitFor();
    await bob.locator("a", { hasText: "Go back and change it" }).click();
    await bob.waitForURL(`${server.base}/settings/notifications`);
    await bob.context().close();
  });
});
