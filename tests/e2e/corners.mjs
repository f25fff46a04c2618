// What people do now and then: a draft on two devices at once, a message to somebody from their card, a block there, who reacted, a channel that
// is silenced, left, and told of by mentions alone, what is unread by hand, what a link shows taken away, many pictures at once, more contrast,
// forced colours, a text that runs from the right, and rights that come and go while the page is open.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { DEADLINE, act, api, found, join, live, message, seen, send, suite, until } from "./lib.mjs";
import { faults, lookAround, picture as pictured } from "./support/look.mjs";
import { png } from "./support/scenery.mjs";

const within = { timeout: DEADLINE };
/** More than a person may have under way at once, and what a message takes. */
const PICTURES = 10;

/** Lets somebody say something without a page, and gives the message. */
const say = async (page, base, channel, body) => {
  const answer = await api(page, base, "POST", `/api/channels/${channel}/messages`, { body_md: body });
  assert.equal(answer.status(), 201, body);
  return answer.json();
};

const draftIsSeenOnTheOtherDevice = async (bob, phone) => {
  const shows = (page, text) => page.waitForFunction((wanted) => document.getElementById("body").value === wanted, text, within);
  await bob.locator("#body").pressSequentially("half a thought");
  await shows(phone, "half a thought");
  // On the other one it goes on, and comes back.
  await phone.locator("#body").press("End");
  await phone.locator("#body").pressSequentially(", now whole");
  await shows(bob, "half a thought, now whole");
  await phone.press("#body", "Enter");
  await seen(bob, "half a thought, now whole");
  await Promise.all([bob, phone].map((page) => shows(page, "")));
};

const cardLeadsToTheDirectMessage = async (ann, bob, address) => {
  await send(ann, "a word from ann");
  await seen(bob, "a word from ann");
  await message(bob, "a word from ann").locator("[data-card]").click();
  await bob.locator("#card .c-card h2", { hasText: "ann" }).waitFor();
  await lookAround(bob, "corners-card");
  // The button has the focus.
  await bob.keyboard.press("Enter");
  await bob.waitForURL(/\/dm\/[0-9a-f-]{36}$/);
  await live(bob);
  assert.equal(await bob.locator("#title").innerText(), "ann");
  await send(bob, "just for you");
  const read = ann.waitForResponse(`**/${bob.url().split("/").pop()}/read`);
  await ann.locator("#directs .c-channel", { hasText: "bob" }).locator("a").click();
  await ann.waitForURL(/\/dm\//);
  await seen(ann, "just for you");
  // Only one more is counted from here on.
  await read;
  await ann.goto(address);
  await live(ann);
  const link = ann.locator("#directs .c-channel", { hasText: "bob" }).locator("a");
  await link.focus();
  await send(bob, "one more for you");
  await ann.locator("#directs .c-channel[data-unread='1']").waitFor();
  assert.ok(await link.evaluate((one) => one === document.activeElement), "what arrives takes the focus from nothing");
  for (const page of [ann, bob]) {
    await page.goto(address);
    await live(page);
  }
};

const cardBlocksAndLetsInAgain = async (ann, bob, base) => {
  const me = await bob.evaluate(() => document.body.dataset.me);
  const { id: direct } = await (await api(ann, base, "POST", "/api/dms", { user_ids: [me] })).json();
  const write = () => api(ann, base, "POST", `/api/channels/${direct}/messages`, { body_md: "are you there?" });
  const card = bob.locator("#card .c-card");
  await message(bob, "a word from ann").locator("[data-card]").click();
  await card.locator("[data-block]", { hasText: "Block" }).click();
  await card.locator("p", { hasText: "You block this person." }).waitFor();
  assert.deepEqual([await card.locator("[data-write-to]").count(), (await write()).status()], [0, 403]);
  await lookAround(bob, "corners-blocked");
  // It is so on the next look as well.
  await bob.keyboard.press("Escape");
  await card.waitFor({ state: "hidden" });
  await message(bob, "a word from ann").locator("[data-card]").click();
  await card.locator("[data-block]", { hasText: "Unblock" }).click();
  await card.locator("[data-write-to]").waitFor();
  const written = await write();
  assert.equal(written.status(), 201);
  // The steps after this one ask what is unread.
  await bob.locator(`#channel-${direct}[data-unread="1"]`).waitFor();
  assert.ok((await api(bob, base, "PUT", `/api/channels/${direct}/read`, { message_id: (await written.json()).id })).ok());
  await bob.locator(`#channel-${direct}[data-unread="0"]`).waitFor();
  await bob.keyboard.press("Escape");
  const own = await (await api(bob, base, "GET", `/users/${me}/card`)).text();
  assert.ok(own.includes("c-card") && !own.includes("data-block"), "one blocks others");
};

/** Waits until a popover lies within the window, and beside what it was opened from where it fits there. */
const standsBeside = (page, popover, anchor) => until(async () => {
  const { width, height } = page.viewportSize();
  const [box, from] = [await page.locator(popover).boundingBox(), await anchor.boundingBox()];
  const isWithin = box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
  const away = Math.min(Math.abs(box.y - from.y - from.height), Math.abs(from.y - box.y - box.height));
  return isWithin && (away < 10 || box.height > Math.max(from.y, height - from.y - from.height) - 20);
});

const popoversStayInTheWindow = async (bob, size) => {
  const name = message(bob, "a word from ann").locator("[data-card]");
  const sizes = [{ width: 700, height: 700 }, { width: 700, height: 380 }, { width: 360, height: 380 }, size];
  const through = async (popover, anchor) => {
    for (const viewport of sizes) {
      await bob.setViewportSize(viewport);
      await standsBeside(bob, popover, anchor);
    }
    await bob.keyboard.press("Escape");
    await bob.locator(popover).waitFor({ state: "hidden" });
  };
  await name.click();
  await bob.locator("#card .c-card h2", { hasText: "ann" }).waitFor();
  await through("#card", name);
  await bob.click("#composer [data-emoji-for]");
  await bob.locator("#emoji [data-pick]").nth(40).waitFor();
  await through("#emoji", bob.locator("#composer [data-emoji-for]"));
};

/** The names of who reacted, by the pointer and by key. */
const whoReactedIsTold = async (ann, bob) => {
  await send(ann, "who likes it?");
  await seen(bob, "who likes it?");
  await act(ann, "who likes it?", "react");
  await ann.locator("#emoji [data-pick='🎉']").first().click();
  const chip = (page) => message(page, "who likes it?").locator(".c-reaction");
  await chip(bob).waitFor();
  await chip(bob).click();
  await chip(ann).locator(".c-reaction__count", { hasText: "2" }).waitFor();
  await chip(ann).hover();
  await until(async () => (await chip(ann).getAttribute("title") ?? "").split(", ").sort().join() === "ann,bob");
  await chip(bob).focus();
  await until(async () => (await chip(bob).getAttribute("title") ?? "").split(", ").sort().join() === "ann,bob");
  // One fewer is told as well.
  await chip(bob).press("Enter");
  await chip(ann).locator(".c-reaction__count", { hasText: "1" }).waitFor();
  await ann.locator("#title").hover();
  await chip(ann).hover();
  await until(async () => (await chip(ann).getAttribute("title")) === "ann");
};

/** The ways to what is new and to the end of the list, while a thread is open: pressed where their middle and their edges are. */
const noPaneCoversTheWayDown = async (ann, bob, base, channel) => {
  for (let n = 0; n < 30; n += 1) await say(ann, base, channel, `a line of many, ${n}.`);
  await seen(bob, "a line of many, 29.");
  const size = bob.viewportSize();
  await act(bob, "a line of many, 29.", "thread");
  await bob.locator("#reply").waitFor();
  const jump = bob.locator("#jump");
  const uncovered = (one) => one.evaluate((button) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const hits = [left + 2, (left + right) / 2, right - 2].map((x) => document.elementFromPoint(x, (top + bottom) / 2));
    return hits.every((hit) => button.contains(hit));
  });
  // Where both have no room the thread takes the place of the conversation, and of nothing else.
  for (const width of [820, 960]) {
    await bob.setViewportSize({ width, height: 600 });
    const [side, pane] = [await bob.locator("#sidebar").boundingBox(), await bob.locator("#pane").boundingBox()];
    assert.deepEqual([pane.x, pane.x + pane.width], [side.x + side.width, width]);
  }
  for (const width of [1024, 1100, 1200, 1201, 1400]) {
    await bob.setViewportSize({ width, height: 600 });
    await bob.locator("#scroll").evaluate((list) => { list.scrollTop = 0; });
    await jump.waitFor();
    assert.ok(await uncovered(jump), `at ${width} px`);
    await jump.click();
    await jump.waitFor({ state: "hidden" });
  }
  await bob.setViewportSize(size);
  await bob.keyboard.press("Escape");
  await bob.locator("#pane").waitFor({ state: "hidden" });
};

const openMenu = async (page) => {
  await page.locator(".c-topbar__ways > [popovertarget]").click();
  await page.locator("#channel-menu").waitFor();
};

const mutedChannelIsQuiet = async (ann, bob, base, one) => {
  const item = bob.locator(`#channel-${one}`);
  await item.locator("a").click();
  await bob.waitForURL(new RegExp(`${one}$`));
  await live(bob);
  await openMenu(bob);
  await bob.locator("#channel-menu button", { hasText: "Mute" }).click();
  await bob.locator(`#channel-${one}.c-channel--muted`).waitFor();
  await bob.locator("#channels .c-channel[data-name='general'] a").click();
  await bob.waitForURL((url) => !url.pathname.endsWith(one));
  await live(bob);
  await say(ann, base, one, "nobody has to hear this");
  await bob.locator(`#channel-${one}[data-unread="1"]`).waitFor();
  assert.ok(!(await bob.title()).startsWith("• "), "the title is quiet");
  await lookAround(bob, "corners-muted");
  await item.locator("a").click();
  await bob.waitForURL(new RegExp(`${one}$`));
  await live(bob);
  await openMenu(bob);
  await bob.locator("#channel-menu button", { hasText: "Unmute" }).click();
  await bob.locator(`#channel-${one}:not(.c-channel--muted)`).waitFor();
};

const leftChannelIsOneOfOthers = async (ann, bob, base, one) => {
  await openMenu(bob);
  await bob.locator("#channel-menu button", { hasText: "Leave" }).click();
  await bob.waitForURL((url) => !url.pathname.endsWith(one));
  await live(bob);
  await bob.locator(`#channel-${one}.c-channel--other`).waitFor();
  await say(ann, base, one, "he is not here any more");
  await bob.locator(`#channel-${one} a`).click();
  await bob.waitForURL(new RegExp(`${one}$`));
  await bob.locator(".c-join button").waitFor();
  assert.equal(await bob.locator("#body").count(), 0, "one reads, and does not write");
  await lookAround(bob, "corners-left");
  await bob.locator(".c-join button").click();
  await bob.locator("#body").waitFor();
  await live(bob);
  await bob.locator(`#channel-${one}:not(.c-channel--other)`).waitFor();
};

const levelIsSetInTheMenu = async (bob, base, one) => {
  await openMenu(bob);
  await bob.locator("#channel-menu").getByLabel("Tell me of").selectOption("mentions");
  await until(async () => (await (await api(bob, base, "GET", `/api/channels/${one}`)).json()).notify === "mentions");
  await lookAround(bob, "corners-level");
  await bob.reload();
  await live(bob);
  assert.equal(await bob.inputValue("#channel-level"), "mentions");
  // As on another device.
  assert.ok((await api(bob, base, "PUT", `/api/channels/${one}/notify`, { level: "all" })).ok());
  await bob.waitForFunction(() => document.getElementById("channel-level").value === "all", null, within);
};

const unreadByHandIsSeenInTheOtherTab = async (ann, bob, tab, address, one) => {
  const other = await tab(bob);
  await bob.goto(address);
  await live(bob);
  await send(ann, "think about this one");
  await seen(bob, "think about this one");
  await send(ann, "and this one");
  await seen(bob, "and this one");
  const general = address.split("/").pop();
  await other.goto(address.replace(general, one));
  await live(other);
  await other.locator(`#channel-${general}[data-unread="0"]`).waitFor();
  await bob.bringToFront();
  await message(bob, "think about this one").focus();
  await bob.keyboard.press("u");
  await bob.locator("#scroll .c-new-line").waitFor();
  const below = await bob.locator("#scroll .c-new-line + .c-message .c-message__body").innerText();
  assert.equal(below.trim(), "think about this one");
  await other.locator(`#channel-${general}[data-unread="2"]`).waitFor();
  await other.locator(`#unread-${general} .c-hidden:not([hidden])`).waitFor();
  // It stays so while nothing is done here, and is read with the first thing that is.
  await send(ann, "one more");
  await other.locator(`#channel-${general}[data-unread="3"]`).waitFor();
  await bob.locator("#scroll").press("Escape");
  await bob.keyboard.press("Escape");
  await other.locator(`#channel-${general}[data-unread="0"]`).waitFor();
  await other.close();
};

const previewIsTakenAway = async (ann, bob, base) => {
  const site = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end('<meta property="og:title" content="A page about cats"><meta property="og:description" content="All of them">');
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  try {
    assert.equal((await api(ann, base, "PATCH", "/api/system/settings", { link_previews: true })).status(), 200);
    await send(bob, `look at http://127.0.0.1:${site.address().port}/cats`);
    for (const page of [ann, bob]) await message(page, "look at").locator(".c-preview", { hasText: "A page about cats" }).waitFor();
    await lookAround(ann, "corners-preview");
    await act(bob, "look at", "strip");
    for (const page of [ann, bob]) await message(page, "look at").locator(".c-preview").waitFor({ state: "detached" });
    assert.equal(await message(bob, "look at").locator("a", { hasText: "/cats" }).count(), 1, "the link itself stays");
  } finally {
    site.close();
  }
};

const manyPicturesGoAtOnce = async (ann, bob) => {
  const files = Array.from({ length: PICTURES }, (_, n) => ({ name: `picture-${n}.png`, mimeType: "image/png", buffer: png(300, 200, (x, y) => [25 * n, 200 * x, 200 * y]) }));
  await ann.setInputFiles("#composer [data-files]", files);
  await ann.waitForFunction((many) => {
    const lines = [...document.querySelectorAll("#composer .c-upload")];
    return lines.length === many && lines.every((line) => !line.querySelector("progress"));
  }, PICTURES, within);
  assert.equal(await ann.locator("#composer .c-problem").innerText(), "");
  await send(ann, "all of them");
  await until(async () => (await message(bob, "all of them").locator(".c-picture").count()) === PICTURES);
  const names = await message(bob, "all of them").locator("[data-lightbox]").evaluateAll((all) => all.map((one) => one.dataset.lightbox));
  assert.deepEqual(names, files.map(({ name }) => name), "in the order in which they were chosen");
};

const eachIsReadable = async (page, name, media) => {
  const views = {
    channel: async () => {},
    thread: async () => {
      await act(page, "who likes it?", "thread");
      await page.locator("#reply").waitFor();
    },
    inbox: async () => {
      await page.click('[data-pane="/inbox"]');
      await page.locator("[data-read-all]").waitFor();
    },
    switcher: async () => {
      await page.keyboard.press("Control+k");
      await page.locator("#targets a").first().waitFor();
    },
  };
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ ...media, colorScheme });
    for (const [view, open] of Object.entries(views)) {
      await open();
      assert.deepEqual(await faults(page), [], `${name}, ${view}, ${colorScheme}`);
      await pictured(page, `corners-${name}-${view}-${colorScheme}`);
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => document.getElementById("pane").hidden && !document.querySelector("dialog[open]"), null, within);
    }
  }
  await page.emulateMedia({ colorScheme: null, contrast: null, forcedColors: null });
};

const arabicRunsFromTheRight = async (ann, bob) => {
  const text = "مرحبا بالجميع، هذا سطر يجري من اليمين";
  await ann.locator("#body").pressSequentially(text);
  assert.equal(await ann.locator("#body").evaluate((box) => getComputedStyle(box).direction), "rtl", "while it is written");
  await ann.press("#body", "Enter");
  await seen(bob, text);
  await send(ann, "and a line from the left");
  await seen(bob, "and a line from the left");
  const edges = (page, wanted) => message(page, wanted).locator(".c-message__body > p").evaluate((line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    const [words, box] = [range.getBoundingClientRect(), line.getBoundingClientRect()];
    return { direction: getComputedStyle(line).direction, left: Math.round(words.left - box.left), right: Math.round(box.right - words.right) };
  });
  for (const page of [ann, bob]) {
    const [theirs, ours] = [await edges(page, text), await edges(page, "and a line from the left")];
    assert.equal(theirs.direction, "rtl");
    assert.ok(theirs.right <= 1 && theirs.left > 100, `it begins at the right edge: ${JSON.stringify(theirs)}`);
    assert.ok(ours.direction === "ltr" && ours.left <= 1 && ours.right > 100, JSON.stringify(ours));
  }
  await lookAround(bob, "corners-right-to-left");
};

/** What goes with a right, while the page is open and nobody touches it. */
const rightsGoLive = async (ann, bob, base) => {
  const home = await ann.evaluate(() => document.body.dataset.community);
  const me = await bob.evaluate(() => document.body.dataset.me);
  const made = await (await api(ann, base, "POST", `/api/communities/${home}/roles`, { name: "Keepers", permissions: ["manage_channels", "pin_messages"], position: 1 })).json();
  const give = async (roles) => assert.ok((await api(ann, base, "PATCH", `/api/communities/${home}/members/${me}`, { roles })).ok());
  const row = message(bob, "who likes it?");
  const pin = row.locator('[data-do="pin"]');
  const newChannel = bob.locator("summary", { hasText: "New channel" });
  await row.hover();
  await row.locator('[data-do="save"]').waitFor();
  assert.deepEqual([await pin.isVisible(), await newChannel.count()], [false, 0]);
  await give([made.id]);
  await newChannel.waitFor();
  await pin.waitFor();
  await give([]);
  await newChannel.waitFor({ state: "detached" });
  await pin.waitFor({ state: "hidden" });
  assert.ok(await row.locator('[data-do="save"]').isVisible(), "what one may still do stays");
};

/** The boxes of the channel and of a thread, their files and the menu, while rights go by an overwrite and come by a role. */
const boxFollowsRights = async (ann, bob, base, address) => {
  const home = await ann.evaluate(() => document.body.dataset.community);
  const [me, general] = [await bob.evaluate(() => document.body.dataset.me), address.split("/").pop()];
  const overwrite = async (target, json) => assert.ok((await api(ann, base, "PUT", `/api/channels/${general}/overwrites/${target}`, json)).ok());
  const notice = bob.locator("main > .c-notice", { hasText: "You can read here, but not write." });
  await act(bob, "who likes it?", "thread");
  await bob.locator("#reply").waitFor();
  await bob.locator("#thread-composer [data-files]").waitFor({ state: "attached" });
  const kept = bob.waitForResponse((answer) => answer.url().endsWith("/draft") && answer.request().method() === "PUT");
  await bob.fill("#body", "half a sentence");
  await kept;
  await overwrite(home, { deny: ["attach_files"] });
  for (const form of ["#composer", "#thread-composer"]) await bob.locator(`${form} [data-files]`).waitFor({ state: "detached" });
  const thread = await (await api(bob, base, "GET", `/messages/${await message(bob, "who likes it?").getAttribute("data-id")}/thread`)).text();
  assert.ok(thread.includes("thread-composer") && !thread.includes("data-files"), "nor is it there when the thread is opened");
  assert.equal(await bob.inputValue("#body"), "half a sentence", "what is written stays");
  await overwrite(home, { deny: ["attach_files", "send_messages"] });
  await notice.waitFor();
  await bob.locator("#reply").waitFor({ state: "detached" });
  assert.deepEqual([await bob.locator("#body").count(), await bob.locator(".c-skip").getAttribute("href")], [0, "#scroll"]);
  assert.ok(await bob.evaluate(() => document.activeElement.matches("#scroll")), "the focus goes on from the messages");
  await lookAround(bob, "corners-read-only");
  const role = await (await api(ann, base, "POST", `/api/communities/${home}/roles`, { name: "Writers", permissions: ["manage_channels"], position: 1 })).json();
  await overwrite(role.id, { allow: ["attach_files", "send_messages"] });
  const give = async (roles) => assert.ok((await api(ann, base, "PATCH", `/api/communities/${home}/members/${me}`, { roles })).ok());
  await give([role.id]);
  await bob.locator("#reply").waitFor();
  await notice.waitFor({ state: "detached" });
  assert.equal(await bob.inputValue("#body"), "half a sentence", "and comes back with the box");
  assert.equal(await bob.locator("#composer [data-files]").count(), 1);
  assert.equal(await bob.locator("#channel-menu a", { hasText: "Channel settings" }).count(), 1);
  await send(bob, "they let me write");
  await seen(ann, "they let me write");
  await give([]);
  await notice.waitFor();
  assert.equal(await bob.locator("#channel-menu a", { hasText: "Channel settings" }).count(), 0);
  assert.ok((await api(ann, base, "DELETE", `/api/channels/${general}/overwrites/${home}`)).ok());
  await bob.locator("#composer [data-files]").waitFor({ state: "attached" });
  await bob.keyboard.press("Escape");
  await bob.locator("#pane").waitFor({ state: "hidden" });
};

const whatWasNotSentLaterIsToldAndDiscarded = async (ann, bob, base, address, one) => {
  const at = new Date(Date.now() + 3000).toISOString();
  const asked = await api(bob, base, "POST", `/api/channels/${one}/scheduled`, { body_md: "too late for this", send_at: at });
  assert.equal(asked.status(), 201);
  const archive = async (archived) => assert.ok((await api(ann, base, "PUT", `/api/channels/${one}/archived`, { archived })).ok());
  await archive(true);
  await until(async () => (await (await api(bob, base, "GET", `/api/channels/${one}/scheduled`)).json()).items.some(({ state }) => state === "failed"));
  await bob.goto(address.replace(/[^/]+$/, one));
  await live(bob);
  await openMenu(bob);
  await bob.locator('#channel-menu [data-pane$="/scheduled"]').click();
  const failed = bob.locator("#pane .c-find", { hasText: "too late for this" });
  await failed.locator("p.c-problem", { hasText: "The channel is archived." }).waitFor();
  await lookAround(bob, "corners-not-sent");
  await failed.locator("[data-unschedule]", { hasText: "Discard" }).click();
  await bob.locator("#pane .c-empty").waitFor();
  await archive(false);
  await bob.keyboard.press("Escape");
  await bob.locator("#pane").waitFor({ state: "hidden" });
};

const groupIsBegunAndHidden = async (ann, bob, base, address) => {
  const box = (name) => bob.locator("#direct-people label", { hasText: `@${name}` }).locator("input");
  await bob.click('[data-open="direct"]');
  for (const name of ["ann", "cat"]) {
    await bob.fill("#direct-who", name);
    await box(name).check();
  }
  assert.ok(await box("ann").isChecked(), "who is ticked stays");
  await lookAround(bob, "corners-direct");
  await bob.locator("#direct button", { hasText: "Open" }).click();
  await bob.waitForURL(/\/dm\/[0-9a-f-]{36}$/);
  await live(bob);
  const group = bob.url().split("/").pop();
  await send(bob, "the three of us");
  await ann.locator(`#directs #channel-${group}`).waitFor();
  await openMenu(bob);
  await bob.locator("#channel-menu button", { hasText: "Hide" }).click();
  await bob.waitForURL(`${base}/`);
  await bob.goto(address);
  await live(bob);
  assert.equal(await bob.locator(`#channel-${group}`).count(), 0);
  await say(ann, base, group, "there is something new");
  await bob.locator(`#directs #channel-${group}`).waitFor();
};

await suite(async ({ server: { base }, person, tab, step }) => {
  const [ann, bob, phone] = await Promise.all([person(), person(), person({ viewport: { width: 390, height: 844 } })]);
  await found(ann, base, "ann");
  await join(ann, bob, base, "bob");
  const address = ann.url();
  const home = await ann.evaluate(() => document.body.dataset.community);
  const { id: one } = await (await api(ann, base, "POST", `/api/communities/${home}/channels`, { name: "one" })).json();
  assert.ok((await api(bob, base, "POST", `/api/channels/${one}/join`)).ok());
  await bob.locator(`#channel-${one}:not(.c-channel--other)`).waitFor();
  assert.equal((await api(phone, base, "POST", "/auth/dev", { username: "bob" })).status(), 200);
  await phone.goto(address);
  await live(phone);

  await step("a draft is seen on the other device as it is written, and goes on there", () => draftIsSeenOnTheOtherDevice(bob, phone));
  await phone.context().close();
  await step("a card leads to a direct message", () => cardLeadsToTheDirectMessage(ann, bob, address));
  await step("a card blocks somebody, and lets them in again", () => cardBlocksAndLetsInAgain(ann, bob, base));
  await step("a card and the picker of emoji stay in the window, whatever its size becomes", () => popoversStayInTheWindow(bob, bob.viewportSize()));
  await step("who reacted is told, by pointer and by key", () => whoReactedIsTold(ann, bob));
  await step("no thread covers the way to the newest messages", () => noPaneCoversTheWayDown(ann, bob, base, address.split("/").pop()));
  await step("a muted channel is quiet until it is not muted any more", () => mutedChannelIsQuiet(ann, bob, base, one));
  await step("a channel that is left can be looked at, and joined again", () => leftChannelIsOneOfOthers(ann, bob, base, one));
  await step("what one is told of a channel is set in its menu", () => levelIsSetInTheMenu(bob, base, one));
  await step("what is unread by hand is so in the other tab", () => unreadByHandIsSeenInTheOtherTab(ann, bob, tab, address, one));
  await step("what a link shows is taken away, and the link stays", () => previewIsTakenAway(ann, bob, base));
  await step("ten pictures at once are all sent", () => manyPicturesGoAtOnce(ann, bob));
  await step("an Arabic text runs from the right", () => arabicRunsFromTheRight(ann, bob));
  await step("what one may do comes and goes with a role", () => rightsGoLive(ann, bob, base));
  await step("the boxes for messages come and go with the right to write", () => boxFollowsRights(ann, bob, base, address));
  await step("with more contrast axe-core finds nothing", () => eachIsReadable(bob, "contrast", { contrast: "more" }));
  await step("with forced colours axe-core finds nothing", () => eachIsReadable(bob, "forced", { forcedColors: "active" }));
  await step("what could not be sent later says why, and is discarded", () => whatWasNotSentLaterIsToldAndDiscarded(ann, bob, base, address, one));
  const cat = await person();
  await join(ann, cat, base, "cat");
  await step("a direct message to several is begun, hidden, and comes back with what is new", () => groupIsBegunAndHidden(ann, bob, base, address));
}, () => ({ AJET_OUTGOING_ALLOW_PRIVATE: "true" }));
