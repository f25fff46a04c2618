// Who is online: dots that come and go. HTML shows a moment.
import { $$, ask, settled, shown } from "./dom.js";
import { live } from "./stream.js";

let online = new Set();

const show = (root = document) => {
  for (const face of $$("[data-person]", root)) face.toggleAttribute("data-online", online.has(face.dataset.person));
  for (const row of $$(".c-message[data-author]", root)) row.toggleAttribute("data-online", online.has(row.dataset.author));
};

/** Who is online now. What came by the stream before is of no worth after a break. */
const refresh = async () => {
  if (!shown.community) return show();
  const answer = await ask("GET", `/api/communities/${shown.community}/presence`);
  if (answer.ok) online = new Set(JSON.parse(answer.text).online);
  return show();
};

export const startPresence = () => {
  refresh();
  let wasLost = false;
  live("state", (state) => {
    if (state === "live" && wasLost) refresh();
    wasLost = state === "lost";
  });
  live("presence.diff", (diff) => {
    diff.online.forEach((id) => online.add(id));
    diff.offline.forEach((id) => online.delete(id));
    show();
  });
  const showSoon = settled(100, () => show());
  live("message.created", showSoon);
  document.addEventListener("pane:opened", () => show());
  document.addEventListener("unread:changed", () => show());
};
