// What people write to attack those who read it, through the real renderer and a real browser under the content security policy: no
// script runs, no frame or form appears, no link leads into the page, and the page goes on to live. Every place that shows a text of
// somebody else's is opened: messages, names of all kinds, topics, polls, files, what links show, the inbox, the search, the settings.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { act, api, found, invite, live, message, seen, send, suite, until } from "./lib.mjs";
import { HIT, NAMES, PAYLOADS, faults, strangers } from "./support/attacks.mjs";
import { png } from "./support/scenery.mjs";

/** How many of them the server may refuse: those that are taken are the test. */
const MOST_REFUSED = 3;
/** As the server has it: options of a poll, uploads of a person at once, links of a message that are looked at. */
const [OPTIONS, FILES, LINKS] = [10, 4, 5];

/** Posts each payload: most must be taken, and the others refused with this status. */
const mostAreTaken = async ([taken, refusal], post, payloads = PAYLOADS) => {
  const refused = [];
  for (const payload of payloads) {
    const status = (await post(payload)).status();
    assert.ok([taken, refusal].includes(status), `${payload}: ${status}`);
    if (status === refusal) refused.push(payload);
  }
  assert.ok(refused.length <= MOST_REFUSED, `what is refused is not looked at: ${refused.join("\n")}`);
};

/** Those that a name may be: it is one line, which nothing turns around. */
const LINES = PAYLOADS.filter((one) => !/[\n\u202e]/.test(one));

const inParts = (all, size) => Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
/** Blanks are shown as one. */
const plain = (text) => text.replaceAll(/\s+/g, " ").trim();

/** Waits until something on a page says each of these texts as they are, then looks at the whole page. */
const saysAsTheyAre = async (page, selector, texts) => {
  let missing = texts;
  await until(async () => {
    const said = (await page.locator(selector).allTextContents()).map(plain);
    missing = texts.filter((text) => !said.some((one) => one.includes(plain(text))));
    return missing.length === 0;
  }).catch((error) => { throw new Error(`${error.message}\nnot there: ${missing.join("\n")}`); });
  assert.deepEqual(await strangers(page), []);
};

const closePane = async (page) => {
  await page.keyboard.press("Escape");
  await page.locator("#pane").waitFor({ state: "hidden" });
};

/** Questions and options of polls, as they come and as they are asked for anew. */
const pollsAttackNoOne = async ({ ann, bob, asks, channel }) => {
  const short = LINES.filter((one) => one.length <= 100);
  for (const [n, question] of LINES.entries()) {
    const options = Array.from({ length: n < short.length / OPTIONS ? OPTIONS : 2 }, (_, at) => short[(n * OPTIONS + at) % short.length]);
    const answer = await asks("POST", `/api/channels/${channel}/messages`, { body_md: "", poll: { question, options, multiple: n % 2 === 0 } });
    assert.equal(answer.status(), 201, question);
  }
  await saysAsTheyAre(bob, "#scroll .c-poll legend", LINES);
  await saysAsTheyAre(bob, "#scroll .c-poll__text", short);
  const last = bob.locator("#scroll .c-poll").last();
  await last.locator("label").first().click();
  await ann.locator("#scroll .c-poll").last().locator(".c-poll__votes", { hasText: "1" }).waitFor();
  for (const page of [ann, bob]) assert.deepEqual(await strangers(page), []);
};

/** Names of files, and what they show in words, from the box of the sender to the reader's large picture. */
const filesAttackNoOne = async ({ ann, bob }) => {
  const picture = png(8, 8, () => [90, 90, 200]);
  for (const [n, part] of inParts(LINES, FILES).entries()) {
    await ann.setInputFiles("#composer [data-files]", part.map((name, at) =>
      (at % 2 ? { name, mimeType: "text/html", buffer: Buffer.from(name) } : { name, mimeType: "image/png", buffer: picture })));
    await ann.waitForFunction((many) => {
      const lines = [...document.querySelectorAll("#composer .c-upload")];
      return lines.length === many && lines.every((line) => !line.querySelector("progress"));
    }, part.length);
    assert.deepEqual(await strangers(ann), []);
    const kept = ann.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.url().includes("/api/attachments/"));
    await ann.locator("#composer .c-upload input:not([hidden])").first().fill(`" onerror="${HIT}" x="`);
    await ann.focus("#body");
    assert.ok((await kept).ok());
    await send(ann, `files ${n}`);
    const files = message(bob, `files ${n}`).locator(".c-files");
    await until(async () => (await files.locator("a").count()) === part.length);
    assert.deepEqual(await strangers(bob), []);
    // What stands before a slash is a folder's.
    const names = await files.locator("a").evaluateAll((all) => all.map((one) => one.dataset.lightbox ?? one.querySelector("span").textContent));
    for (const name of part.filter((one) => !one.includes("/"))) assert.ok(names.includes(name), `${name} is not of ${names.join(" | ")}`);
    await files.locator("[data-lightbox]").first().click();
    await bob.locator("#lightbox[open] img[src]").waitFor();
    assert.deepEqual(await strangers(bob), []);
    await bob.keyboard.press("Escape");
  }
};

/** A site whose pages say nothing but payloads of themselves. */
const site = async () => {
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const server = createServer((request, response) => {
    const said = escaped(PAYLOADS[Number(request.url.slice(1).split("/")[0])] ?? "");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<title>x</title>${["title", "description", "site_name"].map((name) => `<meta property="og:${name}" content="${said}">`).join("")}`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
};

const previewsAttackNoOne = async ({ bob, asks, channel }) => {
  assert.equal((await asks("PATCH", "/api/system/settings", { link_previews: true })).status(), 200);
  const server = await site();
  try {
    const places = PAYLOADS.map((_, n) => `http://127.0.0.1:${server.address().port}/${n}/`);
    for (const part of inParts(places, LINKS)) {
      assert.equal((await asks("POST", `/api/channels/${channel}/messages`, { body_md: part.join(" ") })).status(), 201);
    }
    for (const part of [".c-preview__title", ".c-preview p"]) await saysAsTheyAre(bob, `#scroll ${part}`, LINES);
    // The name of a site is cut.
    await saysAsTheyAre(bob, "#scroll .c-preview__site", LINES.filter((one) => one.length <= 80));
    assert.deepEqual(await faults(bob), []);
  } finally {
    server.close();
    assert.equal((await asks("PATCH", "/api/system/settings", { link_previews: false })).status(), 200);
  }
};

/** All that was said so far, in the thread, the inbox, the search, the pins and what is saved. */
const panesAttackNoOne = async ({ ann, bob, base, asks, channel }) => {
  const me = await bob.evaluate(() => document.body.dataset.me);
  await send(ann, "what comes below");
  await seen(bob, "what comes below");
  const parent = await message(bob, "what comes below").getAttribute("data-id");
  const post = (more) => (body_md) => asks("POST", `/api/channels/${channel}/messages`, { body_md, ...more });
  await mostAreTaken([201, 422], (payload) => post({ parent_id: parent })(`harvest ${payload}`));
  await message(bob, "what comes below").locator(".c-thread-line").click();
  await until(async () => (await bob.locator("#pane .c-message[data-id]").count()) > PAYLOADS.length);
  assert.deepEqual([...(await faults(bob)), ...(await strangers(bob))], []);
  await closePane(bob);

  await mostAreTaken([201, 422], (payload) => post({})(`@<user:${me}> ${payload}`));
  await bob.click('[data-pane="/inbox"]');
  await bob.locator("#pane .c-find").nth(20).waitFor();
  assert.deepEqual(await strangers(bob), []);
  await closePane(bob);

  await bob.click('[data-pane="/search"]');
  await bob.fill("#q", "harvest");
  await bob.press("#q", "Enter");
  await bob.locator("#results .c-find mark").first().waitFor();
  while (await bob.locator("[data-more-results]").count()) {
    const before = await bob.locator("#results .c-find").count();
    await bob.click("[data-more-results]");
    await until(async () => (await bob.locator("#results .c-find").count()) > before);
  }
  assert.ok((await bob.locator("#results .c-find").count()) > PAYLOADS.length / 2);
  assert.deepEqual(await strangers(bob), []);
  assert.equal(await bob.locator("#results img:not(.avatar img, .c-avatar img), #results script").count(), 0);
  await closePane(bob);

  const rows = await bob.evaluate(() => [...document.querySelectorAll("#scroll .c-message[data-id]")].slice(-20).map((row) => row.dataset.id));
  for (const id of rows) {
    assert.ok((await api(bob, base, "PUT", `/api/messages/${id}/saved`, { note: NAMES[0] })).ok());
    assert.ok((await asks("PUT", `/api/messages/${id}/pin`)).ok());
  }
  for (const pane of ["/saved", "/pins"]) {
    await bob.locator(`.c-topbar__ways > [data-pane$="${pane}"]`).click();
    await bob.locator("#pane .c-find").nth(rows.length - 1).waitFor();
    assert.deepEqual(await strangers(bob), []);
    await closePane(bob);
  }
};

/** Names of people: everywhere that they stand, as they change. */
const namesOfPeopleAttackNoOne = async ({ ann, bob, asks, home }) => {
  const me = await ann.evaluate(() => document.body.dataset.me);
  const text = "who am I?";
  // The name stands over what follows somebody else's.
  await send(bob, "who are you?");
  await seen(ann, "who are you?");
  await send(ann, text);
  await seen(bob, text);
  for (const name of NAMES) {
    assert.equal((await asks("PATCH", "/api/me", { display_name: name, status_text: `${name} away` })).status(), 200, name);
    assert.equal((await asks("PATCH", `/api/communities/${home}/members/${me}`, { nickname: `${name} nick` })).status(), 200, name);
    await message(bob, text).locator("[data-card]").click();
    await saysAsTheyAre(bob, "#card h2", [`${name} nick`]);
    await saysAsTheyAre(bob, "#card .c-card__status", [`${name} away`]);
    await bob.keyboard.press("Escape");
    await bob.click('.c-topbar__ways > [data-pane$="/people"]');
    await saysAsTheyAre(bob, "#pane .c-person .c-name", [`${name} nick`]);
    await closePane(bob);
    await bob.locator("#body").pressSequentially("@an");
    await saysAsTheyAre(bob, "#completion li", [name]);
    await bob.keyboard.press("Escape");
    await bob.fill("#body", "");
    await send(ann, `as ${NAMES.indexOf(name)} they call me`);
    await seen(bob, `as ${NAMES.indexOf(name)} they call me`);
    await saysAsTheyAre(bob, "#scroll .c-message .c-name", [name]);
    await act(ann, text, "react");
    await ann.locator("#emoji [data-pick='👍']").first().click();
    const chip = message(bob, text).locator(".c-reaction");
    await chip.waitFor();
    await chip.hover();
    await until(async () => (await chip.getAttribute("title")) === name);
    assert.deepEqual(await strangers(bob), []);
    await message(ann, text).locator(".c-reaction").click();
    await chip.waitFor({ state: "detached" });
  }
  // It is told again only some seconds after a message.
  await until(async () => {
    await ann.locator("#body").pressSequentially("w");
    return (await bob.locator("#typing").textContent()) !== "";
  });
  assert.deepEqual(await strangers(bob), []);
  await ann.fill("#body", "");
};

/** Names of what a community has, in the side bar, the switcher, the completion and its settings. */
const namesOfThingsAttackNoOne = async ({ ann, bob, base, asks, channel, home }) => {
  for (const [n, name] of NAMES.entries()) {
    assert.equal((await asks("POST", `/api/communities/${home}/roles`, { name, permissions: [], position: n + 1 })).status(), 201, name);
    assert.equal((await asks("POST", `/api/channels/${channel}/webhooks`, { name })).status(), 201, name);
    assert.equal((await asks("POST", `/api/communities/${home}/bots`, { name, scopes: ["messages:read"] })).status(), 201, name);
    const made = await (await asks("POST", `/api/communities/${home}/categories`, { name })).json();
    const status = (await asks("POST", `/api/communities/${home}/channels`, { name: `${name} here`, topic: name, category_id: made.id })).status();
    assert.equal(status, 201, name);
    const emoji = { name, file: { name: "x.png", mimeType: "image/png", buffer: png(8, 8, () => [1, 2, 3]) } };
    const added = await ann.request.fetch(`${base}/api/communities/${home}/emoji`, { method: "POST", multipart: emoji, headers: { origin: base } });
    assert.equal(added.status(), 422, "an emoji's name is letters, digits and lines");
  }
  assert.equal((await asks("PATCH", `/api/communities/${home}`, { name: NAMES[1] })).status(), 200);
  const id = await ann.evaluate(() => document.body.dataset.me);
  for (const path of [null, ...["general", "channels", "roles", "members", `members/${id}`, "invites", "webhooks", "bots", "emoji", "audit"]]) {
    await ann.goto(path ? `${base}/c/ferris/settings/${path}` : `${base}/c/ferris/channels/${channel}`);
    await ann.locator("h1").first().waitFor();
    assert.deepEqual(await strangers(ann), [], path);
  }
  await bob.reload();
  await live(bob);
  await saysAsTheyAre(bob, "#channels summary", NAMES);
  await saysAsTheyAre(bob, "#channels .c-channel__name", NAMES.map((name) => `${name} here`));
  await saysAsTheyAre(bob, ".c-sidebar__head a", [NAMES[1]]);
  await bob.locator("#body").pressSequentially("@window");
  await bob.locator("#completion li", { hasText: "window.__hit" }).first().waitFor();
  assert.deepEqual(await strangers(bob), []);
  await bob.keyboard.press("Escape");
  await bob.fill("#body", "");
  await bob.keyboard.press("Control+k");
  await bob.locator("#targets a").first().waitFor();
  await bob.keyboard.type("onerror");
  await saysAsTheyAre(bob, "#targets a", [`${NAMES[0]} here`]);
  await bob.keyboard.press("Escape");
  for (const name of NAMES) {
    await bob.locator("#channels .c-channel", { hasText: `${name} here` }).locator("a").click();
    await bob.locator("h1", { hasText: name }).waitFor();
    await saysAsTheyAre(bob, ".c-topic", [name]);
  }
};

const topicsAreTakenLive = async ({ bob, asks, channel }) => {
  for (const topic of LINES) {
    assert.equal((await asks("PATCH", `/api/channels/${channel}`, { topic })).status(), 200, topic);
  }
  await bob.reload();
  await live(bob);
  assert.deepEqual(await strangers(bob), []);
};

await suite(async ({ server, person, step }) => {
  const [ann, bob] = await Promise.all([person(), person()]);
  let loads = 0;
  const dialogs = [];
  for (const page of [ann, bob]) {
    page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  }
  await found(ann, server.base, "ann");
  await invite(ann, bob, "bob");
  bob.on("load", () => { loads += 1; });
  const channel = ann.url().split("/").pop();
  const home = await ann.evaluate(() => document.body.dataset.community);
  const asks = (method, path, data) => api(ann, server.base, method, path, data);
  const scene = { ann, bob, base: server.base, asks, channel, home };

  await step("messages that attack show as text, as they come", async () => {
    await mostAreTaken([201, 422], (body_md) => asks("POST", `/api/channels/${channel}/messages`, { body_md }));
    await send(ann, "the end of it");
    await seen(bob, "the end of it");
    assert.deepEqual(await faults(bob), []);
    assert.equal(loads, 0, "no message makes the page load anew");
  });

  await step("and where the page is read again", async () => {
    await bob.reload();
    await live(bob);
    await seen(bob, "the end of it");
    assert.deepEqual(await faults(bob), []);
  });

  await step("names, topics and what programs say attack no one", async () => {
    const name = `<img src=x onerror=${HIT}>`;
    assert.equal((await asks("PATCH", "/api/me", { display_name: name })).status(), 200);
    assert.equal((await asks("PATCH", `/api/channels/${channel}`, { topic: name })).status(), 200);
    const made = await asks("POST", `/api/channels/${channel}/webhooks`, { name });
    const { url } = await made.json();
    await mostAreTaken([200, 400], (text) => ann.request.post(url, { data: { text, username: name } }));
    await send(ann, "the very end");
    await seen(bob, "the very end");
    assert.deepEqual(await faults(bob), []);
    await bob.reload();
    await live(bob);
    await seen(bob, "the very end");
    assert.deepEqual(await faults(bob), []);
    assert.equal(await bob.locator("img[src=x]").count(), 0, "nor anywhere else on the page");
  });

  await step("questions and options of polls attack no one", () => pollsAttackNoOne(scene));
  await step("names of files, and what they show in words, attack no one", () => filesAttackNoOne(scene));
  await step("what pages say of themselves attacks no one who reads a link to them", () => previewsAttackNoOne(scene));
  await step("the thread, the inbox, the search, pins and saved messages attack no one", () => panesAttackNoOne(scene));
  await step("names, nicknames and statuses of people attack no one", () => namesOfPeopleAttackNoOne(scene));
  await step("topics attack no one", () => topicsAreTakenLive(scene));
  await step("roles, webhooks, bots, categories, channels and a community of such names attack no one", () => namesOfThingsAttackNoOne(scene));

  assert.deepEqual(dialogs, []);
}, () => ({ AJET_OUTGOING_ALLOW_PRIVATE: "true", AJET_UPLOADS_ANY_TYPE: "true" }));
