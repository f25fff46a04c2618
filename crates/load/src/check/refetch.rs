//! I4: a reader is told to refetch only where a fault explains it. Who comes back within the retention of the log after an actor, a
//! session or a node was killed has missed nothing.

use clap::ValueEnum;

use super::{Run, Violation};
use crate::fault::Fault;
use crate::history::What;

/// What a fault brought about may show this long after its end.
const AFTERWARDS_US: u64 = 10_000_000;

/// The times in which a fault explains that a reader is told to refetch.
pub struct Excuses(Vec<(u64, u64)>);

impl Excuses {
    pub fn of(run: &Run<'_>) -> Self {
        let mut spans: Vec<(&str, u64, u64)> = Vec::new();
        for line in run.lines {
            let What::Fault { name, begins } = &line.what else { continue };
            let name = name.as_str();
            if *begins && explains(name) {
                spans.push((name, line.at_us, u64::MAX));
            } else if let Some(span) = spans.iter_mut().rev().find(|span| span.0 == name) {
                span.2 = span.2.min(line.at_us.saturating_add(AFTERWARDS_US));
            }
        }
        Self(spans.into_iter().map(|(_, from, until)| (from, until)).collect())
    }

    /// Whether there is one for this moment.
    pub fn cover(&self, at_us: u64) -> bool {
        self.0.iter().any(|(from, until)| (*from..*until).contains(&at_us))
    }
}

/// Whether one of the faults of a step explains it; their names stand with a plus between them.
fn explains(name: &str) -> bool {
    let named = |name: &str| Fault::from_str(name.trim(), false);
    name.split('+').any(|name| named(name).map_or(true, Fault::explains_resync))
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let excuses = Excuses::of(run);
    let mut found = Vec::new();
    for line in run.lines {
        let What::Resync { reason } = &line.what else { continue };
        if !excuses.cover(line.at_us) {
            let story = format!("{} was told to refetch ({reason}), and no fault explains it", line.client);
            found.push(Violation { invariant: "I4", at_us: line.at_us, story });
        }
    }
    found
}
