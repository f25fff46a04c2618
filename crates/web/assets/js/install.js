// The service worker: the page opens without a network, and can be installed. HTML has nothing that outlives its page.
import { policy, shown } from "./dom.js";

export const startInstall = () => {
  if (shown.me && navigator.serviceWorker) addEventListener("load", () => navigator.serviceWorker.register(policy.createScriptURL("/sw.js")).catch(() => {}));
};
