// What opens beside the messages: a thread, the inbox, pins, what was saved, the search. A link would leave the page, and with it the place in
// the list.
import { $, ask, fragment, on, reason } from "./dom.js";
import { closeListIn, openList } from "./list.js";
import { showWaiting } from "./outbox.js";
import { localise } from "./rows.js";

let opener = null;
let turn = 0;

const pane = () => $("#pane");

/** Which pane is open, by its address. */
export const openedPane = () => (pane()?.hidden === false ? pane().dataset.path : null);

/** What is being written in the pane; to be put back where it is shown anew. */
const writingIn = (area) => {
  const box = $("form[data-composer] textarea", area);
  if (!box) return () => {};
  const { value, selectionStart: from, selectionEnd: to } = box;
  return () => {
    const fresh = $("form[data-composer] textarea", area);
    if (!fresh || fresh.value === value) return;
    fresh.value = value;
    fresh.setSelectionRange(from, to);
  };
};

/** Fetches something into the pane and opens it. What is shown there already is shown anew: that takes the focus from nothing else. */
export const openPane = async (path) => {
  const area = pane();
  turn += 1;
  const own = turn;
  opener = area.contains(document.activeElement) ? opener : document.activeElement;
  const answer = await ask("GET", path);
  if (own !== turn) return;
  const isAnew = openedPane() === path;
  const takesFocus = !isAnew || area.contains(document.activeElement);
  const putBack = isAnew ? writingIn(area) : () => {};
  closeListIn(area);
  area.replaceChildren(fragment(answer.ok ? answer.text : `<p class="c-problem"></p>`));
  if (!answer.ok) $(".c-problem", area).textContent = reason(answer);
  area.dataset.path = path;
  area.hidden = false;
  document.body.classList.add("c-app--pane");
  localise(area);
  const list = $("[data-list]", area);
  if (list) openList(list);
  showWaiting();
  if (takesFocus) ($("[autofocus], textarea", area) ?? $("h2", area))?.focus({ preventScroll: true });
  putBack();
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
  (opener?.isConnected ? opener : $("#body"))?.focus?.({ preventScroll: true });
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
  const thread = new URLSearchParams(location.search).get("thread");
  if (thread && /^[0-9a-f-]{36}$/.test(thread)) openPane(`/messages/${thread}/thread`);
};
