//! Whether a schedule broke an invariant: judged by what is durable, what was answered, and what was published.

use std::collections::{HashMap, HashSet};

use ajet_protocol::{Addressed, Event, Message};

use crate::log::{Durable, Log};
use crate::requests::Request;

/// A message as its event tells of it.
struct Created {
    seq: Option<u64>,
    message: Message,
}

/// I1, I2, I3, I6 and I15.
pub fn verdict(log: &Log, requests: &[Request], published: &[Addressed]) -> Result<(), String> {
    one_order(&log.events)?;
    let created = created(log);
    nothing_twice(&created)?;
    nothing_lost(&created, requests)?;
    nothing_forbidden(&log.events)?;
    nothing_earlier_than_its_commit(&log.events, published)
}

/// Numbers without a hole, ids that rise with them, and one writer after the other.
pub fn one_order(events: &[Durable]) -> Result<(), String> {
    let (mut epoch, mut last_id) = (0, None);
    for (index, durable) in events.iter().enumerate() {
        let event = &durable.event;
        if event.seq != Some(index as u64 + 1) {
            return Err(format!("I3: event {} stands at place {}", event.seq.unwrap_or(0), index + 1));
        }
        if durable.epoch < epoch {
            return Err(format!("I15: epoch {} wrote after {epoch}", durable.epoch));
        }
        if last_id.is_some_and(|last| last >= event.id) {
            return Err(format!("I3: event ids do not rise at {}", index + 1));
        }
        (epoch, last_id) = (durable.epoch, Some(event.id));
    }
    Ok(())
}

fn nothing_twice(created: &[Created]) -> Result<(), String> {
    let mut keys = HashSet::new();
    for Created { seq, message } in created {
        if Some(message.seq) != *seq {
            return Err("I3: a message carries another seq than its event".into());
        }
        if !keys.insert((message.author.id, &message.client_mutation_id)) {
            return Err(format!("I2: two messages for key {}", message.client_mutation_id));
        }
    }
    Ok(())
}

fn nothing_lost(created: &[Created], requests: &[Request]) -> Result<(), String> {
    let by_id: HashMap<_, _> = created.iter().map(|one| (one.message.id, &one.message)).collect();
    for request in requests {
        let (Some(key), Some(id)) = (&request.key, request.answered) else { continue };
        let whole = by_id.get(&id).is_some_and(|message| {
            message.author.id == key.author
                && message.client_mutation_id == key.key
                && message.body_md == request.body
        });
        if !whole {
            return Err(format!("I1: acknowledged {} is not in the log", key.key));
        }
    }
    Ok(())
}

/// Who was banned, or removed, writes no more.
pub fn nothing_forbidden(events: &[Durable]) -> Result<(), String> {
    match events.iter().find(|durable| !durable.allowed) {
        Some(durable) => Err(format!("I6: event {:?} is of a person without the right", durable.event.seq)),
        None => Ok(()),
    }
}

/// Readers judge an event by rights that are no older than its ACL version: so that must cover every change that was committed
/// before it.
pub fn nothing_earlier_than_its_commit(events: &[Durable], published: &[Addressed]) -> Result<(), String> {
    let durable: HashMap<_, _> = events.iter().map(|one| (one.event.id, one.event.acl_version)).collect();
    for Addressed { event, .. } in published {
        match durable.get(&event.id) {
            None => return Err(format!("I1: event {:?} was published, and is not in the log", event.seq)),
            Some(committed) if event.acl_version < *committed => {
                return Err(format!(
                    "I6: event {:?} was published under {:?}, and committed under {committed:?}",
                    event.seq, event.acl_version
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn created(log: &Log) -> Vec<Created> {
    let events = log.events.iter().map(|durable| &durable.event);
    let decode = |event: &ajet_protocol::Envelope| match event.event() {
        Ok(Some(Event::MessageCreated(created))) => {
            Some(Created { seq: event.seq, message: created.message.into() })
        }
        _ => None,
    };
    events.filter(|event| event.kind == "message.created").filter_map(decode).collect()
}
