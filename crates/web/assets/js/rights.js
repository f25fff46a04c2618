// What differs with what one may do in the open channel, and with the roles that one holds: the box for messages, its button for files, the menu,
// the marks of what calls one. HTML shows what was true when it was made.
import { $, $$, announce, ask, may, pageOf, shown } from "./dom.js";
import { takeBox } from "./composer.js";
import { openedPane, renewPane } from "./panes.js";
import { markCalls } from "./rows.js";
import { live } from "./stream.js";

/** Until a page asks again that got no answer, at least. */
const AGAIN_MS = 3000;
/** What stands under the messages: the box, that one may only read, or a way to join. */
const FOOT = "main > :is(#composer, .c-notice, .c-join)";
/** What else the server makes by rights. */
const PARTS = [".c-skip", "#channel-menu", "#scroll > .c-empty"];

/** Shows the button for files where those may be sent. What is written in the box stays. */
const followFiles = (there, fresh) => {
  const [now, next] = [there, fresh].map((form) => $("label:has([data-files])", form));
  if (now && !next) now.remove();
  if (next && !now) $(".c-composer__ways", there).prepend(next.cloneNode(true));
};

const followFoot = (page) => {
  const [there, fresh] = [$(FOOT), $(FOOT, page)];
  if (!there || !fresh) return;
  if (there.matches("#composer") && fresh.matches("#composer")) {
    followFiles(there, fresh);
    return;
  }
  if (there.isEqualNode(fresh)) return;
  const hadFocus = there.contains(document.activeElement);
  // Where one looks meanwhile the focus stays.
  $("[autofocus]", fresh)?.removeAttribute("autofocus");
  there.replaceWith(fresh);
  if (fresh.matches("#composer")) takeBox(fresh);
  else announce(fresh.textContent.trim());
  if (hadFocus) $("#scroll").focus({ preventScroll: true });
};

/** A thread takes replies as long as its channel takes messages, and files where that takes them. */
const followThread = () => {
  const form = $("#thread-composer");
  if (form?.dataset.channel !== shown.channel) return;
  const [notice, box] = [$("main > .c-notice"), $("#composer")];
  if (notice && !may("send_messages")) form.replaceWith(notice.cloneNode(true));
  else if (box) followFiles(form, box);
};

let turn = 0;

const follow = async () => {
  turn += 1;
  const own = turn;
  const answer = await ask("GET", location.pathname);
  if (own !== turn) return;
  const mayPass = answer.status === 0 || answer.status === 429 || answer.status >= 500;
  // Not all pages at once.
  const pause = Math.max(AGAIN_MS, answer.after * 1000) * (1 + Math.random());
  if (mayPass) setTimeout(() => own === turn && follow(), pause);
  if (!answer.ok) return;
  const page = pageOf(answer.text);
  // Another page where the session is over.
  if (page.body.dataset.channel !== shown.channel || page.body.dataset.me !== shown.me) return;
  followFoot(page);
  for (const part of PARTS) {
    const [there, fresh] = [$(part), $(part, page)];
    // A menu that is open stays as it is.
    if (there && fresh && !there.matches(":popover-open") && !there.isEqualNode(fresh)) there.replaceWith(fresh);
  }
  // Its box comes back with the pane.
  if (openedPane()?.endsWith("/thread") && !$("#thread-composer")) renewPane();
  else followThread();
};

/** One's own roles, as the event tells them. */
const rolesChanged = ({ community_id: home, payload: { member } }) => {
  if (member.user.id !== shown.me || home !== shown.community) return;
  const held = member.roles.join(" ");
  if (held === shown.ownRoles) return;
  shown.ownRoles = held;
  $$(".c-message[data-calls]").forEach(markCalls);
};

export const startRights = () => {
  document.addEventListener("rights:changed", follow);
  document.addEventListener("pane:opened", followThread);
  for (const type of ["member.joined", "member.updated"]) live(type, rolesChanged);
};
