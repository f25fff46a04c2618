// Greta reads German and has no mouse. From the sign-in to the sign-out she does all of it by key: founds a community, makes a channel, invites,
// writes, edits, reacts, replies, jumps, searches and changes how the pages look. Each stop of the focus can be seen and is covered by nothing, and
// no text of ours is English.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { DEADLINE, act, api, join, live, message, seen, send, suite } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";

/** More stops than any page has on the way to what is looked for. */
const MOST_STOPS = 120;
/** The texts of pages that differ between the languages, as their catalogues have them: of the chat, and of all other pages. */
const source = (path) => readFileSync(new URL(`../../crates/web/src/${path}`, import.meta.url), "utf8");
const PAGES = readdirSync(new URL("../../crates/web/src/strings/pages", import.meta.url)).map((name) => `strings/pages/${name}`);
const PAIRS = ["strings/words.rs", ...PAGES].flatMap((path) =>
  [...source(path).matchAll(/^ {4}\w+: "([^"]+)", "([^"]+)";$/gm)].map(([, one, other]) => [one, other]));
assert.ok(PAIRS.length > 500, "the catalogues are read");
const ENGLISH = PAIRS.filter(([one, other]) => one !== other).map(([one]) => one);

/** What has the focus, and what is wrong with how that shows. */
const stop = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const { left, top, width, height } = one.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  const ringed = (each) => { const ring = getComputedStyle(each); return ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) > 0; };
  // Where one writes the caret shows it. A control that is drawn by its label is ringed there.
  const isSeen = one === document.body || one.matches("textarea, input[type=search]") || ringed(one) || (one.parentElement && ringed(one.parentElement));
  const isCovered = width > 1 && hit && hit !== one && !one.contains(hit) && !hit.contains(one) && !one.labels?.[0]?.contains(hit);
  return { name: `${one.tagName} ${one.id || one.getAttribute("aria-label") || one.textContent.trim().slice(0, 40)}`, isSeen, isCovered, opacity: style.opacity };
});

/** Goes on by Tab to what is looked for, and looks at each stop on the way. */
const tabTo = async (page, selector, key = "Tab") => {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press(key);
    const { name, isSeen, isCovered } = await stop(page);
    assert.ok(isSeen, `the focus shows at ${name}`);
    assert.ok(!isCovered, `nothing covers ${name}`);
  }
  assert.fail(`${selector} can be reached by key`);
};

const press = async (page, selector, key = "Enter") => {
  await tabTo(page, selector);
  await page.keyboard.press(key);
};

/** Texts of ours that are English: labels, titles, buttons and headings. What people write is theirs. */
const english = (page) => page.evaluate((texts) => {
  const known = new Set(texts);
  const told = [...document.querySelectorAll("button, a, label, h1, h2, summary, small, [aria-label], [title], [placeholder], [data-word]")].filter((one) => !one.closest(".c-message__body"));
  // What people name stands in elements of its own direction.
  const ours = [...told, ...document.querySelectorAll("main :is(h3, legend, th, td, p, span, strong, option, dt, dd):not([dir=auto], [dir=auto] *)")];
  const said = ours.flatMap((one) => [one.textContent, one.getAttribute("aria-label"), one.title, one.placeholder]);
  return [...new Set(said.map((text) => (text ?? "").trim()))].filter((text) => known.has(text));
}, ENGLISH);

await suite(async ({ server, person, step }) => {
  const { base } = server;
  const [greta, hugo] = await Promise.all([person({ locale: "de-DE" }), person()]);
  const isGerman = async () => {
    assert.equal(await greta.evaluate(() => document.documentElement.lang), "de");
    assert.deepEqual(await english(greta), []);
  };

  await step("she signs in and founds a community", async () => {
    await greta.goto(base);
    await tabTo(greta, "#username");
    await greta.keyboard.type("greta");
    await lookAround(greta, "german-sign-in");
    await tabTo(greta, "#community_name");
    await greta.keyboard.type("Grüße & Gäste");
    await tabTo(greta, "#community_slug");
    await greta.keyboard.type("gruesse");
    await greta.keyboard.press("Enter");
    await live(greta);
    await isGerman();
    await lookAround(greta, "german-empty");
  });

  await step("she makes a channel, and a link that invites", async () => {
    await press(greta, ".c-new-channel summary");
    await tabTo(greta, "#channel-name");
    await greta.keyboard.type("bücher");
    await greta.keyboard.press("Enter");
    await greta.locator("#channels .c-channel[data-name='bücher']").waitFor();
    await press(greta, ".c-invite button");
    await greta.locator("#invite-url").waitFor();
    await isGerman();
    await join(greta, hugo, base, "hugo");
    const me = await greta.evaluate(() => document.body.dataset.me);
    const channel = await greta.evaluate(() => document.body.dataset.channel);
    assert.equal((await api(hugo, base, "POST", `/api/channels/${channel}/messages`, { body_md: `@<user:${me}> guten Morgen!` })).status(), 201);
    await seen(greta, "guten Morgen");
  });

  await step("she writes with marks and a completed name, and edits what she wrote", async () => {
    await tabTo(greta, "#body");
    await greta.keyboard.type("Hallo @hu");
    await greta.locator("#completion li", { hasText: "hugo" }).first().waitFor();
    await greta.keyboard.press("Enter");
    await greta.keyboard.type("ganz ");
    await greta.keyboard.press("Control+b");
    await greta.keyboard.type("herzlich");
    await greta.keyboard.press("Enter");
    await seen(hugo, "ganz herzlich");
    assert.equal(await message(hugo, "ganz herzlich").locator("strong", { hasText: "herzlich" }).count(), 1);
    await greta.keyboard.press("ArrowUp");
    await greta.locator(".c-edit textarea").waitFor();
    await greta.keyboard.press("End");
    await greta.keyboard.type(" willkommen");
    await greta.keyboard.press("Enter");
    await seen(hugo, "willkommen");
    await greta.waitForFunction(() => document.activeElement.id === "body", null, { timeout: DEADLINE });
  });

  await step("she goes through the messages, reacts, replies and saves", async () => {
    await tabTo(greta, "#scroll", "Shift+Tab");
    await greta.keyboard.press("k");
    await greta.keyboard.press("k");
    await greta.keyboard.press("r");
    await greta.locator("#emoji [data-pick]").first().waitFor();
    await lookAround(greta, "german-react");
    await greta.keyboard.type("tada");
    await greta.keyboard.press("Enter");
    await message(hugo, "guten Morgen").locator(".c-reaction", { hasText: "🎉" }).waitFor();
    await tabTo(greta, "#scroll", "Shift+Tab");
    await greta.keyboard.press("k");
    await greta.keyboard.press("k");
    await greta.keyboard.press("t");
    const box = greta.getByRole("textbox", { name: "In Diskussion antworten", exact: true });
    await box.waitFor();
    assert.deepEqual([await box.getAttribute("id"), await box.getAttribute("placeholder")], ["reply", "In Diskussion antworten"]);
    await greta.keyboard.type("Dir auch!");
    await greta.keyboard.press("Enter");
    await greta.locator("#pane .c-message[data-id]", { hasText: "Dir auch" }).waitFor();
    await isGerman();
    await lookAround(greta, "german-thread");
    await greta.keyboard.press("Escape");
    await greta.locator("#pane").waitFor({ state: "hidden" });
    await message(greta, "guten Morgen").locator(".c-thread-line", { hasText: "1 Antwort" }).waitFor();
  });

  await step("she jumps to another channel and back, and reads the sheet of keys", async () => {
    await greta.keyboard.press("Control+k");
    await greta.locator("#targets a").first().waitFor();
    await greta.keyboard.type("büch");
    await greta.keyboard.press("Enter");
    await greta.waitForURL(/\/channels\//);
    await greta.locator("h1", { hasText: "bücher" }).waitFor();
    await live(greta);
    await greta.keyboard.press("Alt+ArrowUp");
    await greta.locator("h1", { hasText: "general" }).waitFor();
    await live(greta);
    await tabTo(greta, "#scroll", "Shift+Tab");
    await greta.keyboard.press("?");
    await greta.locator("#keys[open]").waitFor();
    await isGerman();
    const keys = await greta.locator("#keys kbd").allInnerTexts();
    assert.deepEqual(["Strg", "Umschalt", "Ende", "Eingabe"].filter((key) => !keys.includes(key)), []);
    assert.deepEqual(["Ctrl", "Shift", "End", "Enter"].filter((key) => keys.includes(key)), []);
    await lookAround(greta, "german-keys");
    await greta.keyboard.press("Escape");
  });

  await step("her inbox leads to what mentions her, and the search to what she looks for", async () => {
    await press(greta, '[data-pane="/inbox"]');
    await greta.locator("#pane .c-find", { hasText: "guten Morgen" }).waitFor();
    await isGerman();
    await lookAround(greta, "german-inbox");
    await press(greta, "#pane .c-find a");
    await greta.locator(".c-message--named", { hasText: "guten Morgen" }).waitFor();
    await greta.keyboard.press("Control+f");
    await greta.locator("#q").waitFor();
    await greta.keyboard.type("herzlich");
    await greta.keyboard.press("Enter");
    await greta.locator("#results .c-find mark").first().waitFor();
    await isGerman();
    await greta.keyboard.press("Escape");
    await greta.locator("#pane").waitFor({ state: "hidden" });
  });

  await step("commands are completed and explained in her language", async () => {
    await tabTo(greta, "#body");
    await greta.keyboard.type("/kic");
    const offered = greta.locator("#completion li", { hasText: "/kick" });
    await offered.waitFor();
    assert.equal(await offered.innerText(), "/kick @Person [Grund] Entfernt ein Mitglied aus der Community.");
    await greta.keyboard.press("Escape");
    await greta.fill("#body", "/help kick");
    await greta.press("#body", "Enter");
    const help = greta.locator(".c-message--whisper", { hasText: "/kick @Person [Grund]" });
    await help.waitFor();
    assert.doesNotMatch(await help.innerText(), /Removes|reason|person/);
    await greta.fill("#body", "/remind 2h Tee");
    await greta.press("#body", "Enter");
    await greta.locator(".c-message--whisper", { hasText: "Du wirst in 2 Stunden erinnert." }).waitFor();
    await greta.waitForFunction(() => document.getElementById("body").value === "", null, { timeout: DEADLINE });
  });

  await step("what is refused is said in her language, by fragments and by the API's answers", async () => {
    await greta.fill("#body", "/kick @niemand-hier bitte");
    await greta.press("#body", "Enter");
    const problem = greta.locator("#composer .c-problem");
    await problem.filter({ hasText: "Person: nicht gefunden. Aufruf: /kick @Person [Grund]" }).waitFor();
    await greta.fill("#body", "");
    // By the page's own words, as a script has them of an answer of the API.
    const words = await greta.evaluate(() => JSON.parse(document.querySelector('meta[name="words"]').content));
    assert.equal(words["refused.not_found"], "Das gibt es nicht, oder du darfst es nicht sehen.");
    const lost = await greta.evaluate(async () => {
      const answer = await fetch("/messages/00000000-0000-7000-8000-000000000000/row");
      return [answer.status, await answer.text()];
    });
    assert.deepEqual(lost, [404, words["refused.not_found"]]);
    // What is taken is named by its field.
    await greta.locator(".c-new-channel summary").click();
    await greta.fill("#channel-name", "bücher");
    await greta.press("#channel-name", "Enter");
    await greta.locator("#channel-error", { hasText: "Name: schon vergeben." }).waitFor();
    await greta.locator(".c-new-channel summary").click();
  });

  await step("what the API refuses is said by scripts in each reader's language, with the rule that was broken where there is one", async () => {
    for (const [page, told] of [[greta, /^Zeitpunkt: außerhalb dessen, was erlaubt ist\.$/], [hugo, /must be in the future/]]) {
      await page.fill("#body", "zu spät");
      await page.click("#composer [data-later]");
      await page.fill("#later-at", "2020-01-01T10:00");
      await page.click('#later button[value="send"]');
      await page.locator("#composer .c-problem", { hasText: told }).waitFor();
      await page.fill("#body", "");
    }
    const channel = await greta.evaluate(() => document.body.dataset.channel);
    const archive = async (archived) => assert.ok((await api(greta, base, "PUT", `/api/channels/${channel}/archived`, { archived })).ok());
    await archive(true);
    await act(greta, "guten Morgen", "react");
    await greta.locator("#emoji [data-pick='👍']").first().click();
    await greta.waitForFunction(() => document.getElementById("announce").textContent === "Der Kanal ist archiviert.", null, { timeout: DEADLINE });
    await message(greta, "guten Morgen").locator(".c-reaction[data-emoji='👍']").waitFor({ state: "detached" });
    await archive(false);
  });

  await step("who has to wait is told how long, by fragments and by scripts", async () => {
    const jan = await person({ locale: "de-DE" });
    await join(greta, jan, base, "jan");
    const channel = await greta.evaluate(() => document.body.dataset.channel);
    const slow = async (seconds) => assert.ok((await api(greta, base, "PUT", `/api/channels/${channel}/slow_mode`, { seconds })).ok());
    await slow(300);
    await send(jan, "erst einmal");
    await seen(jan, "erst einmal");
    await send(jan, "und gleich noch einmal");
    await jan.locator(".c-unsent__why", { hasText: /im langsamen Modus: Du kannst in [2-5] Minuten wieder schreiben\./ }).waitFor();
    await slow(0);
    // An answer of the API, as it comes to who does too much.
    const limited = { status: 429, headers: { "retry-after": "40" }, contentType: "application/problem+json", body: JSON.stringify({ code: "rate_limited", detail: "Too many requests." }) };
    await jan.route(/\/api\/channels\/[^/]+\/mute$/, (route) => route.fulfill(limited));
    await jan.evaluate(() => document.querySelector('[data-channel-do="mute"]').click());
    await jan.locator("#announce", { hasText: "Das war zu oft: Versuch es in 40 Sekunden wieder." }).waitFor({ state: "attached" });
  });

  await step("an inbox tells in its reader's language of what is about no message", async () => {
    const ida = await person({ locale: "de-DE" });
    await join(greta, ida, base, "ida");
    const [home, me] = [await greta.evaluate(() => document.body.dataset.community), await ida.evaluate(() => document.body.dataset.me)];
    assert.ok((await api(greta, base, "PUT", `/api/communities/${home}/mutes/${me}`, { seconds: 3600 })).ok());
    const line = "Du wurdest in Grüße & Gäste stummgeschaltet";
    // Followers make the notification after the commit.
    await ida.waitForFunction(async () => (await (await fetch("/inbox")).text()).includes("stummgeschaltet"), null, { timeout: DEADLINE });
    await ida.locator('[data-pane="/inbox"]').first().click();
    await ida.locator("#pane .c-find", { hasText: line }).waitFor();
    const told = await (await api(ida, base, "GET", "/api/notifications")).json();
    assert.ok(told.items.some((one) => one.preview === "You were muted in Grüße & Gäste"), "the API tells it in English");
  });

  await step("all settings are German: her own, those of her community, and those of the system", async () => {
    const make = async (path, data) => {
      const answer = await api(greta, base, "POST", path, data);
      assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
      return answer.json();
    };
    const [home, channel] = await greta.evaluate(() => [document.body.dataset.community, document.body.dataset.channel]);
    const settings = "/c/gruesse/settings";
    const webhook = await make(`/api/channels/${channel}/webhooks`, { name: "Bau" });
    const outgoing = await make(`/api/communities/${home}/outgoing_webhooks`, { url: "https://ci.example/hook", events: ["channel.created"] });
    assert.ok((await api(greta, base, "PATCH", `/api/outgoing_webhooks/${outgoing.id}`, { enabled: false })).ok());
    const bot = await make(`/api/communities/${home}/bots`, { name: "Robo", scopes: ["messages:read", "reactions:write"] });
    const role = await make(`/api/communities/${home}/roles`, { name: "Mannschaft", permissions: ["pin_messages"] });
    const pages = ["webhooks", "outgoing", "bots", "roles"].map((kind, at) => `${settings}/${kind}/${[webhook, outgoing, bot, role][at].id}`);
    for (const start of ["/settings", settings, "/system"]) {
      await greta.goto(base + start);
      const links = await greta.locator(".sidebar-scroll a.entry").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
      assert.ok(links.length > 2, `${start}: ${links}`);
      pages.push(...links);
    }
    for (const page of pages) {
      assert.equal((await greta.goto(base + page)).status(), 200, page);
      assert.deepEqual([page, ...(await english(greta))], [page]);
      assert.equal(await greta.evaluate(() => document.documentElement.lang), "de");
    }
    const shows = async (path, selector, text) => {
      await greta.goto(base + path);
      await greta.locator(selector, { hasText: text }).first().waitFor();
    };
    await shows("/settings/sessions", ".rows strong", / (unter|auf) /);
    await shows(`${settings}/outgoing`, ".badge", "von Hand");
    await shows(`${settings}/bots`, ".choice-hint", "Auf Nachrichten reagieren");
    // An action that has no words stands there by its name.
    for (const [path, done] of [["/settings/log", "Angemeldet"], [`${settings}/audit`, "Mitglied stummgeschaltet"], ["/system/audit", "Angemeldet"]]) {
      await shows(path, ".log .row span", done);
      assert.deepEqual(await greta.locator(".log .row > code").allInnerTexts(), [], path);
    }
    await greta.goto(`${base}/c/gruesse`);
    await live(greta);
  });

  await step("she makes the pages dark and dense, and signs out", async () => {
    await press(greta, '.c-sidebar__foot a[href="/settings"]');
    await greta.locator("#display_name").waitFor();
    await press(greta, '.sidebar a[href="/settings/appearance"]');
    await greta.locator("input[name=theme]").first().waitFor();
    await tabTo(greta, "input[name=theme]");
    await greta.keyboard.press("ArrowRight");
    await greta.keyboard.press("ArrowRight");
    await tabTo(greta, "input[name=density]");
    await greta.keyboard.press("ArrowRight");
    await Promise.all([greta.waitForEvent("load"), press(greta, "form:has(#language) button[type=submit]")]);
    assert.equal(await greta.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    await lookAround(greta, "german-appearance");
    await greta.goto(`${base}/c/gruesse`);
    await live(greta);
    await lookAround(greta, "german-dense");
    await press(greta, 'form[action="/sign-out"] button');
    await greta.waitForURL(/\/sign-in/);
    assert.match(await greta.locator("h1").innerText(), /Willkommen/);
  });
});
