// The live stream as this page sees it: by the worker that all tabs share, else by a stream of its own which it lets go while it is hidden.
// HTML alone can't put what arrives where it belongs.
import { assetPath, fragment, freshKey, policy, shown } from "./dom.js";
import { Line } from "./line.js";
import { whenReleased } from "./press.js";

/** A hidden page without a worker keeps its stream for so long. */
const HIDDEN_MS = 60_000;
const listeners = new Map();

/**
 * Calls `act` with what events of a type carry: an element, which all that listen share, or the event itself. `state` tells how the
 * connection is.
 */
export const live = (type, act) => listeners.set(type, [...(listeners.get(type) ?? []), act]);

/** What one listener can't take is no loss to the others, nor to what comes next. */
const safely = (act) => {
  try {
    act();
  } catch (error) {
    reportError(error);
  }
};

const tell = (type, value) => {
  for (const act of listeners.get(type) ?? []) safely(() => act(value));
};

const show = (frames) => {
  for (const frame of frames) {
    const isHtml = frame.data.startsWith("<");
    safely(() => tell(frame.event, isHtml ? fragment(frame.data).firstElementChild : JSON.parse(frame.data || "{}")));
  }
};

const waiting = [];
const flush = () => {
  const frames = waiting.splice(0);
  whenReleased(() => show(frames));
};

/** Frames that come together are shown together. The timers of a hidden page may rest for a minute. */
const take = (frame) => {
  if (waiting.push(frame) > 1) return;
  if (document.hidden) queueMicrotask(flush);
  else setTimeout(flush);
};

let hurryUp = () => {};

const alone = () => {
  const line = new Line("/stream", shown.cursor, take, (state) => tell("state", state), shown.me);
  let timer = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => line.stop(), HIDDEN_MS);
    else line.start();
  });
  hurryUp = () => line.hurry();
  line.start();
};

const shared = (since) => {
  const worker = new SharedWorker(policy.createScriptURL(assetPath("stream-worker.js")), { name: `${shown.me} ${assetPath("")}` });
  const tab = `tab-${freshKey()}`;
  worker.port.onmessage = ({ data }) => {
    if (data.frame) take(data.frame);
    if (data.state) tell("state", data.state);
  };
  const hello = () => worker.port.postMessage({ hello: { cursor: shown.cursor, since, tab, me: shown.me } });
  if (navigator.locks) {
    navigator.locks.request(tab, () => {
      hello();
      return new Promise(() => {});
    });
  } else {
    hello();
    addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
  }
  hurryUp = () => worker.port.postMessage({ hurry: true });
  // Its script can't be had, as of a version that is gone.
  worker.addEventListener("error", alone, { once: true });
  // A page that the browser had put aside and shows again.
  addEventListener("pageshow", ({ persisted }) => persisted && hello());
};

export const startStream = () => {
  // A page that the service worker had kept is older than it looks.
  const since = Number(shown.kept) || performance.timeOrigin;
  try {
    if (!window.SharedWorker) throw new TypeError("no worker that tabs can share");
    shared(since);
  } catch {
    alone();
  }
  addEventListener("online", () => hurryUp());
};
