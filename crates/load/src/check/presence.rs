//! Who was outside of what, and when: what a removal took away, until it was given back.
//!
//! Each absence has two spans. It is *certain* from the removal's answer to the moment at which somebody asked for the return:
//! within it, nothing may be accepted and nothing may arrive. It is *possible* from the moment at which the removal was asked
//! for to the return's answer: within it, a refusal or a missing event is no violation. An attempt whose answer never came may
//! still act while another has been answered, so what needed more than one attempt makes later absences uncertain for a while.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use uuid::Uuid;

use super::Operation;
use super::ends::{Right, gives, takes};
use crate::history::{Action, Line, What};
use crate::registers::Register;

/// An attempt without an answer may act for this long: a request waits in a process that stands still, 30 s at most.
pub const LINGERS_US: u64 = 40_000_000;

/// What somebody may be outside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Channel(Uuid),
    Community(Uuid),
    /// Where a ban keeps people from coming back into the community.
    Gate(Uuid),
    /// What those who are not in the channel know of it. The same for everybody.
    Sight(Uuid),
    /// What a person knows of a channel that is denied to them at times, or seen by who holds a role.
    View(Uuid),
    /// Where a mute keeps a person from writing in a community.
    Voice(Uuid),
    /// What can be written in a channel, which may be read-only. The same for everybody.
    Open(Uuid),
    /// A channel as long as it is not deleted. The same for everybody.
    There(Uuid),
}

impl Place {
    /// In whose name absences from it stand.
    fn whose(self, person: &str) -> &str {
        let is_the_same = matches!(self, Place::Sight(_) | Place::Open(_) | Place::There(_));
        if is_the_same { EVERYBODY } else { person }
    }
}

/// In whose name everybody's absences stand.
pub const EVERYBODY: &str = "";

/// Somebody's time outside of a place.
#[derive(Debug, Clone)]
pub struct Absence {
    /// Why, in words.
    pub why: &'static str,
    /// The removal, as the history numbers requests; none for who was never in.
    pub op: Option<u64>,
    /// Empty where nothing is certain.
    pub certain: Range<u64>,
    pub possible: Range<u64>,
}

/// A return, or a try of one.
struct Return {
    invoked_us: u64,
    returned_us: u64,
    /// When it can act no more.
    settled_us: u64,
    is_ok: bool,
}

type Removal<'a> = (&'a str, Place, Absence);
type Returns<'a> = HashMap<(&'a str, Place), Vec<Return>>;

/// A channel as the history introduces it.
struct Room {
    community: Uuid,
    on_arrival: bool,
}

/// The absences of all people.
#[derive(Default)]
pub struct Presence<'a> {
    absences: HashMap<&'a str, HashMap<Place, Vec<Absence>>>,
    rooms: HashMap<Uuid, Room>,
    communities: Vec<Uuid>,
    /// People who came into a community, or were removed from one.
    moving: HashSet<&'a str>,
    /// By role, the channels that are seen by who holds it.
    behind: HashMap<Uuid, Vec<Uuid>>,
    /// Channels that are hidden from some people at times.
    hidden: HashSet<Uuid>,
}

/// The person of a client: one who listens at several places has a name for each, the person's before a slash.
pub fn person(client: &str) -> &str {
    client.split('/').next().unwrap_or(client)
}

impl<'a> Presence<'a> {
    pub fn of(lines: &'a [Line], operations: &[Operation<'a>]) -> Self {
        let mut presence = Self::default();
        for line in lines {
            presence.introduce(&line.what);
        }
        let (mut removals, mut returns): (Vec<Removal<'a>>, Returns<'a>) = (Vec::new(), HashMap::new());
        for line in lines {
            if let What::Outside { channel } = &line.what {
                let (at, place) = (line.at_us, Place::Channel(*channel));
                let spans = (at..u64::MAX, at..u64::MAX);
                removals.push((line.client.as_str(), place, absence("was not in", None, spans)));
            }
        }
        for operation in operations {
            presence.takes_away(operation, &mut removals);
            presence.gives_back(operation, &mut returns);
        }
        for all in returns.values_mut() {
            all.sort_by_key(|one| one.invoked_us);
        }
        for (who, place, absence) in removals {
            let returns = returns.get(&(who, place)).map_or(&[][..], Vec::as_slice);
            let absence = until_return(absence, returns);
            presence.absences.entry(who).or_default().entry(place).or_default().push(absence);
        }
        presence
    }

    fn introduce(&mut self, what: &What) {
        match what {
            What::Channel { channel, community, on_arrival } => {
                self.rooms.insert(*channel, Room { community: *community, on_arrival: *on_arrival });
                if !self.communities.contains(community) {
                    self.communities.push(*community);
                }
            }
            What::Behind { channel, role, .. } => {
                self.behind.entry(*role).or_default().push(*channel);
                self.hidden.insert(*channel);
            }
            _ => {}
        }
    }

    fn takes_away(&mut self, operation: &Operation<'a>, removals: &mut Vec<Removal<'a>>) {
        let acted = operation.may_have_acted();
        if let Action::Set { register: Register::Denied { channel, .. }, .. } = operation.action {
            self.hidden.insert(*channel);
        }
        let (who, why, places) = match operation.action {
            Action::Set { register, value } if takes(register, value.as_deref()) => {
                let Some(right) = Right::of(register, self) else { return };
                (right.person, right.without, right.places)
            }
            Action::Leave { channel } => (operation.client, "left", vec![Place::Channel(*channel)]),
            Action::Kick { community, person } => {
                (person.as_str(), "was kicked from", self.all_of(*community))
            }
            Action::Ban { community, person } => {
                let places = self.all_of(*community);
                let gate = [Place::Gate(*community)];
                (person.as_str(), "was banned from", places.into_iter().chain(gate).collect())
            }
            Action::Visibility { channel, private: true } => {
                (EVERYBODY, "may not know of", vec![Place::Sight(*channel)])
            }
            _ => return,
        };
        if matches!(operation.action, Action::Kick { .. } | Action::Ban { .. }) {
            self.moving.insert(who);
        }
        let certain = if operation.is_ok() { operation.returned_us()..u64::MAX } else { 0..0 };
        // What was refused at once took nothing away.
        for place in places.into_iter().filter(|_| acted) {
            let spans = (certain.clone(), operation.invoked_us..operation.settled_us());
            removals.push((who, place, absence(why, Some(operation.op), spans)));
        }
    }

    fn gives_back(&mut self, operation: &Operation<'a>, returns: &mut Returns<'a>) {
        let (who, places) = match operation.action {
            Action::Join { channel } => (operation.client, vec![Place::Channel(*channel)]),
            // The history does not say which community an invite is for.
            Action::Accept { .. } => {
                self.moving.insert(operation.client);
                let arrivals = self.rooms.iter().filter(|(_, room)| room.on_arrival);
                let arrivals = arrivals.map(|(channel, _)| Place::Channel(*channel));
                let communities = self.communities.iter().map(|id| Place::Community(*id));
                (operation.client, communities.chain(arrivals).collect())
            }
            Action::Unban { community, person } => (person.as_str(), vec![Place::Gate(*community)]),
            Action::Visibility { channel, private: false } => (EVERYBODY, vec![Place::Sight(*channel)]),
            Action::Set { register, value } if gives(register, value.as_deref()) => {
                let Some(right) = Right::of(register, self) else { return };
                (right.person, right.places)
            }
            _ => return,
        };
        if !operation.may_have_acted() {
            return;
        }
        for place in places {
            returns.entry((who, place)).or_default().push(Return {
                invoked_us: operation.invoked_us,
                returned_us: operation.returned_us(),
                settled_us: operation.settled_us(),
                is_ok: operation.is_ok(),
            });
        }
    }

    /// A community and its channels.
    fn all_of(&self, community: Uuid) -> Vec<Place> {
        let rooms = self.rooms.iter().filter(|(_, room)| room.community == community);
        let rooms = rooms.map(|(channel, _)| Place::Channel(*channel));
        [Place::Community(community)].into_iter().chain(rooms).collect()
    }

    /// The community of a channel, where the history says it.
    pub fn community_of(&self, channel: Uuid) -> Option<Uuid> {
        self.rooms.get(&channel).map(|room| room.community)
    }

    /// The communities that the history names.
    pub fn communities(&self) -> &[Uuid] {
        &self.communities
    }

    /// Whether somebody belongs to what they belong to all the time.
    pub fn is_settled(&self, person: &str) -> bool {
        !self.moving.contains(person)
    }

    /// The channels that are seen by who holds a role.
    pub fn behind(&self, role: Uuid) -> &[Uuid] {
        self.behind.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Whether a channel is hidden at times: from those who are not in it, from single people, or from all, once it is deleted.
    pub fn is_hidden_at_times(&self, channel: Uuid) -> bool {
        let from_all = [Place::Sight(channel), Place::There(channel)];
        self.hidden.contains(&channel)
            || from_all.into_iter().any(|place| !self.of_person(EVERYBODY, place).is_empty())
    }

    /// The absences of a person from a place.
    pub fn of_person(&self, person: &str, place: Place) -> &[Absence] {
        let who = place.whose(person);
        self.absences.get(who).and_then(|places| places.get(&place)).map_or(&[], Vec::as_slice)
    }

    /// An absence that is certain for all of this time, both ends included.
    pub fn certain(&self, person: &str, place: Place, from: u64, to: u64) -> Option<&Absence> {
        let holds = |absence: &&Absence| absence.certain.start <= from && to < absence.certain.end;
        self.of_person(person, place).iter().find(holds)
    }

    /// Whether the person may have been outside at some moment of this time.
    pub fn is_possible(&self, person: &str, place: Place, from: u64, to: u64) -> bool {
        let meets = |absence: &Absence| absence.possible.start <= to && from <= absence.possible.end;
        self.of_person(person, place).iter().any(meets)
    }

    /// What a person must not be outside of to hear what is said in a channel.
    pub fn around(&self, channel: Uuid) -> Vec<Place> {
        let community = self.community_of(channel).map(Place::Community);
        let own = [Place::Channel(channel), Place::View(channel), Place::There(channel)];
        own.into_iter().chain(community).collect()
    }

    /// The same for a channel, from which one is also removed with its community.
    pub fn is_out_of_channel(&self, person: &str, channel: Uuid, from: u64, to: u64) -> bool {
        self.around(channel).into_iter().any(|place| self.is_possible(person, place, from, to))
    }

    /// Whether the person may have been outside of what an event of their own stream can be about: then it is not sent, though it has a
    /// number there.
    pub fn is_out_of_something(&self, person: &str, from: u64, to: u64) -> bool {
        let hides = |place: &&Place| matches!(place, Place::Community(_) | Place::View(_));
        let mut places = self.absences.get(person).into_iter().flat_map(HashMap::keys).filter(hides);
        places.any(|place| self.is_possible(person, *place, from, to))
    }
}

fn absence(why: &'static str, op: Option<u64>, (certain, possible): (Range<u64>, Range<u64>)) -> Absence {
    Absence { why, op, certain, possible }
}

/// Ends an absence where the person came back. Its possible span ends as yet when the removal can act no more.
fn until_return(mut absence: Absence, returns: &[Return]) -> Absence {
    let (removed_us, settled_us) = (absence.possible.start, absence.possible.end);
    // Who never was in has no removal that could act late.
    let settled_us = if absence.op.is_none() { removed_us } else { settled_us };
    let back = returns.iter().find(|one| one.is_ok && one.invoked_us >= settled_us);
    absence.possible.end = back.map_or(u64::MAX, |one| one.returned_us);
    let from = absence.certain.start;
    let overlaps = |one: &Return| one.invoked_us < from && one.settled_us > removed_us;
    if returns.iter().any(overlaps) {
        absence.certain = 0..0;
    } else if let Some(asked) = returns.iter().find(|one| one.invoked_us >= from) {
        absence.certain.end = absence.certain.end.min(asked.invoked_us);
    }
    absence
}
