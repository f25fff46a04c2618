// The service worker: the page opens without a network, and can be installed. HTML has nothing that outlives its page.
import { policy, shown } from "./dom.js";

export const startInstall = () => {
  if (!navigator.serviceWorker) return;
  // Who has signed out leaves nothing to be read offline.
  if (location.pathname === "/sign-in") caches.delete("ajet-pages");
  if (shown.me) addEventListener("load", () => navigator.serviceWorker.register(policy.createScriptURL("/sw.js")).catch(() => {}));
};
