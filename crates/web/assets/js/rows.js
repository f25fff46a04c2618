// What differs by reader in a row that is the same for all: one's own messages, words, times, days, spoilers, colours, the community's emoji.
// HTML knows no reader.
import { $, $$, callsMe, copyOf, may, shown, word } from "./dom.js";
import { bytesIn, dayOf, formats, isTogether } from "./days.js";
import { colourCode } from "./colour.js";
import { hideSpoiler } from "./spoilers.js";

const language = document.documentElement.lang || "en";
const tell = formats(language);
const emoji = JSON.parse(shown.emoji ?? "{}");
const EMOJI = /:([a-z0-9_]{2,32}):/g;

/** Puts the community's pictures where their names stand, but not in code. */
export const withEmoji = (area) => {
  if (Object.keys(emoji).length === 0) return;
  const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("code")) found.push(walker.currentNode);
  for (const node of found) {
    const parts = [];
    let from = 0;
    for (const { 0: whole, 1: name, index } of node.data.matchAll(EMOJI)) {
      if (!Object.hasOwn(emoji, name)) continue;
      const picture = document.createElement("img");
      [picture.src, picture.alt, picture.className] = [emoji[name], whole, "c-own-emoji"];
      // A reaction says who it was.
      if (!node.parentElement.closest(".c-reaction")) picture.title = whole;
      parts.push(node.data.slice(from, index), picture);
      from = index + whole.length;
    }
    if (parts.length > 0) node.replaceWith(...parts, node.data.slice(from));
  }
};

/** Times, sizes and words within anything that came from the server. */
export const localise = (root) => {
  $$(".c-find__text", root).forEach(withEmoji);
  for (const time of $$("time", root)) {
    const at = new Date(time.dateTime);
    const whole = tell.whole(at);
    time.textContent = time.hasAttribute("data-whole") ? whole : tell.time(at);
    time.title = whole;
  }
  for (const size of $$("[data-bytes]", root)) size.textContent = bytesIn(language, Number(size.dataset.bytes));
  if (language === "en") return;
  for (const text of $$("[data-word]", root)) text.textContent = word(text.dataset.word, text.dataset.count ?? "");
};

/** Marks a row that calls the reader. */
export const markCalls = (row) => row.classList.toggle("c-message--calls", callsMe(row.dataset) && row.dataset.author !== shown.me);

/** Makes a row the reader's. */
export const dress = (row) => {
  if (row.dataset.dressed !== undefined) return row;
  row.dataset.dressed = "";
  row.classList.toggle("own", row.dataset.author === shown.me);
  markCalls(row);
  localise(row);
  const side = $(".c-message__side", row);
  if (side) side.dataset.time = tell.clock(Number(row.dataset.at));
  const body = $(".c-message__body", row);
  if (body) {
    $$(".spoiler", body).forEach(hideSpoiler);
    withEmoji(body);
    // What is wider than the list scrolls by itself, also by key.
    for (const block of $$("pre", body)) block.tabIndex = 0;
    colourCode(body);
  }
  $$(".c-reactions", row).forEach(withEmoji);
  return row;
};

const facts = (row) => ({
  author: row.dataset.author, name: row.dataset.name, at: Number(row.dataset.at), system: row.classList.contains("c-message--system"),
});

/** Whether a row stands under the name of the one before it. */
export const isUnder = (before, row) => isTogether(before ? facts(before) : null, facts(row));

export const messageBefore = (row) => {
  let before = row.previousElementSibling;
  while (before && !before.classList.contains("c-message")) before = before.previousElementSibling;
  return before;
};
export const messageAfter = (row) => {
  let after = row.nextElementSibling;
  while (after && !after.classList.contains("c-message")) after = after.nextElementSibling;
  return after;
};

const dayName = (at) => {
  const away = dayOf(Date.now()) - dayOf(at);
  if (away === 0) return word("TodayIs");
  return away === 1 ? word("YesterdayIs") : tell.day(at);
};

/** Puts the line of its day before a row that begins one, and the row under the name before it where they stand together. */
export const settle = (row) => {
  if (!row) return;
  const before = messageBefore(row);
  const between = [];
  for (let one = row.previousElementSibling; one && one !== before; one = one.previousElementSibling) between.push(one);
  between.filter((one) => one.classList.contains("c-day")).forEach((one) => one.remove());
  const own = facts(row);
  const previous = before ? facts(before) : null;
  if (!previous || dayOf(previous.at) !== dayOf(own.at)) {
    const line = copyOf("day-line");
    line.firstElementChild.textContent = dayName(own.at);
    row.before(line);
  }
  const parted = between.some((one) => one.classList.contains("c-new-line"));
  row.classList.toggle("c-message--grouped", !parted && isTogether(previous, own));
};

/** What the reader may do with a message. */
export const ways = (row, now = Date.now()) => {
  const { author, at, pinned, id } = row.dataset;
  const [own, gone] = [author === shown.me, row.classList.contains("c-message--deleted")];
  const joined = shown.joined !== undefined;
  return {
    react: joined && !gone && (may("add_reactions") || shown.community === undefined),
    thread: !row.dataset.parent && !gone,
    edit: own && !gone && now - Number(at) < Number(shown.editSeconds) * 1000,
    save: !gone, "remind-1h": !gone, "remind-tomorrow": !gone, unread: joined, link: Boolean(id),
    pin: joined && !gone && pinned === undefined && may("pin_messages"),
    unpin: joined && pinned !== undefined && may("pin_messages"),
    strip: !gone && (own || may("manage_messages")) && $(".c-preview", row) !== null,
    delete: !gone && (own || may("manage_messages")),
  };
};
