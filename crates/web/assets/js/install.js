// The service worker: the page opens without a network, and can be installed. HTML has nothing that outlives its page.
import { on, policy, shown } from "./dom.js";

/** Nothing of what a person read stays: neither pages nor what is shown beside them. */
const forget = async () => {
  const worker = await navigator.serviceWorker?.getRegistration();
  const told = (await worker?.getNotifications?.()) ?? [];
  told.forEach((one) => one.close());
  if (window.caches) await caches.delete("ajet-pages");
};

export const startInstall = () => {
  // What they have not sent yet goes as well, since they leave by themselves.
  on("submit", 'form[action="/sign-out"]', () => {
    for (const key of Object.keys(localStorage)) if (/^ajet-(out|emoji):/.test(key)) localStorage.removeItem(key);
    forget().catch(() => {});
  });
  if (location.pathname === "/sign-in" || location.pathname.startsWith("/sign-in/")) forget().catch(() => {});
  if (shown.me && navigator.serviceWorker) addEventListener("load", () => navigator.serviceWorker.register(policy.createScriptURL("/sw.js")).catch(() => {}));
};
