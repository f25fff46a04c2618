//! The journal in memory: the same fence as the real one, in a few lines.

use std::collections::HashMap;

use ajet_domain::Change;
use ajet_domain::journal::{Append, DuplicateKey, Outcome, StreamPosition};
use ajet_domain::need::PriorResult;
use ajet_protocol::{ChannelId, Envelope, Message, MessageId};

use crate::acl::Acl;

/// A durable event.
#[derive(Clone)]
pub struct Durable {
    /// The epoch that it was appended under.
    pub epoch: u64,
    /// With the ACL version of its commit.
    pub event: Envelope,
    /// Whether its actor had the right to it then.
    pub allowed: bool,
}

/// One stream and the rows beside it.
pub struct Log {
    pub epoch: u64,
    pub head: u64,
    pub acl: Acl,
    pub events: Vec<Durable>,
    pub messages: HashMap<MessageId, Message>,
    pub made: HashMap<DuplicateKey, PriorResult>,
}

impl Log {
    /// An empty stream without an owner, where these rights hold.
    pub fn new(acl: Acl) -> Self {
        let (messages, made) = (HashMap::new(), HashMap::new());
        Self { epoch: 0, head: 0, acl, events: Vec::new(), messages, made }
    }

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
        if self.acl.is_stale(&append.acl.rests_on) {
            return Outcome::StaleAcl;
        }
        self.acl.raise(append.raises.clone());
        let acl_version = self.acl.version();
        for one in append.events.iter() {
            assert_eq!(one.event.acl_version, None, "only the commit knows it");
            let event = Envelope { acl_version: Some(acl_version), ..one.event.clone() };
            let allowed = event
                .actor_id
                .is_some_and(|actor| self.acl.standing(actor, Some(ChannelId(append.stream.0))).in_channel);
            self.events.push(Durable { epoch: append.epoch, event, allowed });
        }
        self.head += append.events.len() as u64;
        append.changes.iter().for_each(|change| self.change(change));
        Outcome::Committed { acl_version }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::InsertMessage { message, fingerprint, .. } => {
                let made = PriorResult { object: message.id.0, fingerprint: *fingerprint };
                self.made.extend(key_of(change).map(|key| (key, made)));
                self.messages.insert(message.id, (**message).clone());
            }
            Change::EditMessage { message, .. } => {
                drop(self.messages.insert(message.id, (**message).clone()))
            }
            Change::DeleteMessage { id, .. } => {
                let message = self.messages.get_mut(id).expect("deleted messages exist");
                message.deleted = true;
                message.body_md.clear();
            }
            other => panic!("no channel changes this: {other:?}"),
        }
    }

    /// A look at the stream, as after a doubtful outcome.
    pub fn sight(&self, from_head: u64) -> StreamPosition {
        let next = self.events.iter().find(|durable| durable.event.seq == Some(from_head + 1));
        StreamPosition {
            epoch: self.epoch,
            head: self.head,
            next: next.map(|durable| durable.event.id),
            acl_version: next.and_then(|durable| durable.event.acl_version).unwrap_or(0),
        }
    }

    /// Plants a violation: the last message twice.
    pub fn double_last_message(&mut self) {
        let mut messages = self.events.iter().rev().filter(|durable| durable.event.kind == "message.created");
        let mut again = messages.next().expect("a message").clone();
        again.event.seq = Some(self.head + 1);
        self.head += 1;
        self.events.push(again);
    }
}

fn key_of(change: &Change) -> Option<DuplicateKey> {
    match change {
        Change::InsertMessage { message, .. } => {
            Some(DuplicateKey::of_message(message.author.id, message.client_mutation_id.as_str()))
        }
        _ => None,
    }
}
