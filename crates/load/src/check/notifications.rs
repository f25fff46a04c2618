//! Notifications: who is named in a message that was acknowledged is notified of it (I1), once (I2), and of nothing else (I7); who
//! listens is sent the event of each (I4), and of no other person's (I6). Of what people are told for other reasons, as of replies in threads that they
//! follow, a message notifies them once as well (I2), and no other person (I6).
//!
//! A post's text says whom it mentions and calls; in a direct message it concerns all its people, and in a thread those who had a part in it
//! (`audience`). Its author is not notified, and edits notify no one. What may have been edited or deleted may
//! have been so before anybody was notified: then, as where the outcome of a post is unknown, there is one notification or none.

use std::collections::{HashMap, HashSet};

use ajet_protocol::{EventType, NotificationReason, NotificationType};
use uuid::Uuid;

use super::audience::{Audience, Concerned, calls_many};
use super::presence::person;
use super::streams::stopped;
use super::{Operation, Run, Violation};
use crate::history::{Action, Listed, Outcome, Seen, What};

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let notices = Notices::of(run);
    let mut found = notices.twice(run);
    found.extend(notices.of_nothing(run));
    found.extend(notices.lost().into_iter().chain(notices.unheard(run)).map(|(_, violation)| violation));
    found
}

/// The people who lack something.
pub fn lacking(run: &Run<'_>) -> HashSet<Uuid> {
    let notices = Notices::of(run);
    notices.lost().into_iter().chain(notices.unheard(run)).map(|(person, _)| person).collect()
}

/// A message that concerns people, as it was posted.
struct Mentioning<'r, 'a> {
    post: &'r Operation<'a>,
    author: Option<Uuid>,
    concerned: Concerned,
    /// It was acknowledged, and was certainly neither edited nor deleted.
    is_certain: bool,
}

/// An event that tells of a notification.
struct Sent<'a> {
    at_us: u64,
    client: &'a str,
    event: &'a Seen,
    message: Uuid,
}

/// What a history says of notifications.
struct Notices<'r, 'a> {
    /// Who a client is to the server.
    people: HashMap<&'a str, Uuid>,
    messages: HashMap<Uuid, Mentioning<'r, 'a>>,
    /// What each person listed last, as far as they did.
    lists: HashMap<Uuid, &'a [Listed]>,
    sent: Vec<Sent<'a>>,
    /// When each listener last began afresh, or was told to refetch: only what was posted later is certainly owed.
    afresh: HashMap<&'a str, u64>,
}

impl<'r, 'a> Notices<'r, 'a> {
    fn of(run: &'r Run<'a>) -> Self {
        let mut people = HashMap::new();
        for line in run.lines {
            if let What::Person { id } = &line.what {
                people.insert(line.client.as_str(), *id);
            }
        }
        let messages = messages(run, &people);
        let (mut lists, mut sent, mut afresh) = (HashMap::new(), Vec::new(), HashMap::new());
        for line in run.lines {
            let (client, at_us) = (line.client.as_str(), line.at_us);
            match &line.what {
                What::Notifications { listed, .. } => {
                    if let Some(person) = people.get(client) {
                        lists.insert(*person, listed.as_slice());
                    }
                }
                What::Opened { resumed: false, .. } | What::Resync { .. } => {
                    afresh.insert(client, at_us);
                }
                What::Event(event) if event.kind == EventType::NotificationNew.as_str() => {
                    // One that tells of no message tells of nothing that anybody here did.
                    let message = event.message.unwrap_or_default();
                    sent.push(Sent { at_us, client, event, message });
                }
                _ => {}
            }
        }
        Self { people, messages, lists, sent, afresh }
    }

    fn is_asked_for(&self, person: Uuid, message: Uuid) -> bool {
        let concerns = |of: &Concerned| of.owed.contains(&person) || of.maybe.contains(&person);
        self.messages.get(&message).is_some_and(|one| concerns(&one.concerned))
    }

    fn is_own(&self, person: Uuid, message: Uuid) -> bool {
        self.messages.get(&message).is_some_and(|one| one.author == Some(person))
    }

    /// The messages of which people are certainly notified, each with one of these people.
    fn owed(&self) -> impl Iterator<Item = (Uuid, Uuid, &Operation<'a>)> {
        let certain = self.messages.iter().filter(|(_, one)| one.is_certain);
        certain.flat_map(|(message, one)| {
            one.concerned.owed.iter().map(move |person| (*person, *message, one.post))
        })
    }

    /// I1: who is mentioned lists the notification.
    fn lost(&self) -> Vec<(Uuid, Violation)> {
        let mut listed: HashSet<(Uuid, Uuid)> = HashSet::new();
        for (person, all) in &self.lists {
            listed.extend(all.iter().map(|one| (*person, one.message)));
        }
        let lost = self.owed().filter(|(person, message, _)| {
            self.lists.contains_key(person) && !listed.contains(&(*person, *message))
        });
        let violation = |(person, message, post): (Uuid, Uuid, &Operation<'a>)| {
            let story = format!("{person} was not notified of {message}; {}", post.tell());
            (person, Violation { invariant: "I1", at_us: post.returned_us(), story })
        };
        lost.map(violation).collect()
    }

    /// I4: who listens is sent the event.
    fn unheard(&self, run: &Run<'_>) -> Vec<(Uuid, Violation)> {
        let stopped = stopped(run);
        let had: HashSet<(&str, Uuid)> = self.sent.iter().map(|one| (one.client, one.message)).collect();
        let mut listeners: HashMap<Uuid, Vec<(&str, u64)>> = HashMap::new();
        for (client, afresh_us) in self.afresh.iter().filter(|(client, _)| !stopped.contains_key(*client)) {
            if let Some(id) = self.people.get(person(client)) {
                listeners.entry(*id).or_default().push((*client, *afresh_us));
            }
        }
        let mut found = Vec::new();
        for (person, message, post) in self.owed() {
            for (client, afresh_us) in listeners.get(&person).into_iter().flatten() {
                if post.invoked_us > *afresh_us && !had.contains(&(*client, message)) {
                    let story =
                        format!("{client} was never sent that {message} concerns them; {}", post.tell());
                    found.push((person, Violation { invariant: "I4", at_us: post.returned_us(), story }));
                }
            }
        }
        found
    }

    /// I2: a message notifies a person once, in their list and by one event.
    fn twice(&self, run: &Run<'_>) -> Vec<Violation> {
        let mut found = Vec::new();
        for (person, listed) in &self.lists {
            let mut had = HashSet::new();
            for one in listed.iter().filter(|one| !had.insert(one.message)) {
                let story = format!("{person} was notified of {} twice, again as {}", one.message, one.id);
                found.push(Violation { invariant: "I2", at_us: run.end_us, story });
            }
        }
        // A replay may bring the same event again.
        let mut by: HashMap<(&str, Uuid), Uuid> = HashMap::new();
        for one in &self.sent {
            let (client, event) = (one.client, one.event.id);
            let first = *by.entry((person(client), one.message)).or_insert(event);
            if first != event {
                let story = format!("{client} was sent {first} and {event}, both of {}", one.message);
                found.push(Violation { invariant: "I2", at_us: one.at_us, story });
            }
        }
        found
    }

    /// I7: no one is notified of what does not mention them. I6: what one person is notified of reaches no other.
    fn of_nothing(&self, run: &Run<'_>) -> Vec<Violation> {
        let mut found = Vec::new();
        for (person, listed) in &self.lists {
            let is_wrong = |one: &&Listed| {
                let is_asked_for = !one.by_name || self.is_asked_for(*person, one.message);
                !is_asked_for || self.is_own(*person, one.message)
            };
            for one in listed.iter().filter(is_wrong) {
                let story = format!("{person} was notified of {}, which does not concern them", one.message);
                found.push(Violation { invariant: "I7", at_us: run.end_us, story });
            }
        }
        for one in &self.sent {
            let (client, message, stream) = (one.client, one.message, one.event.stream);
            let (invariant, why) = match self.people.get(person(client)) {
                Some(id) if *id != stream => ("I6", format!("of the stream of {stream}")),
                Some(id) if self.is_own(*id, message) => ("I7", "which is their own".to_owned()),
                Some(id) if self.is_asked_for(*id, message) || !mentions(one.event) => continue,
                None if self.messages.get(&message).is_some_and(|one| calls_many(one.post)) => continue,
                // Only people whom the history introduces are mentioned by name.
                _ => ("I7", "and is not mentioned".to_owned()),
            };
            let story = format!("{client} was sent a notification of {message}, {why}");
            found.push(Violation { invariant, at_us: one.at_us, story });
        }
        found
    }
}

/// Whether a notification's message mentions the person; a node of the release before tells of no others.
fn mentions(event: &Seen) -> bool {
    event.reason.as_deref().is_none_or(|reason| {
        NotificationReason::named(reason).is_some_and(|one| one.kind() == NotificationType::Mention)
    })
}

/// The messages that mention people, also those of unknown outcome that are there in the end.
fn messages<'r, 'a>(run: &'r Run<'a>, people: &HashMap<&'a str, Uuid>) -> HashMap<Uuid, Mentioning<'r, 'a>> {
    let audience = Audience::of(run, people);
    let mut changed = HashSet::new();
    let mut by_key: HashMap<&str, &'r Operation<'a>> = HashMap::new();
    let mut messages = HashMap::new();
    for operation in &run.operations {
        match operation.action {
            Action::Edit { message, .. } | Action::Delete { message } if operation.may_have_acted() => {
                changed.insert(*message);
            }
            Action::Post { key, .. } => drop(by_key.insert(key, operation)),
            _ => {}
        }
    }
    let mention = |post: &'r Operation<'a>, is_certain: bool| {
        let concerned = audience.concerned(post);
        let author = people.get(person(post.client)).copied();
        let concerns_some = !(concerned.owed.is_empty() && concerned.maybe.is_empty());
        concerns_some.then_some(Mentioning { post, author, concerned, is_certain })
    };
    for stored in run.finals.values().flatten().flat_map(|(_, stored)| stored.iter()) {
        let post = by_key.get(stored.key.as_str()).copied();
        messages.extend(post.and_then(|post| mention(post, false)).map(|one| (stored.id, one)));
    }
    for post in &run.operations {
        if let Some((_, Outcome::Ok { message: Some(id), .. })) = post.returned {
            messages.extend(mention(post, !changed.contains(id)).map(|one| (*id, one)));
        }
    }
    messages
}
