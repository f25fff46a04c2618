// Where a popover stands: beside what it was opened from and within the window, also once the window has another size. CSS can anchor it, but
// not in all browsers yet.

/** Between a popover and the edges of the window. */
const EDGE_PX = 8;
/** Between a popover and what it was opened from. */
const GAP_PX = 4;

const within = (start, size, room) => Math.max(EDGE_PX, Math.min(start, room - size - EDGE_PX));

const watched = new WeakMap();

/** Keeps an open popover beside something: below it, or above it where there is no room below, or where `above` asks for it. */
export const standBeside = (popover, anchor, { above = false } = {}) => {
  watched.get(popover)?.disconnect();
  let box = null;
  const place = () => {
    if (!popover.matches(":popover-open")) {
      sizes.disconnect();
      return;
    }
    // What is gone by now, or not shown any more, stood there last.
    if (!box || anchor.checkVisibility()) box = anchor.getBoundingClientRect();
    const { width, height } = popover.getBoundingClientRect();
    const [over, under] = [box.top - height - GAP_PX, box.bottom + GAP_PX];
    const isOver = above ? over >= EDGE_PX : under + height + EDGE_PX > innerHeight;
    popover.style.left = `${within(box.left, width, innerWidth)}px`;
    popover.style.top = `${within(isOver ? over : under, height, innerHeight)}px`;
  };
  // It comes after the list has taken its new size, which an event of the window does not.
  const sizes = new ResizeObserver(place);
  sizes.observe(document.documentElement);
  watched.set(popover, sizes);
  place();
};
