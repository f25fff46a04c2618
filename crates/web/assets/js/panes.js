// What opens beside the messages: a thread, the inbox, pins, what was saved, the search. A link would leave the page, and with it the place in
// the list.
import { $, $$, announce, ask, fragment, on, reason } from "./dom.js";
import { closeListIn, openList } from "./list.js";
import { showWaiting } from "./outbox.js";
import { localise } from "./rows.js";
import { live } from "./stream.js";

let opener = null;
let turn = 0;

const pane = () => $("#pane");

/** Which pane is open, by its address. */
export const openedPane = () => (pane()?.hidden === false ? pane().dataset.path : null);

/** What is being written in the pane. It goes on where that is shown anew, with its files, its preview and what was chosen. */
const writtenIn = (area) => {
  const form = $("form[data-composer]", area);
  const edits = $$(".c-edit", area).map((edit) => edit.closest(".c-message"));
  return () => {
    if (form) $("form[data-composer]", area)?.replaceWith(form);
    for (const row of edits) $(`.c-message[data-id="${CSS.escape(row.dataset.id)}"]`, area)?.replaceWith(row);
  };
};

/** What has the focus in the pane, or what stands for it there once that is shown anew. */
const focusIn = (area) => {
  const one = document.activeElement;
  if (!area.contains(one)) return () => {};
  const near = one.closest("[data-id], [data-follow], [data-pane-close]");
  const name = ["data-id", "data-follow", "data-pane-close"].find((each) => near?.hasAttribute(each));
  const { selectionStart: from, selectionEnd: to } = one;
  return () => {
    const same = name ? $(`[${name}="${CSS.escape(near.getAttribute(name))}"]`, area) : null;
    (one.isConnected ? one : same ?? $("textarea", area) ?? $("h2", area))?.focus({ preventScroll: true });
    if (one.isConnected && one.matches("textarea")) one.setSelectionRange(from, to);
  };
};

/** Answers after which what is shown may not stay. */
export const TAKEN_AWAY = [401, 403, 404];

/** Fetches something into the pane and opens it. What is shown there already is shown anew: that takes the focus from nothing else. */
export const openPane = async (path) => {
  const area = pane();
  turn += 1;
  const own = turn;
  opener = area.contains(document.activeElement) ? opener : document.activeElement;
  const answer = await ask("GET", path);
  if (own !== turn) return;
  const isAnew = openedPane() === path;
  if (isAnew && !answer.ok && !TAKEN_AWAY.includes(answer.status)) return;
  const [putBack, focusBack] = isAnew ? [writtenIn(area), focusIn(area)] : [() => {}, () => {}];
  closeListIn(area);
  area.replaceChildren(fragment(answer.ok ? answer.text : `<p class="c-problem"></p>`));
  if (!answer.ok) $(".c-problem", area).textContent = reason(answer);
  putBack();
  area.dataset.path = path;
  area.hidden = false;
  document.body.classList.add("c-app--pane");
  localise(area);
  const list = $("[data-list]", area);
  if (list) openList(list);
  showWaiting();
  if (isAnew) focusBack();
  else ($("[autofocus], textarea", area) ?? $("h2", area))?.focus({ preventScroll: true });
  area.dispatchEvent(new CustomEvent("pane:opened", { bubbles: true }));
};

export const closePane = () => {
  const area = pane();
  if (!area || area.hidden) return false;
  turn += 1;
  closeListIn(area);
  area.hidden = true;
  area.replaceChildren();
  document.body.classList.remove("c-app--pane");
  // What stood in a menu is not seen any more.
  (opener?.checkVisibility() ? opener : $("#body"))?.focus?.({ preventScroll: true });
  return true;
};

/** Shows what is open as it is now. */
export const renewPane = () => {
  const path = openedPane();
  if (path && !path.startsWith("/search")) openPane(path);
};

export const startPanes = () => {
  on("click", "dialog [data-pane]", (_, button) => button.closest("dialog").close());
  on("click", "[data-unschedule]", async (_, button) => {
    const answer = await ask("DELETE", `/api/scheduled/${button.dataset.unschedule}`);
    if (answer.ok) renewPane();
    else announce(reason(answer));
  });
  // The list follows the event, as it does for another device.
  on("click", "[data-unsave]", async (_, button) => {
    const answer = await ask("DELETE", `/api/messages/${button.dataset.unsave}/saved`);
    if (!answer.ok) announce(reason(answer));
  });
  on("click", "[data-pane]", (_, button) => (openedPane() === button.dataset.pane ? closePane() : openPane(button.dataset.pane)));
  on("click", "[data-pane-close]", () => closePane());
  on("click", "[data-more]", async (_, button) => {
    const answer = await ask("GET", button.dataset.more);
    if (!answer.ok) return;
    const further = fragment(answer.text);
    localise(further);
    button.closest("li").replaceWith(further);
    pane().dispatchEvent(new CustomEvent("pane:opened", { bubbles: true }));
  });
  on("click", "[data-follow]", async (_, button) => {
    const follows = button.getAttribute("aria-pressed") === "true";
    const answer = await ask(follows ? "DELETE" : "PUT", `/api/messages/${button.dataset.follow}/follow`);
    if (answer.ok) renewPane();
  });
  // What one said of it, or the time of its reminder, may stand there.
  live("saved.updated", () => openedPane() === "/saved" && renewPane());
  live("scheduled.failed", () => openedPane()?.endsWith("/scheduled") && renewPane());
  const thread = new URLSearchParams(location.search).get("thread");
  if (thread && /^[0-9a-f-]{36}$/.test(thread)) openPane(`/messages/${thread}/thread`);
};
