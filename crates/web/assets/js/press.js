// What is held down: a click comes only where a press ends on the element on which it began, so that nothing may be shown anew in between. HTML
// has no way to keep an element for a press.

/** What is pressed. A press anywhere else selects text or scrolls. */
const CONTROL = "a, button, summary, label, select, input, [role=button]";
const BY_SPACE = "button, summary, [role=button], [type=checkbox], [type=radio]";
/** A release that the browser does not tell of holds nothing up for longer. */
const LONGEST_MS = 10_000;

/** The press that goes on. */
let held = null;

const release = (press) => {
  if (held === press) held = null;
  press.end();
};

const begin = () => {
  if (held) return;
  const press = {};
  press.over = new Promise((resolve) => { press.end = resolve; });
  held = press;
  setTimeout(release, LONGEST_MS, press);
};

/** The click comes in the task of the release. */
const end = () => held && setTimeout(release, 0, held);

/** Resolves once nothing is held down. */
export const released = async () => {
  while (held && !document.hidden) await held.over;
};

const isOn = (target, controls) => target instanceof Element && target.closest(controls) !== null;

// A finger clicks what is under it in the end.
addEventListener("pointerdown", ({ pointerType, target }) => pointerType !== "touch" && isOn(target, CONTROL) && begin(), { capture: true });
addEventListener("keydown", ({ key, target }) => key === " " && isOn(target, BY_SPACE) && begin(), { capture: true });
addEventListener("dragstart", () => {
  begin();
  held.drags = true;
}, { capture: true });
for (const type of ["pointerup", "keyup", "dragend", "contextmenu"]) addEventListener(type, end, { capture: true });
// A drag takes the pointer away.
addEventListener("pointercancel", () => held?.drags || end(), { capture: true });
// Of the window; what loses the focus within it does not bubble.
addEventListener("blur", end);
