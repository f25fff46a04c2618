// A proxy that counts what the server sends through it, byte by byte: Chromium's own counts leave out what its workers ask for.
import { Agent, createServer, request } from "node:http";

/** Starts one: `{ server, bytes(), files(), close() }`. A browser context is given `server` as its proxy. */
export const meter = async () => {
  const agent = new Agent({ keepAlive: true });
  const [sockets, files] = [new Set(), new Map()];
  const proxy = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url);
    const there = request(asked.url, { agent, method: asked.method, headers: asked.headers }, (came) => {
      answer.writeHead(came.statusCode, came.rawHeaders);
      came.on("data", (piece) => files.set(pathname, (files.get(pathname) ?? 0) + piece.length));
      came.pipe(answer);
    });
    there.on("socket", (socket) => sockets.add(socket));
    there.on("error", () => answer.destroy());
    // A stream lasts until its reader goes.
    answer.on("close", () => there.destroy());
    asked.pipe(there);
  });
  await new Promise((resolve) => { proxy.listen(0, "127.0.0.1", resolve); });
  return {
    server: `http://127.0.0.1:${proxy.address().port}`,
    /** All bytes so far, with the heads of answers. */
    bytes: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    /** The bytes of bodies by path, the longest first. */
    files: () => [...files].toSorted(([, a], [, b]) => b - a),
    close: () => {
      agent.destroy();
      proxy.closeAllConnections();
      proxy.close();
    },
  };
};
