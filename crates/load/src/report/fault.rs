//! One fault of a run: what was asked, what requests met, and the verdict.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::Spread;
use crate::check::Violation;
use crate::fault::{Fault, Goal};
use crate::tally::Counts;

/// One fault and how it was survived.
#[derive(Debug, Default, Serialize)]
pub struct FaultReport {
    pub name: String,
    /// Which it was, where it was one alone.
    #[serde(skip)]
    pub fault: Option<Fault>,
    /// How long it was to last, in seconds.
    pub lasts_s: u64,
    /// When it began, in microseconds of the run.
    pub at_us: u64,
    /// When the quiet time after it was over.
    pub until_us: u64,
    /// What requests met from its beginning until then.
    pub counts: Counts,
    /// Until a write begun just after the fault was acknowledged.
    pub writes: Spread,
    /// Until its event reached each reader.
    pub events: Spread,
    /// What else there is to tell, such as how a flood was answered.
    pub notes: Vec<String>,
    pub verdict: Verdict,
}

/// What was decided of a fault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Verdict {
    #[default]
    Survived,
    /// This machine does not allow it; holds the reason.
    NotRun(String),
    /// Violations, each with its invariant.
    Violated(Vec<String>),
}

/// Characters of a violation in a line of the table; the run's violations hold the whole of it.
const STORY: usize = 160;

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Survived => f.write_str("survived"),
            Verdict::NotRun(why) => write!(f, "not run: {why}"),
            Verdict::Violated(problems) => {
                let first: String =
                    problems.first().into_iter().flat_map(|one| one.chars()).take(STORY).collect();
                write!(f, "VIOLATED {first}")?;
                if problems.len() > 1 {
                    write!(f, " (and {} more)", problems.len() - 1)?;
                }
                Ok(())
            }
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FaultReport {
    /// One that this machine does not allow.
    #[must_use]
    pub fn not_run(name: String, lasts_s: u64, at_us: u64, why: String) -> Self {
        let verdict = Verdict::NotRun(why);
        Self { name, lasts_s, at_us, until_us: at_us, verdict, ..Self::default() }
    }

    /// Whether it was run at all.
    #[must_use]
    pub fn was_run(&self) -> bool {
        !matches!(self.verdict, Verdict::NotRun(_))
    }

    /// I8: requests failed under a fault that may make none fail.
    #[must_use]
    pub fn noticed(&self) -> Option<Violation> {
        let (fault, counts) = (self.fault.filter(|fault| fault.is_harmless())?, self.counts);
        // Where a process goes, a request may meet the closing of an idle connection: its client sends it again.
        let closed_doors = if fault.keeps_nodes() { counts.absent + counts.broken } else { 0 };
        if counts.turned_away + closed_doors == 0 {
            return None;
        }
        Some(Violation { invariant: "I8", at_us: self.at_us, story: format!("{}: {counts}", self.name) })
    }

    /// The times to reach, where there are any for it.
    #[must_use]
    pub fn goal(&self) -> Option<Goal> {
        self.fault.map(Fault::goal)
    }

    /// Which times were missed; that alone is no violation, since machines differ.
    #[must_use]
    pub fn late(&self) -> Vec<&'static str> {
        let Some(goal) = self.goal() else { return Vec::new() };
        let missed = |times: &Spread, goal: Option<Duration>| {
            goal.is_some_and(|goal| times.count() > 0 && times.ms(99.0) > goal.as_secs_f64() * 1000.0)
        };
        let of = [
            ("writes late", missed(&self.writes, goal.writes)),
            ("events late", missed(&self.events, goal.events)),
        ];
        of.into_iter().filter(|(_, missed)| *missed).map(|(words, _)| words).collect()
    }

    /// Decides it by the violations of the run: those between its beginning and the end of the quiet time after it are
    /// attributed to it.
    #[must_use]
    pub fn judged(mut self, violations: &[Violation]) -> Self {
        if !self.was_run() {
            return self;
        }
        let while_it_lasted = self.at_us..self.until_us;
        let ours = violations.iter().filter(|violation| while_it_lasted.contains(&violation.at_us));
        let mut problems: Vec<_> = ours.map(|one| format!("{}: {}", one.invariant, one.story)).collect();
        if self.counts.hung > 0 {
            problems.push(format!("{} requests hung for 10 s", self.counts.hung));
        }
        self.verdict = if problems.is_empty() { Verdict::Survived } else { Verdict::Violated(problems) };
        self
    }
}
