//! The table of faults: what was asked of the installation, and what came of it, one line for each.

use std::fmt::Write;
use std::time::Duration;

use super::{FaultReport, Spread};

const COLUMNS: usize = 11;
/// The first column stands left in its width, the others right.
const WIDTHS: [usize; COLUMNS] = [38, 5, 8, 6, 6, 6, 6, 7, 5, 20, 20];
const HEADS: [&str; COLUMNS] = [
    "fault",
    "lasts",
    "accepted",
    "503",
    "absent",
    "broken",
    "slow",
    "unknown",
    "hung",
    "writes again, ms",
    "events again, ms",
];
const UNITS: [&str; COLUMNS] = [
    "",
    "",
    "writes",
    "tries",
    "tries",
    "tries",
    "tries",
    "writes",
    "tries",
    "p50 / p99 (goal)",
    "p50 / p99 (goal)",
];

/// What the columns mean.
pub const LEGEND: &str = "\
accepted: acknowledged · 503: told to come back later · absent: no connection · broken: connection lost under way
slow: no answer within 1 s, then asked elsewhere · unknown: given up after 30 s · hung: no answer within 10 s";

/// The two lines above all others.
#[must_use]
pub fn head() -> String {
    format!("{}\n{}", line(&HEADS.map(str::to_owned), "what came of it"), line(&UNITS.map(str::to_owned), ""))
}

/// The line of one fault.
#[must_use]
pub fn row(report: &FaultReport) -> String {
    let lasts = format!("{} s", report.lasts_s);
    if !report.was_run() {
        let mut cells: [String; COLUMNS] = std::array::from_fn(|_| "-".to_owned());
        (cells[0], cells[1]) = (report.name.clone(), lasts);
        return line(&cells, &report.verdict.to_string());
    }
    let (counts, goal) = (report.counts, report.goal());
    let cells = [
        report.name.clone(),
        lasts,
        counts.accepted.to_string(),
        counts.turned_away.to_string(),
        counts.absent.to_string(),
        counts.broken.to_string(),
        counts.slow.to_string(),
        counts.unknown.to_string(),
        counts.hung.to_string(),
        times(&report.writes, goal.and_then(|goal| goal.writes)),
        times(&report.events, goal.and_then(|goal| goal.events)),
    ];
    line(&cells, &came(report))
}

/// The verdict, which times were missed, and what else there is to tell.
fn came(report: &FaultReport) -> String {
    let late = report.late().into_iter().map(str::to_owned);
    let parts: Vec<_> =
        [report.verdict.to_string()].into_iter().chain(late).chain(report.notes.clone()).collect();
    parts.join("; ")
}

fn times(spread: &Spread, goal: Option<Duration>) -> String {
    if spread.count() == 0 {
        return "-".to_owned();
    }
    let times = format!("{:.0} / {:.0}", spread.ms(50.0), spread.ms(99.0));
    goal.map_or_else(|| times.clone(), |goal| format!("{times} ({})", goal.as_millis()))
}

fn line(cells: &[String; COLUMNS], end: &str) -> String {
    let [first, others @ ..] = cells;
    let [width, widths @ ..] = WIDTHS;
    let mut line = format!("{first:<width$}");
    for (cell, width) in others.iter().zip(widths) {
        // Writing to a string can't fail.
        let _ = write!(line, " {cell:>width$}");
    }
    format!("{line}  {end}").trim_end().to_owned()
}
