//! Whom a message concerns, by what the history says of people: who is where all the time, and who had a part in a thread.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::presence::person;
use super::{Operation, Run};
use crate::history::{Action, Outcome, What};
use crate::mentions::{ALL, HERE, called_roles, mentioned};

/// Who is online is known everywhere this long after a stream was opened.
const KNOWN_WITHIN_US: u64 = 5_000_000;
/// Who is told is decided within this time after the answer, where nothing is broken.
const DECIDED_WITHIN_US: u64 = 15_000_000;

/// Whom a message concerns; its author is never among them.
#[derive(Default)]
pub struct Concerned {
    /// Those who are certainly told.
    pub owed: HashSet<Uuid>,
    /// Those who may be told, or not.
    pub maybe: HashSet<Uuid>,
}

/// Where a person is all the time, and what they hold.
struct Home<'a> {
    channels: &'a [Uuid],
    roles: &'a [Uuid],
}

/// A time without a break, both ends included.
type Span = (u64, u64);

/// What a history says of who hears what.
pub struct Audience<'r, 'a> {
    run: &'r Run<'a>,
    /// Who a client is to the server.
    people: &'r HashMap<&'a str, Uuid>,
    homes: HashMap<Uuid, Home<'a>>,
    /// By key, what a post replies to.
    replies: HashMap<&'a str, Uuid>,
    /// Who had a part in a thread, each with when that was answered; never where it was taken back.
    parts: HashMap<Uuid, Vec<(Uuid, u64)>>,
    /// When each person's stream was certainly open.
    open: HashMap<Uuid, Vec<Span>>,
    /// When something was broken.
    broken: Vec<Span>,
}

impl<'r, 'a> Audience<'r, 'a> {
    pub fn of(run: &'r Run<'a>, people: &'r HashMap<&'a str, Uuid>) -> Self {
        let (mut homes, mut replies) = (HashMap::new(), HashMap::new());
        for line in run.lines {
            match &line.what {
                What::Belongs { channels, roles } => {
                    if let Some(id) = people.get(line.client.as_str()) {
                        homes.insert(*id, Home { channels, roles });
                    }
                }
                What::Reply { key, parent } => drop(replies.insert(key.as_str(), *parent)),
                _ => {}
            }
        }
        let parts = parts(run, people, &replies);
        let (open, broken) = (open(run, people), broken(run));
        Self { run, people, homes, replies, parts, open, broken }
    }

    /// Whom a post concerns.
    pub fn concerned(&self, post: &Operation<'_>) -> Concerned {
        let Action::Post { channel, key, body } = post.action else { return Concerned::default() };
        let mut concerned = Concerned { owed: mentioned(body), maybe: HashSet::new() };
        let there = |home: &Home<'_>| home.channels.contains(channel);
        let at_home = |holds: &dyn Fn(Uuid, &Home<'_>) -> bool| -> Vec<Uuid> {
            let homes = self.homes.iter().filter(|(id, home)| there(home) && holds(**id, home));
            homes.map(|(id, _)| *id).collect()
        };
        if body.contains(ALL) {
            concerned.owed.extend(at_home(&|_, _| true));
        }
        if body.contains(HERE) {
            concerned.owed.extend(at_home(&|id, _| self.is_online(id, post)));
        }
        if body.contains(ALL) || body.contains(HERE) {
            // Others are in the channel at times.
            concerned.maybe.extend(self.people.values());
        }
        let called = called_roles(body);
        concerned.owed.extend(at_home(&|_, home| home.roles.iter().any(|role| called.contains(role))));
        concerned.owed.extend(self.run.circles.of_dm(*channel).into_iter().flatten());
        if let Some(parent) = self.replies.get(key.as_str()) {
            for (id, at_us) in self.parts.get(parent).into_iter().flatten() {
                let list = if *at_us < post.invoked_us { &mut concerned.owed } else { &mut concerned.maybe };
                list.insert(*id);
            }
        }
        if let Some(author) = self.people.get(person(post.client)) {
            concerned.owed.remove(author);
            concerned.maybe.remove(author);
        }
        concerned
    }

    /// Whether a person's stream was certainly open, and known to be, while it was decided who is told of a post.
    fn is_online(&self, id: Uuid, post: &Operation<'_>) -> bool {
        let from = post.invoked_us.saturating_sub(KNOWN_WITHIN_US);
        let to = post.returned_us().saturating_add(DECIDED_WITHIN_US);
        let covers = |span: &Span| span.0 <= from && to <= span.1;
        let mut spans = self.open.get(&id).into_iter().flatten();
        let was_broken = self.broken.iter().any(|(begun, ended)| *begun <= to && from <= *ended);
        !was_broken && spans.any(covers)
    }
}

/// Who began each thread that is replied to, and who replied, each with when that was answered. Whose reply is deleted at some time is told of
/// others by other replies alone: then it is never certain.
fn parts<'a>(
    run: &Run<'a>,
    people: &HashMap<&'a str, Uuid>,
    replies: &HashMap<&'a str, Uuid>,
) -> HashMap<Uuid, Vec<(Uuid, u64)>> {
    let threads: HashSet<Uuid> = replies.values().copied().collect();
    let deleted: HashSet<Uuid> = run.operations.iter().filter_map(deleted).collect();
    let mut parts: HashMap<Uuid, Vec<(Uuid, u64)>> = HashMap::new();
    for post in &run.operations {
        let (Action::Post { key, .. }, Some((at_us, Outcome::Ok { message: Some(id), .. }))) =
            (post.action, post.returned)
        else {
            continue;
        };
        let Some(author) = people.get(person(post.client)) else { continue };
        if let Some(thread) = replies.get(key.as_str()).or_else(|| threads.get(id)) {
            let from = if deleted.contains(id) { u64::MAX } else { at_us };
            parts.entry(*thread).or_default().push((*author, from));
        }
    }
    parts
}

/// The message that an operation deletes, if it may have.
fn deleted(operation: &Operation<'_>) -> Option<Uuid> {
    match operation.action {
        Action::Delete { message } if operation.may_have_acted() => Some(*message),
        _ => None,
    }
}

/// Whether a post calls all who are in its channel, or those who are there: also people whom the history does not introduce.
pub fn calls_many(post: &Operation<'_>) -> bool {
    matches!(post.action, Action::Post { body, .. } if body.contains(ALL) || body.contains(HERE))
}

/// From when to when each person had a stream: from its opening to the last event that it brought.
fn open(run: &Run<'_>, people: &HashMap<&str, Uuid>) -> HashMap<Uuid, Vec<Span>> {
    let mut under_way: HashMap<&str, Span> = HashMap::new();
    let mut open: HashMap<Uuid, Vec<Span>> = HashMap::new();
    let mut ends = |client: &str, span: Option<Span>| {
        if let (Some(id), Some(span)) = (people.get(person(client)), span) {
            open.entry(*id).or_default().push(span);
        }
    };
    for line in run.lines {
        let (client, at_us) = (line.client.as_str(), line.at_us);
        match &line.what {
            What::Opened { .. } => ends(client, under_way.insert(client, (at_us, at_us))),
            What::Resync { .. } | What::Closed => ends(client, under_way.remove(client)),
            What::Event(_) => {
                if let Some(span) = under_way.get_mut(client) {
                    span.1 = at_us;
                }
            }
            _ => {}
        }
    }
    for (client, span) in under_way {
        ends(client, Some(span));
    }
    open
}

/// From when to when there were faults; one that does not end lasts for ever.
fn broken(run: &Run<'_>) -> Vec<Span> {
    let mut begun: HashMap<&str, u64> = HashMap::new();
    let mut broken = Vec::new();
    for line in run.lines {
        if let What::Fault { name, begins } = &line.what {
            if *begins {
                begun.insert(name, line.at_us);
            } else if let Some(from) = begun.remove(name.as_str()) {
                broken.push((from, line.at_us));
            }
        }
    }
    broken.extend(begun.into_values().map(|from| (from, u64::MAX)));
    broken
}
