//! Direct messages: the same people have the same one (I2), and no third person reads, writes or hears of it (I6). The same holds of
//! a channel behind a role, for those who never hold it. What is said there is checked like what is said in any channel.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::presence::person;
use super::{Operation, Run, Violation};
use crate::history::{Action, Line, What};

/// A direct message, as a request opened it.
struct Opened<'a> {
    at_us: u64,
    client: &'a str,
    people: &'a [Uuid],
    channel: Uuid,
}

/// The people of channels of which no one else may ever know.
pub struct Circles<'a> {
    /// Who a client is to the server.
    people: HashMap<&'a str, Uuid>,
    of: HashMap<Uuid, HashSet<Uuid>>,
    /// The channels of these that are direct messages.
    dms: HashSet<Uuid>,
    opened: Vec<Opened<'a>>,
}

impl<'a> Circles<'a> {
    pub fn of(lines: &'a [Line], operations: &[Operation<'a>]) -> Self {
        let (mut people, mut opened) = (HashMap::new(), Vec::new());
        let mut of: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
        let asked = operations.iter().filter_map(|one| match one.action {
            Action::OpenDm { people } => Some((one.op, people.as_slice())),
            _ => None,
        });
        let asked: HashMap<u64, &'a [Uuid]> = asked.collect();
        for line in lines {
            let (at_us, client) = (line.at_us, line.client.as_str());
            match &line.what {
                What::Person { id } => {
                    people.insert(client, *id);
                }
                What::Behind { channel, people, .. } => {
                    of.entry(*channel).or_default().extend(people.iter().copied());
                }
                What::Dm { op, channel } => {
                    let Some(people) = asked.get(op).copied() else { continue };
                    of.entry(*channel).or_default().extend(people.iter().copied());
                    opened.push(Opened { at_us, client, people, channel: *channel });
                }
                _ => {}
            }
        }
        let dms = opened.iter().map(|one: &Opened<'_>| one.channel).collect();
        Self { people, of, dms, opened }
    }

    /// The people of a direct message.
    pub fn of_dm(&self, channel: Uuid) -> Option<&HashSet<Uuid>> {
        self.of.get(&channel).filter(|_| self.dms.contains(&channel))
    }

    /// Whether a person may never know of a channel.
    pub fn exclude(&self, person: &str, channel: Uuid) -> bool {
        let is_in = |people: &HashSet<Uuid>| self.people.get(person).is_some_and(|id| people.contains(id));
        self.of.get(&channel).is_some_and(|people| !is_in(people))
    }
}

pub fn check(run: &Run<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    one_each(run, &mut found);
    overheard(run, &mut found);
    found
}

/// I2: the same people have one direct message, and others have another.
fn one_each(run: &Run<'_>, found: &mut Vec<Violation>) {
    let mut by_people: HashMap<&[Uuid], Uuid> = HashMap::new();
    let mut by_channel: HashMap<Uuid, &[Uuid]> = HashMap::new();
    for Opened { at_us, client, people, channel } in &run.circles.opened {
        let first = *by_people.entry(*people).or_insert(*channel);
        let of_first = *by_channel.entry(*channel).or_insert(*people);
        if first != *channel || of_first != *people {
            let story = format!(
                "{client} was given {channel} for {people:?}; these had {first}, and it was of {of_first:?}"
            );
            found.push(Violation { invariant: "I2", at_us: *at_us, story });
        }
    }
}

/// I6: nothing that happens there reaches anyone else.
fn overheard(run: &Run<'_>, found: &mut Vec<Violation>) {
    for line in run.lines {
        let What::Event(event) = &line.what else { continue };
        let client = line.client.as_str();
        let mut about = [Some(event.stream), event.channel].into_iter().flatten();
        if let Some(channel) = about.find(|id| run.circles.exclude(person(client), *id)) {
            let story = format!("{client} was sent {} of {channel}, which is not theirs", event.kind);
            found.push(Violation { invariant: "I6", at_us: line.at_us, story });
        }
    }
}
