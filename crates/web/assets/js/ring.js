// What came on the shared stream recently, for a tab that opens: it gets what came since its page was asked for. HTML knows no other tabs.

/** The newest frames with the moments at which they came. */
export class Ring {
  #most;
  #items = [];
  /** From this moment on nothing is missing. */
  #wholeFrom = Infinity;

  constructor(most = 500) {
    this.#most = most;
  }

  /** The stream begins with what happened after a page was asked for. */
  begin(moment) {
    this.#wholeFrom = moment;
  }

  /** Something may be missing before this moment. */
  broken(moment) {
    this.#items = [];
    this.#wholeFrom = moment;
  }

  push(frame, moment) {
    this.#items.push({ frame, moment });
    if (this.#items.length > this.#most) this.#wholeFrom = Math.max(this.#wholeFrom, this.#items.shift().moment + 1);
  }

  /** All frames since a moment; `null` where one may be missing. */
  since(moment) {
    if (moment < this.#wholeFrom) return null;
    return this.#items.filter((one) => one.moment >= moment).map((one) => one.frame);
  }
}
