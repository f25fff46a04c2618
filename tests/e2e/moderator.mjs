// A moderator's bad day: Mira looks after a community that is not hers. A newcomer floods the channel, hides what he wants to sell behind a
// spoiler, is muted, is removed, comes back by the same invite and is banned. Mira sees no more than she may, he loses each right at once on
// the page that he has open, and the owner reads in the audit log what was done.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, join, live, message, seen, send, suite } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";

const MAY = ["manage_messages", "pin_messages", "mute_members", "kick_members", "ban_members", "view_audit"];

await suite(async ({ server, person, step }) => {
  const { base } = server;
  const [olga, mira, rick] = await Promise.all([person(), person(), person()]);
  await found(olga, base, "olga");
  await join(olga, mira, base, "mira");
  const address = olga.url();
  const channel = address.split("/").pop();
  const idOf = (page) => page.evaluate(() => document.body.dataset.me);
  const post = async (page, body_md) => (await api(page, base, "POST", `/api/channels/${channel}/messages`, { body_md })).status();
  const open = async (page, at) => {
    await page.goto(`${base}/c/ferris/settings/${at}`);
    await page.locator("h1").first().waitFor();
  };
  const submit = async (page, form) => {
    await Promise.all([page.waitForEvent("load"), page.locator(`form:has(${form}) button[type=submit]`).first().click()]);
    await page.locator(".banner-good").waitFor();
  };
  const invite = await api(olga, base, "POST", `/api/communities/${await olga.evaluate(() => document.body.dataset.community)}/invites`, {});
  const { code } = await invite.json();
  let newcomer = "";

  await step("the owner makes a role for moderators, and gives it to Mira", async () => {
    await open(olga, "roles");
    await olga.fill("#name", "Moderators");
    await olga.locator("form:has(#name) button[type=submit]").first().click();
    await olga.locator("#may-manage_messages").waitFor();
    for (const permission of MAY) await olga.check(`#may-${permission}`);
    await lookAround(olga, "moderator-role");
    await submit(olga, "#may-manage_messages");
    await open(olga, `members/${await idOf(mira)}`);
    await olga.locator("label", { hasText: "Moderators" }).click();
    await submit(olga, "#nickname");
  });

  await step("a newcomer floods the channel, and Mira deletes one message and then all", async () => {
    assert.equal((await api(rick, base, "POST", "/auth/dev", { username: "rick" })).status(), 200);
    assert.ok((await api(rick, base, "POST", `/api/invites/${code}/accept`)).ok());
    await rick.goto(address);
    await live(rick);
    newcomer = await idOf(rick);
    await mira.reload();
    await live(mira);
    await send(rick, "All for nothing: ||https://spam.example/buy||");
    for (let n = 0; n < 8; n += 1) assert.equal(await post(rick, `FLOOD ${n} ${"Aa".repeat(150)}`), 201);
    await seen(mira, "FLOOD 7");
    await lookAround(mira, "moderator-flood");
    mira.on("dialog", (dialog) => dialog.accept());
    await act(mira, "FLOOD 7", "delete");
    await rick.locator("#scroll .c-message--deleted").waitFor();
    await mira.fill("#body", "/purge #general 8");
    await mira.press("#body", "Enter");
    await mira.locator("#scroll .c-message--deleted").nth(8).waitFor();
    await rick.locator("#scroll .c-message--deleted").nth(8).waitFor();
    assert.equal(await rick.locator("#scroll", { hasText: "spam.example" }).count(), 0);
    await lookAround(mira, "moderator-purged");
  });

  await step("she mutes him: he reads on, and what he sends is refused with a reason", async () => {
    await mira.click('[data-pane$="/people"]');
    await mira.locator("#pane .c-person", { hasText: "rick" }).waitFor();
    await mira.keyboard.press("Escape");
    await open(mira, "members");
    await mira.locator("tr", { hasText: "@rick" }).locator("a").click();
    await mira.locator("#seconds").waitFor();
    assert.equal(await mira.locator("#nickname").count(), 0, "what she may not do is not offered");
    await lookAround(mira, "moderator-member");
    await mira.fill("#mute-reason", "A flood, twice");
    await submit(mira, "#seconds");
    await rick.fill("#body", "You can't stop me");
    await rick.press("#body", "Enter");
    await rick.locator(".c-unsent:not([hidden])").waitFor();
    assert.match(await rick.locator(".c-unsent:not([hidden])").innerText(), /muted/i);
    await lookAround(rick, "moderator-muted");
    await rick.click("[data-discard]");
    await mira.goto(address);
    await live(mira);
    await send(mira, "Please read the **rules** before you write again.");
    await seen(rick, "Please read the rules");
    await act(mira, "Please read the rules", "pin");
    await message(rick, "Please read the rules").locator(".c-pinned").waitFor();
  });

  await step("she removes him, and his page goes at once", async () => {
    await open(mira, `members/${newcomer}`);
    await mira.click("button[popovertarget=kick]");
    await mira.locator("#kick").waitFor();
    await lookAround(mira, "moderator-kick");
    await mira.locator("#kick button", { hasText: "Remove" }).click();
    await mira.waitForURL(/\/members(\?|$)/);
    await rick.waitForURL((url) => url.pathname === "/", { timeout: DEADLINE });
    assert.equal((await rick.goto(address)).status(), 404);
    await lookAround(rick, "moderator-removed");
  });

  await step("he comes back by the same invite, still muted, and is banned: the invite is of no use to him any more", async () => {
    assert.ok((await api(rick, base, "POST", `/api/invites/${code}/accept`)).ok());
    assert.equal(await post(rick, "I am back"), 403, "to leave lifts no mute");
    await open(mira, `members/${newcomer}`);
    await mira.click("button[popovertarget=ban]");
    await mira.fill("#ban-reason", "Sold things, came back");
    await mira.locator("#ban button", { hasText: "Ban" }).click();
    await mira.waitForURL(/\/(members|bans)(\?|$)/);
    await rick.goto(`${base}/invite/${code}`);
    await rick.locator("button", { hasText: "Join" }).click();
    await rick.locator("h1").waitFor();
    assert.match(await rick.locator("main").innerText(), /banned/i);
    await lookAround(rick, "moderator-banned");
    await open(mira, "bans");
    await mira.locator("tr", { hasText: "Sold things" }).waitFor();
    await lookAround(mira, "moderator-bans");
  });

  await step("the owner reads what was done, by whom and why", async () => {
    await open(olga, "audit");
    const log = await olga.locator(".log").innerText();
    for (const part of ["mira", "A flood, twice", "Sold things, came back"]) assert.ok(log.includes(part), `${part}: ${log}`);
    await lookAround(olga, "moderator-audit");
    await open(mira, "audit");
    assert.equal(await mira.locator('.sidebar a[href$="/roles"]').count(), 0, "roles are not hers");
    const made = await mira.request.post(`${base}/c/ferris/settings/roles`, { form: { name: "More" }, headers: { origin: base } });
    assert.equal(made.status(), 403);
  });
});
