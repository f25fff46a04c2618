// Marks around what is selected in a text box: HTML's `textarea` knows plain text alone.

/** A text with a mark set or taken away around a selection. */
export const marked = (text, start, end, mark) => {
  if (mark === "> ") return quoted(text, start, end);
  const before = text.slice(0, start);
  const inside = text.slice(start, end);
  const after = text.slice(end);
  const size = mark.length;
  if (inside.length >= 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
    return { from: start, to: end, put: inside.slice(size, -size), start, end: end - 2 * size };
  }
  // A single star at the end of two is a part of another mark.
  const outer = before.endsWith(mark) && after.startsWith(mark) && !(size === 1 && before.endsWith(mark + mark));
  if (outer) return { from: start - size, to: end + size, put: inside, start: start - size, end: end - size };
  return { from: start, to: end, put: mark + inside + mark, start: start + size, end: end + size };
};

const quoted = (text, start, end) => {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const lines = text.slice(from, end).split("\n");
  const isQuoted = lines.every((line) => line.startsWith("> "));
  const put = lines.map((line) => (isQuoted ? line.slice(2) : `> ${line}`)).join("\n");
  return { from, to: end, put, start: from, end: from + put.length };
};

/** What is being named before the cursor: its sign, what was typed of it so far, and where it begins. */
export const namedAt = (text, cursor) => {
  const before = text.slice(0, cursor);
  const command = /^\/([a-z]*(?: [a-z]*)?)$/.exec(before);
  if (command) return { sign: "/", typed: command[1], from: 0 };
  const found = /(^|[\s(])([@#:])([\p{L}\p{N}._\-+]*)$/u.exec(before);
  if (!found) return null;
  const [, , sign, typed] = found;
  if (sign === ":" && typed.length < 2) return null;
  return { sign, typed, from: cursor - typed.length - 1 };
};

/** Whether a text is a command for the server. */
export const isCommand = (text) => /^\/[a-z]/.test(text);
