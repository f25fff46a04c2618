// What this browser keeps of a person goes with their session, wherever that was ended. HTML forgets nothing that a script has kept.
import { ask, on, shown } from "./dom.js";

/** Texts that were not sent, emoji that were used often, and which visit asked for pushes: each under its person. */
const OWN = ["ajet-out:", "ajet-emoji:", "ajet-push:"];
const isOf = (key, me) => OWN.some((own) => key.startsWith(own + me));
const held = (store, me) => Object.keys(store).filter((key) => isOf(key, me));

/** Nothing of what a person read stays: neither pages nor what is shown beside them. */
const forgetRead = async () => {
  const worker = await navigator.serviceWorker?.getRegistration();
  const told = (await worker?.getNotifications?.()) ?? [];
  told.forEach((one) => one.close());
  if (window.caches) await caches.delete("ajet-pages");
};

/** Nor does what is theirs beside it: that of one person, or of all. */
const forget = (me = "") => {
  for (const store of [localStorage, sessionStorage]) for (const key of held(store, me)) store.removeItem(key);
  return forgetRead().catch(() => {});
};

/** The live stream has ended with the session, or because the browser is signed in as somebody else by now. */
export const ended = () => forget(shown.me);

export const startLeaving = () => {
  // What they have not sent yet goes as well, since they leave by themselves.
  on("submit", 'form[action="/sign-out"]', () => { forget(); });
  // A request was answered that there is no session.
  document.addEventListener("session:over", () => { forget(); });
  if (location.pathname !== "/sign-in" && !location.pathname.startsWith("/sign-in/")) return;
  forgetRead().catch(() => {});
  // Who is signed in may come to this page too, by a link that somebody else wrote: what they have not sent goes if they are not.
  if (held(localStorage, "").length > 0) ask("GET", "/api/me");
};
