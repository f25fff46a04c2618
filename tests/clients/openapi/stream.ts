// Reads a live stream up to an event: the clients that generators make do not read streams, but they have the events' types.
export class Frames {
  private readonly decoder = new TextDecoder();
  private text = '';

  private constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array>) {}

  // A live stream, once its first frame has come: all that happens from then on is on it.
  static async open(base: string, token: string): Promise<Frames> {
    const answer = await fetch(`${base}/api/events`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok || !answer.body) throw new Error(`the stream: ${answer.status}`);
    const frames = new Frames(answer.body.getReader());
    await frames.dataOf('ready');
    return frames;
  }

  // The data of the next frame of this name.
  async dataOf(kind: string): Promise<string> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await this.reader.read();
        if (done) throw new Error(`the stream has ended without ${kind}`);
        this.text += this.decoder.decode(value, { stream: true });
        continue;
      }
      const lines = this.text.slice(0, end).split('\n');
      this.text = this.text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (field('event') === kind) return field('data') ?? '';
    }
  }

  async close(): Promise<void> {
    await this.reader.cancel();
  }
}
