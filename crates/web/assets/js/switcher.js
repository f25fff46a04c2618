// Goes to any channel or person by a few letters: HTML's `datalist` leads nowhere.
import { $, $$, ask, fragment, on, settled } from "./dom.js";
import { best } from "./match.js";

const MOST = 12;
let all = [];
let place = 0;

const options = () => $$("#targets > a");

const point = (next) => {
  place = Math.max(0, Math.min(next, options().length - 1));
  options().forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
  const item = options()[place];
  const field = $("#switcher input");
  if (!item) return field.removeAttribute("aria-activedescendant");
  item.scrollIntoView({ block: "nearest" });
  return field.setAttribute("aria-activedescendant", item.id);
};

const show = () => {
  const typed = $("#switcher input").value.trim().replace(/^[#@]/, "");
  // Without a text what is unread comes first.
  const found = typed ? best(all, typed, (item) => item.dataset.name, MOST) : [...all].sort((a, b) => Number(b.dataset.unread > 0) - Number(a.dataset.unread > 0)).slice(0, MOST);
  $("#targets").replaceChildren(...found);
  point(0);
};

/** People with whom there is no direct message yet. */
const addPeople = settled(150, async (typed) => {
  const answer = typed.length < 2 ? null : await ask("GET", `/api/users?limit=5&q=${encodeURIComponent(typed)}`);
  if (!answer?.ok || $("#switcher input").value.trim() !== typed) return;
  const there = new Set(options().map((item) => item.dataset.name));
  const found = JSON.parse(answer.text).items.filter((user) => !there.has(user.display_name));
  $("#targets").append(...found.map((user, at) => {
    const item = document.createElement("a");
    [item.id, item.href, item.tabIndex, item.textContent] = [`target-person-${at}`, "#", -1, user.display_name];
    [item.dataset.name, item.dataset.unread, item.dataset.writeTo] = [user.display_name, "0", user.id];
    item.setAttribute("role", "option");
    const small = document.createElement("small");
    small.textContent = `@${user.username}`;
    item.append(small);
    return item;
  }));
  point(place);
});

export const openSwitcher = async () => {
  const dialog = $("#switcher");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  $("input", dialog).value = "";
  const answer = await ask("GET", "/switcher");
  if (!answer.ok) return;
  all = [...fragment(answer.text).children];
  all.forEach((item, at) => { item.id = `target-${at}`; });
  show();
};

export const startSwitcher = () => {
  on("input", "#switcher input", (_, field) => {
    show();
    addPeople(field.value.trim());
  });
  on("keydown", "#switcher", (event) => {
    const steps = {
      ArrowDown: () => point(place + 1), ArrowUp: () => point(place - 1),
      Enter: () => options()[place]?.click(),
      // In a search field the first Escape would only empty it.
      Escape: () => $("#switcher").close(),
    };
    if (!steps[event.key] || event.isComposing) return;
    event.preventDefault();
    steps[event.key]();
  });
  on("click", "[data-open]", (_, button) => (button.dataset.open === "switcher" ? openSwitcher() : $(`#${button.dataset.open}`).showModal()));
  // A click beside a dialog closes it.
  on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());
};
