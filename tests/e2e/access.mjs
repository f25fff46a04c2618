// The chat page for everybody: axe-core finds nothing on any of its views, in light and dark, and nothing is wider than the screen of a phone.
import assert from "node:assert/strict";
import { join as path } from "node:path";
import { act, found, join, live, message, seen, send, suite } from "./lib.mjs";
import { faults } from "./support/look.mjs";

const shots = process.env.AJET_E2E_SHOTS;
const SIZES = { phone: { width: 390, height: 844 }, tablet: { width: 1024, height: 768 }, wide: { width: 1600, height: 1000 } };

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

await suite(async ({ server, person, step }) => {
  const [ann, bob] = await Promise.all([person(), person({ colorScheme: "dark", locale: "de-DE" })]);
  await found(ann, server.base, "ann");
  await join(ann, bob, server.base, "bob");
  await send(ann, "Hello **Bob**, `code`, ||a secret|| and https://a.example/");
  await seen(bob, "Hello Bob");
  await send(bob, "```rust\nfn main() {}\n```");
  await seen(ann, "fn main()");
  await act(ann, "Hello Bob", "react");
  await ann.locator("#emoji [data-pick='👍']").first().click();
  await message(ann, "Hello Bob").locator(".c-reaction").waitFor();

  const views = {
    page: async () => {},
    actions: (page) => message(page, "Hello Bob").hover(),
    thread: async (page) => {
      await act(page, "Hello Bob", "thread");
      await page.locator("#reply").waitFor();
    },
    search: async (page) => {
      await page.click('[data-pane="/search"]');
      await page.locator("#q").waitFor();
    },
    inbox: async (page) => {
      await page.click('[data-pane="/inbox"]');
      await page.locator("[data-read-all]").waitFor();
    },
    switcher: async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator("#targets a").first().waitFor();
    },
    keys: async (page) => {
      await page.locator("#scroll").focus();
      await page.keyboard.press("?");
      await page.locator("#keys[open]").waitFor();
    },
    poll: async (page) => {
      await page.click('[data-open="poll"]');
      await page.locator("#poll[open]").waitFor();
    },
    people: async (page) => {
      await page.click('[data-pane$="/people"]');
      await page.locator("#pane .c-person").first().waitFor();
    },
    card: async (page) => {
      await page.locator("[data-card]").first().click();
      await page.locator("#card .c-card").waitFor();
    },
  };
  for (const [who, page] of [["ann in light", ann], ["bob in dark and German", bob]]) {
    for (const [name, open] of Object.entries(views)) {
      await step(`axe-core finds nothing: ${name}, ${who}`, async () => {
        await open(page);
        assert.deepEqual(await faults(page), []);
        await page.keyboard.press("Escape");
      });
    }
  }

  for (const [name, size] of Object.entries(SIZES)) {
    await step(`nothing is wider than a ${name}`, async () => {
      for (const [theme, page] of [["light", ann], ["dark", bob]]) {
        await page.setViewportSize(size);
        await page.reload();
        await live(page);
        assert.ok(await overflow(page) <= 0, `${await overflow(page)} px too wide`);
        if (shots) await page.screenshot({ path: path(shots, `chat-${name}-${theme}.png`) });
      }
    });
  }
});
