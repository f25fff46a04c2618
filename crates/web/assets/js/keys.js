// The keyboard for everything: HTML's `accesskey` has single keys, which differ by browser, and no lists to move in.
import { $, $$, isTyping } from "./dom.js";
import { doWith } from "./actions.js";
import { closePane, openPane } from "./panes.js";
import { markAllRead } from "./reads.js";
import { openSwitcher } from "./switcher.js";

const ROW_KEYS = { e: "edit", r: "react", t: "thread", s: "save", u: "unread", p: "pin" };

/** Moves to the next row from the one that has the focus, or from the newest. */
const moveRow = (step) => {
  const list = document.activeElement.closest?.("[data-list]") ?? $("#scroll");
  const rows = $$(".c-message[data-id]", list);
  const at = rows.indexOf(document.activeElement.closest(".c-message"));
  const next = rows[at < 0 ? rows.length - 1 : Math.max(0, Math.min(rows.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};

/** Goes to the next channel in the side bar, or to the next unread one. */
const moveChannel = (step, unread) => {
  const items = $$(".c-channel").filter((item) => !unread || Number(item.dataset.unread) > 0 || $("[aria-current=page]", item));
  const at = items.findIndex((item) => $("[aria-current=page]", item));
  const next = items[(at + step + items.length) % items.length];
  if (next && next !== items[at]) $("a", next).click();
};

const anywhere = (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.shiftKey && event.key.toLowerCase() === "k") return openSwitcher;
  if (control && !event.shiftKey && event.key.toLowerCase() === "f") return () => openPane("/search");
  if (event.altKey && !control && event.key === "ArrowDown") return () => moveChannel(1, event.shiftKey);
  if (event.altKey && !control && event.key === "ArrowUp") return () => moveChannel(-1, event.shiftKey);
  return null;
};

const besideText = (event) => {
  const row = document.activeElement.closest?.(".c-message[data-id]");
  if (event.key === "?") return () => $("#keys").showModal();
  if (event.key === "j" || (row && event.key === "ArrowDown")) return () => moveRow(1);
  if (event.key === "k" || (row && event.key === "ArrowUp")) return () => moveRow(-1);
  if (row && ROW_KEYS[event.key]) return () => doWith(row, ROW_KEYS[event.key]);
  if (event.key === "c" || event.key === "i") return () => $("#body")?.focus();
  if (event.key === "End") return () => $("#jump")?.click();
  return null;
};

/** Closes what is open, else leaves the row, else marks the channel as read. */
const escape = () => {
  if (closePane()) return;
  if (document.activeElement.closest?.(".c-message")) $("#body")?.focus();
  else markAllRead();
};

export const startKeys = () => {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || $("dialog[open]") || $("[popover]:popover-open")) return;
    let act = anywhere(event);
    if (!act && event.key === "Escape") act = escape;
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!act && bare && !isTyping(event.target)) act = besideText(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
};
