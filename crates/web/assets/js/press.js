// What is held down: a click comes only where a press ends on the element on which it began, so that nothing may be shown anew in between. HTML
// has no way to keep an element for a press.

const BY_SPACE = "button, summary, [role=button], [type=checkbox], [type=radio]";
/** A press anywhere else selects text, scrolls or opens a list of the browser's own. */
const CONTROL = `a, label, ${BY_SPACE}`;
/** Limit of a press whose release the browser does not tell of. */
const LONGEST_MS = 10_000;

/** The press that goes on, by pointer or key. */
let held = null;
/** What waits for its end, in the order in which it came. */
const waiting = [];

const next = () => {
  if (held || waiting.length === 0) return;
  waiting.shift()();
  setTimeout(next);
};

const end = (press) => {
  if (held !== press) return;
  held = null;
  next();
};

const begin = (by) => {
  const press = { by, drags: false };
  held = press;
  setTimeout(end, LONGEST_MS, press);
};

/** The click comes in the task of the release. */
const endSoon = (by) => held && (by === undefined || held.by === by) && setTimeout(end, 0, held);

/** Does something once nothing is held down: at once, or after what waits for that already. */
export const whenReleased = (act) => {
  if (!held && waiting.length === 0) act();
  else waiting.push(act);
};

const isOn = (target, controls) => target instanceof Element && target.closest(controls) !== null;
const hear = (type, act) => addEventListener(type, act, { capture: true });

// A touch needs no hold: its click goes to what is under the finger at the end.
hear("pointerdown", ({ pointerType, target }) => pointerType !== "touch" && isOn(target, CONTROL) && begin("pointer"));
hear("keydown", ({ key, repeat, target }) => key === " " && !repeat && isOn(target, BY_SPACE) && begin("key"));
hear("dragstart", () => {
  begin("pointer");
  held.drags = true;
});
hear("pointerup", () => endSoon("pointer"));
hear("dragend", () => endSoon("pointer"));
// A drag takes the pointer away.
hear("pointercancel", () => held?.drags || endSoon("pointer"));
hear("keyup", ({ key }) => key === " " && endSoon("key"));
hear("contextmenu", () => endSoon());
// Of the window; what loses the focus within it does not bubble.
addEventListener("blur", () => endSoon());
