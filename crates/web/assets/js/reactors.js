// Who reacted, for those who look closely: by pointer and key it stands in the chip's title. A finger has none, so a long press shows it over the
// chip.
import { $, announce, ask, on, settled } from "./dom.js";
import { standBeside } from "./beside.js";

/** Until a press is a long one, and how far a finger may slip meanwhile. */
const LONG_MS = 500;
const SLIP_PX = 10;

/** The names, which the chip keeps: one that shows other reactions is another chip. */
const namesOf = async (chip) => {
  const row = chip.closest(".c-message[data-id]");
  // Another one stands in its place by now.
  if (!row || chip.title) return chip.title;
  const shownAs = chip.textContent;
  const answer = await ask("GET", `/api/messages/${row.dataset.id}/reactions/${encodeURIComponent(chip.dataset.emoji)}`);
  // Another number by now: other people.
  if (answer.ok && chip.textContent === shownAs) chip.title = JSON.parse(answer.text).items.map((user) => user.display_name).join(", ");
  return chip.title;
};

const popover = () => {
  const there = $("#reactors");
  if (there) return there;
  const made = document.createElement("div");
  [made.id, made.className, made.popover, made.dir] = ["reactors", "c-popover c-reactors", "manual", "auto"];
  document.body.append(made);
  return made;
};

/** The last press of a finger: its chip, where it began, and whether it was long enough. */
let press = null;

const hide = () => $("#reactors:popover-open")?.hidePopover();

const show = async (own) => {
  own.isLong = true;
  // Its row may have been shown anew under the finger.
  if (!own.chip.isConnected) own.chip = document.elementFromPoint(own.x, own.y)?.closest(".c-reaction");
  if (!own.chip) return;
  const names = await namesOf(own.chip);
  if (!names || press !== own) return;
  const area = popover();
  area.textContent = `${own.chip.dataset.emoji} ${names}`;
  area.showPopover();
  standBeside(area, own.chip, { above: true });
  announce(names);
};

const end = () => clearTimeout(press?.timer);

const begin = ({ pointerType, isPrimary, clientX: x, clientY: y }, chip) => {
  if (pointerType !== "touch" || !isPrimary) return;
  const own = { chip, x, y, isLong: false };
  own.timer = setTimeout(show, LONG_MS, own);
  press = own;
};

const startPresses = () => {
  // What is shown stays until something else is done.
  document.addEventListener("pointerdown", () => {
    hide();
    end();
    press = null;
  }, { capture: true });
  for (const type of ["keydown", "scroll"]) document.addEventListener(type, hide, { capture: true });
  on("pointerdown", ".c-reaction", begin);
  document.addEventListener("pointermove", ({ clientX, clientY }) => press && Math.hypot(clientX - press.x, clientY - press.y) > SLIP_PX && end());
  for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, end);
  // A long press is no tap, which would take the reaction back, and opens no menu of the browser. A click by key has no count.
  document.addEventListener("click", (event) => {
    if (!press?.isLong || event.detail === 0 || !press.chip?.contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
  on("contextmenu", ".c-reaction", (event) => press && event.preventDefault());
};

export const startReactors = () => {
  const tellWho = settled(250, namesOf);
  for (const type of ["pointerover", "focusin"]) on(type, ".c-reaction", (_, chip) => chip.title || tellWho(chip));
  startPresses();
};
