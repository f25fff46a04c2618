// The emoji that there are, and the picker of one. Browsers have no picker that a page can open.
import { $, assetPath, on, shown } from "./dom.js";
import { standBeside } from "./beside.js";
import { best } from "./match.js";

const FREQUENT = `ajet-emoji:${shown.me}`;
const USUAL = ["👍", "❤️", "😂", "🎉", "👀", "🙏"];
let table = null;

/** All emoji: `{ sign, names }`, and the community's own as `:name:`. */
export const allEmoji = async () => {
  table ??= fetch(assetPath("emoji.json")).then((answer) => answer.json()).then((rows) => rows.map(([sign, names]) => ({ sign, names })));
  return table;
};

export const ownEmoji = () => Object.entries(JSON.parse(shown.emoji ?? "{}")).map(([name, picture]) => ({ sign: `:${name}:`, names: name, picture }));

/** What is chosen often. Of what communities made it is what may be chosen here. */
const frequent = (own) => {
  const counts = Object.entries(JSON.parse(localStorage.getItem(FREQUENT) ?? "{}")).sort((a, b) => b[1] - a[1]);
  const signs = [...counts.map(([sign]) => sign), ...USUAL].filter((sign) => !sign.startsWith(":") || own.some((one) => one.sign === sign));
  return [...new Set(signs)].slice(0, 12);
};

const used = (sign) => {
  const counts = JSON.parse(localStorage.getItem(FREQUENT) ?? "{}");
  counts[sign] = (counts[sign] ?? 0) + 1;
  localStorage.setItem(FREQUENT, JSON.stringify(counts));
};

const cell = ({ sign, names, picture }) => {
  const button = document.createElement("button");
  [button.type, button.className, button.dataset.pick, button.title] = ["button", "c-emoji__one", sign, names];
  button.setAttribute("role", "option");
  button.setAttribute("aria-label", names || sign);
  if (picture) {
    const image = document.createElement("img");
    [image.src, image.alt] = [picture, ""];
    button.append(image);
  } else button.textContent = sign;
  return button;
};

let chosen = null;

/** Opens the picker beside something; `act` gets what is chosen. `own`: with the community's own. */
export const pickEmoji = async (beside, act, { own = false } = {}) => {
  const popover = $("#emoji");
  const [field, area] = [$("input", popover), $(".c-emoji__all", popover)];
  chosen = (sign) => {
    popover.hidePopover();
    used(sign);
    act(sign);
  };
  field.value = "";
  const here = own ? ownEmoji() : [];
  const all = [...here, ...(await allEmoji())];
  const show = () => {
    const typed = field.value.trim();
    const first = typed ? [] : frequent(here).map((sign) => all.find((one) => one.sign === sign) ?? { sign, names: sign });
    const rest = typed ? best(all, typed, (one) => one.names, 120) : all.slice(0, 400);
    area.replaceChildren(...[...first, ...rest].map(cell));
  };
  field.oninput = show;
  show();
  popover.showPopover();
  standBeside(popover, beside);
  field.focus();
};

export const startEmoji = () => {
  on("click", "[data-pick]", (_, button) => chosen?.(button.dataset.pick));
  on("keydown", "#emoji", (event) => {
    const cells = [...document.querySelectorAll("#emoji [data-pick]")];
    const at = cells.indexOf(document.activeElement);
    const columns = Math.max(1, cells.findIndex((one, place) => place > 0 && one.offsetTop > cells[0].offsetTop));
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: at < 0 ? 1 : columns, ArrowUp: -columns };
    // In a search field the first Escape would only empty it.
    if (event.key === "Escape") {
      event.preventDefault();
      $("#emoji").hidePopover();
    }
    if (event.key === "Enter" && at < 0) {
      event.preventDefault();
      cells[0]?.click();
    }
    if (!(event.key in steps) || (at < 0 && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const next = at + steps[event.key];
    if (next < 0) $("#emoji input").focus();
    else cells[Math.min(next, cells.length - 1)]?.focus();
  });
};
