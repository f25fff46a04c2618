// A spoiler is a button until it is opened: what it hides can be neither seen, nor read out, nor followed. HTML's `details` stands on lines
// of its own, and not within a sentence.
import { on, word } from "./dom.js";

export const hideSpoiler = (spoiler) => {
  const inside = document.createElement("span");
  inside.inert = true;
  inside.append(...spoiler.childNodes);
  spoiler.append(inside);
  spoiler.tabIndex = 0;
  spoiler.setAttribute("role", "button");
  spoiler.setAttribute("aria-label", word("HiddenText"));
};

const open = (spoiler) => {
  spoiler.classList.add("shown");
  spoiler.firstChild.inert = false;
  // Who opened it by key stays where they are.
  spoiler.tabIndex = -1;
  for (const name of ["role", "aria-label"]) spoiler.removeAttribute(name);
};

export const startSpoilers = () => {
  on("click", ".spoiler:not(.shown)", (event, spoiler) => {
    event.preventDefault();
    open(spoiler);
  });
  on("keydown", ".spoiler:not(.shown)", (event, spoiler) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open(spoiler);
  });
};
