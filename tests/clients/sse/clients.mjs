// Reads an event stream with one of the JavaScript clients and prints each event as a line of JSON.
// usage: node clients.mjs CLIENT ADDRESS TOKEN [LAST_EVENT_ID]      `run` copies it to where the clients are installed
const [client, address, token, lastId] = process.argv.slice(2);
const authorization = { Authorization: `Bearer ${token}` };
const resumed = lastId ? { ...authorization, "Last-Event-ID": lastId } : authorization;
const types = ["ready", "message.created", "resync", "rights"];
const show = ({ event, id, data }) => process.stdout.write(`${JSON.stringify({ event, id, data })}\n`);

/** What the clients with the browser's interface share. */
function listen(source) {
  for (const type of types) {
    source.addEventListener(type, (event) => show({ event: event.type, id: event.lastEventId, data: event.data }));
  }
  source.onerror = (error) => console.error(error.message ?? error.code ?? "the connection was lost");
}

/** A client that takes the request's headers by way of its own fetch; from the first event on it sends the id itself. */
function withFetch(EventSource) {
  const headers = (given) => ({ ...resumed, ...given });
  listen(new EventSource(address, { fetch: (url, init) => fetch(url, { ...init, headers: headers(init.headers) }) }));
}

const clients = {
  "eventsource-2": async () => listen(new (await import("eventsource-2")).default(address, { headers: resumed })),
  "eventsource-4": async () => withFetch((await import("eventsource-4")).EventSource),
  "eventsource-5": async () => withFetch((await import("eventsource-5")).EventSource),
  "eventsource-client": async () => {
    const { createEventSource } = await import("eventsource-client");
    createEventSource({ url: address, headers: authorization, initialLastEventId: lastId, onMessage: show });
  },
  "fetch-event-source": async () => {
    // The library is for browsers: it takes timers from `window` and the visibility of the page from `document`.
    globalThis.window = globalThis;
    globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
    const { fetchEventSource } = (await import("@microsoft/fetch-event-source")).default;
    const onerror = (error) => console.error(error.message);
    // By itself it tries again only after an error; a server that stops ends its answers properly.
    const onclose = () => { throw new Error("the answer ended"); };
    const headers = lastId ? { ...authorization, "last-event-id": lastId } : authorization;
    await fetchEventSource(address, { headers, openWhenHidden: true, onmessage: show, onerror, onclose });
  },
};

// Some clients' timers do not keep the process alive while they wait to reconnect.
setInterval(() => {}, 60_000);
await clients[client]();
