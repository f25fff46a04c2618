//! How long people had to wait after a fault, from what they did and saw.

use std::collections::{HashMap, HashSet};

use crate::fault::Fault;
use crate::history::{Action, Line, Seen, What};
use crate::report::{FaultReport, Spread};
use crate::workload::PATIENT;

impl FaultReport {
    /// Measures it, from the lines of the whole run or of the time around it.
    #[must_use]
    pub fn measured(mut self, lines: &[Line]) -> Self {
        (self.writes, self.events) = (Spread::default(), Spread::default());
        if !self.was_run() {
            return self;
        }
        let (over, next) = self.ends(lines);
        let is = |how: fn(Fault) -> bool| self.fault.is_some_and(how);
        let zero = if is(Fault::counts_from_end) { over } else { self.at_us };
        let counted = if is(Fault::goes_on) { over } else { zero } + COUNTED_US;
        // A request begun before the fault may end in it; no client waits longer than `RETRY_TIMEOUT_US`.
        let place = |at: u64| lines.partition_point(|line| line.at_us < at);
        let around =
            place(zero.saturating_sub(RETRY_TIMEOUT_US))..place(next.saturating_add(RETRY_TIMEOUT_US));
        self.measure(&lines[around], zero, next.min(counted));
        self
    }

    /// When it was over, and when the next fault began.
    fn ends(&self, lines: &[Line]) -> (u64, u64) {
        let mut over = self.at_us;
        for line in &lines[lines.partition_point(|line| line.at_us <= self.at_us)..] {
            match &line.what {
                What::Fault { begins: true, .. } => return (over, line.at_us),
                What::Fault { name, .. } if *name == self.name => over = line.at_us,
                _ => {}
            }
        }
        (over, u64::MAX)
    }

    /// Counts from `zero` on, for what was begun before `until`.
    fn measure(&mut self, lines: &[Line], zero: u64, until: u64) {
        // A request to a stopped process is answered when the process goes on, and not sooner.
        let stands_still = self.fault.is_some_and(Fault::freezes);
        let mut posts: HashMap<u64, u64> = HashMap::new();
        let mut begun: HashMap<&str, u64> = HashMap::new();
        // A reader that comes back with an old cursor is sent again what it has.
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        for line in lines {
            match &line.what {
                What::Invoked { op, action: Action::Post { body, .. }, .. }
                    if line.at_us < until && !(stands_still && line.client == PATIENT) =>
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
                What::Event(Seen { body: Some(body), kind, .. }) if kind == "message.created" => {
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
    }
}

/// What was begun within this time after a fault tells how quickly it was over.
const COUNTED_US: u64 = 1_000_000;
/// What was begun longer ago than this was given up.
pub const RETRY_TIMEOUT_US: u64 = 30_000_000;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::history::Outcome;

    fn line(at_us: u64, client: &str, what: What) -> Line {
        Line { at_us, client: client.into(), what }
    }

    fn fault(at_us: u64, fault: Fault, begins: bool) -> Line {
        line(at_us, "fault", What::Fault { name: fault.name(), begins })
    }

    fn post(at_us: u64) -> Line {
        let action = Action::Post { channel: Uuid::nil(), key: "k".into(), body: "b".into() };
        line(at_us, "writer-0", What::Invoked { op: 1, node: 0, action })
    }

    fn answer(at_us: u64) -> Line {
        let outcome = Outcome::Ok { message: None, seq: None, body: None };
        line(at_us, "writer-0", What::Returned { op: 1, outcome })
    }

    fn event(at_us: u64) -> Line {
        let (kind, body) = ("message.created".into(), Some("b".into()));
        line(at_us, "reader-0", What::Event(Seen { seq: Some(1), kind, body, ..Seen::default() }))
    }

    #[test]
    fn whoever_waits_for_a_node_that_stands_still_is_not_counted() {
        let lines = [
            fault(1_000, Fault::NodeFrozen, true),
            Line { client: PATIENT.into(), ..post(2_000) },
            fault(4_000_000, Fault::NodeFrozen, false),
            answer(4_001_000),
        ];
        assert_eq!(measured(Fault::NodeFrozen, 1_000, &lines)[0].0, 0);
        assert_eq!(measured(Fault::NodeCutFromNats, 1_000, &lines)[0].0, 1);
    }

    /// How many writes and events were counted, and their longest times in milliseconds.
    fn measured(fault: Fault, at_us: u64, lines: &[Line]) -> [(u64, f64); 2] {
        let (name, fault) = (fault.name(), Some(fault));
        let report = FaultReport { name, fault, at_us, ..FaultReport::default() }.measured(lines);
        [report.writes, report.events].map(|times| (times.count(), times.ms(100.0).round()))
    }

    #[test]
    fn an_event_counts_when_it_comes_first_and_a_gap_counts_until_it_is_over() {
        let lines = [
            fault(1_000, Fault::ActorKilled, true),
            post(2_000),
            event(5_000),
            answer(9_000),
            fault(9_500, Fault::ActorKilled, false),
            // Sent again to a reader who came back.
            event(5_000_000),
        ];
        let expected = [(1, 7.0), (1, 3.0)];
        assert_eq!(measured(Fault::ActorKilled, 1_000, &lines), expected, "the event came before its answer");
    }

    #[test]
    fn swallowed_packets_count_from_when_they_pass_again() {
        let lines = [
            fault(1_000, Fault::PostgresSwallowed, true),
            post(2_000),
            fault(12_000_000, Fault::PostgresSwallowed, false),
            answer(12_040_000),
            event(12_050_000),
            fault(20_000_000, Fault::ActorKilled, true),
        ];
        assert_eq!(measured(Fault::PostgresSwallowed, 1_000, &lines), [(1, 40.0), (1, 50.0)]);
    }

    #[test]
    fn a_fault_is_measured_by_its_own_beginning() {
        let lines = [
            fault(1_000, Fault::ActorKilled, true),
            fault(2_000, Fault::ActorKilled, false),
            fault(9_000_000, Fault::ActorKilled, true),
            post(9_001_000),
            answer(9_005_000),
            fault(9_900_000, Fault::ActorKilled, false),
        ];
        assert_eq!(measured(Fault::ActorKilled, 9_000_000, &lines), [(1, 4.0), (0, 0.0)]);
    }
}
