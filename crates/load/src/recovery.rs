//! How long people had to wait after a fault, from what they did and saw.

use std::collections::HashMap;

use crate::fault::Fault;
use crate::history::{Action, Line, What};
use crate::report::FaultReport;

impl FaultReport {
    /// Measures it for the fault of this report.
    pub fn measured(mut self, lines: &[Line]) -> Self {
        let is_ours = |line: &&Line| matches!(&line.what, What::Fault { name, .. } if *name == self.name);
        // The same fault may come more than once: this is the n-th of all.
        let begins: Vec<_> = lines
            .iter()
            .filter(|line| matches!(line.what, What::Fault { begins: true, .. }))
            .map(|line| line.at_us)
            .collect();
        let Some(from) = begins.get(self.number).copied() else { return self };
        let to = begins.get(self.number + 1).copied().unwrap_or(u64::MAX);
        let end = lines
            .iter()
            .filter(is_ours)
            .find(|line| line.at_us > from && matches!(line.what, What::Fault { begins: false, .. }));
        let from_end = self.fault.is_some_and(Fault::counts_from_end);
        let zero = if from_end { end.map_or(from, |line| line.at_us) } else { from };
        // What people had begun before the fault may end in it; nobody waits for longer than they are patient.
        let between = |us: &u64| {
            let place = |at: u64| lines.partition_point(|line| line.at_us < at);
            place(us.saturating_sub(PATIENCE_US))..place(to.saturating_add(PATIENCE_US))
        };
        let lines = &lines[between(&zero)];
        let mut posts: HashMap<u64, (&str, u64)> = HashMap::new();
        let mut begun: HashMap<&str, u64> = HashMap::new();
        for line in lines {
            match &line.what {
                What::Invoked { op, action: Action::Post { body, .. }, .. } => {
                    posts.insert(*op, (body, line.at_us));
                }
                What::Returned { op, outcome } if line.at_us >= zero => {
                    let Some((body, invoked)) = posts.get(op).copied() else { continue };
                    if invoked < to && invoked < zero + COUNTED_US && outcome.is_ok() {
                        self.writes.add(line.at_us - invoked.max(zero));
                        begun.insert(body, invoked.max(zero));
                    }
                }
                What::Event { body: Some(body), kind, .. } if kind == "message.created" => {
                    if let Some(zero) = begun.get(body.as_str())
                        && line.client.starts_with("reader")
                    {
                        self.events.add(line.at_us.saturating_sub(*zero));
                    }
                }
                _ => {}
            }
        }
        self
    }
}

/// What was begun within this time after a fault tells how quickly it was over.
const COUNTED_US: u64 = 1_000_000;
const PATIENCE_US: u64 = 30_000_000;
