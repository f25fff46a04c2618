//! I1, I11 and I19 of the search: in the end it finds at each node the messages that hold a phrase, and no others: none that was deleted, and
//! none by words that an edit took out of it.

use std::collections::HashSet;

use uuid::Uuid;

use super::{Run, Violation};
use crate::history::What;

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in run.lines {
        let What::Found { node, phrase, messages } = &line.what else { continue };
        let mut add = |invariant, story: String| {
            violations.push(Violation { invariant, at_us: run.end_us, story });
        };
        let (all, holding) = stored(run, *node, phrase);
        let found: HashSet<Uuid> = messages.iter().copied().collect();
        for lost in holding.difference(&found) {
            add("I1", format!("node {node} does not find message {lost} by {phrase:?}"));
        }
        // Others are of channels whose end is not known.
        for gone in found.difference(&holding).filter(|id| all.contains(id)) {
            add("I19", format!("node {node} finds message {gone} by {phrase:?}, which it does not hold"));
        }
    }
    violations
}

/// All messages that a node shows in the end, and those that hold a phrase.
fn stored(run: &Run<'_>, node: usize, phrase: &str) -> (HashSet<Uuid>, HashSet<Uuid>) {
    let of_node = run.finals.values().flatten().filter(|(other, _)| *other == node);
    let (mut all, mut holding) = (HashSet::new(), HashSet::new());
    for message in of_node.flat_map(|(_, messages)| *messages) {
        all.insert(message.id);
        if !message.deleted && message.body.contains(phrase) {
            holding.insert(message.id);
        }
    }
    (all, holding)
}
