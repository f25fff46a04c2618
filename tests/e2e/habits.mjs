// What people do out of habit, many times a day: keys that go through messages and mark words, names that are completed, emoji that are chosen
// often, a poll of several choices, two devices in turn, a message whose answer is lost, a press while things change. Besides: nothing moves for
// who wants that, the frame of the pages from the right, and what a browser needs to install them.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, join, live, message, seen, send, suite, texts, until } from "./lib.mjs";
import { SIZES, look, lookAround } from "./support/look.mjs";

const within = { timeout: DEADLINE };

/** Lets somebody say something without a page, and gives the message. */
const say = async (page, base, channel, body) => {
  const answer = await api(page, base, "POST", `/api/channels/${channel}/messages`, { body_md: body });
  assert.equal(answer.status(), 201, body);
  return answer.json();
};

const open = async (page, address) => {
  await page.goto(address);
  await live(page);
};

/** Makes a channel that both are in. */
const channelOfBoth = async (host, guest, base, name) => {
  const community = await host.evaluate(() => document.body.dataset.community);
  const made = await (await api(host, base, "POST", `/api/communities/${community}/channels`, { name })).json();
  assert.ok((await api(guest, base, "POST", `/api/channels/${made.id}/join`)).ok());
  await guest.locator(`#channel-${made.id}:not(.c-channel--other)`).waitFor();
  return made.id;
};

/** Where the focus is in the list: the text of its row. */
const rowOf = (page) => page.evaluate(() => document.activeElement.closest(".c-message")?.querySelector(".c-message__body").textContent.trim());
const isInBox = (page) => page.waitForFunction(() => document.activeElement.id === "body", null, within);

const keysGoThroughMessages = async (ann, bob, base, channel) => {
  for (const text of ["keep the first", "keep the second", "keep the third"]) await say(ann, base, channel, text);
  for (const page of [ann, bob]) await seen(page, "keep the third");
  await bob.focus("#scroll");
  for (const [key, text] of [["j", "third"], ["k", "second"], ["ArrowUp", "first"], ["j", "second"], ["ArrowDown", "third"], ["k", "second"]]) {
    await bob.keyboard.press(key);
    assert.equal(await rowOf(bob), `keep the ${text}`, key);
  }
  await bob.keyboard.press("s");
  await bob.waitForFunction(() => document.getElementById("announce").textContent === "Saved", null, within);
  const { items } = await (await api(bob, base, "GET", "/api/saved")).json();
  assert.deepEqual(items.map((one) => one.message.body_md), ["keep the second"]);
  // Two keys that lead to the box, and write nothing there.
  for (const key of ["c", "i"]) {
    await message(bob, "keep the second").focus();
    await bob.keyboard.press(key);
    await isInBox(bob);
    assert.equal(await bob.inputValue("#body"), "");
  }
  // To pin needs a right, by key as well: what Bob pressed before Ann is answered before.
  await message(bob, "keep the second").focus();
  await bob.keyboard.press("p");
  // The third stands under the same name as those before it, where its mark has to show all the same.
  await message(ann, "keep the third").focus();
  await ann.keyboard.press("p");
  for (const page of [ann, bob]) await message(page, "keep the third").locator(".c-pinned").waitFor();
  const pinned = await (await api(bob, base, "GET", `/api/channels/${channel}/pins`)).json();
  assert.deepEqual((pinned.items ?? pinned).map((one) => (one.message ?? one).body_md), ["keep the third"]);
  await act(ann, "keep the third", "unpin");
  for (const page of [ann, bob]) await message(page, "keep the third").locator(".c-pinned").waitFor({ state: "detached" });
};

/** The key of the sheet for the newest messages: from the middle of what is here, and from where the newest are not here yet. */
const endLeadsToTheNewest = async (ann, bob, base, channel, address) => {
  const old = await say(ann, base, channel, "an old line.");
  for (let n = 0; n < 120; n += 1) await say(ann, base, channel, `a line on the way, ${n}.`);
  await open(bob, address);
  const press = () => bob.evaluate(() => document.activeElement.blur()).then(() => bob.keyboard.press("End"));
  const isAtEnd = () => bob.waitForFunction(() => {
    const list = document.getElementById("scroll");
    return document.getElementById("jump").hidden && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
  }, null, within);
  await bob.waitForFunction(() => {
    document.getElementById("scroll").scrollTop = 0;
    return !document.getElementById("jump").hidden;
  }, null, within);
  await press();
  await isAtEnd();
  await open(bob, `${base}/m/${old.id}`);
  await bob.locator(".c-message--named", { hasText: "an old line." }).waitFor();
  await press();
  await seen(bob, "a line on the way, 119.");
  await isAtEnd();
};

/** A key that goes to the next channel in which something is unread, past those where nothing is. */
const keysGoToWhatIsUnread = async (ann, bob, base, [quiet, loud], address) => {
  await open(bob, address);
  await say(ann, base, loud, "unread over there");
  await bob.locator(`#channel-${loud}[data-unread="1"]`).waitFor();
  await bob.focus("#body");
  await bob.keyboard.press("Alt+Shift+ArrowDown");
  await bob.waitForURL(new RegExp(`${loud}$`));
  await live(bob);
  await bob.keyboard.press("Alt+ArrowUp");
  await bob.waitForURL(new RegExp(`${quiet}$`));
  await open(bob, address);
};

const keysMarkWords = async (ann, bob) => {
  const marks = [["Control+i", "*word*", "em"], ["Control+e", "`word`", "code"], ["Control+Shift+X", "~~word~~", "del"], ["Control+Shift+Digit9", "> word", "blockquote"]];
  for (const [key, written, element] of marks) {
    await bob.fill("#body", "word");
    await bob.press("#body", "Control+a");
    await bob.keyboard.press(key);
    assert.equal(await bob.inputValue("#body"), written, key);
    // Once more takes it away.
    await bob.keyboard.press(key);
    assert.equal(await bob.inputValue("#body"), "word", key);
    await bob.keyboard.press(key);
    await bob.keyboard.press("Enter");
    await ann.locator(`#scroll .c-message[data-id]:last-of-type .c-message__body ${element}`, { hasText: "word" }).waitFor();
  }
};

const channelsAreCompleted = async (ann, bob) => {
  await bob.locator("#body").pressSequentially("see #rand");
  await bob.locator("#completion li", { hasText: "random" }).waitFor();
  await lookAround(bob, "habits-completion");
  await bob.keyboard.press("Enter");
  assert.equal(await bob.inputValue("#body"), "see #random ");
  await bob.keyboard.type("for the rest");
  await bob.keyboard.press("Enter");
  await seen(ann, "see #random for the rest");
  await message(ann, "see #random for the rest").locator(".c-message__body .mention", { hasText: "#random" }).waitFor();
};

/** What is chosen often stands first, the most often chosen before all others, over a reload. */
const oftenChosenStandsFirst = async (ann, bob) => {
  await send(ann, "worth many signs");
  await seen(bob, "worth many signs");
  const picker = async () => {
    await act(bob, "worth many signs", "react");
    await bob.locator("#emoji [data-pick]").nth(40).waitFor();
  };
  const first = () => bob.locator("#emoji [data-pick]").evaluateAll((all) => all.slice(0, 3).map((one) => one.dataset.pick));
  const choose = async (name, sign) => {
    await bob.fill("#emoji input", name);
    await bob.locator(`#emoji [data-pick="${sign}"]`).first().click();
    await bob.locator("#emoji").waitFor({ state: "hidden" });
  };
  await picker();
  assert.equal((await first())[0], "👍", "nothing was chosen yet");
  await choose("snail", "🐌");
  await picker();
  assert.deepEqual((await first()).slice(0, 2), ["🐌", "👍"]);
  for (let n = 0; n < 2; n += 1) {
    await choose("lobster", "🦞");
    await picker();
  }
  await bob.keyboard.press("Escape");
  await bob.reload();
  await live(bob);
  await picker();
  assert.deepEqual(await first(), ["🦞", "🐌", "👍"]);
  await bob.keyboard.press("Escape");
};

const severalAreChosen = async (ann, bob) => {
  await ann.click('[data-open="poll"]');
  await ann.fill("#poll-question", "Which of these?");
  await ann.fill("#poll-options", "Red\nGreen\nBlue");
  await ann.check("#poll input[name=multiple]");
  await ann.locator("#poll button", { hasText: "Send" }).click();
  await ann.locator("#poll").waitFor({ state: "hidden" });
  const option = (page, name) => message(page, "Which of these?").locator("label", { hasText: name });
  const isCounted = (page, counts) => until(async () => {
    const votes = await message(page, "Which of these?").locator(".c-poll__votes").allInnerTexts();
    return votes.join() === counts.join();
  });
  await option(bob, "Red").waitFor();
  await option(bob, "Red").click();
  await isCounted(ann, [1, 0, 0]);
  await option(bob, "Blue").click();
  for (const page of [ann, bob]) await isCounted(page, [1, 0, 1]);
  await option(ann, "Blue").click();
  for (const page of [ann, bob]) await isCounted(page, [1, 0, 2]);
  await lookAround(bob, "habits-poll");
  // What is chosen is taken back by itself.
  await option(bob, "Red").click();
  for (const page of [ann, bob]) await isCounted(page, [0, 0, 2]);
};

/** What the server took and could not say is sent again by a page that was loaded anew, under the key that it had. */
const keyIsKeptOverReload = async (ann, base, channel, address, person) => {
  // Requests of a page can be held back where no service worker stands between.
  const eve = await person({ serviceWorkers: "block" });
  await join(ann, eve, base, "eve");
  const keys = [];
  await eve.route(`${base}/channels/*/messages`, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.push(new URLSearchParams(route.request().postData()).get("client_mutation_id"));
    if (keys.length > 1) return route.continue();
    const answer = await route.fetch();
    assert.ok(answer.ok(), "the server has it");
    return route.abort();
  });
  const lost = eve.waitForEvent("requestfailed", (request) => request.method() === "POST");
  await send(eve, "said once and for all");
  await lost;
  await seen(ann, "said once and for all");
  const again = eve.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().endsWith("/messages"));
  await open(eve, address);
  assert.ok((await again).ok());
  assert.ok(keys[0] && keys[1] === keys[0], `one key: ${keys}`);
  await eve.waitForFunction(() => document.querySelectorAll(".c-rows--pending > li").length === 0, null, within);
  await send(eve, "and that was all");
  for (const page of [ann, eve]) {
    await seen(page, "and that was all");
    assert.equal((await texts(page)).filter((one) => one === "said once and for all").length, 1);
  }
  const { items } = await (await api(ann, base, "GET", `/api/channels/${channel}/messages`)).json();
  assert.equal(items.filter((one) => one.body_md === "said once and for all").length, 1);
  assert.ok(await eve.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith("ajet-out:"))), "nothing waits any more");
  await eve.context().close();
};

/** What is read on one device is so on the other one, and what is unread by hand too. */
const readOnOneIsReadOnTheOther = async (ann, bob, phone, base, [general, random], address) => {
  const before = await say(ann, base, general, "and now to the devices");
  assert.ok((await api(bob, base, "PUT", `/api/channels/${general}/read`, { message_id: before.id })).ok());
  await open(bob, address.replace(general, random));
  const item = bob.locator(`#channel-${general}`);
  await item.and(bob.locator('[data-unread="0"]')).waitFor();
  const me = await bob.evaluate(() => document.body.dataset.me);
  await say(ann, base, general, `@<user:${me}> on which device?`);
  await say(ann, base, general, "on this one or that one?");
  await item.and(bob.locator('[data-unread="2"][data-mentions="1"]')).waitFor();
  await bob.waitForFunction(() => document.title.startsWith("("), null, within);
  await open(phone, address);
  await seen(phone, "on this one or that one?");
  await item.and(bob.locator('[data-unread="0"][data-mentions="0"]')).waitFor();
  await bob.waitForFunction(() => !/^[(•]/.test(document.title), null, within);
  await message(phone, "on this one or that one?").focus();
  await phone.keyboard.press("u");
  await item.and(bob.locator('[data-unread="1"]')).waitFor();
  await bob.waitForFunction(() => document.title.startsWith("•"), null, within);
  // And the other way round: what the laptop reads is read where the phone looks at something else.
  await open(phone, address.replace(general, random));
  await phone.locator(`#channel-${general}[data-unread="1"]`).waitFor({ state: "attached" });
  await open(bob, address);
  await phone.locator(`#channel-${general}[data-unread="0"]`).waitFor({ state: "attached" });
};

/** Notes from a page's beginning, frame by frame, all that moves on it. */
const noteMotion = (page) => page.addInitScript(() => {
  const moved = new Set();
  const look = () => {
    for (const one of document.getAnimations()) moved.add(`${one.animationName ?? one.transitionProperty} of ${one.effect.target.className || one.effect.target.tagName}`);
    requestAnimationFrame(look);
  };
  look();
  window.moved = moved;
});

/** Does what moves something: a message is named, a pane, a dialog and the drawer open, a button is pointed at. */
const motionOf = async (page, base, id) => {
  await open(page, `${base}/m/${id}`);
  await page.locator(".c-message--named").waitFor();
  await act(page, "look here", "thread");
  await page.locator("#reply").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#pane").waitFor({ state: "hidden" });
  await page.click('[data-pane="/inbox"]');
  await page.locator("#pane [data-read-all], #pane .c-empty").first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.locator("#targets a").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".c-rail__more").hover();
  await page.locator("#composer [data-later]").hover();
  const before = page.viewportSize();
  await page.setViewportSize(SIZES.phone);
  await page.click("[data-sidebar]");
  await page.locator("#sidebar").waitFor();
  await page.mouse.click(SIZES.phone.width - 10, 400);
  await page.locator("#sidebar").waitFor({ state: "hidden" });
  await page.setViewportSize(before);
  return page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => resolve([...window.moved])); }));
};

const nothingMovesForWhoWantsThat = async (ann, bob, tab, base, channel) => {
  const { id } = await say(ann, base, channel, "look here");
  const page = await tab(bob);
  await noteMotion(page);
  const moved = await motionOf(page, base, id);
  for (const one of ["c-named of c-message", "translate of c-sidebar"]) assert.ok(moved.some((each) => each.startsWith(one)), `${one}: ${moved.join(", ")}`);
  await page.emulateMedia({ reducedMotion: "reduce" });
  assert.deepEqual(await motionOf(page, base, id), []);
  await page.close();
};

/** Whether something lies within the half of the window at this side. */
const standsAt = async (page, selector, side) => {
  const [{ x, width }, middle] = [await page.locator(selector).first().boundingBox(), page.viewportSize().width / 2];
  assert.ok(side === "left" ? x + width / 2 < middle : x + width / 2 > middle, `${selector} at the ${side}: ${x}, ${width}`);
};

/** The frame of the page as it would stand for a language that is written from the right. */
const frameRunsFromTheRight = async (bob, address) => {
  await open(bob, address);
  const before = bob.viewportSize();
  await bob.evaluate(() => { document.documentElement.dir = "rtl"; });
  const box = (selector) => bob.locator(selector).first().boundingBox();
  const row = message(bob, "look here");
  const [side, main, face, text] = [await box("#sidebar"), await box("main"), await row.locator(".c-message__side").boundingBox(), await row.locator(".c-message__main").boundingBox()];
  assert.ok(side.x >= main.x + main.width - 1, "the side bar stands at the right");
  assert.ok(face.x >= text.x + text.width - 1, "and so do faces");
  await row.hover();
  await standsAt(bob, "#scroll .c-actions", "left");
  await look(bob, "habits-from-the-right");
  await bob.locator(".c-topbar__ways > [popovertarget]").click();
  await standsAt(bob, "#channel-menu", "left");
  await bob.keyboard.press("Escape");
  await bob.keyboard.press("Control+k");
  await bob.locator("#targets a").first().waitFor();
  await look(bob, "habits-from-the-right-switcher", { part: "#switcher" });
  await bob.keyboard.press("Escape");
  await bob.click('[data-open="poll"]');
  await standsAt(bob, "#poll .c-dialog__close", "left");
  await look(bob, "habits-from-the-right-poll", { part: "#poll" });
  await bob.keyboard.press("Escape");
  await act(bob, "look here", "thread");
  await bob.locator("#reply").waitFor();
  assert.ok((await box("#pane")).x < (await box("main")).x, "the thread at the left");
  await look(bob, "habits-from-the-right-thread");
  await bob.keyboard.press("Escape");
  await bob.locator("#pane").waitFor({ state: "hidden" });
  await bob.setViewportSize(SIZES.phone);
  await look(bob, "habits-from-the-right-phone");
  await bob.click("[data-sidebar]");
  await bob.locator("#sidebar").waitFor();
  await look(bob, "habits-from-the-right-drawer", { part: "#sidebar" });
  const drawer = await box("#sidebar");
  assert.ok(Math.abs(drawer.x + drawer.width - SIZES.phone.width) <= 1, "the drawer comes from the right");
  await bob.mouse.click(10, 400);
  await bob.setViewportSize(before);
  await open(bob, address);
};

/** What the browser itself reads of the manifest. */
const canBeInstalled = async (bob, base) => {
  const client = await bob.context().newCDPSession(bob);
  const { url, errors, data } = await client.send("Page.getAppManifest");
  assert.deepEqual([url, errors], [`${base}/manifest.webmanifest`, []]);
  const { name, short_name: short, start_url: start, scope, display, icons } = JSON.parse(data);
  assert.deepEqual({ name, short, start, scope, display }, { name: "ajet-chat", short: "ajet-chat", start: "/", scope: "/", display: "standalone" });
  for (const { src, type } of icons) {
    const answer = await bob.request.get(`${base}${src}`);
    assert.deepEqual([answer.status(), answer.headers()["content-type"]], [200, type], src);
  }
  await bob.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const { installabilityErrors } = await client.send("Page.getInstallabilityErrors");
  // The profiles of these tests are of the kind that installs nothing.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId), ["in-incognito"]);
  await client.detach();
};

/** Holds down what a locator finds while `meanwhile` happens. */
const pressed = async (page, locator, meanwhile) => {
  await locator.hover();
  await page.mouse.down();
  await meanwhile();
  await page.mouse.up();
};

const pressLeadsWhereItBegan = async (bob, base, [quiet, random], address) => {
  await bob.goto(address);
  await live(bob);
  // The side bar is asked for before the press, and comes during it.
  let goOn = null;
  await bob.route("**/sidebar", (route) => { goOn = () => route.continue(); });
  assert.ok((await api(bob, base, "PUT", `/api/channels/${quiet}/mute`, { muted: true })).ok());
  await until(() => goOn !== null);
  const bar = await bob.$("#sidebar");
  await pressed(bob, bob.locator(`#channel-${random} a`), async () => {
    const come = bob.waitForResponse("**/sidebar");
    await goOn();
    await (await come).finished();
    assert.ok(await bar.evaluate((one) => one.isConnected), "what is pressed stays");
  });
  await bob.waitForURL(`**/${random}`);
  await bob.unroute("**/sidebar");
};

const pressMeetsTheMessageThatChanges = async (ann, bob, tab, base, general, address) => {
  const other = await tab(bob);
  for (const page of [bob, other]) {
    await page.goto(address);
    await live(page);
  }
  // A name stands above the first message of somebody.
  await send(bob, "words of another");
  await seen(other, "words of another");
  const said = await api(ann, base, "POST", `/api/channels/${general}/messages`, { body_md: "first words" });
  const { id } = await said.json();
  const change = async (words) => {
    assert.ok((await api(ann, base, "PUT", `/api/messages/${id}`, { body_md: words })).ok());
    await seen(other, words);
  };
  await Promise.all([bob, other].map((page) => seen(page, "first words")));
  const [author, card] = [bob.locator(`#m-${id} [data-card]`), bob.locator("#card .c-card h2")];
  // By key first: a message that changed is asked for anew a moment later, which takes the focus from its parts.
  await author.focus();
  await bob.keyboard.down(" ");
  await change("second words");
  await bob.keyboard.up(" ");
  await card.waitFor();
  await seen(bob, "second words");
  await bob.keyboard.press("Escape");
  await card.waitFor({ state: "hidden" });
  await pressed(bob, author, () => change("third words"));
  await card.waitFor();
  await seen(bob, "third words");
  await bob.keyboard.press("Escape");
  await other.close();
};

await suite(async ({ server: { base }, person, tab, step }) => {
  const [ann, bob, phone] = await Promise.all([person(), person(), person({ viewport: SIZES.phone })]);
  await found(ann, base, "ann");
  await join(ann, bob, base, "bob");
  assert.equal((await api(phone, base, "POST", "/auth/dev", { username: "bob" })).status(), 200);
  const address = ann.url();
  const general = address.split("/").pop();
  const [quiet, random] = [await channelOfBoth(ann, bob, base, "quiet"), await channelOfBoth(ann, bob, base, "random")];

  await step("keys go through messages, save and pin them, and lead back to the box", () => keysGoThroughMessages(ann, bob, base, general));
  await step("keys mark what is selected, and take the mark away", () => keysMarkWords(ann, bob));
  await step("a key leads to the next channel where something is unread", () => keysGoToWhatIsUnread(ann, bob, base, [quiet, random], address));
  await step("channels are completed, and stand in the message by their names", () => channelsAreCompleted(ann, bob));
  await step("what is chosen often stands first among emoji", () => oftenChosenStandsFirst(ann, bob));
  await step("in a poll of several choices each counts by itself", () => severalAreChosen(ann, bob));
  await step("a message whose answer was lost is there once, over a reload", () => keyIsKeptOverReload(ann, base, general, address, person));
  await step("what is read on one device is read on the other", () => readOnOneIsReadOnTheOther(ann, bob, phone, base, [general, random], address));
  await phone.context().close();
  await step("a press leads where it began, though the side bar is shown anew meanwhile", () => pressLeadsWhereItBegan(bob, base, [quiet, random], address));
  await step("a press meets the message that changes meanwhile", () => pressMeetsTheMessageThatChanges(ann, bob, tab, base, general, address));
  await step("with reduced motion nothing moves", () => nothingMovesForWhoWantsThat(ann, bob, tab, base, general));
  await step("the frame of the page may run from the right", () => frameRunsFromTheRight(bob, address));
  await step("the pages can be installed", () => canBeInstalled(bob, base));
  await step("End leads to the newest message, however far away it is", () => endLeadsToTheNewest(ann, bob, base, general, address));
});
