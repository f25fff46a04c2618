// How the connection is, told quietly, and the page whole again after a break without a reload: HTML does not know that it is old.
import { $, announce, word } from "./dom.js";
import { ended } from "./leaving.js";
import { lists } from "./list.js";
import { renewPane } from "./panes.js";
import { renewSidebar } from "./sidebar.js";
import { live } from "./stream.js";

const QUIET_MS = 1500;
let timer = 0;
let wasLost = false;
/** Whether something was to be fetched anew, and could not be. */
let isOwed = false;

const say = (text) => { $("#connection").textContent = text; };

/** Everything as it is now: something may have been missed, or taken away. */
const whole = async () => {
  isOwed = false;
  renewSidebar();
  renewPane();
  for (const list of lists.filter((one) => !one.isThread)) {
    const status = await list.renew();
    if (status === 403 || status === 404) location.reload();
    if (status === 0 || status >= 500) isOwed = true;
  }
};

const became = (state) => {
  clearTimeout(timer);
  // Without a network the page would be shown again as it was kept.
  if (state === "ended") return ended().then(() => location.reload());
  if (state === "live") {
    document.body.dataset.live = "true";
    say("");
    if (wasLost) announce(word("BackOnline"));
    wasLost = false;
    if (isOwed) whole();
    return undefined;
  }
  delete document.body.dataset.live;
  // A moment is not worth a word.
  timer = setTimeout(() => {
    wasLost = true;
    say(word(navigator.onLine ? "Reconnecting" : "Offline"));
  }, QUIET_MS);
  return undefined;
};

export const startConnection = () => {
  if (!$("#connection")) return;
  live("state", became);
  live("resync", whole);
  live("rights", whole);
  addEventListener("offline", () => say(word("Offline")));
};
