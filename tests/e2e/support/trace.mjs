// What Chromium's tracing says of a page: the tasks of its main thread, and which threads of the browser were at work at a moment.
const MARK = "traced";
const RUN = "ThreadControllerImpl::RunTask";
/** Shorter events tell nothing of a long frame. */
const LEAST_US = 500;
// `RunTask` stands in the second of these alone.
const CATEGORIES = ["devtools.timeline", "toplevel", "blink.user_timing"];

/** Traces while something is done in a page: `{ result, tasks, threads(from, to) }`, with times in milliseconds as the page's own clock has them. */
export const traced = async (page, act) => {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => {
    events.push(...value.filter(({ name, dur, cat }) => dur >= LEAST_US || name === "thread_name" || (name === MARK && cat.includes("user_timing"))));
  });
  const traceConfig = { recordMode: "recordUntilFull", traceBufferSizeInKb: 800_000, includedCategories: CATEGORIES };
  await client.send("Tracing.start", { transferMode: "ReportEvents", traceConfig });
  const mark = () => page.evaluate((name) => performance.mark(name).startTime, MARK);
  const begun = await mark();
  const result = await act();
  await mark();
  const done = new Promise((resolve) => { client.once("Tracing.tracingComplete", resolve); });
  await client.send("Tracing.end");
  const { dataLossOccurred } = await done;
  await client.detach();
  if (dataLossOccurred) throw new Error("the trace has gaps: scroll for a shorter time");
  return { result, ...readings(events, begun) };
};

/** The marks tell which of the browser's threads is the page's, and how the trace's clock stands to the page's. */
const readings = (events, begun) => {
  const marks = events.filter(({ name }) => name === MARK);
  const [first, last] = [marks[0], marks.at(-1)];
  const at = (us) => (us - first.ts) / 1000 + begun;
  const timed = events.filter(({ dur, ts }) => dur && ts >= first.ts && ts <= last.ts);
  const runs = timed.filter(({ name }) => name === RUN);
  const isOwn = ({ pid, tid }) => pid === first.pid && tid === first.tid;
  const parts = timed.filter((one) => isOwn(one) && one.name !== RUN);
  const names = new Map(events.filter(({ name }) => name === "thread_name").map(({ pid, tid, args }) => [`${pid} ${tid}`, args.name]));
  const nameOf = (one) => (isOwn(one) ? "the page's main thread" : `${names.get(`${one.pid} ${one.tid}`)} (${one.pid === first.pid ? "the page" : "others"})`);
  const tasks = runs.filter(isOwn).map((task) => ({
    ms: task.dur / 1000,
    // What the thread itself ran: the rest of the time others had the processor.
    cpuMs: task.tdur / 1000,
    parts: () => sums(parts.filter(({ ts, dur }) => ts >= task.ts && ts + dur <= task.ts + task.dur).map(({ name, dur }) => [name, dur / 1000])),
  }));
  if (tasks.length === 0) throw new Error("Chromium's trace tells of no task of the page");
  const within = (from, to) => (one) => [nameOf(one), Math.min(to, at(one.ts + one.dur)) - Math.max(from, at(one.ts))];
  /** How long each thread was at work between two moments. */
  const threads = (from, to) => sums(runs.map(within(from, to)).filter(([, took]) => took > 0));
  return { tasks, threads };
};

/** Milliseconds by name, the longest first. Events may stand within each other: then they add up to more than their task. */
const sums = (pairs) => {
  const all = new Map();
  for (const [name, took] of pairs) all.set(name, (all.get(name) ?? 0) + took);
  return [...all].toSorted(([, a], [, b]) => b - a);
};
