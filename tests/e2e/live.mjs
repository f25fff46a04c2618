// What people have open all day: threads, reactions, messages that wait for the network, one stream for all tabs, a list that goes on in both
// directions, links to messages, what is unread, the quick switcher, the search and the keyboard.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, invite, inviteLink, join, live, message, seen, send, suite, texts } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";

/** A picture of one grey pixel. */
const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
const rowsIn = (page) => page.locator("#scroll .c-message[data-id]").count();
const times = async (page, text) => (await texts(page)).filter((one) => one === text).length;

await suite(async ({ server, person, tab, step }) => {
  const [ann, bob] = await Promise.all([person(), person()]);
  const { base } = server;
  await found(ann, base, "ann");
  await invite(ann, bob, "bob");
  const address = ann.url();
  const channel = address.split("/").pop();

  await step("a message is there before the server has it, and once when it has", async () => {
    await send(ann, "first of the day");
    await seen(bob, "first of the day");
    await ann.waitForFunction(() => document.querySelectorAll(".c-rows--pending > li").length === 0, null, { timeout: DEADLINE });
    assert.equal(await times(ann, "first of the day"), 1);
  });

  await step("a reaction is counted on both sides, and taken back", async () => {
    await act(bob, "first of the day", "react");
    await bob.locator("#emoji [data-pick='👍']").first().click();
    const chip = message(ann, "first of the day").locator(".c-reaction");
    await chip.waitFor();
    await chip.click();
    await message(bob, "first of the day").locator(".c-reaction__count", { hasText: "2" }).waitFor();
    await chip.click();
    await message(bob, "first of the day").locator(".c-reaction__count", { hasText: "1" }).waitFor();
  });

  await step("a custom emoji is offered as a reaction, shown as its picture, and not offered elsewhere", async () => {
    const { home, me } = await ann.evaluate(() => ({ home: document.body.dataset.community, me: document.body.dataset.me }));
    const file = { name: "party.png", mimeType: "image/png", buffer: Buffer.from(DOT, "base64") };
    const added = await ann.request.fetch(`${base}/api/communities/${home}/emoji`, { method: "POST", multipart: { name: "party", file }, headers: { origin: base } });
    assert.equal(added.status(), 201);
    for (const page of [ann, bob]) {
      await page.reload();
      await live(page);
    }
    await act(bob, "first of the day", "react");
    await bob.fill("#emoji input", "party");
    await bob.locator("#emoji [data-pick=':party:']").first().click();
    for (const page of [ann, bob]) await message(page, "first of the day").locator(".c-reaction img[alt=':party:']").waitFor();
    await act(bob, "first of the day", "react");
    await bob.locator("#emoji [data-pick=':party:'] img").first().waitFor();
    await bob.keyboard.press("Escape");
    const chip = message(bob, "first of the day").locator(".c-reaction[data-emoji=':party:']");
    await chip.click();
    await chip.waitFor({ state: "detached" });
    const dm = await (await api(bob, base, "POST", "/api/dms", { user_ids: [me] })).json();
    await bob.goto(`${base}/dm/${dm.id}`);
    await live(bob);
    await send(bob, "elsewhere");
    await seen(bob, "elsewhere");
    await act(bob, "elsewhere", "react");
    await bob.locator("#emoji [data-pick='🎉']").first().waitFor();
    assert.equal(await bob.locator("#emoji [data-pick=':party:']").count(), 0);
    await bob.goto(address);
    await live(bob);
  });

  await step("what was noted of a saved message stays, the list follows, and it is taken back there and at the message", async () => {
    const id = await message(bob, "first of the day").getAttribute("data-id");
    const put = (saved) => api(bob, base, "PUT", `/api/messages/${id}/saved`, saved);
    const mark = async () => (await (await api(bob, base, "GET", "/api/saved")).json()).items.find((one) => one.message.id === id);
    const said = (text) => bob.waitForFunction((wanted) => document.getElementById("announce").textContent === wanted, text, { timeout: DEADLINE });
    const remindAt = new Date(Date.now() + 86_400_000).toISOString();
    assert.ok((await put({ note: "why", remind_at: remindAt })).ok());
    await act(bob, "first of the day", "remind-1h");
    await said("You will be reminded.");
    assert.equal((await mark()).note, "why");
    assert.ok(Date.parse((await mark()).remind_at) < Date.parse(remindAt), "another time");
    await bob.click('[data-pane="/saved"]');
    await bob.locator("#pane .c-find__note", { hasText: "why" }).waitFor();
    await bob.locator("#pane [data-remind] time").waitFor();
    assert.ok((await put({ note: "because" })).ok());
    await bob.locator("#pane .c-find__note", { hasText: "because" }).waitFor();
    await bob.locator("#pane [data-remind]").waitFor({ state: "detached" });
    await bob.locator(`#pane [data-unsave="${id}"]`).click();
    await bob.locator(`#pane [data-unsave="${id}"]`).waitFor({ state: "detached" });
    assert.equal(await mark(), undefined, "it is kept no longer");
    await bob.keyboard.press("Escape");
    await bob.locator("#pane").waitFor({ state: "hidden" });
    await act(bob, "first of the day", "save");
    await said("Saved");
    assert.equal((await mark()).note, null);
    await act(bob, "first of the day", "unsave");
    await said("No longer saved.");
    assert.equal(await mark(), undefined);
  });

  await step("a reply opens a thread, which both see", async () => {
    await act(ann, "first of the day", "thread");
    const box = ann.getByRole("textbox", { name: "Reply in thread", exact: true });
    assert.deepEqual([await box.getAttribute("id"), await box.getAttribute("placeholder")], ["reply", "Reply in thread"], "it says where it goes");
    await ann.fill("#reply", "a reply to it");
    await ann.press("#reply", "Enter");
    await ann.locator("#pane .c-message[data-id]", { hasText: "a reply to it" }).waitFor();
    await message(bob, "first of the day").locator(".c-thread-line").click();
    await bob.locator("#pane .c-message[data-id]", { hasText: "a reply to it" }).waitFor();
    assert.equal(await times(bob, "a reply to it"), 0, "the channel itself stays calm");
    await bob.keyboard.press("Escape");
    await bob.locator("#pane").waitFor({ state: "hidden" });
    await ann.keyboard.press("Escape");
  });

  await step("what is shown anew beside the messages keeps what is being written there", async () => {
    await message(ann, "first of the day").locator(".c-thread-line").click();
    await ann.fill("#reply", "half a reply");
    await ann.setInputFiles("#pane [data-files]", { name: "grey.png", mimeType: "image/png", buffer: Buffer.from(DOT, "base64") });
    await ann.locator("#pane .c-upload", { hasText: "grey.png" }).waitFor();
    await ann.locator("#pane [data-follow]").click();
    await ann.waitForFunction(() => document.querySelector("#pane [data-follow]").getAttribute("aria-pressed") === "false", null, { timeout: DEADLINE });
    assert.equal(await ann.inputValue("#reply"), "half a reply");
    assert.equal(await ann.locator("#pane .c-upload").count(), 1, "and its files");
    assert.ok(await ann.evaluate(() => document.activeElement.matches("#pane [data-follow]")), "the focus stays where it was");
    await ann.locator("#pane .c-upload button").click();
    await ann.fill("#reply", "");
    await ann.keyboard.press("Escape");
    await ann.locator("#pane").waitFor({ state: "hidden" });
  });

  await step("the draft of a reply goes once it was sent", async () => {
    const told = (method) => bob.waitForResponse((answer) => answer.request().method() === method && /\/draft(\?|$)/.test(answer.url()));
    const close = async () => {
      await bob.keyboard.press("Escape");
      await bob.locator("#pane").waitFor({ state: "hidden" });
    };
    const open = () => message(bob, "first of the day").locator(".c-thread-line").click();
    await open();
    const kept = told("PUT");
    await bob.fill("#reply", "begun before");
    await kept;
    await close();
    await open();
    await bob.waitForFunction(() => document.getElementById("reply")?.value === "begun before", null, { timeout: DEADLINE });
    const gone = told("DELETE");
    await bob.press("#reply", "Enter");
    await gone;
    await close();
    await open();
    await bob.locator("#reply").waitFor();
    assert.equal(await bob.inputValue("#reply"), "");
    await close();
  });

  await step("all tabs of a person share one stream", async () => {
    // Browsers open six connections to a host: with a stream in each tab the last ones would not load.
    const more = await Promise.all(Array.from({ length: 7 }, () => tab(bob)));
    const asked = [];
    for (const page of more) {
      page.on("request", (request) => { if (request.url().endsWith("/stream")) asked.push(request.url()); });
      await page.goto(address);
      await live(page);
    }
    assert.deepEqual(asked, [], "no tab has a stream of its own");
    await send(ann, "to every tab");
    for (const page of [bob, ...more]) await seen(page, "to every tab");
    for (const page of more) await page.close();
  });

  await step("what is written without a network is sent once there is one, over a reload", async () => {
    await bob.context().setOffline(true);
    await send(bob, "from the tunnel");
    const pending = bob.locator(".c-message--pending", { hasText: "from the tunnel" });
    await pending.waitFor();
    // The page comes over the network, the message does not yet: what is shown after the reload is what the page has kept.
    const posts = `${base}/channels/*/messages`;
    await bob.route(posts, (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
    await bob.context().setOffline(false);
    await bob.reload();
    await live(bob);
    await pending.waitFor();
    assert.equal(await times(ann, "from the tunnel"), 0);
    await bob.unroute(posts);
    await seen(ann, "from the tunnel");
    await seen(bob, "from the tunnel");
    assert.equal(await times(ann, "from the tunnel"), 1);
    assert.equal(await times(bob, "from the tunnel"), 1);
  });

  await step("what a stream tells again after a break is counted once", async () => {
    const made = await (await api(ann, base, "POST", `/api/communities/${await ann.evaluate(() => document.body.dataset.community)}/channels`, { name: "counted" })).json();
    assert.ok((await api(bob, base, "POST", `/api/channels/${made.id}/join`)).ok());
    // The page goes on from before the message that it was made with.
    const eve = await tab(bob);
    const cursor = await bob.evaluate(() => document.body.dataset.cursor);
    assert.equal((await api(ann, base, "POST", `/api/channels/${made.id}/messages`, { body_md: "once" })).status(), 201);
    await eve.addInitScript((from) => {
      delete window.SharedWorker;
      document.addEventListener("readystatechange", () => { if (document.body) document.body.dataset.cursor = from; }, { once: true });
    }, cursor);
    const told = eve.waitForResponse((answer) => answer.url().endsWith("/stream"));
    await eve.goto(address);
    await told;
    await live(eve);
    await send(ann, "behind it");
    await seen(eve, "behind it");
    assert.equal(await eve.locator(`#channel-${made.id}`).getAttribute("data-unread"), "1");
    await eve.close();
  });

  await step("what is refused says why, and goes or stays as its author wants", async () => {
    assert.ok((await api(ann, base, "PUT", `/api/channels/${channel}/archived`, { archived: true })).ok());
    await bob.fill("#body", "too late");
    await bob.press("#body", "Enter");
    await bob.locator(".c-unsent:not([hidden])").waitFor();
    await lookAround(bob, "live-unsent");
    assert.ok((await api(ann, base, "PUT", `/api/channels/${channel}/archived`, { archived: false })).ok());
    await bob.click("[data-retry]");
    await seen(ann, "too late");
  });

  await step("a draft is there on the next device", async () => {
    const kept = bob.waitForResponse((answer) => answer.url().endsWith("/draft") && answer.request().method() === "PUT");
    await bob.fill("#body", "half a thought");
    await bob.locator("#title").click();
    await kept;
    const page = await tab(bob);
    await page.goto(address);
    assert.equal(await page.inputValue("#body"), "half a thought");
    await page.close();
    await bob.fill("#body", "");
  });

  let old = "";
  await step("a long channel is a window of rows that goes on both ways", async () => {
    for (let n = 0; n < 260; n += 1) {
      const answer = await api(ann, base, "POST", `/api/channels/${channel}/messages`, { body_md: `line ${n}` });
      assert.equal(answer.status(), 201);
      if (n === 5) old = (await answer.json()).id;
    }
    await seen(bob, "line 259");
    await bob.waitForFunction(() => {
      const list = document.getElementById("scroll");
      list.scrollTop = 0;
      return [...list.querySelectorAll(".c-message__body")].some((body) => body.textContent.trim() === "line 5");
    }, null, { timeout: DEADLINE });
    assert.ok(await rowsIn(bob) <= 200, "the far end has gone");
    await send(ann, "while bob reads");
    await bob.locator("#jump .c-badge:not([hidden])").waitFor();
    await lookAround(bob, "live-reads");
    await bob.click("#jump");
    await seen(bob, "while bob reads");
  });

  await step("a link to a message leads to it, however old it is", async () => {
    await bob.goto(`${base}/m/${old}`);
    await live(bob);
    const named = bob.locator(".c-message--named");
    await named.waitFor();
    assert.match(await named.innerText(), /line 5/);
    assert.equal(new URL(bob.url()).pathname, new URL(address).pathname);
  });

  await step("what comes while rows are fetched is there, also where the answer is older", async () => {
    // Requests of a page can be held back where no service worker stands between.
    const eve = await person({ serviceWorkers: "block" });
    await join(ann, eve, base, "eve");
    await eve.goto(`${base}/m/${old}`);
    await live(eve);
    await eve.route(/\/rows$/, async (route) => {
      const answer = await route.fetch();
      await send(ann, "in between");
      await eve.locator("#jump .c-badge:not([hidden])").waitFor();
      await route.fulfill({ response: answer });
    });
    await eve.click("#jump");
    await seen(eve, "in between");
    await eve.context().close();
  });

  await step("a mention elsewhere is counted, told in the inbox also while that is open, and read on all devices", async () => {
    const made = await (await api(ann, base, "POST", "/api/dms", { user_ids: [await bob.evaluate(() => document.body.dataset.me)] })).json();
    await ann.goto(`${base}/dm/${made.id}`);
    await live(ann);
    await bob.goto(address);
    await live(bob);
    const counted = bob.locator("#inbox-count");
    const others = Number(await counted.textContent());
    await send(ann, "between us");
    const item = bob.locator(`#channel-${made.id}`);
    await item.locator(".c-count", { hasText: "1" }).waitFor();
    await bob.waitForFunction(() => document.title.startsWith("("));
    // What comes while the inbox is under way stands in it too, and what comes while it is open.
    let isOpened = false;
    await bob.route("**/inbox", async (route) => {
      if (!isOpened) return route.fallback();
      isOpened = false;
      const answer = await route.fetch();
      const before = await counted.textContent();
      await send(ann, "still between us");
      await counted.filter({ hasNotText: new RegExp(`^${before}$`) }).waitFor();
      return route.fulfill({ response: answer });
    });
    isOpened = true;
    await bob.click('[data-pane="/inbox"]');
    const told = (text) => bob.locator("#pane .c-find--new p", { hasText: new RegExp(`^${text}$`) }).waitFor();
    await told("still between us");
    await told("between us");
    await send(ann, "and for ever");
    await told("and for ever");
    const page = await tab(bob);
    await page.goto(`${base}/dm/${made.id}`);
    await live(page);
    await page.bringToFront();
    await page.locator("#scroll").click();
    await bob.waitForFunction((id) => document.getElementById(`channel-${id}`).dataset.unread === "0", made.id, { timeout: DEADLINE });
    // All that was told of it is read with it, in the inbox that is open and by its count.
    await bob.waitForFunction(() => {
      const of = [...document.querySelectorAll("#pane .c-find")].filter((item) => /between us|and for ever/.test(item.textContent));
      return of.length === 3 && of.every((item) => !item.classList.contains("c-find--new"));
    }, null, { timeout: DEADLINE });
    await counted.filter({ hasText: new RegExp(`^${others}$`) }).waitFor({ state: "attached" });
    await page.close();
    await bob.bringToFront();
    await bob.keyboard.press("Escape");
  });

  await step("an inbox with further pages keeps its order, and follows what is read at another device", async () => {
    const made = await (await api(ann, base, "POST", "/api/dms", { user_ids: [await bob.evaluate(() => document.body.dataset.me)] })).json();
    const say = async (text) => assert.ok((await api(ann, base, "POST", `/api/channels/${made.id}/messages`, { body_md: text })).ok());
    for (let number = 0; number < 55; number += 1) await say(`told ${number}`);
    await bob.waitForFunction(() => Number(document.getElementById("inbox-count").textContent) >= 55);
    await bob.click('[data-pane="/inbox"]');
    await bob.locator("#pane", { hasText: "told 54" }).waitFor();
    await bob.click("#pane [data-more]");
    await bob.locator("#pane", { hasText: "told 0" }).waitFor();
    const ids = () => bob.$$eval("#pane [data-notification]", (items) => items.map((item) => item.dataset.notification));
    const before = await ids();
    await say("told last");
    await bob.locator("#pane .c-find--new:first-child", { hasText: "told last" }).waitFor();
    const after = await ids();
    assert.deepEqual(after.slice(1), before);
    assert.deepEqual(after, [...new Set(after)].toSorted().toReversed());
    assert.ok((await api(bob, base, "POST", "/api/notifications/read", { all: true })).ok());
    await bob.waitForFunction(() => !document.querySelector("#pane .c-find--new") && document.getElementById("inbox-count").hidden);
    await say("told again");
    await bob.locator("#pane .c-find--new:first-child", { hasText: "told again" }).waitFor();
    await bob.click("[data-read-all]");
    await bob.waitForFunction(() => !document.querySelector("#pane .c-find--new") && document.getElementById("inbox-count").hidden);
    await bob.keyboard.press("Escape");
  });

  await step("a channel that one may see from now on stands in the side bar", async () => {
    const home = await bob.evaluate(() => document.body.dataset.community);
    const made = await (await api(ann, base, "POST", `/api/communities/${home}/channels`, { name: "inner", visibility: "private" })).json();
    await bob.bringToFront();
    assert.equal(await bob.locator(`#channel-${made.id}`).count(), 0);
    const me = await bob.evaluate(() => document.body.dataset.me);
    const invited = await inviteLink(bob);
    await bob.locator("#title").click();
    assert.ok((await api(ann, base, "PUT", `/api/channels/${made.id}/members/${me}`)).ok());
    await bob.locator(`#channel-${made.id}`).waitFor();
    assert.equal(await bob.inputValue("#invite-url"), invited, "what one has made there stays");
  });

  await step("a role calls one as long as one holds it, on the page that is open", async () => {
    const home = await bob.evaluate(() => document.body.dataset.community);
    const me = await bob.evaluate(() => document.body.dataset.me);
    const role = await (await api(ann, base, "POST", `/api/communities/${home}/roles`, { name: "crew", permissions: [], position: 1 })).json();
    const give = async (roles) => assert.ok((await api(ann, base, "PATCH", `/api/communities/${home}/members/${me}`, { roles })).ok());
    const call = async (words) => assert.equal((await api(ann, base, "POST", `/api/channels/${channel}/messages`, { body_md: `@<role:${role.id}> ${words}` })).status(), 201);
    const called = (words) => bob.locator("#scroll .c-message--calls", { hasText: words });
    await bob.goto(address);
    await live(bob);
    await call("all aboard");
    await seen(bob, "all aboard");
    assert.equal(await called("all aboard").count(), 0, "it is not theirs yet");
    await give([role.id]);
    await called("all aboard").waitFor();
    await call("heave ho");
    await called("heave ho").waitFor();
    await give([]);
    await called("all aboard").waitFor({ state: "detached" });
    await call("without you");
    await seen(bob, "without you");
    assert.equal(await called("without you").count() + await called("heave ho").count(), 0);
  });

  await step("the search finds, marks what it found, and leads there", async () => {
    await bob.keyboard.press("Control+f");
    await bob.fill("#q", "first of the day");
    await bob.press("#q", "Enter");
    await bob.locator("#results .c-find mark").first().waitFor();
    await bob.locator("#results .c-find a").first().click();
    await bob.waitForURL(/around=/);
    await live(bob);
    await bob.locator(".c-message--named", { hasText: "first of the day" }).waitFor();
  });

  await step("the quick switcher and the sheet of keys need no mouse", async () => {
    await bob.keyboard.press("Control+k");
    await bob.locator("#targets a").first().waitFor();
    await bob.keyboard.type("ann");
    await bob.locator("#targets a", { hasText: "ann" }).first().waitFor();
    await bob.keyboard.press("Enter");
    await bob.waitForURL(/\/dm\//);
    await live(bob);
    await bob.locator("#scroll").focus();
    await bob.keyboard.press("?");
    await bob.locator("#keys[open]").waitFor();
    await bob.keyboard.press("Escape");
    await bob.keyboard.press("k");
    assert.ok(await bob.evaluate(() => document.activeElement.matches(".c-message")), "a row has the focus");
  });

  await step("names are completed, and commands answer their caller alone", async () => {
    await bob.goto(address);
    await live(bob);
    await bob.locator("#body").pressSequentially("hi @an");
    await bob.locator("#completion li", { hasText: "ann" }).first().waitFor();
    await bob.keyboard.press("Tab");
    assert.equal(await bob.inputValue("#body"), "hi @ann ");
    await bob.fill("#body", "/help");
    await bob.press("#body", "Enter");
    await bob.locator(".c-message--whisper").waitFor();
    assert.equal(await times(ann, "/help"), 0);
  });

  await step("a command is carried out once, however often Enter is pressed", async () => {
    let asked = 0;
    bob.on("request", (request) => { if (request.method() === "POST" && request.url().endsWith("/commands")) asked += 1; });
    await bob.fill("#body", "/shrug only once");
    await bob.evaluate(() => {
      const form = document.getElementById("composer");
      form.requestSubmit();
      form.requestSubmit();
    });
    await seen(bob, "only once");
    await bob.waitForFunction(() => document.getElementById("body").value === "", null, { timeout: DEADLINE });
    assert.equal(asked, 1);
  });

  await step("a poll that is sent again after its answer was lost is there once", async () => {
    const eve = await person({ serviceWorkers: "block" });
    await join(bob, eve, base, "eve");
    let lost = 0;
    await eve.route(/\/messages$/, async (route) => {
      if (route.request().method() !== "POST" || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await eve.click('[data-open="poll"]');
    await eve.fill("#poll-question", "Only one of these?");
    await eve.fill("#poll-options", "Yes\nNo");
    const send = eve.locator("#poll button", { hasText: "Send" });
    await send.click();
    await eve.locator("#poll .c-problem", { hasText: /./ }).waitFor();
    await send.click();
    await eve.locator("#poll").waitFor({ state: "hidden" });
    await eve.locator("#scroll .c-poll", { hasText: "Only one of these?" }).first().waitFor();
    assert.equal(await eve.locator("#scroll .c-poll", { hasText: "Only one of these?" }).count(), 1);
    await eve.context().close();
  });

  await step("the draft of what was sent does not come back, however slow the network", async () => {
    const eve = await person({ serviceWorkers: "block" });
    await join(bob, eve, base, "eve");
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await eve.route(/\/draft(\?|$)/, async (route) => {
      if (route.request().method() === "PUT") await held;
      await route.continue();
    });
    const kept = eve.waitForRequest((request) => request.method() === "PUT" && request.url().endsWith("/draft"));
    await eve.fill("#body", "soon sent");
    await kept;
    await send(eve, "soon sent");
    await seen(bob, "soon sent");
    const gone = eve.waitForResponse((answer) => answer.request().method() === "DELETE" && answer.url().includes("/draft"));
    release();
    await gone;
    await eve.reload();
    assert.equal(await eve.inputValue("#body"), "");
    await eve.context().close();
  });

  await step("a poll is put and voted in, and both see the votes", async () => {
    await ann.goto(address);
    await live(ann);
    await ann.click('[data-open="poll"]');
    await ann.fill("#poll-question", "Where shall we eat?");
    await ann.fill("#poll-options", "Here\nThere");
    await ann.locator("#poll button", { hasText: "Send" }).click();
    const poll = bob.locator("#scroll .c-poll", { hasText: "Where shall we eat?" });
    await poll.waitFor();
    await poll.locator("label", { hasText: "There" }).click();
    await ann.locator("#scroll .c-poll label", { hasText: "There" }).locator(".c-poll__votes", { hasText: "1" }).waitFor();
  });

  await step("a message for later waits, and can be taken back", async () => {
    await ann.fill("#body", "not now");
    await ann.click("#composer [data-later]");
    await ann.click('#later button[value="send"]');
    await ann.waitForFunction(() => document.getElementById("body").value === "", null, { timeout: DEADLINE });
    await ann.click("#composer [data-later]");
    await ann.click("#later [data-pane]");
    await ann.locator("#pane .c-find", { hasText: "not now" }).waitFor();
    await ann.click("[data-unschedule]");
    await ann.locator("#pane .c-empty").waitFor();
    await ann.keyboard.press("Escape");
  });

  await step("of a channel that is looked at in one tab no other tab shows a notification", async () => {
    const [eve, home] = [await person(), await ann.evaluate(() => document.body.dataset.community)];
    await eve.context().grantPermissions(["notifications"], { origin: base });
    // What would be shown is noted instead.
    await eve.context().addInitScript(() => {
      const noted = [];
      window.Notification = class { static permission = "granted"; constructor(title, { tag }) { noted.push(tag); } };
      window.noted = noted;
    });
    await join(ann, eve, base, "eve");
    const made = await (await api(ann, base, "POST", `/api/communities/${home}/channels`, { name: "elsewhere" })).json();
    assert.ok((await api(eve, base, "POST", `/api/channels/${made.id}/join`)).ok());
    const other = await tab(eve);
    await other.goto(`${base}/channels/${made.id}`);
    await live(other);
    const me = await eve.evaluate(() => document.body.dataset.me);
    const call = (place, words) => api(ann, base, "POST", `/api/channels/${place}/messages`, { body_md: `@<user:${me}> ${words}` });
    // What is looked at is read a moment later, and what is read is not counted.
    await eve.route("**/read", (route) => route.abort());
    await call(channel, "looked at");
    await other.waitForFunction(() => document.querySelector("#inbox-count").textContent === "1", null, { timeout: DEADLINE });
    // What it decides it has decided after another question of the same kind.
    await other.evaluate(() => navigator.locks.query());
    assert.equal(await other.evaluate(() => window.noted.length), 0);
    await other.close();
    await call(made.id, "not looked at");
    await eve.waitForFunction(() => window.noted.length === 1, null, { timeout: DEADLINE });
    await eve.context().close();
  });

  await step("a German reads German", async () => {
    const eva = await person({ locale: "de-DE" });
    await join(bob, eva, base, "eva");
    assert.equal(await eva.evaluate(() => document.documentElement.lang), "de");
    await send(bob, "guten Tag");
    await seen(eva, "guten Tag");
    await eva.locator("#scroll .c-day", { hasText: "Heute" }).first().waitFor();
  });
});
