// A new team, from nothing: Nora starts with an empty installation, founds the community, gives herself a face, and another one there, makes channels in
// a category, one of them private, and an emoji; two people come in by one link at the same time, see what they may, and the three of them talk.
import assert from "node:assert/strict";
import { api, live, message, seen, send, signIn, suite, until } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";
import { png } from "./support/scenery.mjs";

const face = png(128, 128, (x, y) => [200 - 90 * y, 120 + 60 * x, 90]);
const picture = { name: "face.png", mimeType: "image/png", buffer: face };

await suite(async ({ server, person, step }) => {
  const { base } = server;
  const [nora, omar, pia] = await Promise.all([person(), person(), person({ locale: "de-DE" })]);
  const settings = (at) => `${base}/c/north/settings/${at}`;
  const submit = async (form) => {
    const button = nora.locator(`form:has(${form}) button[type=submit]`).first();
    await Promise.all([nora.waitForEvent("load"), button.click()]);
    await nora.locator(".banner-good").waitFor();
  };
  let link = "";

  await step("the first person founds the community where she signs in", async () => {
    await nora.goto(base);
    await lookAround(nora, "team-nothing");
    await nora.fill("#display_name", "Nora Nord");
    await nora.fill("#community_name", "North Pier");
    await nora.fill("#community_slug", "north");
    await signIn(nora, "nora");
    await nora.waitForSelector("h1:has-text('general')");
    await live(nora);
    await lookAround(nora, "team-empty");
  });

  await step("she says who she is", async () => {
    await nora.goto(`${base}/settings/profile`);
    await nora.setInputFiles("#file", picture);
    await submit("#file");
    await nora.locator(".settings-picture:has(#file) img").waitFor();
    await nora.fill("#status_text", "Building the pier");
    await submit("#status_text");
    await lookAround(nora, "team-profile");
  });

  await step("she shows another face in this community than elsewhere", async () => {
    const field = nora.getByLabel("Choose a picture: North Pier");
    const form = nora.getByRole("group", { name: "North Pier" });
    const shown = () => form.locator("img").getAttribute("src");
    const everywhere = await shown();
    await field.setInputFiles({ ...picture, buffer: png(64, 64, (x, y) => [90, 90 + 100 * x, 200 - 90 * y]) });
    await Promise.all([nora.waitForEvent("load"), form.locator("button").first().click()]);
    const here = await shown();
    assert.notEqual(here, everywhere);
    await lookAround(nora, "team-faces");
    await nora.goto(`${base}/c/north`);
    await live(nora);
    await nora.click('[data-pane$="/people"]');
    await nora.locator(`#pane .c-person .c-avatar img[src="${here}"]`).waitFor();
    await nora.locator("#pane .c-person .c-name").click();
    await nora.locator(`.c-card .c-avatar img[src="${here}"]`).waitFor();
    await nora.goto(`${base}/settings/profile`);
    await Promise.all([nora.waitForEvent("load"), form.locator("button").last().click()]);
    assert.equal(await shown(), everywhere, "without one of its own it is that of the account");
    assert.equal(await form.locator("button").count(), 1);
  });

  await step("she makes a category with two channels, one of them private, and an emoji", async () => {
    await nora.goto(settings("channels"));
    await nora.fill("#category-name", "Work");
    await submit("#category-name");
    for (const [name, isPrivate] of [["planning", false], ["money", true]]) {
      await nora.fill("#channel-name", name);
      await nora.locator("form:has(#channel-topic) select[name=category_id]").selectOption({ label: "Work" });
      await nora.fill("#channel-topic", `All about ${name}`);
      if (isPrivate) await nora.locator("form:has(#channel-topic) input[name=private]").check();
      await submit("#channel-topic");
      if (!nora.url().includes("settings/channels?")) await nora.goto(settings("channels"));
    }
    await lookAround(nora, "team-channels");
    await nora.goto(settings("emoji"));
    await nora.fill("#name", "pier");
    await nora.setInputFiles("#file", picture);
    await submit("#file");
    await lookAround(nora, "team-emoji");
  });

  await step("a link for two brings two people in at the same time", async () => {
    await nora.goto(settings("invites"));
    await nora.fill("#max_uses", "2");
    await nora.locator("form:has(#max_uses) button[type=submit]").click();
    link = await nora.locator(".secret code").first().innerText();
    await lookAround(nora, "team-invite");
    await nora.goto(`${base}/c/north`);
    await live(nora);
    await omar.goto(link);
    await signIn(omar, "omar");
    await lookAround(omar, "team-join");
    assert.equal((await api(pia, base, "POST", "/auth/dev", { username: "pia", display_name: "Pia" })).status(), 200);
    await pia.goto(link);
    await Promise.all([omar.click("main form button[type=submit]"), pia.click("main form button[type=submit]")]);
    for (const page of [omar, pia]) {
      await page.waitForSelector("h1:has-text('general')");
      await live(page);
      await page.locator("#channels .c-channel[data-name='planning']").waitFor();
      assert.equal(await page.locator("#channels .c-channel[data-name='money']").count(), 0, "what is private is not there");
    }
    const late = await person();
    assert.equal((await api(late, base, "POST", "/auth/dev", { username: "late" })).status(), 200);
    await late.goto(link);
    assert.equal(await late.locator("button:has-text('Join')").count(), 0, "two were to come");
    await lookAround(late, "team-late");
    await late.context().close();
  });

  await step("they talk, each in their own language", async () => {
    await send(nora, "Welcome! This is :pier:");
    for (const page of [omar, pia]) await message(page, "Welcome!").locator("img.c-own-emoji").waitFor();
    await send(omar, "Glad to be here");
    await send(pia, "Moin!");
    for (const page of [nora, omar, pia]) for (const text of ["Glad to be here", "Moin!"]) await seen(page, text);
    assert.equal(await pia.locator("#scroll .c-day").first().innerText(), "Heute");
    assert.ok(await message(omar, "Welcome!").locator(".c-avatar img").count(), "Nora has a face");
    await lookAround(nora, "team-talks");
    await lookAround(pia, "team-spricht");
  });

  await step("who is in no community finds an invite that is for them where they start, and comes in by it", async () => {
    const quinn = await person();
    const signedIn = await api(quinn, base, "POST", "/auth/dev", { username: "quinn" });
    const { user } = await signedIn.json();
    const community = await nora.evaluate(() => document.body.dataset.community);
    assert.ok((await api(nora, base, "POST", `/api/communities/${community}/invites`, { user_id: user.id })).ok());
    await until(async () => {
      await quinn.goto(base);
      return await quinn.locator("#inbox").count() > 0;
    });
    await lookAround(quinn, "team-invited");
    await quinn.locator(".rows > li", { hasText: "You were invited to North Pier" }).locator("button", { hasText: "Join" }).click();
    await quinn.waitForSelector("h1:has-text('general')");
    await live(quinn);
    await quinn.click('[data-pane="/inbox"]');
    await quinn.locator('#pane a[href^="/invite/"]', { hasText: "You were invited to North Pier" }).waitFor();
    await quinn.context().close();
  });
});
