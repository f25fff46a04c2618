// Completes people, channels, emoji and commands while one writes: HTML's `datalist` belongs to fields of one line, and to their whole text.
import { $, $$, ask, on, settled, shown } from "./dom.js";
import { allEmoji, ownEmoji } from "./emoji.js";
import { namedAt } from "./format.js";
import { best } from "./match.js";
import { type } from "./composer.js";

const people = async (typed) => {
  const path = shown.community ? `/api/communities/${shown.community}/members?limit=20` : "/api/users?limit=20";
  const answer = await ask("GET", `${path}${typed ? `&q=${encodeURIComponent(typed)}` : ""}`);
  if (!answer.ok) return [];
  const users = JSON.parse(answer.text).items.map((item) => item.user ?? item);
  const groups = [{ put: "@here", label: "@here" }, { put: "@channel", label: "@channel" }, ...JSON.parse(shown.roles ?? "[]").map((role) => ({ put: `@${role}`, label: `@${role}` }))];
  const named = users.map((user) => ({ put: `@${user.username}`, label: user.display_name, more: `@${user.username}` }));
  return [...named, ...best(groups, `@${typed}`, (group) => group.label, 3)];
};

const channels = (typed) => {
  const items = $$("#channels .c-channel").map((item) => ({ put: `#${item.dataset.name}`, label: item.dataset.name }));
  return best(items, typed, (item) => item.label);
};

const emoji = async (typed) => {
  const found = best([...ownEmoji(), ...(await allEmoji())], typed, (one) => one.names.split(" ")[0]);
  return found.map(({ sign, names }) => ({ put: sign, label: `${sign.startsWith(":") ? "" : `${sign} `}:${names.split(" ")[0]}:` }));
};

let listed = null;
const commands = async (typed) => {
  // Of the page, not of the API: in the language of its reader.
  listed ??= ask("GET", `/channels/${shown.channel}/commands`).then(({ ok, text }) => {
    if (!ok) listed = null;
    return ok ? JSON.parse(text).items : [];
  });
  const fitting = (await listed).filter((command) => command.name.startsWith(typed));
  return fitting.slice(0, 8).map((command) => ({ put: `/${command.name}`, label: command.usage, more: command.description }));
};

const sources = { "@": people, "#": channels, ":": emoji, "/": commands };
/** The box, what is named in it, and what can be chosen. */
let open = null;

const popup = () => $("#completion");

const close = () => {
  open?.box.removeAttribute("aria-activedescendant");
  open?.box.removeAttribute("aria-controls");
  open = null;
  popup().hidden = true;
};

const point = (place) => {
  open.place = place;
  $$("li", popup()).forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
  open.box.setAttribute("aria-activedescendant", `option-${place}`);
  $(`#option-${place}`)?.scrollIntoView({ block: "nearest" });
};

const show = (box, named, items) => {
  if (items.length === 0) return close();
  open = { box, named, items, place: 0 };
  const list = popup();
  list.replaceChildren(...items.map(({ label, more }, at) => {
    const item = document.createElement("li");
    [item.id, item.textContent] = [`option-${at}`, label];
    item.setAttribute("role", "option");
    if (more) {
      const small = document.createElement("small");
      small.textContent = ` ${more}`;
      item.append(small);
    }
    return item;
  }));
  list.hidden = false;
  const { left, top } = (box.closest(".c-composer") ?? box).getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - list.offsetWidth - 8))}px`;
  list.style.bottom = `${innerHeight - top + 4}px`;
  box.setAttribute("aria-controls", "completion");
  return point(0);
};

const choose = (place) => {
  const { box, named, items } = open;
  const { put } = items[place];
  close();
  type(box, `${put} `, named.from, named.from + named.typed.length + 1);
};

let turn = 0;
const look = settled(60, async (box) => {
  const named = namedAt(box.value, box.selectionStart);
  turn += 1;
  const own = turn;
  if (!named) return close();
  const items = await Promise.resolve(sources[named.sign](named.typed)).catch(() => []);
  if (own === turn && document.activeElement === box) show(box, named, items);
  return undefined;
});

export const startCompletion = () => {
  on("input", "textarea[data-complete]", (_, box) => look(box));
  on("focusout", "textarea[data-complete]", () => setTimeout(() => open && document.activeElement !== open.box && close(), 150));
  // Before the box itself hears of the key.
  document.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.box || event.isComposing) return;
    const most = open.items.length;
    const steps = {
      ArrowDown: () => point((open.place + 1) % most), ArrowUp: () => point((open.place + most - 1) % most),
      Enter: () => choose(open.place), Tab: () => choose(open.place), Escape: close,
    };
    if (!steps[event.key] || (event.key === "Enter" && event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    steps[event.key]();
  }, { capture: true });
  on("mousedown", "#completion li", (event, item) => {
    event.preventDefault();
    choose(Number(item.id.slice("option-".length)));
  });
};
