// How well a name fits what was typed: HTML's `datalist` finds what begins alike, and sorts nothing.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** A number that is the higher the better a name fits; 0 where it does not. All letters must stand in it, in their order. */
export const fit = (name, typed) => {
  const [whole, sought] = [plain(name), plain(typed)];
  if (sought === "") return 1;
  if (whole === sought) return 1000;
  if (whole.startsWith(sought)) return 900 - whole.length;
  const word = whole.search(new RegExp(`(?<=[^\\p{L}\\p{N}])${sought.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "u"));
  if (word >= 0) return 700 - word;
  const inside = whole.indexOf(sought);
  if (inside >= 0) return 500 - inside;
  let at = -1;
  let gaps = 0;
  for (const letter of sought) {
    const next = whole.indexOf(letter, at + 1);
    if (next < 0) return 0;
    gaps += next - at - 1;
    at = next;
  }
  return Math.max(1, 300 - gaps);
};

/** Those that fit, the best first, at most so many. */
export const best = (items, typed, nameOf, most = 8) => {
  const rated = items.map((item) => ({ item, rate: fit(nameOf(item), typed) })).filter(({ rate }) => rate > 0);
  return rated.sort((a, b) => b.rate - a.rate).slice(0, most).map(({ item }) => item);
};
