// The one stream of a browser: all tabs of a person share it, so that a seventh tab still loads (browsers open six connections to a host).
// A page alone can't outlive itself for the others.
import { Line } from "./line.js";
import { Ring } from "./ring.js";

const ports = new Set();
const ring = new Ring();
let line = null;
let state = "lost";

const toAll = (message) => {
  for (const port of ports) port.postMessage(message);
};

const told = (frame) => {
  if (frame.event === "resync") ring.broken(Date.now());
  else ring.push(frame, Date.now());
  toAll({ frame });
};

const became = (next) => {
  state = next;
  toAll({ state });
};

/** A tab with a page that was asked for at `since`, whose cursor was taken after that. */
const hello = (port, { cursor, since, tab, me }) => {
  if (!line || state === "ended") {
    // The end was that of another session.
    state = "lost";
    ring.begin(since);
    line = new Line("/stream", cursor, told, became, me);
    line.start();
  } else {
    const missed = ring.since(since);
    if (missed) for (const frame of missed) port.postMessage({ frame });
    else port.postMessage({ frame: { event: "resync", data: "{}" } });
  }
  ports.add(port);
  port.postMessage({ state });
  // The tab holds this lock while it lives, frozen or not.
  globalThis.navigator?.locks?.request(tab, () => ports.delete(port));
};

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.hello) hello(port, data.hello);
    if (data.bye) ports.delete(port);
    if (data.hurry) line?.hurry();
  };
};
