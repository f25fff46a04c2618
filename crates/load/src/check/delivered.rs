//! I1 and I2 of outgoing webhooks: each acknowledged message of a channel that a program is told of is told at least once, under one id
//! however often.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::{Run, Violation};
use crate::history::What;

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut add = |invariant, story: String| found.push(Violation { invariant, at_us: run.end_us, story });
    for message in lacking(run) {
        add("I1", format!("message {message} was acknowledged, and no webhook told of it"));
    }
    for (message, deliveries) in deliveries(run) {
        if deliveries.len() > 1 {
            add("I2", format!("message {message} was told under several ids: {deliveries:?}"));
        }
    }
    found
}

/// Acknowledged messages that no program was told of so far.
pub fn lacking(run: &Run<'_>) -> BTreeSet<Uuid> {
    let wired = run.lines.iter().filter_map(|line| match line.what {
        What::Wired { channel } => Some(channel),
        _ => None,
    });
    let wired: HashSet<Uuid> = wired.collect();
    let told = deliveries(run);
    let posted =
        run.posted.iter().filter(|(message, channel)| wired.contains(channel) && !told.contains_key(message));
    posted.map(|(message, _)| *message).collect()
}

fn deliveries<'a>(run: &Run<'a>) -> HashMap<Uuid, BTreeSet<&'a str>> {
    let mut told: HashMap<Uuid, BTreeSet<&'a str>> = HashMap::new();
    for line in run.lines {
        if let What::Delivered { delivery, message } = &line.what {
            told.entry(*message).or_default().insert(delivery);
        }
    }
    told
}
