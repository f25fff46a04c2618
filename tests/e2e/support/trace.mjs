// What Chromium's tracing says of a page's main thread.
const MARK = "traced";
/** Shorter events tell nothing of a long frame. */
const LEAST_US = 500;

/** Traces while something is done in the page. Resolves to the main thread's tasks in that time, each with what ran within it. */
export const traced = async (page, act) => {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => {
    events.push(...value.filter(({ name, dur, cat }) => dur >= LEAST_US || (name === MARK && cat.includes("user_timing"))));
  });
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { recordMode: "recordUntilFull", traceBufferSizeInKb: 400_000, includedCategories: ["devtools.timeline", "blink.user_timing"] },
  });
  const mark = () => page.evaluate((name) => { performance.mark(name); }, MARK);
  await mark();
  const result = await act();
  await mark();
  const done = new Promise((resolve) => { client.once("Tracing.tracingComplete", resolve); });
  await client.send("Tracing.end");
  const { dataLossOccurred } = await done;
  await client.detach();
  if (dataLossOccurred) throw new Error("the trace has gaps: scroll for a shorter time");
  return { result, tasks: tasksOf(events) };
};

/** The marks tell which of the browser's threads is the page's, and when it was looked at. */
const tasksOf = (events) => {
  const marks = events.filter(({ name }) => name === MARK);
  const [first, last] = [marks[0], marks.at(-1)];
  const own = events.filter(({ pid, tid, ts, dur }) => pid === first.pid && tid === first.tid && dur && ts >= first.ts && ts <= last.ts);
  const parts = own.filter(({ name }) => name !== "RunTask");
  return own.filter(({ name }) => name === "RunTask").map((task) => ({
    ms: task.dur / 1000,
    // What the thread itself ran: the rest of the time others had the processor.
    cpuMs: task.tdur === undefined ? null : task.tdur / 1000,
    parts: () => sumsOf(parts.filter(({ ts, dur }) => ts >= task.ts && ts + dur <= task.ts + task.dur)),
  }));
};

/** Milliseconds by the event's name, the longest first. Events may stand within each other, so they add up to more than the task. */
const sumsOf = (parts) => {
  const sums = new Map();
  for (const { name, dur } of parts) sums.set(name, (sums.get(name) ?? 0) + dur / 1000);
  return [...sums].toSorted(([, a], [, b]) => b - a);
};
