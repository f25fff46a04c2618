// One live stream that goes on exactly where it was cut off. EventSource can't be told a cursor to begin with, and can't tell a page that
// its session has ended from one whose network has.
import { Frames } from "./frames.js";

/** The server says something at least every 15 s. */
const SILENT_MS = 40_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Opens the stream and opens it again. `told` gets each frame; `became` gets `live`, `lost` or `ended`. It also ends where the browser is
 * signed in as somebody else than `me` by now: what they are sent belongs into no page of this person.
 */
export class Line {
  #path;
  #cursor;
  #told;
  #became;
  #me;
  #running = null;
  #base = FIRST_WAIT_MS;
  #tries = 0;

  constructor(path, cursor, told, became, me) {
    [this.#path, this.#cursor, this.#told, this.#became, this.#me] = [path, cursor, told, became, me];
  }

  start() {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#run(this.#running);
  }

  /** Lets go of the connection; a later start goes on from here. */
  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  /** Tries again at once, if it is waiting. */
  hurry() {
    this.#wake?.();
  }
  #wake = null;

  async #run(own) {
    while (!own.signal.aborted) {
      const ended = await this.#once(own.signal);
      if (own.signal.aborted) return;
      if (ended) {
        this.#running = null;
        this.#became("ended");
        return;
      }
      this.#became("lost");
      await this.#wait();
    }
  }

  #wait() {
    const most = Math.min(LONGEST_WAIT_MS, this.#base * 2 ** this.#tries);
    this.#tries += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most * (0.5 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One connection until it ends. Whether the session is over. */
  async #once(signal) {
    const silent = new AbortController();
    const stop = () => silent.abort();
    signal.addEventListener("abort", stop);
    let timer = setTimeout(stop, SILENT_MS);
    try {
      const headers = { accept: "text/event-stream" };
      if (this.#cursor) headers["last-event-id"] = this.#cursor;
      const answer = await fetch(this.#path, { headers, cache: "no-store", signal: silent.signal });
      if (answer.status === 401) return true;
      if (!answer.ok || !answer.body) return false;
      const [reader, decoder, frames] = [answer.body.getReader(), new TextDecoder(), new Frames()];
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return false;
        clearTimeout(timer);
        timer = setTimeout(stop, SILENT_MS);
        for (const frame of frames.feed(decoder.decode(value, { stream: true }))) {
          if (frame.event === "ready" && this.#isAnothers(frame.data)) return true;
          this.#take(frame);
        }
      }
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      // Whatever ended it: no connection is left behind.
      stop();
    }
  }

  #isAnothers(ready) {
    const { user_id: user } = JSON.parse(ready || "{}");
    return Boolean(this.#me && user && user !== this.#me);
  }

  #take(frame) {
    if (frame.retry) this.#base = frame.retry;
    if (frame.id) this.#cursor = frame.id;
    if (frame.event === "ready") {
      this.#tries = 0;
      this.#became("live");
    } else if (frame.event !== "ping" && (frame.data || frame.event !== "message")) this.#told(frame);
  }
}
