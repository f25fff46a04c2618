// A list of messages that goes on in both directions and never holds more than a window of it: HTML would keep every row, and a page with
// 100,000 of them does not scroll.
import { $, $$, ask, copyOf, fragment, on, shown } from "./dom.js";
import { dress, messageAfter, messageBefore, settle } from "./rows.js";

/** Rows that a list holds. */
const MOST = 200;
/** How near to its end a list fetches more. */
const NEAR_PX = 1500;
/** Until a list looks again for what could not be fetched. */
const AGAIN_MS = 3000;
/** A list that is scrolled to within this of its end stays there. */
const AT_END_PX = 60;

/** A selector would look through all that stands in the rows. */
const childrenOf = (element, name) => [...element.children].filter((one) => one.classList.contains(name));

export class List {
  #fetching = { before: false, after: false };
  #stick = true;
  #missed = 0;
  #turn = 0;
  #due = false;
  #watches = false;
  #top = Infinity;
  /** How many answers are awaited, and what happened meanwhile to which messages: an answer may be older than that. */
  #awaited = 0;
  #came = [];

  constructor(root) {
    this.root = root;
    this.rows = $(":scope > ol.c-rows:not(.c-rows--pending, .c-rows--parent)", root);
    this.pending = $(":scope > ol.c-rows--pending", root);
    this.isThread = root.dataset.list === "thread";
    $$(".c-message", root).forEach((row) => this.#own(row));
    this.#all().forEach(settle);
    if (root.scrollHeight > root.clientHeight) root.scrollTop = root.scrollHeight;
    root.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // What grows by itself (a picture, the box below) must not push the end out of sight.
    this.sizes = new ResizeObserver(() => this.#stick && this.toEnd());
    [root, this.rows, this.pending].forEach((one) => this.sizes.observe(one));
    this.edges = new IntersectionObserver((seen) => seen.forEach((one) => one.isIntersecting && this.more(one.target.dataset.edge)), {
      root, rootMargin: `${NEAR_PX}px 0px`,
    });
    // More is fetched once somebody looks further, or where there is room for it.
    if (this.rows.offsetHeight <= root.clientHeight || this.root.dataset.after !== undefined) this.#watch();
  }

  #watch() {
    this.#watches = true;
    childrenOf(this.root, "c-list__edge").forEach((edge) => this.edges.observe(edge));
  }

  close() {
    this.sizes.disconnect();
    this.edges.disconnect();
  }

  /** Makes a row one of this list. A message that stands in the channel too has its id there. */
  #own(row) {
    if (this.isThread) row.removeAttribute("id");
    return dress(row);
  }

  #all() {
    return childrenOf(this.rows, "c-message");
  }

  /** The newest message that is here. */
  get last() {
    const last = this.rows.lastElementChild;
    return !last || last.classList.contains("c-message") ? last : messageBefore(last);
  }

  /** Whether the newest message of all is here. */
  get hasEnd() {
    return this.root.dataset.after === undefined;
  }

  get isAtEnd() {
    return this.hasEnd && this.#stick;
  }

  row(id) {
    if (this.isThread) return this.root.querySelector(`.c-message[data-id="${CSS.escape(id)}"]`);
    return document.getElementById(`m-${id}`);
  }

  /** Whether a message of an event stands in this list. */
  holds({ channel, parent, also }) {
    if (this.isThread) return parent === this.root.dataset.parent;
    return channel === shown.channel && (parent === undefined || also !== undefined);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    this.#stick = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    if (this.isAtEnd) this.#missed = 0;
    if (scrollTop < this.#top && this.#top !== Infinity && !this.#watches) this.#watch();
    this.#top = scrollTop;
    this.#tell();
  }

  #tell() {
    this.root.dispatchEvent(new CustomEvent("list:moved", { bubbles: true, detail: { list: this, missed: this.#missed } }));
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
    this.#stick = true;
  }

  /** Changes rows and leaves what the reader looks at where it is. */
  #inPlace(change) {
    const top = this.root.getBoundingClientRect().top;
    const first = this.#all().find((row) => row.getBoundingClientRect().bottom > top);
    const before = first?.getBoundingClientRect().top;
    change();
    if (first?.isConnected) this.root.scrollTop += first.getBoundingClientRect().top - before;
  }

  #change(change) {
    if (this.#stick && this.hasEnd) {
      change();
      this.#toEndSoon();
    } else this.#inPlace(change);
  }

  /** Once for all rows that come in one task: each look at the height lays the page out. */
  #toEndSoon() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.#trim("before");
      this.toEnd();
    });
  }

  /** Takes rows away at one side, and says that there are more. */
  #trim(side) {
    const rows = this.#all();
    const over = rows.length - MOST;
    if (over <= 0) return;
    const gone = side === "before" ? rows.slice(0, over) : rows.slice(-over);
    const kept = side === "before" ? rows[over] : null;
    gone.forEach((row) => row.remove());
    // Lines that part nothing any more.
    for (const line of [...childrenOf(this.rows, "c-day"), ...childrenOf(this.rows, "c-new-line")]) {
      const begins = side === "before" && line.classList.contains("c-new-line") && !messageBefore(line);
      if (begins || !messageAfter(line)) line.remove();
    }
    if (kept) settle(kept);
    this.root.dataset[side] = "";
  }

  /** Puts in a row that came, or in the place of an older form of it. Whether it is new here. */
  put(row, { isNew = true } = {}) {
    this.#own(row);
    this.touched(row.dataset.id, isNew ? row.cloneNode(true) : null);
    const there = this.row(row.dataset.id);
    if (there) {
      this.#replace(there, row);
      return false;
    }
    if (!isNew) return false;
    if (!this.hasEnd) {
      this.#missed += 1;
      this.#tell();
      return false;
    }
    // What comes below the reader's place moves nothing.
    const isNewest = !this.#stick && Number(this.last?.dataset.seq ?? 0) < Number(row.dataset.seq);
    const within = isNewest ? (change) => change() : (change) => this.#change(change);
    within(() => {
      this.#pendingOf(row)?.remove();
      childrenOf(this.root, "c-empty").forEach((one) => one.remove());
      let before = this.last;
      while (before && Number(before.dataset.seq) > Number(row.dataset.seq)) before = messageBefore(before);
      if (before) before.after(row);
      else this.rows.prepend(row);
      settle(row);
      settle(messageAfter(row));
      if (!this.#stick) this.#trim("after");
    });
    if (!this.#stick) {
      this.#missed += 1;
      this.#tell();
    }
    return true;
  }

  #replace(there, row) {
    if ($(".c-edit", there)) return;
    row.classList.toggle("c-message--grouped", there.classList.contains("c-message--grouped"));
    const focused = there.contains(document.activeElement);
    this.#change(() => there.replaceWith(row));
    this.#pendingOf(row)?.remove();
    if (focused) row.focus({ preventScroll: true });
    if (row.parentElement === this.rows) settle(row);
  }

  #pendingOf(row) {
    if (row.dataset.author !== shown.me) return null;
    return [...this.pending.children].find((one) => one.dataset.mutation === row.dataset.mutation) ?? null;
  }

  /** Changes something within the list, and keeps the reader's place. */
  within(change) {
    this.#change(change);
  }

  /** Something happened to a message; `row` is one that is new. */
  touched(id, row = null) {
    if (this.#awaited > 0) this.#came.push({ id, row });
  }

  /** Asks for rows. What happened before they are shown is shown after that: new messages once more, others as they are then. */
  async #asked(path, show) {
    this.#awaited += 1;
    const answer = await ask("GET", path);
    this.#awaited -= 1;
    const came = this.#awaited > 0 ? [...this.#came] : this.#came.splice(0);
    show(answer);
    for (const { id, row } of came) {
      if (row && this.hasEnd && !this.row(id)) this.put(row.cloneNode(true));
      else if (!row && this.row(id)) this.root.dispatchEvent(new CustomEvent("list:stale", { bubbles: true, detail: id }));
    }
    return answer;
  }

  /** Fetches the rows beyond one side. */
  async more(side) {
    const edge = side === "before" ? this.#all()[0] : this.last;
    if (this.#fetching[side] || this.root.dataset[side] === undefined || !edge) return;
    this.#fetching[side] = true;
    const turn = this.#turn;
    try {
      const answer = await this.#asked(`${this.root.dataset.rows}?${side}=${edge.dataset.id}`, (one) => {
        if (one.ok && turn === this.#turn) this.#add(side, edge, fragment(one.text).firstElementChild);
      });
      const mayPass = answer.status === 0 || answer.status === 429 || answer.status >= 500;
      if (mayPass && turn === this.#turn) setTimeout(() => this.root.isConnected && this.#watchAgain(), AGAIN_MS);
      if (!answer.ok || turn !== this.#turn) return;
    } finally {
      this.#fetching[side] = false;
    }
    this.#scrolled();
    this.#watchAgain();
  }

  /** Puts the rows of a page beyond one side. */
  #add(side, edge, page) {
    const rows = $$(":scope > .c-message", page).filter((row) => !this.row(row.dataset.id)).map((row) => this.#own(row));
    if (page.dataset.more === undefined) delete this.root.dataset[side];
    this.#inPlace(() => {
      if (side === "before") this.rows.prepend(...rows);
      else this.rows.append(...rows);
      rows.forEach(settle);
      settle(side === "before" ? edge : null);
      this.#trim(side === "before" ? "after" : "before");
    });
  }

  /** An edge that is still near says nothing by itself: it is looked at anew. */
  #watchAgain() {
    this.#watches = true;
    for (const edge of childrenOf(this.root, "c-list__edge")) {
      this.edges.unobserve(edge);
      this.edges.observe(edge);
    }
  }

  /** Fetches what is shown anew, and leaves the reader where they are. */
  renew() {
    // A message that is being edited has to be among the rows to stay.
    const edited = this.#all().find((row) => $(".c-edit", row));
    if (this.isAtEnd && !edited) return this.show(null);
    const top = this.root.getBoundingClientRect().top;
    const first = edited ?? this.#all().find((row) => row.getBoundingClientRect().bottom > top);
    const before = first?.getBoundingClientRect().top;
    return this.show(first?.dataset.id ?? null, (row) => { this.root.scrollTop += row.getBoundingClientRect().top - before; });
  }

  /** Shows another stretch of the list: the newest one, or that around a message. */
  async show(id, look = (row) => this.#mark(row)) {
    this.#turn += 1;
    const turn = this.#turn;
    const path = id ? `${this.root.dataset.rows}?around=${id}` : this.root.dataset.rows;
    const answer = await this.#asked(path, (one) => {
      if (one.ok && turn === this.#turn) this.#showPage(fragment(one.text).firstElementChild, id, look);
    });
    if (answer.ok && turn === this.#turn) this.#watchAgain();
    return answer.status;
  }

  #showPage(page, id, look) {
    const rows = $$(":scope > .c-message", page).map((row) => this.#edited(row.dataset.id) ?? this.#own(row));
    const focused = this.rows.contains(document.activeElement) ? document.activeElement : null;
    const more = page.dataset.more !== undefined;
    this.root.toggleAttribute("data-before", more);
    this.root.toggleAttribute("data-after", more && Boolean(id));
    this.rows.replaceChildren(...rows);
    rows.forEach(settle);
    this.#missed = 0;
    this.#stick = !id;
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    const row = id ? this.row(id) : null;
    if (row) look(row);
    else this.toEnd();
    this.#tell();
  }

  /** The row of a message that is being edited. */
  #edited(id) {
    const there = this.row(id);
    return there && $(".c-edit", there) ? there : null;
  }

  #mark(row) {
    row.scrollIntoView({ block: "center" });
    row.classList.add("c-message--named");
    row.focus({ preventScroll: true });
    this.#stick = false;
  }

  /** Goes to a message, which may be far away. */
  async go(id) {
    const row = this.row(id);
    if (row) this.#mark(row);
    else await this.show(id);
  }

  /** The line before the first message that was not read. */
  markUnread(lastRead) {
    childrenOf(this.rows, "c-new-line").forEach((line) => line.remove());
    if (lastRead && !this.row(lastRead) && this.root.dataset.before !== undefined) return;
    const rows = this.#all();
    const from = lastRead ? rows.findIndex((row) => row.dataset.id > lastRead) : 0;
    const first = from < 0 ? null : rows.slice(from).find((row) => row.dataset.author !== shown.me);
    if (!first) return;
    first.before(copyOf("unread-line"));
    settle(first);
  }
}

/** The lists that are open: the channel's, and perhaps a thread's. */
export const lists = [];

export const openList = (root) => {
  const list = new List(root);
  lists.push(list);
  return list;
};

export const closeListIn = (root) => {
  for (const list of lists.filter((one) => root.contains(one.root))) {
    list.close();
    lists.splice(lists.indexOf(list), 1);
  }
};

export const channelList = () => lists.find((list) => !list.isThread) ?? null;
export const threadList = () => lists.find((list) => list.isThread) ?? null;

export const startList = () => {
  const root = $("#scroll");
  if (!root) return;
  const list = openList(root);
  if (Number(shown.unread) > 0) list.markUnread(shown.read);
  list.toEnd();
  if (shown.named) list.go(shown.named);
  const jump = $("#jump");
  root.addEventListener("list:moved", ({ detail }) => {
    jump.hidden = list.isAtEnd;
    const badge = $(".c-badge", jump);
    badge.hidden = detail.missed === 0;
    badge.textContent = detail.missed;
  });
  jump.addEventListener("click", () => (list.hasEnd ? list.toEnd() : list.show(null)));
  const bar = $("#jump-unread");
  const unread = Number(shown.unread);
  if (unread > 0 && shown.joined !== undefined && !$(".c-new-line", root)) bar.hidden = false;
  bar.addEventListener("click", async () => {
    bar.hidden = true;
    if (shown.read) await list.go(shown.read);
    list.markUnread(shown.read);
    $(".c-new-line", root)?.scrollIntoView({ block: "center" });
  });
  on("click", ".c-find a[href^='/m/'], #scroll .c-time", (event, link) => {
    const id = link.pathname.slice("/m/".length);
    if (event.ctrlKey || event.metaKey || !list.row(id)) return;
    event.preventDefault();
    list.go(id);
  });
};
