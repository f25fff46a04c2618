// How a view is held against what docs/looks.md asks of it: what a program can see, and pictures for what only a person can.
//
// With AJET_LOOKS=FOLDER each view is pictured there; without it the same views are checked and nothing is written.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tools } from "../lib.mjs";

export const SIZES = { phone: { width: 390, height: 844 }, laptop: { width: 1280, height: 800 }, wide: { width: 1920, height: 1080 } };
export const THEMES = ["light", "dark"];
export const folder = process.env.AJET_LOOKS;
if (folder) mkdirSync(folder, { recursive: true });

const axe = readFileSync(join(tools, "node_modules/axe-core/axe.min.js"), "utf8");

/** Waits until nothing moves: what is measured on its way is nowhere yet. */
const still = (page) => page.evaluate(async () => {
  await Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
});

/** What axe-core finds in a page or in a part of it, targets that are too small included. The page's policy does not hold back the driver's own script. */
export const faults = async (page, part = null) => {
  // A dialog that fades in has other colours on its way.
  await still(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(async (part) => {
    const options = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
    const { violations } = await axe.run(part ?? document, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }, part);
};

/** What stands outside the window, what is cut, what scrolls aside and what says nothing: measured in the page. */
const measured = (page) => page.evaluate(() => {
  const found = [];
  const [wide, high] = [document.documentElement.clientWidth, document.documentElement.clientHeight];
  const name = (one) => `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ""}${typeof one.className === "string" && one.className ? `.${one.className.trim().replaceAll(/\s+/g, ".")}` : ""}`;
  const style = (one) => getComputedStyle(one);
  const isShown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // What is read out and not shown is cut to nothing.
  const isHidden = (one) => {
    for (let at = one; at; at = at.parentElement) if (style(at).clipPath === "inset(50%)") return true;
    return false;
  };
  const scrolls = (one) => /auto|scroll/.test(style(one).overflowX);
  const clips = (one) => /hidden|clip/.test(style(one).overflowX);
  const above = (one, wanted) => {
    for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) if (wanted(at)) return at;
    return null;
  };
  if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth - wide} px too wide`);
  // What scrolls down does not scroll aside as well, but for what is wide by nature.
  for (const one of document.querySelectorAll("body *")) {
    const isWide = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && /auto|scroll/.test(style(one).overflowY);
    if (isWide && scrolls(one) && isShown(one) && !one.matches("pre, textarea, .table-wrap, .tabs, .c-actions")) found.push(`scrolls aside: ${name(one)}`);
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const [text, parent] = [walker.currentNode, walker.currentNode.parentElement];
    if (!text.data.trim() || isHidden(parent) || !isShown(parent) || parent.closest("script, style, option, textarea")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const said = `"${text.data.trim().slice(0, 40)}" in ${name(parent)}`;
    if ((box.right > wide + 1 || box.left < -1) && !above(text, (one) => scrolls(one) || clips(one))) found.push(`outside the window: ${said}`);
    // An ellipsis says that there is more; anything else that hides a part of a text cuts it.
    const cutter = clips(parent) ? parent : above(text, clips);
    if (!cutter || style(cutter).textOverflow === "ellipsis" || style(parent).textOverflow === "ellipsis") continue;
    const edge = cutter.getBoundingClientRect();
    const between = above(text, scrolls);
    if (between && cutter.contains(between)) continue;
    if (box.right > edge.right + 1 || box.left < edge.left - 1) found.push(`cut at the side: ${said}`);
    if (style(cutter).webkitLineClamp === "none" && (box.bottom > edge.bottom + 2 || box.top < edge.top - 2)) found.push(`cut below or above: ${said}`);
  }

  for (const one of document.querySelectorAll("[popover]:popover-open, dialog[open], #completion:not([hidden])")) {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    if (left < 0 || top < 0 || right > wide + 1 || bottom > high + 1) found.push(`outside the window: ${name(one)}`);
  }

  const bare = [...document.querySelectorAll("button, a, input, select, textarea, summary")].filter((one) => isShown(one) && !isHidden(one));
  for (const one of bare.filter((each) => !each.textContent.trim() && !each.labels?.length)) {
    if (!one.getAttribute("aria-label") && !one.title && !one.querySelector("img[alt]")) found.push(`says nothing: ${name(one)}`);
  }
  return [...new Set(found)];
});

/** How many messages of one line a list has room for. */
export const density = (page) => page.evaluate(() => {
  const list = document.getElementById("scroll");
  const rows = [...list.querySelectorAll(".c-message--grouped[data-id]")].map((row) => row.getBoundingClientRect().height);
  return Math.floor(list.clientHeight / Math.min(...rows));
});

export const picture = async (page, name) => {
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
};

/** What is wrong with the views that were pictured. Somebody who wants pictures wants all of them, so it is told at the end. */
const wrong = [];

/** Looks at a view as it is: pictures it, and fails on whatever a program sees of what is wrong. `part` limits axe-core to what is new there. */
export const look = async (page, name, { part = null, withAxe = true } = {}) => {
  await still(page);
  await picture(page, name);
  const found = [...(await measured(page)), ...(withAxe ? await faults(page, part) : [])];
  if (folder) {
    found.forEach((one) => console.log(`# ${name}: ${one}`));
    wrong.push(...found.map((one) => `${name}: ${one}`));
  } else assert.deepEqual(found, [], name);
};

/** Looks at a view of a story. Where pictures are wanted that is at three sizes in both themes, else as the page is. */
export const lookAround = async (page, name) => {
  if (!folder) return look(page, name);
  const before = page.viewportSize();
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await look(page, `${name}-${size}-${colorScheme}`, { withAxe: size === "laptop" });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  return page.setViewportSize(before);
};

/** Ends a walk: fails on what was found, and makes one page with all pictures that there are by now. */
export const endWalk = () => {
  if (!folder) return;
  const names = readdirSync(folder).filter((name) => name.endsWith(".png")).sort();
  const cells = names.map((name) => `<figure><img src="${name}" loading="lazy" width="480" alt=""><figcaption>${name}</figcaption></figure>`);
  const style = "body{display:flex;flex-wrap:wrap;gap:1rem;font:14px system-ui;background:#888}figure{margin:0}img{display:block;height:auto}";
  writeFileSync(join(folder, "index.html"), `<!doctype html><meta charset="utf-8"><title>Looks</title><style>${style}</style>${cells.join("\n")}\n`);
  assert.deepEqual(wrong, [], `pictures are in ${folder}`);
};
