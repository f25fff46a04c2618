// A balancer as simple as one can be: each connection goes to a node that answers, the preferred one first. It hands on bytes and changes
// none, so the nodes see the page's own headers. When a node dies its connections end, as behind any other balancer.
import { connect, createServer } from "node:net";

/** Listens on a port of its own; `ports` are the nodes', the preferred one first. */
export const startBalancer = async (ports) => {
  const open = new Set();
  const handOn = (socket, [port, ...others]) => {
    if (port === undefined) return socket.destroy();
    const node = connect(port, "127.0.0.1");
    node.once("error", () => (node.connecting || node.bytesRead + node.bytesWritten === 0 ? handOn(socket, others) : socket.destroy()));
    node.once("connect", () => {
      for (const [from, to] of [[socket, node], [node, socket]]) {
        from.pipe(to);
        from.once("close", () => to.destroy());
      }
    });
    return undefined;
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    handOn(socket, ports);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};
