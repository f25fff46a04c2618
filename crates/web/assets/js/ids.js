// Ids as places in lists: those that go on by ids are asked for what stands behind one.

/** The id just before another one in the order of ids. */
export const idBefore = (id) => {
  const number = BigInt(`0x${id.replaceAll("-", "")}`) - 1n;
  return number.toString(16).padStart(32, "0").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
