// What hands do beside typing, and what tells of others: channels that are dragged, links that are copied, files that are pasted and dropped, who
// writes and who is there, search chips, polls that end, the place of what is new, the icon, coloured code, what is read out, and times in another
// zone.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, join, live, message, seen, send, suite, until } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";

/** Kathmandu is a quarter of an hour off all zones around it: no other clock shows the same minutes. */
const ZONE = "Asia/Kathmandu";
/** As `messages.js` has it: of what comes faster than that, the newest is said. */
const SAID_EVERY_MS = 3000;
/** More than a list holds at once, so that its newer rows have to be fetched as well. */
const MISSED = 230;

const within = { timeout: DEADLINE };

/** Lets somebody say something without a page, and gives the message. */
const say = async (page, base, channel, body) => {
  const answer = await api(page, base, "POST", `/api/channels/${channel}/messages`, { body_md: body });
  assert.equal(answer.status(), 201, body);
  return answer.json();
};

/** Makes a channel that both are in. */
const channelOfBoth = async (host, guest, base, name) => {
  const community = await host.evaluate(() => document.body.dataset.community);
  const made = await (await api(host, base, "POST", `/api/communities/${community}/channels`, { name })).json();
  assert.ok((await api(guest, base, "POST", `/api/channels/${made.id}/join`)).ok());
  await guest.locator(`#channels .c-channel[data-name="${name}"]`).waitFor();
  return made.id;
};

/** Waits for an order of the channels in the side bar. */
const isOrdered = (page, names) => page.waitForFunction((wanted) =>
  [...document.querySelectorAll("#channels .c-channel")].map((item) => item.dataset.name).join() === wanted, names.join(), within);

const channelsAreOrderedByHand = async (ann, bob) => {
  const item = (name) => ann.locator(`#channels .c-channel[data-name="${name}"]`);
  await Promise.all([ann, bob].map((page) => isOrdered(page, ["general", "one", "two"])));
  await item("two").dragTo(item("general"), { targetPosition: { x: 20, y: 2 } });
  await Promise.all([ann, bob].map((page) => isOrdered(page, ["two", "general", "one"])));
  await item("two").locator("a").first().focus();
  // The second press goes on from where the first one led.
  for (const names of [["general", "two", "one"], ["general", "one", "two"]]) {
    await ann.keyboard.press("Control+Alt+ArrowDown");
    await Promise.all([ann, bob].map((page) => isOrdered(page, names)));
  }
  await bob.reload();
  await isOrdered(bob, ["general", "one", "two"]);
};

/** What is told of a channel that was moved here, and is not moved on the server yet, leaves it where it is. */
const whatIsOlderMovesNothing = async (ann, bob, base) => {
  const two = ann.locator('#channels .c-channel[data-name="two"]');
  const id = await two.getAttribute("data-channel");
  const rename = async (name) => assert.ok((await api(ann, base, "PATCH", `/api/channels/${id}`, { name })).ok());
  let goOn = null;
  await ann.route("**/channels/order", (route) => { goOn = () => route.continue(); });
  await two.locator("a").first().focus();
  await ann.keyboard.press("Control+Alt+ArrowUp");
  await until(() => goOn !== null);
  await rename("zwei");
  await Promise.all([isOrdered(ann, ["general", "zwei", "one"]), isOrdered(bob, ["general", "one", "zwei"])]);
  await goOn();
  await isOrdered(bob, ["general", "zwei", "one"]);
  await ann.unroute("**/channels/order");
  await rename("two");
  await ann.keyboard.press("Control+Alt+ArrowDown");
  for (const page of [ann, bob]) await isOrdered(page, ["general", "one", "two"]);
};

/** Dragged to another place of the side bar a channel is in that category, for all, and out of it again. */
const channelsGoIntoCategories = async (ann, bob, base) => {
  const community = await ann.evaluate(() => document.body.dataset.community);
  const { id } = await (await api(ann, base, "POST", `/api/communities/${community}/categories`, { name: "Work" })).json();
  const { id: plans } = await (await api(ann, base, "POST", `/api/communities/${community}/channels`, { name: "plans", category_id: id })).json();
  const stands = (page, name, list) => page.locator(`#channels ul.c-channel-list${list} > .c-channel[data-name="${name}"]`).waitFor();
  const [within, outside] = [`[data-category="${id}"]`, ":not([data-category])"];
  for (const page of [ann, bob]) {
    await page.reload();
    await live(page);
    await stands(page, "plans", within);
  }
  const item = (name) => ann.locator(`#channels .c-channel[data-name="${name}"]`);
  await item("two").dragTo(item("plans"), { targetPosition: { x: 20, y: 2 } });
  for (const page of [ann, bob]) {
    await stands(page, "two", within);
    await isOrdered(page, ["general", "one", "two", "plans"]);
  }
  const { items } = await (await api(bob, base, "GET", `/api/communities/${community}/channels`)).json();
  assert.equal(items.find((one) => one.name === "two").category_id, id);
  await bob.reload();
  await stands(bob, "two", within);
  await item("two").dragTo(item("one"), { targetPosition: { x: 20, y: 2 } });
  for (const page of [ann, bob]) {
    await stands(page, "two", outside);
    await isOrdered(page, ["general", "two", "one", "plans"]);
  }
  await item("one").dragTo(item("two"), { targetPosition: { x: 20, y: 2 } });
  for (const page of [ann, bob]) await isOrdered(page, ["general", "one", "two", "plans"]);
  assert.ok((await api(ann, base, "DELETE", `/api/channels/${plans}`)).ok());
};

/** An order that comes while the side bar is fetched anew: what is fetched is older. */
const olderAnswerUndoesNoOrder = async (ann, base, person) => {
  const eve = await person({ serviceWorkers: "block" });
  await join(ann, eve, base, "eve");
  const community = await ann.evaluate(() => document.body.dataset.community);
  const { items } = await (await api(ann, base, "GET", `/api/communities/${community}/channels`)).json();
  const order = async (names) => {
    const channels = names.map((name, position) => ({ id: items.find((one) => one.name === name).id, category_id: null, position }));
    assert.ok((await api(ann, base, "PUT", `/api/communities/${community}/channels/order`, { channels })).ok());
    await isOrdered(eve, names);
  };
  let isFirst = true;
  await eve.route(/\/sidebar$/, async (route) => {
    const answer = await route.fetch();
    if (isFirst) {
      isFirst = false;
      await order(["two", "one", "general"]);
    }
    await route.fulfill({ response: answer });
  });
  const general = items.find((one) => one.name === "general").id;
  assert.ok((await api(eve, base, "PUT", `/api/channels/${general}/mute`, { muted: true })).ok());
  await eve.locator(`#channel-${general}.c-channel--muted`).waitFor();
  await isOrdered(eve, ["two", "one", "general"]);
  await order(["general", "one", "two"]);
  await eve.context().close();
};

/** Puts a picture into the clipboard and presses the keys of a paste. */
const pastePicture = async (page) => {
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(120, 80);
    canvas.getContext("2d").fillRect(20, 20, 80, 40);
    await navigator.clipboard.write([new ClipboardItem({ "image/png": await canvas.convertToBlob() })]);
  });
  await page.focus("#body");
  await page.keyboard.press("Control+v");
};

const isReadyToGo = (page, count) => page.waitForFunction((wanted) => {
  const lines = [...document.querySelectorAll("#composer .c-upload")];
  return lines.length === wanted && lines.every((line) => !line.querySelector("progress"));
}, count, within);

const pastedPictureCarriesItsWords = async (ann, bob) => {
  await pastePicture(ann);
  await isReadyToGo(ann, 1);
  const kept = ann.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.url().includes("/api/attachments/"));
  await ann.fill("#composer .c-upload input", "a dark bar");
  await lookAround(ann, "hands-upload");
  await ann.focus("#body");
  assert.ok((await kept).ok());
  await ann.keyboard.press("Enter");
  await bob.locator("#scroll .c-message[data-id] img[alt='a dark bar']").waitFor();
  await isReadyToGo(ann, 0);
};

/** Drops a picture on the list. Whether the page showed meanwhile that it takes one. */
const dropPicture = (page, name) => page.evaluate(async (name) => {
  const [list, dataTransfer, canvas] = [document.getElementById("scroll"), new DataTransfer(), new OffscreenCanvas(120, 80)];
  canvas.getContext("2d").fillRect(40, 0, 40, 80);
  dataTransfer.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
  const isTaken = (type) => !list.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  const offers = isTaken("dragover") && document.body.classList.contains("c-app--drop");
  return offers && isTaken("drop") && !document.body.classList.contains("c-app--drop");
}, name);

const droppedPictureIsSent = async (ann, bob) => {
  assert.ok(await dropPicture(ann, "dropped.png"), "the page offers to take it");
  await isReadyToGo(ann, 1);
  await ann.locator("#composer .c-upload", { hasText: "dropped.png" }).waitFor();
  await send(ann, "see what I dropped");
  const picture = message(bob, "see what I dropped").locator("img[alt='dropped.png']");
  await picture.waitFor();
  await until(() => picture.evaluate((one) => one.complete && one.naturalWidth === 120));
};

const copiedLinkLeadsToItsMessage = async (ann, bob) => {
  await send(ann, "worth a link");
  await seen(bob, "worth a link");
  await act(ann, "worth a link", "link");
  const copied = () => ann.evaluate(() => navigator.clipboard.readText());
  await until(async () => /\/m\/[0-9a-f-]{36}$/.test(await copied()));
  await bob.goto(await copied());
  await live(bob);
  await bob.locator(".c-message--named", { hasText: "worth a link" }).waitFor();
};

/** The line below the messages of the other person: until the box is empty again, by hand or by Enter. */
const typingIsSeen = async (ann, bob) => {
  const tells = (page, text) => page.waitForFunction((wanted) => document.getElementById("typing").textContent.includes(wanted), text, within);
  const isGone = (page) => page.waitForFunction(() => document.getElementById("typing").textContent === "", null, within);
  await ann.locator("#body").pressSequentially("hel");
  await tells(bob, "ann");
  assert.equal(await ann.locator("#typing").innerText(), "", "one's own typing is no news");
  await ann.fill("#body", "");
  await isGone(bob);
  await bob.locator("#body").pressSequentially("hello");
  await tells(ann, "bob");
  await bob.press("#body", "Enter");
  await seen(ann, "hello");
  await isGone(ann);
};

/** Whether the dot is drawn at the face beside a message. */
const hasDot = (page, text) => message(page, text).evaluate((row) =>
  getComputedStyle(row.querySelector(".c-message__side > .c-avatar"), "::after").content !== "none");

const presenceComesAndGoes = async (ann, cat, base, address, text = "from a program of cat's") => {
  await say(cat, base, address.split("/").pop(), text);
  await seen(ann, text);
  await until(async () => !(await hasDot(ann, text)));
  await cat.goto(address);
  await live(cat);
  await until(() => hasDot(ann, text));
  await cat.context().close();
  await until(async () => !(await hasDot(ann, text)));
};

const chipsNarrowTheSearch = async (ann, bob) => {
  await send(ann, "a harvest of ann's");
  await send(bob, "a harvest of bob's");
  await seen(ann, "a harvest of bob's");
  const findsOf = (names) => until(async () => {
    const answered = ann.waitForResponse((answer) => answer.url().includes("/search/results"));
    await ann.press("#q", "Enter");
    await answered;
    const texts = await ann.locator("#results .c-find").allInnerTexts();
    return texts.length === names.length && names.every((name) => texts.some((text) => text.includes(`a harvest of ${name}'s`)));
  });
  await ann.click('[data-pane="/search"]');
  await ann.fill("#q", "harvest");
  await findsOf(["ann", "bob"]);
  await ann.click("[data-operator='from:']");
  await ann.keyboard.type("bob");
  assert.equal(await ann.inputValue("#q"), "harvest from:bob", "the chip leaves the cursor where one writes on");
  await findsOf(["bob"]);
  await lookAround(ann, "hands-chips");
  await ann.keyboard.press("Escape");
  await ann.locator("#pane").waitFor({ state: "hidden" });
};

/** By the clock of its author, and told to each reader by theirs. */
const pollEndsWhenItsAuthorSays = async (ann, bob) => {
  const put = async (end) => {
    await ann.fill("#poll-closes", end);
    await ann.locator("#poll button", { hasText: "Send" }).click();
  };
  await ann.click('[data-open="poll"]');
  await ann.fill("#poll-question", "Until when?");
  await ann.fill("#poll-options", "Noon\nNight");
  await put("2020-01-01T10:00");
  await ann.locator("#poll .c-problem", { hasText: "must be in the future" }).waitFor();
  await lookAround(ann, "hands-poll");
  const end = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16);
  await put(end);
  await ann.locator("#poll").waitFor({ state: "hidden" });
  const told = bob.locator("#scroll .c-poll", { hasText: "Until when?" }).locator(".c-poll__state time");
  await told.waitFor();
  assert.equal(Date.parse(await told.getAttribute("datetime")), await ann.evaluate((at) => new Date(at).getTime(), end));
};

const codeIsColoured = async (ann, bob) => {
  const source = "fn main() {\n    println!(\"hello\");\n}";
  await send(ann, `\`\`\`rust\n${source}\n\`\`\``);
  for (const page of [ann, bob]) {
    const code = page.locator("#scroll .c-message[data-id] pre > code.language-rust");
    await code.locator(".c-code-kwd", { hasText: "fn" }).waitFor();
    assert.equal((await code.innerText()).trim(), source, "not a letter is lost");
    const [plain, keyword] = await code.evaluate((one) => [one, one.querySelector(".c-code-kwd")].map((part) => getComputedStyle(part).color));
    assert.notEqual(keyword, plain);
  }
  await lookAround(bob, "hands-code");
};

/** Notes each change of what a screen reader reads out by itself. */
const listenToLiveRegions = (page) => page.evaluate(() => {
  window.saidAloud = [];
  const spoken = "[aria-live]:not([aria-live='off']), [role='status']:not([aria-live='off']), [role='alert']";
  const note = (changes) => {
    const at = (change) => (change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target);
    const regions = new Set(changes.map((change) => at(change)?.closest("[aria-live], [role='status'], [role='alert'], [role='log']")));
    for (const region of regions) if (region?.matches(spoken) && region.textContent.trim()) window.saidAloud.push(region.textContent.trim());
  };
  new MutationObserver(note).observe(document.body, { childList: true, characterData: true, subtree: true });
});

const floodIsSaidInFewWords = async (ann, bob, base, channel) => {
  await listenToLiveRegions(bob);
  const began = Date.now();
  for (let n = 0; n < 30; n += 1) await say(ann, base, channel, `flood ${n}.`);
  await bob.waitForFunction(() => window.saidAloud.at(-1)?.includes("flood 29."), null, within);
  const said = await bob.evaluate(() => window.saidAloud);
  const most = Math.min(15, 2 + Math.floor((Date.now() - began) / SAID_EVERY_MS));
  assert.ok(said.length <= most, `said ${said.length} times, ${most} at most: ${said.join(" | ")}`);
};

/** Waits until the icon says that something is unread, or that nothing is. */
const iconSays = (page, isUnread) => page.waitForFunction((wanted) => {
  const icon = document.querySelector('link[rel="icon"]');
  return (icon.getAttribute("href") === icon.dataset.unread) === wanted && document.title.startsWith("• ") === wanted;
}, isUnread, within);

/** Says all that is missed in a channel of which only the first message was read. */
const iconTellsOfUnread = async (ann, bob, base, channel, address) => {
  const read = await say(ann, base, channel, "read before");
  assert.ok((await api(bob, base, "PUT", `/api/channels/${channel}/read`, { message_id: read.id })).ok());
  await bob.goto(address);
  await live(bob);
  await iconSays(bob, false);
  for (let n = 0; n < MISSED; n += 1) await say(ann, base, channel, `row ${n}.`);
  await iconSays(bob, true);
  const picture = await bob.request.get(new URL(await bob.locator('link[rel="icon"]').getAttribute("href"), base).href);
  assert.match(picture.headers()["content-type"], /^image\/svg/);
};

const jumpLeadsToWhatIsNew = async (bob, address) => {
  await bob.goto(address);
  await live(bob);
  const jump = bob.locator("#jump-unread:not([hidden])");
  await jump.waitFor();
  assert.equal(await bob.locator(".c-new-line").count(), 0, "it is further up than what is here");
  await jump.click();
  const line = bob.locator("#scroll .c-new-line");
  await line.waitFor();
  const beside = await line.evaluate((one) => {
    const rows = [...one.parentElement.children].filter((row) => row === one || row.matches(".c-message"));
    const at = rows.indexOf(one);
    return [rows[at - 1], rows[at + 1]].map((row) => row?.querySelector(".c-message__body").textContent.trim());
  });
  assert.deepEqual(beside, ["read before", "row 0."]);
  await until(() => line.evaluate((one) => {
    const [box, list] = [one.getBoundingClientRect(), document.getElementById("scroll").getBoundingClientRect()];
    return box.top >= list.top && box.bottom <= list.bottom;
  }));
  assert.ok(await jump.isHidden());
  await lookAround(bob, "hands-unread");
};

/** Scrolls down by less than what is shown at a time, as a reader does, and notes what was met. */
const scrollsDownThroughAll = async (bob) => {
  await bob.waitForFunction((last) => {
    const list = document.getElementById("scroll");
    window.met ??= [];
    for (const body of list.querySelectorAll(".c-message[data-id] .c-message__body")) {
      const text = body.textContent.trim();
      if (text.startsWith("row ") && !window.met.includes(text)) window.met.push(text);
    }
    list.scrollTop += list.clientHeight * 0.8;
    return window.met.at(-1) === last;
  }, `row ${MISSED - 1}.`, within);
  assert.deepEqual(await bob.evaluate(() => window.met), Array.from({ length: MISSED }, (_, n) => `row ${n}.`), "all, in their order");
  assert.ok((await bob.locator("#scroll .c-message[data-id]").count()) <= 200, "the far end has gone");
  await bob.locator("#scroll").press("End");
  await bob.waitForFunction(() => document.getElementById("jump").hidden, null, within);
};

const timesAreOfTheZone = async (ann, bob, base, channel) => {
  const clock = (at) => new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: ZONE }).format(at);
  const whole = (at) => new Intl.DateTimeFormat("de-DE", { dateStyle: "medium", timeStyle: "short", timeZone: ZONE }).format(at);
  const { id, created_at: created } = await say(ann, base, channel, "what time is it there?");
  const at = new Date(created);
  const time = bob.locator(`#m-${id} time`).first();
  for (const meet of [() => seen(bob, "what time is it there?"), () => bob.reload().then(() => live(bob))]) {
    await meet();
    assert.deepEqual([await time.textContent(), await time.getAttribute("title")], [clock(at), whole(at)]);
  }
};

// Told of in less than the minutes that people have.
const rules = { AJET_PRESENCE_AWAY_S: "2", AJET_PRESENCE_DIFF_S: "1" };
await suite(async ({ server: { base }, person, step }) => {
  const [ann, bob, cat] = await Promise.all([
    person({ permissions: ["clipboard-read", "clipboard-write"] }), person({ locale: "de-DE", timezoneId: ZONE }), person(),
  ]);
  await found(ann, base, "ann");
  for (const [guest, name] of [[bob, "bob"], [cat, "cat"]]) await join(ann, guest, base, name);
  const [address, general] = [ann.url(), ann.url().split("/").pop()];
  const [one] = [await channelOfBoth(ann, bob, base, "one"), await channelOfBoth(ann, bob, base, "two")];
  await cat.goto("about:blank");
  await Promise.all([say(ann, base, general, "good morning"), say(bob, base, general, "good evening")]);
  await Promise.all([seen(bob, "good morning"), seen(ann, "good evening")]);

  await step("who is writing is seen by the other, until nothing is written any more", () => typingIsSeen(ann, bob));
  await step("the dot of who is there comes and goes", () => presenceComesAndGoes(ann, cat, base, address));
  await step("channels are put in order by drag and by keys, for all", () => channelsAreOrderedByHand(ann, bob));
  await step("what is told of before an order moves nothing", () => whatIsOlderMovesNothing(ann, bob, base));
  await step("a channel that is dragged into a category is there for all", () => channelsGoIntoCategories(ann, bob, base));
  await step("an older answer undoes no order of channels", () => olderAnswerUndoesNoOrder(ann, base, person));
  await step("a pasted picture goes with the words that were typed for it", () => pastedPictureCarriesItsWords(ann, bob));
  await step("a picture that is dropped on the list is sent", () => droppedPictureIsSent(ann, bob));
  await step("a copied link leads to its message", () => copiedLinkLeadsToItsMessage(ann, bob));
  await step("a chip of the search narrows what is found", () => chipsNarrowTheSearch(ann, bob));
  await step("a poll ends when its author says", () => pollEndsWhenItsAuthorSays(ann, bob));
  await step("code is coloured, and not a letter of it lost", () => codeIsColoured(ann, bob));
  await step("thirty messages are read out in few announcements", () => floodIsSaidInFewWords(ann, bob, base, general));
  await step("times are those of the reader's zone", () => timesAreOfTheZone(ann, bob, base, general));
  await step("the icon and the title tell of what is unread elsewhere", () => iconTellsOfUnread(ann, bob, base, one, address));
  await step("a bar leads to the line above what is new", () => jumpLeadsToWhatIsNew(bob, `${base}/c/ferris/channels/${one}`));
  await step("from there newer rows come as one scrolls down, none missing", () => scrollsDownThroughAll(bob));
  await step("what was read leaves the icon plain", () => iconSays(bob, false));
}, () => rules);
