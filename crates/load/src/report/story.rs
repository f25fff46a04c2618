//! A whole run, summed up.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::{FaultReport, table};
use crate::check::Violation;
use crate::history::{Action, Line, Outcome, What};

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
                What::Event(_) => story.events += 1,
                What::Resync { .. } => story.resyncs += 1,
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
        writeln!(f, "\n{}", table::head())?;
        for fault in &self.faults {
            writeln!(f, "{}", table::row(fault))?;
        }
        writeln!(f, "\n{}", table::LEGEND)?;
        let not_run = self.faults.iter().filter(|fault| !fault.was_run()).count();
        if not_run > 0 {
            writeln!(f, "\n{not_run} of {} faults were not run", self.faults.len())?;
        }
        if self.violations.is_empty() {
            return writeln!(f, "\nno violation of I1-I8, I12-I14; I16 where NATS was wiped");
        }
        writeln!(f, "\n{} violations; the first:\n  {}", self.violations.len(), self.violations[0])
    }
}
