// A browser for stories that are told in Python: it does what each line of its input says, and answers each by a line.
import { createInterface } from "node:readline";
import { DEADLINE, act, api, launch, live, message, seen, send, watch } from "../e2e/lib.mjs";

const errors = [];
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1100, height: 700 } });
const page = watch(await context.newPage(), errors);

const doing = {
  /** Signs somebody in, and opens a page. */
  async open({ base, name, path }) {
    const signed = await api(page, base, "POST", "/auth/dev", { username: name });
    if (!signed.ok()) throw new Error(`not signed in: ${signed.status()}`);
    await page.goto(`${base}${path}`);
    await live(page);
  },
  /** Lets a device in, whose code the page has to show. */
  async approve({ base, name, address, code }) {
    await api(page, base, "POST", "/auth/dev", { username: name });
    await page.goto(address);
    await page.locator("p.code", { hasText: code }).waitFor();
    await page.click('button[value="approve"]');
    await page.locator('button[value="approve"]').waitFor({ state: "detached" });
  },
  seen: ({ text }) => seen(page, text),
  send: ({ text }) => send(page, text),
  /** Does something with a message by the bar of its row. */
  act: ({ text, name }) => act(page, text, name),
  /** Waits until a message shows something beside its text. */
  shows: ({ text, shown }) => message(page, text).filter({ hasText: shown }).waitFor({ timeout: DEADLINE }),
  /** Begins to write, and looks elsewhere: in a box that has the keys nothing changes by itself. */
  async begin({ text }) {
    await page.fill("#body", text);
    await page.evaluate(() => document.activeElement.blur());
  },
  /** Waits until this is written in the box. */
  begun: ({ text }) => page.waitForFunction((wanted) => document.getElementById("body").value === wanted, text, { timeout: DEADLINE }),
  picture: async ({ path }) => { await page.screenshot({ path }); },
  /** What went wrong in the page so far. */
  errors: async () => errors,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { what, ...words } = JSON.parse(line);
  let answer;
  try {
    const value = await doing[what](words);
    answer = { done: true, value: Array.isArray(value) ? value : null };
  } catch (error) {
    answer = { done: false, why: error.message };
  }
  console.log(JSON.stringify(answer));
}
await browser.close();
