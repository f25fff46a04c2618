//! The journal in memory: the same fence as the real one, in a few lines.

use std::collections::HashMap;

use ajet_domain::channel::Change;
use ajet_domain::journal::{Append, DuplicateKey, Outcome, StreamPosition};
use ajet_domain::need::PriorResult;
use ajet_protocol::{Envelope, Message, MessageId};

/// One stream and the rows beside it.
#[derive(Default)]
pub struct Log {
    pub epoch: u64,
    pub head: u64,
    pub acl_version: u64,
    /// Every durable event with the epoch it was appended under.
    pub events: Vec<(u64, Envelope)>,
    pub messages: HashMap<MessageId, Message>,
    pub made: HashMap<DuplicateKey, PriorResult>,
}

impl Log {
    /// Appends as the one statement of the journal does: all of it, or nothing with the reason.
    pub fn append(&mut self, append: &Append<Change>) -> Outcome {
        if append.epoch != self.epoch || append.head != self.head {
            return Outcome::Fenced;
        }
        let spent: Vec<_> =
            append.changes.iter().filter_map(key_of).filter(|key| self.made.contains_key(key)).collect();
        if !spent.is_empty() {
            return Outcome::Spent(spent);
        }
        if append.acl.version != self.acl_version {
            return Outcome::StaleAcl;
        }
        self.acl_version += u64::from(append.raises);
        self.head += append.events.len() as u64;
        self.events.extend(append.events.iter().map(|event| (append.epoch, event.clone())));
        append.changes.iter().for_each(|change| self.change(change));
        Outcome::Committed
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Insert { message, fingerprint, .. } => {
                let made = PriorResult { object: message.id.0, fingerprint: *fingerprint };
                self.made.extend(key_of(change).map(|key| (key, made)));
                self.messages.insert(message.id, (**message).clone());
            }
            Change::Edit { message, .. } => drop(self.messages.insert(message.id, (**message).clone())),
            Change::Delete { id, .. } => {
                let message = self.messages.get_mut(id).expect("deleted messages exist");
                message.deleted = true;
                message.body_md.clear();
            }
        }
    }

    /// A look at the stream, as after a doubtful outcome.
    pub fn sight(&self, from_head: u64) -> StreamPosition {
        let next =
            self.events.iter().find(|(_, event)| event.seq == Some(from_head + 1)).map(|(_, event)| event.id);
        StreamPosition { epoch: self.epoch, head: self.head, next }
    }

    /// Plants a violation: the last message twice.
    pub fn double_last_message(&mut self) {
        let (epoch, event) =
            self.events.iter().rev().find(|(_, event)| event.kind == "message.created").expect("a message");
        let mut event = event.clone();
        event.seq = Some(self.head + 1);
        self.head += 1;
        let epoch = *epoch;
        self.events.push((epoch, event));
    }
}

fn key_of(change: &Change) -> Option<DuplicateKey> {
    match change {
        Change::Insert { message, .. } => {
            Some(DuplicateKey { author: message.author.id, key: message.client_mutation_id.clone() })
        }
        _ => None,
    }
}
