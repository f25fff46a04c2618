// A direct message to several people: looked for by their names, and ticked. HTML has no list that follows what is typed and keeps what is ticked.
import { $, $$, ask, on, reason, settled, shown } from "./dom.js";

/** People who are shown at once, beside those who are ticked. */
const MOST = 8;

const choice = (user) => {
  const [item, label, box, name, small] = ["li", "label", "input", "span", "small"].map((tag) => document.createElement(tag));
  [label.className, box.type, box.value] = ["c-inline", "checkbox", user.id];
  [name.dir, name.textContent, small.textContent] = ["auto", user.display_name, `@${user.username}`];
  label.append(box, name, small);
  item.append(label);
  return item;
};

/** Those who are ticked stay; below them come those who are found. */
const look = async () => {
  const typed = $("#direct-who").value.trim();
  const answer = await ask("GET", `/api/users?limit=${MOST}&q=${encodeURIComponent(typed)}`);
  const list = $("#direct-people");
  if (!answer.ok || $("#direct-who").value.trim() !== typed) return;
  for (const item of $$("li:not(:has(:checked))", list)) item.remove();
  const there = $$("input", list).map((box) => box.value);
  const found = JSON.parse(answer.text).items.filter(({ id, bot }) => !bot && id !== shown.me && !there.includes(id));
  list.append(...found.map(choice));
};
const lookSoon = settled(150, look);

const put = async (form) => {
  const people = $$("input:checked", form).map((box) => box.value);
  if (people.length === 0) return;
  const answer = await ask("POST", "/api/dms", { json: { user_ids: people } });
  if (answer.ok) location.assign(`/dm/${JSON.parse(answer.text).id}`);
  else $(".c-problem", form).textContent = reason(answer);
};

export const startDirects = () => {
  on("click", '[data-open="direct"]', look);
  on("input", "#direct-who", lookSoon);
  on("change", "#direct-people input", (_, { form }) => { $(".c-problem", form).textContent = ""; });
  on("submit", "[data-new-direct]", (event, form) => {
    event.preventDefault();
    put(form);
  });
};
