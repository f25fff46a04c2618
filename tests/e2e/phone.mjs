// Paula has a phone and nothing else: she comes in by an invite, finds her way with the drawer, and reads, writes, reacts, replies, sends a picture
// and searches with a finger. What she taps is large enough, nothing is wider than her screen, and the box for messages stays in sight.
import assert from "node:assert/strict";
import { DEADLINE, api, found, inviteLink, live, message, seen, send, signIn, suite } from "./lib.mjs";
import { SIZES, THEMES, folder, look, lookAround } from "./support/look.mjs";
import { png } from "./support/scenery.mjs";

/** What one writes, sends, opens and closes with is as large as a finger. */
const FINGER_PX = 44;
const isInSight = (page, selector) => page.locator(selector).evaluate((one) => {
  const { top, bottom } = one.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
});

/** Looks at a view as it is on a phone, in both themes; the dark one is hers. */
const both = async (page, name, options) => {
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await look(page, `phone-${name}-${theme}`, options);
  }
};
/** The same. Where pictures are wanted, also as screens that are larger and are touched show it. */
const around = async (page, name, options) => {
  if (folder) await lookAround(page, `touched-${name}`);
  await both(page, name, options);
};

await suite(async ({ server, person, step }) => {
  const { base } = server;
  const ann = await person();
  const paula = await person({ viewport: SIZES.phone, isMobile: true, hasTouch: true, colorScheme: "dark", serviceWorkers: "block" });
  await found(ann, base, "ann");
  await send(ann, "Welcome, **Paula**. We talk here all day, and about the rest in #random.");
  const home = await ann.evaluate(() => document.body.dataset.community);
  const other = await (await api(ann, base, "POST", `/api/communities/${home}/channels`, { name: "random" })).json();
  const large = async (...selectors) => {
    for (const selector of selectors) {
      const { width, height } = await paula.locator(selector).first().boundingBox();
      assert.ok(Math.min(width, height) >= FINGER_PX - 0.5, `${selector} is ${width}x${height}`);
    }
  };

  await step("she comes in by an invite", async () => {
    await paula.goto(await inviteLink(ann));
    await around(paula, "sign-in");
    await signIn(paula, "paula");
    await around(paula, "invite");
    await paula.tap("button:has-text('Join')");
    await live(paula);
    await seen(paula, "Welcome, Paula");
    await around(paula, "first");
    await large("[data-sidebar]", '[data-pane="/search"]', "#composer button[type=submit]", "#body");
  });

  await step("the drawer leads to the other channel and closes by a tap beside it", async () => {
    await paula.tap("[data-sidebar]");
    await paula.locator(`#channel-${other.id}`).waitFor();
    await both(paula, "drawer", { part: "#sidebar" });
    await large(`#channel-${other.id} > a`, ".c-switch");
    await paula.touchscreen.tap(SIZES.phone.width - 10, 400);
    await paula.waitForFunction(() => !document.body.classList.contains("c-app--sidebar"));
    await paula.tap("[data-sidebar]");
    await paula.tap(`#channel-${other.id} > a`);
    await paula.tap(".c-join button");
    await live(paula);
  });

  await step("Enter is a new line, and the button sends", async () => {
    await paula.tap("#body");
    await paula.keyboard.type("one line");
    await paula.keyboard.press("Enter");
    await paula.keyboard.type("and another");
    assert.equal(await paula.inputValue("#body"), "one line\nand another");
    await paula.tap("#composer button[type=submit]");
    await message(paula, "and another").waitFor();
    assert.equal((await api(ann, base, "POST", `/api/channels/${other.id}/messages`, { body_md: "Found it? https://a.example/" })).status(), 201);
    await seen(paula, "Found it?");
  });

  await step("with the keyboard of the screen open, the box and the newest message are in sight", async () => {
    await paula.setViewportSize({ ...SIZES.phone, height: 440 });
    await paula.tap("#body");
    await paula.waitForFunction(() => {
      const list = document.getElementById("scroll");
      return list.scrollHeight - list.scrollTop - list.clientHeight < 2;
    }, null, { timeout: DEADLINE });
    assert.ok(await isInSight(paula, "#composer"));
    await both(paula, "keyboard", { withAxe: false });
    await paula.setViewportSize(SIZES.phone);
  });

  await step("a tap on a message shows what can be done with it, and a reaction is chosen", async () => {
    await message(paula, "Found it?").tap({ position: { x: 340, y: 10 } });
    await message(paula, "Found it?").locator('[data-do="react"]').waitFor();
    await both(paula, "actions", { part: "#scroll" });
    await large('[data-do="react"]', '[data-do="thread"]');
    await paula.tap('[data-do="react"]');
    await paula.locator("#emoji [data-pick]").nth(40).waitFor();
    await both(paula, "emoji", { part: "#emoji" });
    await paula.locator("#emoji [data-pick='👍']").first().tap();
    await message(paula, "Found it?").locator(".c-reaction[aria-pressed=true]").waitFor();
  });

  await step("a long press on a reaction shows who it was, and takes nothing back; a tap does", async () => {
    const id = await message(paula, "Found it?").getAttribute("data-id");
    assert.ok((await api(ann, base, "PUT", `/api/messages/${id}/reactions/${encodeURIComponent("👍")}`)).ok());
    const chip = message(paula, "Found it?").locator(".c-reaction");
    const count = (many) => chip.locator(".c-reaction__count", { hasText: many }).waitFor();
    await count("2");
    const who = paula.locator("#reactors");
    const finger = await paula.context().newCDPSession(paula);
    const touch = (type, touchPoints) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
    // A row that is shown anew has no place for a moment.
    const middle = async (tries = 20) => {
      const box = await chip.boundingBox();
      if (!box && tries > 0) return middle(tries - 1);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const at = await middle();
    await touch("touchStart", [at]);
    await who.filter({ hasText: /^👍 (ann, paula|paula, ann)$/ }).waitFor();
    await both(paula, "who", { part: "#reactors" });
    await touch("touchEnd", []);
    // What a finger does next is told after what it did before.
    const takenBack = paula.waitForResponse((answer) => answer.request().method() === "DELETE" && answer.url().includes("/reactions/"));
    await paula.touchscreen.tap(at.x, at.y);
    await takenBack;
    await who.waitFor({ state: "hidden" });
    await count("1");
    assert.equal(await chip.getAttribute("aria-pressed"), "false", "the long press was no tap, the tap was one");
    // A press that becomes a scroll shows nothing; the next long one does again.
    await touch("touchStart", [at]);
    await touch("touchMove", [{ x: at.x, y: at.y - 40 }]);
    await touch("touchEnd", []);
    await touch("touchStart", [await middle()]);
    await who.filter({ hasText: /^👍 ann$/ }).waitFor();
    await touch("touchEnd", []);
    await paula.touchscreen.tap(SIZES.phone.width / 2, 20);
    await who.waitFor({ state: "hidden" });
  });

  await step("a thread takes the whole screen, and closes", async () => {
    await message(paula, "Found it?").tap({ position: { x: 340, y: 10 } });
    await paula.tap('[data-do="thread"]');
    await paula.tap("#reply");
    await paula.keyboard.type("Yes, by the drawer");
    await paula.tap("#thread-composer button[type=submit]");
    await paula.locator("#pane .c-message[data-id]", { hasText: "by the drawer" }).waitFor();
    await around(paula, "thread", { part: "#pane" });
    await large("[data-pane-close]");
    await paula.tap("[data-pane-close]");
    await message(paula, "Found it?").locator(".c-thread-line").waitFor();
  });

  await step("a picture is sent, and opens large", async () => {
    await paula.setInputFiles("#composer [data-files]", { name: "sea.png", mimeType: "image/png", buffer: png(640, 480, (x, y) => [40, 90 + 90 * y, 150 + 90 * x]) });
    await paula.locator("#composer .c-upload img").waitFor();
    await both(paula, "upload", { part: "#composer" });
    await paula.tap("#composer button[type=submit]");
    await paula.locator("#scroll [data-lightbox] img").waitFor();
    await paula.tap("#scroll [data-lightbox]");
    await paula.locator("#lightbox[open] img[src]").waitFor();
    await both(paula, "lightbox", { part: "#lightbox" });
    await large("#lightbox .c-dialog__close");
    await paula.tap("#lightbox .c-dialog__close");
    await paula.locator("#lightbox").waitFor({ state: "hidden" });
  });

  await step("what is written in a tunnel is sent behind it", async () => {
    await paula.context().setOffline(true);
    await paula.fill("#body", "from the tunnel");
    await paula.tap("#composer button[type=submit]");
    await paula.locator(".c-message--pending", { hasText: "from the tunnel" }).waitFor();
    await around(paula, "offline", { part: "main" });
    await paula.context().setOffline(false);
    await paula.locator("#scroll .c-message[data-id]", { hasText: "from the tunnel" }).waitFor();
  });

  await step("the search leads to what was said elsewhere", async () => {
    await paula.tap('[data-pane="/search"]');
    await paula.fill("#q", "welcome");
    await paula.press("#q", "Enter");
    await paula.locator("#results .c-find mark").first().waitFor();
    await around(paula, "found", { part: "#pane" });
    await paula.locator("#results .c-find a").first().tap();
    await paula.locator(".c-message--named", { hasText: "Welcome, Paula" }).waitFor();
    await live(paula);
  });

  await step("her settings are a tap away, and so is the way back", async () => {
    await paula.tap("[data-sidebar]");
    await paula.tap('.c-sidebar__foot a[href="/settings"]');
    await paula.locator("#display_name").waitFor();
    await around(paula, "settings");
    await paula.tap("button[popovertarget=navigation]");
    await paula.locator(".sidebar").waitFor();
    await both(paula, "settings-drawer", { part: "#navigation" });
    await paula.locator('.rail a[href="/c/ferris"]').tap();
    await live(paula);
  });
});
