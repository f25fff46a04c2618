// Days and times of messages, in the reader's zone and format. The server does not know the zone, and HTML shows a time as it is written.

const DAY_MS = 86_400_000;
/** Messages of one author within this time stand together under one name; the server decides by the same rule. */
export const TOGETHER_MS = 5 * 60 * 1000;

/** The reader's day of a moment, as a number that rises by one from day to day. */
export const dayOf = (moment) => {
  const at = new Date(moment);
  return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY_MS);
};

/** Formats for a language; making one is slow, so they are kept. */
export const formats = (language) => {
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const whole = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  // There is no room for "AM" where it is shown beside a row.
  const clock = (at) => time.formatToParts(at).filter(({ type }) => type !== "dayPeriod").map(({ value }) => value).join("").trim();
  return { time: (at) => time.format(at), clock, whole: (at) => whole.format(at), day: (at) => day.format(at) };
};

/** Whether a message stands under the name of the one before it. */
export const isTogether = (before, one) =>
  before !== null && !before.system && !one.system && before.author === one.author && before.name === one.name &&
  one.at - before.at < TOGETHER_MS && dayOf(before.at) === dayOf(one.at);

/** A number of bytes as people say it. */
export const bytesIn = (language, bytes) => {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const style = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, style).format(bytes / 1000 ** step);
};
