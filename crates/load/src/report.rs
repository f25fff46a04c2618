//! What came of a run: as text, as JSON, and as a picture.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::check::Violation;
use crate::fault::Fault;
use crate::history::{Action, Line, Outcome, What};
use crate::workload::Failed;

/// A spread of times, in microseconds.
#[derive(Debug, Clone)]
pub struct Spread(Histogram<u64>);

impl Default for Spread {
    fn default() -> Self {
        // Three figures, up to ten minutes; the bounds are constants that the histogram takes.
        let bounds = Histogram::new_with_bounds(1, 600_000_000, 3);
        Self(bounds.unwrap_or_else(|_| unreachable!("constant bounds")))
    }
}

impl Spread {
    /// Counts one.
    pub fn add(&mut self, us: u64) {
        self.0.saturating_record(us.max(1));
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// A percentile in milliseconds.
    #[must_use]
    pub fn ms(&self, percentile: f64) -> f64 {
        self.0.value_at_percentile(percentile) as f64 / 1000.0
    }
}

impl Serialize for Spread {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Spread", 5)?;
        fields.serialize_field("count", &self.count())?;
        for (name, at) in [("p50_ms", 50.0), ("p95_ms", 95.0), ("p99_ms", 99.0), ("max_ms", 100.0)] {
            fields.serialize_field(name, &self.ms(at))?;
        }
        fields.end()
    }
}

/// One fault and how it was survived.
#[derive(Debug, Serialize)]
pub struct FaultReport {
    pub name: String,
    /// Which of all faults it was.
    #[serde(skip)]
    pub number: usize,
    /// When it began, in microseconds of the run.
    pub at_us: u64,
    /// Tries that did not succeed meanwhile.
    pub failed: Failed,
    /// Which it was, where it was one alone.
    #[serde(skip)]
    pub fault: Option<Fault>,
    /// Until a write begun just after the fault was acknowledged.
    pub writes: Spread,
    /// Until its event reached each reader.
    pub events: Spread,
}

impl FaultReport {
    /// I8: somebody noticed what nobody may notice.
    pub fn noticed(&self) -> Option<Violation> {
        let (fault, failed) = (self.fault.filter(|fault| fault.is_harmless())?, self.failed);
        // Where a process goes, a request may meet the closing of an idle connection: its client sends it again.
        let closed_doors = if fault.keeps_nodes() { failed.absent + failed.broken } else { 0 };
        if failed.turned_away + closed_doors == 0 {
            return None;
        }
        Some(Violation { invariant: "I8", at_us: self.at_us, story: format!("{}: {failed:?}", self.name) })
    }
}

/// A whole run.
#[derive(Debug, Serialize)]
pub struct Story {
    pub seed: u64,
    pub seconds: f64,
    pub acknowledged: u64,
    pub refused: u64,
    pub unknown: u64,
    pub events: u64,
    pub resyncs: u64,
    pub races: usize,
    pub hung: u64,
    pub faults: Vec<FaultReport>,
    pub violations: Vec<String>,
    /// Acknowledged posts in every tenth of a second, for the picture.
    #[serde(skip)]
    rate: Vec<u32>,
    #[serde(skip)]
    marks: Vec<(f64, String)>,
}

impl Story {
    /// Sums a run up.
    #[must_use]
    pub fn new(
        seed: u64,
        lines: &[Line],
        faults: Vec<FaultReport>,
        hung: u64,
        violations: Vec<Violation>,
    ) -> Self {
        let seconds = lines.last().map_or(0.0, |line| line.at_us as f64 / 1e6);
        let mut story = Self {
            seed,
            seconds,
            acknowledged: 0,
            refused: 0,
            unknown: 0,
            events: 0,
            resyncs: 0,
            races: 0,
            hung,
            faults,
            violations: violations.iter().map(ToString::to_string).collect(),
            rate: vec![0; (seconds * 10.0) as usize + 1],
            marks: Vec::new(),
        };
        let (mut writes, mut invites) = (HashSet::new(), HashSet::new());
        for line in lines {
            match &line.what {
                What::Invoked {
                    op,
                    action: Action::Post { .. } | Action::Edit { .. } | Action::Delete { .. },
                    ..
                } => {
                    writes.insert(*op);
                }
                What::Invoked { action: Action::Accept { code, .. }, .. } => drop(invites.insert(code)),
                What::Returned { op, outcome } if writes.contains(op) => match outcome {
                    Outcome::Ok { .. } => {
                        story.acknowledged += 1;
                        if let Some(tenth) = story.rate.get_mut((line.at_us / 100_000) as usize) {
                            *tenth += 1;
                        }
                    }
                    Outcome::Refused { .. } => story.refused += 1,
                    Outcome::Unknown { .. } => story.unknown += 1,
                },
                What::Event { .. } => story.events += 1,
                What::Resync => story.resyncs += 1,
                What::Fault { name, begins } => {
                    let text = format!("{}{name}", if *begins { "" } else { "/ " });
                    story.marks.push((line.at_us as f64 / 1e6, text));
                }
                _ => {}
            }
        }
        story.races = invites.len();
        story
    }

    /// Writes `report.txt`, `report.json` and `report.svg`.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn save(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::write(folder.join("report.txt"), self.to_string())?;
        std::fs::write(folder.join("report.json"), serde_json::to_string_pretty(self)?)?;
        let points: Vec<_> = self
            .rate
            .iter()
            .enumerate()
            .map(|(n, count)| (n as f64 / 10.0, f64::from(*count) * 10.0))
            .collect();
        crate::plot::timeline(
            &folder.join("report.svg"),
            "acknowledged writes a second",
            &points,
            &self.marks,
        )
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:.0} s, seed {}: {} writes acknowledged, {} refused, {} unknown; {} events read, {} resyncs, {} races for invites, {} requests hung",
            self.seconds,
            self.seed,
            self.acknowledged,
            self.refused,
            self.unknown,
            self.events,
            self.resyncs,
            self.races,
            self.hung
        )?;
        writeln!(
            f,
            "\n{:<42} {:>23}   {:>23}   {:>8} {:>7} {:>7} {:>7}",
            "fault",
            "writes again p99 / goal",
            "events again p99 / goal",
            "turned",
            "nobody",
            "broken",
            "slow"
        )?;
        let (ms, slow) = ("(max) ms", "(1 s)");
        writeln!(f, "{:<42} {ms:>23}   {ms:>23}   {:>8} {:>7} {:>7} {slow:>7}", "", "away", "there", "")?;
        for fault in &self.faults {
            let goal = |goal: Option<std::time::Duration>| {
                goal.map_or("-".into(), |goal| goal.as_millis().to_string())
            };
            let (writes, events) =
                fault.fault.map_or((None, None), |fault| (fault.goal().writes, fault.goal().events));
            let times = |spread: &Spread, wanted| {
                format!("{:.0} / {} ({:.0})", spread.ms(99.0), goal(wanted), spread.ms(100.0))
            };
            writeln!(
                f,
                "{:<42} {:>23}   {:>23}   {:>8} {:>7} {:>7} {:>7}",
                fault.name,
                times(&fault.writes, writes),
                times(&fault.events, events),
                fault.failed.turned_away,
                fault.failed.absent,
                fault.failed.broken,
                fault.failed.slow
            )?;
        }
        if self.violations.is_empty() {
            return writeln!(f, "\nno violation of I1-I8, I12-I14; I16 where NATS was wiped");
        }
        writeln!(f, "\n{} violations; the first:\n  {}", self.violations.len(), self.violations[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(fault: Fault, failed: Failed) -> FaultReport {
        let (writes, events) = (Spread::default(), Spread::default());
        FaultReport { name: fault.name(), number: 0, at_us: 1, failed, fault: Some(fault), writes, events }
    }

    #[test]
    fn what_nobody_may_notice_is_a_violation_where_somebody_did() {
        let turned_away = Failed { turned_away: 1, ..Failed::default() };
        let absent = Failed { absent: 1, ..Failed::default() };
        assert!(report(Fault::NodeTerminated, Failed::default()).noticed().is_none());
        assert!(report(Fault::NodeTerminated, turned_away).noticed().is_some());
        assert!(report(Fault::NodeTerminated, absent).noticed().is_none(), "its door is closed");
        assert!(report(Fault::ActorKilled, absent).noticed().is_some(), "no door is closed");
        assert!(report(Fault::PostgresRestarted, turned_away).noticed().is_none());
    }
}
