//! What counts as a violation, and how it reads in the table.

use super::fault::Verdict;
use super::{FaultReport, Spread, table};
use crate::check::Violation;
use crate::fault::Fault;
use crate::tally::Counts;

fn report(fault: Fault, counts: Counts) -> FaultReport {
    let (at_us, until_us) = (1, 10);
    FaultReport { name: fault.name(), fault: Some(fault), at_us, until_us, counts, ..FaultReport::default() }
}

#[test]
fn a_failed_request_is_a_violation_where_the_fault_allows_none() {
    let turned_away = Counts { turned_away: 1, ..Counts::default() };
    let absent = Counts { absent: 1, ..Counts::default() };
    assert!(report(Fault::NodeTerminated, Counts::default()).noticed().is_none());
    assert!(report(Fault::NodeTerminated, turned_away).noticed().is_some());
    assert!(report(Fault::NodeTerminated, absent).noticed().is_none(), "its port is closed");
    assert!(report(Fault::ActorKilled, absent).noticed().is_some(), "no port is closed");
    assert!(report(Fault::PostgresRestarted, turned_away).noticed().is_none());
}

#[test]
fn a_violation_is_attributed_to_the_fault_it_falls_into() {
    let violation = |at_us| Violation { invariant: "I9", at_us, story: "it was so".into() };
    let judged = |at_us| report(Fault::NodeKilled, Counts::default()).judged(&[violation(at_us)]).verdict;
    assert_eq!(judged(5), Verdict::Violated(vec!["I9: it was so".into()]));
    assert_eq!(judged(10), Verdict::Survived, "after the quiet time");
    let hung = report(Fault::NodeKilled, Counts { hung: 2, ..Counts::default() }).judged(&[]);
    assert_eq!(hung.verdict.to_string(), "VIOLATED 2 requests hung for 10 s");
}

#[test]
fn what_was_not_run_stays_so() {
    let report = FaultReport::not_run("nats-swallowed".into(), 12, 3, "needs root".into());
    let report = report.judged(&[Violation { invariant: "I9", at_us: 3, story: String::new() }]);
    let row = table::row(&report);
    assert!(row.starts_with("nats-swallowed ") && row.ends_with("  not run: needs root"), "{row}");
}

#[test]
fn a_survived_fault_is_one_line_aligned_with_the_heads() {
    let mut report = report(Fault::NodeKilled, Counts { accepted: 812, turned_away: 3, ..Counts::default() });
    report.lasts_s = 2;
    report.writes.add(20_000);
    report.events = Spread::default();
    report.notes.push("as ever".into());
    let (head, row) = (table::head(), table::row(&report));
    let ends = |line: &str, word: &str| line.find(word).map(|at| at + word.len());
    let heads = head.lines().next().unwrap_or_default();
    assert_eq!(ends(heads, "accepted"), ends(&row, "812"), "\n{head}\n{row}");
    assert_eq!(ends(heads, "writes again, ms"), ends(&row, "20 / 20 (500)"), "\n{head}\n{row}");
    assert!(row.ends_with("  survived; as ever"), "{row}");
    assert!(!row.contains('{'), "{row}");
}

#[test]
fn a_missed_goal_is_reported() {
    let mut report = report(Fault::NodeKilled, Counts::default());
    report.writes.add(600_000);
    assert_eq!(report.late(), ["writes late"]);
    assert!(table::row(&report).ends_with("survived; writes late"));
}
