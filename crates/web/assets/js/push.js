// Web Push: whether this browser shows notifications while no page is open. HTML can't ask a browser for a subscription.
import { $, ask, policy, shown } from "./dom.js";

const PUSH = "/api/me/push";
/** A browser that can't reach its push service may never answer. */
const WITHIN_MS = 20_000;
/** Where the service worker finds its words. */
const WORDS = "ajet-words";

const inTime = (promise) =>
  Promise.race([promise, new Promise((_, refuse) => setTimeout(() => refuse(new Error("it took too long")), WITHIN_MS))]);

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const canPush = () => Boolean(navigator.serviceWorker && window.PushManager && window.Notification);

const registered = () => navigator.serviceWorker.register(policy.createScriptURL("/sw.js")).then(() => navigator.serviceWorker.ready);

/** What the server knows of the person's browsers; `null` where it does not answer. */
const known = async () => {
  const answer = await ask("GET", PUSH);
  return answer.ok ? JSON.parse(answer.text) : null;
};

/** Whether a subscription was made for this key. */
const isFor = (subscription, key) => {
  const own = new Uint8Array(subscription.options?.applicationServerKey ?? []);
  return own.length === 0 || (own.length === key.length && own.every((byte, at) => byte === key[at]));
};

const tell = async (subscription, withText) => {
  const { endpoint, keys } = subscription.toJSON();
  const answer = await ask("POST", PUSH, { json: { endpoint, keys, with_text: withText } });
  return answer.ok;
};

/** How this browser stands: its subscription and what the server keeps of that, where both are there. */
const standing = async () => {
  const [worker, server] = [await inTime(registered()), await known()];
  const subscription = await inTime(worker.pushManager.getSubscription());
  const kept = server?.items.find((one) => one.endpoint === subscription?.endpoint);
  return { worker, server, subscription, kept };
};

const leaveWords = async (words) =>
  (await caches.open(WORDS)).put(`/${WORDS}`, new Response(words, { headers: { "content-type": "application/json" } }));

const begin = async (words, withText) => {
  const { worker, server, subscription: before } = await standing();
  if (!server) return false;
  const key = bytesOf(server.public_key);
  if (before && !isFor(before, key)) await before.unsubscribe();
  await leaveWords(words);
  const subscription = await inTime(worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  if (await tell(subscription, withText)) return true;
  await subscription.unsubscribe();
  return false;
};

const end = async () => {
  const { subscription } = await standing();
  if (!subscription) return true;
  const answer = await ask("DELETE", PUSH, { json: { endpoint: subscription.endpoint } });
  return answer.ok && subscription.unsubscribe();
};

/** The switches of the settings. */
const offer = async (box) => {
  const [on, text, problem] = [$("[name=push]", box), $("[name=push_text]", box), $(".problem", box)];
  const show = async () => {
    const { server, subscription, kept } = await standing();
    // What is not known is no reason to give a subscription up.
    if (!server) throw new Error("the server does not answer");
    on.checked = Boolean(kept);
    text.checked = Boolean(kept?.with_text);
    text.disabled = !kept;
    // They may be in another language than when it was switched on. Without them the old ones do.
    if (kept) await leaveWords(box.dataset.words).catch(() => {});
    // Another person's, who used this browser before.
    if (subscription && !kept) await subscription.unsubscribe();
  };
  const change = async (asked, act) => {
    [on.disabled, text.disabled, problem.textContent] = [true, true, ""];
    const done = await act().catch(() => false);
    if (!done) problem.textContent = Notification.permission === "denied" ? box.dataset.blocked : box.dataset.failed;
    on.disabled = false;
    await show().catch(() => {
      if (!done) asked.checked = !asked.checked;
    });
  };
  on.addEventListener("change", () => change(on, async () => {
    if (!on.checked) return end();
    if ((await Notification.requestPermission()) !== "granted") return false;
    return begin(box.dataset.words, text.checked);
  }));
  text.addEventListener("change", () => change(text, async () => {
    const { subscription } = await standing();
    return Boolean(subscription) && tell(subscription, text.checked);
  }));
  await show();
  $("[data-push-none]").hidden = true;
  box.hidden = false;
};

/** Once for each visit: a subscription that the server keeps for somebody else, or for no one any more, is given up. */
const check = async () => {
  const visit = `ajet-push:${shown.me}`;
  if (Notification.permission !== "granted" || sessionStorage.getItem(visit)) return;
  const { server, subscription, kept } = await standing();
  if (!server) return;
  sessionStorage.setItem(visit, "1");
  if (subscription && !kept) await subscription.unsubscribe();
};

export const startPush = () => {
  if (!canPush()) return;
  const box = $("[data-push]");
  if (box) offer(box).catch(() => {});
  else if (shown.me) addEventListener("load", () => check().catch(() => {}));
};
