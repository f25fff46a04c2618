// The frames of a live stream, from its bytes. HTML has no stream that tabs can share: EventSource holds a connection for each tab.

/** Reads frames out of the pieces in which a stream arrives. */
export class Frames {
  #rest = "";

  /** The frames that end in this piece. */
  feed(piece) {
    const blocks = (this.#rest + piece).split("\n\n");
    this.#rest = blocks.pop();
    return blocks.map(frameOf).filter((frame) => frame !== null);
  }
}

const frameOf = (block) => {
  const frame = { id: undefined, event: "message", data: "", retry: undefined };
  const data = [];
  let says = false;
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const [name, value] = [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    if (name === "data") data.push(value);
    else if (name === "id") frame.id = value;
    else if (name === "event") frame.event = value;
    else if (name === "retry") frame.retry = Number(value) || undefined;
    else continue;
    says = true;
  }
  frame.data = data.join("\n");
  return says ? frame : null;
};
