//! I6 and I14: who was outside can't write, and is sent nothing of what was written meanwhile; and after the answer to a kick or
//! a ban nothing at all of the community, whatever was under way. I19: what was said in a channel that is deleted can't be read.
//!
//! Outside is also who lost a right by a register (`ends`): then no write that needs the right is accepted.

use std::collections::HashMap;

use uuid::Uuid;

use super::presence::{Absence, Place, person};
use super::{Operation, Run, Violation};
use crate::history::{Action, Seen, What};
use crate::registers::Register;

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    signed_out(run, &mut found);
    knocked(run, &mut found);
    sent_later(run, &mut found);
    under_way(run, &mut found);
    accepted(run, &mut found);
    found
}

/// Who sent what, as far as an event tells it: the first request that can have caused it, so nothing counts as sent later than it
/// was.
struct Senders<'r, 'a> {
    by_text: HashMap<&'a str, &'r Operation<'a>>,
    /// By the name that a channel got; none is given twice.
    by_name: HashMap<&'a str, &'r Operation<'a>>,
    joined: HashMap<(&'a str, Uuid), &'r Operation<'a>>,
    left: HashMap<(&'a str, Uuid), &'r Operation<'a>>,
    names: HashMap<Uuid, &'a str>,
}

impl<'r, 'a> Senders<'r, 'a> {
    fn of(run: &'r Run<'a>) -> Self {
        let mut senders = Self {
            by_text: HashMap::new(),
            by_name: HashMap::new(),
            joined: HashMap::new(),
            left: HashMap::new(),
            names: HashMap::new(),
        };
        for operation in &run.operations {
            let client = operation.client;
            match operation.action {
                // A retry repeats the text.
                Action::Post { body, .. } | Action::Edit { body, .. } => {
                    senders.by_text.entry(body).or_insert(operation);
                }
                Action::Make { name } | Action::Set { register: Register::Channel(_), value: Some(name) } => {
                    senders.by_name.entry(name).or_insert(operation);
                }
                Action::Join { channel } => {
                    senders.joined.entry((client, *channel)).or_insert(operation);
                }
                Action::Leave { channel } => {
                    senders.left.entry((client, *channel)).or_insert(operation);
                }
                _ => {}
            }
        }
        for line in run.lines {
            if let What::Person { id } = &line.what {
                senders.names.insert(*id, line.client.as_str());
            }
        }
        senders
    }

    /// The request that caused an event, where it can be told.
    fn cause(&self, event: &Seen) -> Option<&'r Operation<'a>> {
        if event.kind.starts_with("message.") {
            return self.by_text.get(event.body.as_deref()?).copied();
        }
        if event.kind.starts_with("channel.") {
            return self.by_name.get(event.body.as_deref()?).copied();
        }
        let name = self.names.get(&event.person?).copied()?;
        let of = match event.kind.as_str() {
            "member.joined" => &self.joined,
            "member.left" => &self.left,
            _ => return None,
        };
        of.get(&(name, event.channel?)).copied()
    }
}

/// I14: nothing that was sent after somebody's sign-out was answered reaches them.
fn signed_out(run: &Run<'_>, found: &mut Vec<Violation>) {
    let gone = sign_outs(run);
    let senders = Senders::of(run);
    for (client, at_us, event) in events(run) {
        let Some(cause) = senders.cause(event) else { continue };
        if gone.get(person(client)).is_some_and(|end| cause.invoked_us > *end) {
            let story = format!("{client} had signed out, and was sent {}; {}", told(event), cause.tell());
            found.push(Violation { invariant: "I14", at_us, story });
        }
    }
}

/// I14: who has signed out is let in nowhere, from the answer on.
fn knocked(run: &Run<'_>, found: &mut Vec<Violation>) {
    let gone = sign_outs(run);
    let knocks = run.operations.iter().filter(|one| one.is_ok() && *one.action == Action::Knock);
    for knock in knocks {
        if gone.get(knock.client).is_some_and(|end| knock.invoked_us > *end) {
            let story = format!("{} had signed out, and was let in; {}", knock.client, knock.tell());
            found.push(Violation { invariant: "I14", at_us: knock.returned_us(), story });
        }
    }
}

/// When sign-outs were answered.
pub fn sign_outs<'a>(run: &Run<'a>) -> HashMap<&'a str, u64> {
    let done = run.operations.iter().filter(|one| one.is_ok() && *one.action == Action::SignOut);
    done.map(|one| (one.client, one.returned_us())).collect()
}

/// I6: nothing that was sent while somebody was outside reaches them, until they asked to come back.
fn sent_later(run: &Run<'_>, found: &mut Vec<Violation>) {
    let senders = Senders::of(run);
    for (client, at_us, event) in events(run) {
        let Some(cause) = senders.cause(event) else { continue };
        if let Some(absence) = outside(run, person(client), event, (cause.invoked_us, at_us)) {
            let story =
                format!("{client} {} it, and was sent {}; {}", absence.why, told(event), cause.tell());
            found.push(Violation { invariant: "I6", at_us, story });
        }
    }
}

/// The absence that lasts from an event's sending to its arrival, if there is one.
fn outside<'r>(
    run: &'r Run<'_>,
    person: &str,
    event: &Seen,
    (sent_us, at_us): (u64, u64),
) -> Option<&'r Absence> {
    let certain = |place| {
        // Sent after the answer, not just when it came.
        run.presence.certain(person, place, sent_us.saturating_sub(1), at_us)
    };
    if let Some(absence) = event.community.map(Place::Community).and_then(certain) {
        return Some(absence);
    }
    let of_community = event.community == Some(event.stream);
    let channel = if of_community { event.channel? } else { event.stream };
    if let Some(absence) = [Place::View(channel), Place::There(channel)].into_iter().find_map(certain) {
        return Some(absence);
    }
    if !of_community {
        return certain(Place::Channel(channel));
    }
    // Who is not in a channel hears of it while it is public.
    certain(Place::Channel(channel))?;
    certain(Place::Sight(channel))
}

/// I14: what had not arrived when a kick or a ban was answered never does, until the person asked to come back.
fn under_way(run: &Run<'_>, found: &mut Vec<Violation>) {
    // By listener and removal: how many bytes had arrived.
    let mut received: HashMap<(&str, u64), u64> = HashMap::new();
    for line in run.lines {
        if let What::Received { op, bytes } = &line.what {
            received.insert((line.client.as_str(), *op), *bytes);
        }
    }
    for (client, at_us, event) in events(run) {
        let (Some(community), Some(at_byte)) = (event.community, event.at_byte) else { continue };
        let absences = run.presence.of_person(person(client), Place::Community(community));
        let arrived_later = |absence: &&Absence| {
            let before = absence.op.and_then(|op| received.get(&(client, op)));
            absence.certain.contains(&at_us) && before.is_some_and(|before| at_byte >= *before)
        };
        if let Some(absence) = absences.iter().find(arrived_later) {
            let (why, event) = (absence.why, told(event));
            let story = format!("{client} {why} {community}, which was answered, and was sent {event}");
            found.push(Violation { invariant: "I14", at_us, story });
        }
    }
}

/// I6: nothing is accepted from who is outside.
fn accepted(run: &Run<'_>, found: &mut Vec<Violation>) {
    for operation in run.operations.iter().filter(|one| one.is_ok()) {
        if let Some((invariant, why)) = wrongly(run, operation) {
            let story = format!("it was accepted from who {why} it; {}", operation.tell());
            found.push(Violation { invariant, at_us: operation.returned_us(), story });
        }
    }
}

/// Which invariant a request that was accepted violates, and why it was to be refused, if it was.
fn wrongly(run: &Run<'_>, operation: &Operation<'_>) -> Option<(&'static str, &'static str)> {
    let (who, channel) = (person(operation.client), run.channel_of(operation.action));
    let (from, to) = (operation.invoked_us, operation.returned_us());
    let certain = |place: Place| run.presence.certain(who, place, from.saturating_sub(1), to);
    if channel.is_some_and(|channel| run.circles.exclude(who, channel)) {
        return Some(("I6", "is none of those who may know of"));
    }
    let lacks = |place: Place| certain(place).map(|absence| (place, absence.why));
    if let Some((place, why)) = run.needed(operation.action).into_iter().find_map(lacks) {
        let reads = matches!(operation.action, Action::Read { .. } | Action::List { .. });
        let is_gone = reads && matches!(place, Place::There(_));
        return Some((if is_gone { "I19" } else { "I6" }, why));
    }
    // Asking to join ends the absence from the channel itself.
    let was_out = |channel| {
        let before = from.checked_sub(1)?;
        run.presence.certain(who, Place::Channel(channel), before, before)
    };
    let absence = match operation.action {
        Action::Join { channel } => {
            was_out(*channel)?;
            certain(Place::Sight(*channel))
        }
        Action::Accept { .. } => {
            run.presence.communities().iter().map(|id| Place::Gate(*id)).find_map(certain)
        }
        Action::Read { .. } | Action::List { .. } => {
            certain(Place::Channel(channel?))?;
            certain(Place::Sight(channel?))
        }
        _ => None,
    };
    absence.map(|absence| ("I6", absence.why))
}

/// Every event with who got it and when.
fn events<'r>(run: &'r Run<'_>) -> impl Iterator<Item = (&'r str, u64, &'r Seen)> {
    run.lines.iter().filter_map(|line| match &line.what {
        What::Event(seen) => Some((line.client.as_str(), line.at_us, seen)),
        _ => None,
    })
}

fn told(event: &Seen) -> String {
    let Seen { kind, stream, body, .. } = event;
    body.as_ref().map_or_else(|| format!("{kind} of {stream}"), |body| format!("{kind} {body:?}"))
}
