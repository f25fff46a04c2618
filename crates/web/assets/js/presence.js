// Who is online: dots that come and go. HTML shows a moment.
import { $$, ask, settled, shown, word } from "./dom.js";
import { live } from "./stream.js";

/** Of how many communities a direct message asks who is online: its people share one with the reader mostly. */
const MOST_HOMES = 10;
let online = new Set();

/** The word behind a face, for who does not see its dot. The faces of a thread's line stand for people who are not named there. */
const say = (face, isOnline) => {
  const said = face.nextElementSibling?.matches("[data-says-online]") ? face.nextElementSibling : null;
  if (isOnline === Boolean(said) || face.closest(".c-thread-line__faces")) return;
  if (said) {
    said.remove();
    return;
  }
  const text = Object.assign(document.createElement("span"), { className: "c-hidden", textContent: word("Online") });
  text.dataset.saysOnline = "";
  face.after(text);
};

const show = (root = document) => {
  for (const face of $$("[data-person]", root)) {
    const isOnline = online.has(face.dataset.person);
    face.toggleAttribute("data-online", isOnline);
    say(face, isOnline);
  }
  for (const row of $$(".c-message[data-author]", root)) row.toggleAttribute("data-online", online.has(row.dataset.author));
};

/** Who is online now. What came by the stream before is of no worth after a break. */
const refresh = async () => {
  const homes = shown.community ? [shown.community] : $$(".c-rail [data-community]").map((one) => one.dataset.community).slice(0, MOST_HOMES);
  const answers = await Promise.all(homes.map((home) => ask("GET", `/api/communities/${home}/presence`)));
  const told = answers.filter((one) => one.ok);
  if (told.length > 0) online = new Set(told.flatMap((one) => JSON.parse(one.text).online));
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
