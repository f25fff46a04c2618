#!/usr/bin/env node
// Makes docs/chat.png anew: a channel with a thread beside it, as somebody sees it in the middle of a morning.
// Usage: script/readme-picture.mjs [FILE]   (after cargo build --workspace --bins)
import { api, live, signIn, suite } from "../tests/e2e/lib.mjs";
import { png } from "../tests/e2e/support/scenery.mjs";

const FILE = process.argv[2] ?? new URL("../docs/chat.png", import.meta.url).pathname;
const SIZE = { width: 1280, height: 850 };
const FIX = "```rust\nlet pause = base * 2_u32.pow(failures);\nsleep(pause.mul_f64(1.0 - jitter / 2.0)).await;\n```";
/** Faces are lights of their own colour in the dark of one. */
const face = ([red, green, blue]) => png(96, 96, (x, y) => {
  const light = Math.max(0.25, 1.15 - Math.hypot(x - 0.35, y - 0.3));
  return [red * light, green * light, blue * light].map((part) => Math.min(255, part));
});
/** Emoji of the community: not every machine has a font with those of Unicode. */
const EMOJI = {
  ship_it: png(64, 64, (x, y) => (y > 0.8 ? [60, 130, 220] : Math.abs(x - 0.5) < (y - 0.1) * 0.5 && y > 0.1 && y < 0.62 ? [230, 90, 70] : y > 0.66 && Math.abs(x - 0.5) < 0.42 - (y - 0.66) ? [90, 60, 50] : [255, 255, 255])),
  all_green: png(64, 64, (x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.42 ? [40, 170, 90] : [255, 255, 255])),
};
const PEOPLE = { ann: ["Ann Lee", [240, 170, 110]], bob: ["Bob Okafor", [120, 180, 240]], mei: ["Mei Tanaka", [210, 140, 220]], omar: ["Omar Haddad", [130, 210, 160]] };

await suite(async ({ server: { base }, person }) => {
  const pages = {};
  for (const name of Object.keys(PEOPLE)) pages[name] = await person({ viewport: SIZE, serviceWorkers: "block" });
  const asks = async (who, method, path, data) => {
    const answer = await api(pages[who], base, method, `/api${path}`, data);
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  };
  const { ann } = pages;
  await ann.goto(base);
  await signIn(ann, "ann");
  await ann.locator("#slug, #community_slug").first().waitFor();
  const home = await asks("ann", "POST", "/communities", { name: "Ferris & Friends", slug: "ferris" });
  const { code } = await asks("ann", "POST", `/communities/${home.id}/invites`, {});
  for (const [name, [display_name, colour]] of Object.entries(PEOPLE)) {
    if (name !== "ann") {
      await api(pages[name], base, "POST", "/auth/dev", { username: name });
      await asks(name, "POST", `/invites/${code}/accept`);
    }
    await asks(name, "PATCH", "/me", { display_name });
    const picture = { file: { name: "face.png", mimeType: "image/png", buffer: face(colour) } };
    await pages[name].request.fetch(`${base}/api/me/avatar`, { method: "PUT", multipart: picture, headers: { origin: base } });
  }
  for (const [name, buffer] of Object.entries(EMOJI)) {
    const multipart = { name, file: { name: `${name}.png`, mimeType: "image/png", buffer } };
    await ann.request.fetch(`${base}/api/communities/${home.id}/emoji`, { method: "POST", multipart, headers: { origin: base } });
  }
  const make = (name, more) => asks("ann", "POST", `/communities/${home.id}/channels`, { name, ...more });
  const category = async (name) => (await asks("ann", "POST", `/communities/${home.id}/categories`, { name })).id;
  const [work, rest] = [await category("Projects"), await category("After hours")];
  const others = {};
  for (const [name, more] of [["design", { category_id: work }], ["releases", { category_id: work }], ["on-call", { category_id: work, visibility: "private" }], ["music", { category_id: rest }], ["photos", { category_id: rest }]]) others[name] = await make(name, more);
  const { id: channel } = (await asks("ann", "GET", `/communities/${home.id}/channels`)).items.find(({ name }) => name === "general");
  await asks("ann", "PATCH", `/channels/${channel}`, { topic: "What the whole team should hear" });
  const say = (who, body_md, more = {}, at = channel) => asks(who, "POST", `/channels/${at}/messages`, { body_md, ...more });
  const likes = (who, { id }, sign) => asks(who, "PUT", `/messages/${id}/reactions/${encodeURIComponent(sign)}`);
  const ids = {};
  for (const name of Object.keys(PEOPLE)) ids[name] = (await asks(name, "GET", "/me")).id;

  for (const name of ["bob", "mei"]) for (const one of ["design", "photos"]) await asks(name, "POST", `/channels/${others[one].id}/join`);
  await say("mei", "New icons are in", {}, others.design.id);
  await say("bob", `@<user:${ids.ann}> which one do you like?`, {}, others.design.id);
  for (const name of ["bob", "mei"]) {
    const { id } = await asks("ann", "POST", "/dms", { user_ids: [ids[name]] });
    if (name === "mei") await say("mei", "Lunch at one?", {}, id);
  }
  await say("ann", "Good morning! The **0.2** branch is open.");
  const fix = await say("bob", `Morning. I have the fix for the reconnect storm:\n${FIX}`);
  for (const who of ["ann", "mei", "omar"]) await likes(who, fix, ":ship_it:");
  for (const who of ["ann", "omar"]) await likes(who, fix, ":all_green:");
  await say("mei", "Half the base on the first try? Otherwise all of them wait the same.", { parent_id: fix.id });
  await say("bob", "Good point: the `jitter` does that, see the last line.", { parent_id: fix.id });
  await say("mei", "Then it is fine with me :all_green:", { parent_id: fix.id });
  const hook = await asks("ann", "POST", `/channels/${channel}/webhooks`, { name: "build" });
  await ann.request.post(hook.url, { data: { text: "Build *#482* passed: 1,136 tests in 19 min" } });
  const poll = await say("ann", "", { poll: { question: "When do we ship it?", options: ["Today", "On Thursday, after a day in Lisbon"], multiple: false } });
  for (const [who, choice] of [["ann", 1], ["bob", 1], ["mei", 1], ["omar", 0]]) await asks(who, "PUT", `/messages/${poll.id}/votes`, { options: [choice] });
  await say("omar", `Thursday it is. @<user:${ids.ann}> could you add a line to the changelog?`);
  const done = await say("ann", "Done, and the build is green.");
  await likes("bob", done, ":ship_it:");

  await asks("ann", "PUT", `/channels/${channel}/read`, { message_id: done.id });
  for (const page of Object.values(pages)) {
    await page.goto(`${base}/c/ferris/channels/${channel}`);
    await live(page);
  }
  await ann.bringToFront();
  await ann.locator(`#m-${fix.id} .c-thread-line`).click();
  await ann.locator("#pane .c-message", { hasText: "fine with me" }).waitFor();
  await ann.locator("#scroll code .c-code-kwd").first().waitFor();
  // All of them are there.
  await ann.waitForFunction(() => getComputedStyle(document.querySelector("#directs .c-channel:last-child .c-avatar"), "::after").content !== "none");
  await ann.locator("#body").focus();
  await ann.waitForFunction(() => [...document.images].every((one) => one.complete));
  await ann.screenshot({ path: FILE });
  console.log(FILE);
}, () => ({ AJET_PRESENCE_DIFF_S: "1" }));
