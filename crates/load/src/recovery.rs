//! How long people had to wait after a fault, from what they did and saw.

use std::collections::{HashMap, HashSet};

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
        let over = end.map_or(from, |line| line.at_us);
        let is = |how: fn(Fault) -> bool| self.fault.is_some_and(how);
        let zero = if is(Fault::counts_from_end) { over } else { from };
        let counted = if is(Fault::goes_on) { over } else { zero } + COUNTED_US;
        // What people had begun before the fault may end in it; nobody waits for longer than they are patient.
        let between = |us: &u64| {
            let place = |at: u64| lines.partition_point(|line| line.at_us < at);
            place(us.saturating_sub(PATIENCE_US))..place(to.saturating_add(PATIENCE_US))
        };
        let lines = &lines[between(&zero)];
        let mut posts: HashMap<u64, u64> = HashMap::new();
        let mut begun: HashMap<&str, u64> = HashMap::new();
        // Whoever comes back with a cursor of a while ago is sent again what they have.
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        for line in lines {
            match &line.what {
                What::Invoked { op, action: Action::Post { body, .. }, .. }
                    if line.at_us < to.min(counted) =>
                {
                    posts.insert(*op, line.at_us);
                    begun.insert(body, line.at_us);
                }
                What::Returned { op, outcome } if line.at_us >= zero => {
                    // Who gave up waited too; a refusal is an answer of its own.
                    if let Some(invoked) = posts.get(op).filter(|_| !outcome.is_refused()) {
                        self.writes.add(line.at_us - zero.max(*invoked));
                    }
                }
                What::Event { body: Some(body), kind, .. } if kind == "message.created" => {
                    if let Some(invoked) = begun.get(body.as_str())
                        && line.client.starts_with("reader")
                        && seen.insert((&line.client, body))
                        && line.at_us >= zero
                    {
                        self.events.add(line.at_us - zero.max(*invoked));
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::history::Outcome;
    use crate::report::Spread;
    use crate::workload::Failed;

    #[test]
    fn an_event_counts_when_it_comes_first_and_a_gap_counts_until_it_is_over() {
        let line = |at_us, client: &str, what| Line { at_us, client: client.into(), what };
        let fault = |begins| What::Fault { name: "actor-killed".into(), begins };
        let action = Action::Post { channel: Uuid::nil(), key: "k".into(), body: "b".into() };
        let event = || What::Event {
            id: Uuid::nil(),
            stream: Uuid::nil(),
            seq: 1,
            kind: "message.created".into(),
            message: None,
            body: Some("b".into()),
        };
        let outcome = Outcome::Ok { message: None, seq: None, body: None };
        let lines = [
            line(1_000, "fault", fault(true)),
            line(2_000, "writer-0", What::Invoked { op: 1, node: 0, action }),
            line(5_000, "reader-0", event()),
            line(9_000, "writer-0", What::Returned { op: 1, outcome }),
            line(9_500, "fault", fault(false)),
            // Sent again to a reader who came back.
            line(5_000_000, "reader-0", event()),
        ];
        let (writes, events) = (Spread::default(), Spread::default());
        let (name, fault) = ("actor-killed".to_owned(), Some(Fault::ActorKilled));
        let report =
            FaultReport { name, number: 0, at_us: 1_000, failed: Failed::default(), fault, writes, events }
                .measured(&lines);
        assert_eq!(
            (report.writes.count(), report.writes.ms(100.0).round()),
            (1, 7.0),
            "acknowledged after 7 ms"
        );
        assert_eq!(
            (report.events.count(), report.events.ms(100.0).round()),
            (1, 3.0),
            "there before its answer"
        );
    }
}
