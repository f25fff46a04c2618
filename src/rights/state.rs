//! What is known of one scope, a community or a direct message: its ACL version, its channels and custom roles, and the people held here,
//! by channel.
//!
//! Pure: no IO, no lock and no clock of its own. All of it holds as of the version, or is newer. Changes come as a
//! [`Delta`], whole or not at all.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_domain::Standing;
use ajet_domain::acl::Affected;
use ajet_domain::rights as rule;
use ajet_domain::rights::{ChannelRights, CommunityRights, Overwrite, RoleRights};
use ajet_protocol::{Audience, ChannelId, RoleId, UserId};

use super::delta::{Delta, Wants};
use super::past::{Past, Roles, Step};
use super::people::Known;
use crate::store::rights::AsOf;

/// What was not compared with the store for this long is asked for again: a statement that rests on it walks the changes since then.
const CONFIRMED_FOR: Duration = Duration::from_secs(5);
/// A scope without its channels, and a channel, with their places in the maps.
const STATE_BYTES: usize = 1024;
const CHANNEL_BYTES: usize = size_of::<(ChannelId, ChannelRights)>() + 24;
const ROLE_BYTES: usize = size_of::<(RoleId, RoleRights)>() + 8;

/// A person with a session here.
struct Held {
    /// By how many.
    count: usize,
    as_of: u64,
    rights: Known,
}

/// When changes are taken in.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When it was begun to read them.
    pub asked: Instant,
    pub now: Instant,
    /// A number that was not used yet, for when what is remembered of other people holds no more.
    pub generation: u64,
}

/// A scope as it is known here.
#[derive(Default)]
pub struct State {
    version: u64,
    /// When it was last known to be the present; `None` before anything was read.
    confirmed: Option<Instant>,
    /// Who is remembered outside of this state is remembered under this number.
    generation: u64,
    /// All of its channels; that of a direct message is the only one.
    community: CommunityRights,
    /// Overwrites of all channels together.
    overwrites: usize,
    held: HashMap<UserId, Held>,
    /// The people held, by the channels they joined.
    by_channel: HashMap<ChannelId, HashSet<UserId>>,
    past: Past,
}

impl State {
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether anything was read, and the scope was there.
    pub fn is_read(&self) -> bool {
        self.confirmed.is_some()
    }

    /// Whether it was read, and compared with the store not too long ago.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.confirmed.is_some_and(|at| now.saturating_duration_since(at) < CONFIRMED_FOR)
    }

    /// What it takes in memory, in bytes, with no people held.
    pub fn bytes(&self) -> usize {
        STATE_BYTES
            + self.community.channels.len() * CHANNEL_BYTES
            + self.community.roles.len() * ROLE_BYTES
            + self.overwrites * size_of::<Overwrite>()
            + self.past.bytes()
    }

    /// What a person may do, by what is known of them as of this version.
    pub fn standing(&self, member: &Known, channel: Option<ChannelId>) -> Standing {
        rule::standing(&self.community, member.as_deref(), channel, self.version)
    }

    /// Whether a channel is there.
    pub fn has_channel(&self, channel: ChannelId) -> bool {
        self.community.channels.contains_key(&channel)
    }

    /// The channels that a person may know of.
    pub fn seen_channels(&self, member: &Known) -> Vec<ChannelId> {
        rule::seen_channels(&self.community, member.as_deref())
    }

    /// Whether rights that were read as of a version are known to be those of this version or newer.
    pub fn holds(&self, person: UserId, as_of: u64) -> bool {
        as_of >= self.version || self.past.holds(person, as_of)
    }

    /// The rights of a person held here.
    pub fn rights_of(&self, person: UserId) -> Option<&Known> {
        self.held.get(&person).map(|held| &held.rights)
    }

    /// The people held here: all of them, or only those who belong to the scope no more.
    pub fn people(&self, all: bool) -> Vec<UserId> {
        let wanted = |(_, held): &(&UserId, &Held)| all || held.rights.is_none();
        self.held.iter().filter(wanted).map(|(person, _)| *person).collect()
    }

    /// Whether a session here needs this scope.
    pub fn holds_anyone(&self) -> bool {
        !self.held.is_empty()
    }

    /// Holds a person once more. False where that needs rights that are not known.
    pub fn hold_again(&mut self, person: UserId) -> bool {
        let Some(held) = self.held.get_mut(&person) else { return false };
        held.count += 1;
        true
    }

    /// Holds a person, whose rights were read as of a version. False where a change since then concerns them.
    pub fn hold(&mut self, person: UserId, (as_of, rights): AsOf<Known>) -> bool {
        if self.hold_again(person) {
            return true;
        }
        if !self.is_read() || !self.holds(person, as_of) {
            return false;
        }
        self.index(person, &rights);
        self.held.insert(person, Held { count: 1, as_of, rights });
        true
    }

    /// Lets go of a person once; what is known of them, when they are not held any more.
    pub fn release(&mut self, person: UserId) -> Option<Known> {
        let held = self.held.get_mut(&person)?;
        held.count -= 1;
        if held.count > 0 {
            return None;
        }
        let gone = self.held.remove(&person)?;
        self.unindex(person, &gone.rights);
        Some(gone.rights)
    }

    /// What must be read before these changes can be applied.
    pub fn wants(&self, delta: &Delta) -> Wants {
        let (everyone, read) = (delta.everyone(), delta.community_as_of());
        let community = everyone > read;
        let lacking = |(id, version): (ChannelId, u64)| {
            let read = delta.channels.get(&id).map_or(read, |(as_of, _)| read.max(*as_of));
            (version > read).then_some(id)
        };
        // What reads all channels reads these, too.
        let channels = if community {
            Vec::new()
        } else {
            delta.channels_changed().into_iter().filter_map(lacking).collect()
        };
        let changed = delta.people_changed();
        let outdated = |person: UserId| {
            let needed = everyone.max(changed.get(&person).copied().unwrap_or(0));
            let held = self.held.get(&person)?;
            // What is read as a whole may be of a database that was put back: then no version of before means anything.
            let known = if delta.whole { 0 } else { held.as_of };
            let read = delta.people.get(&person).map_or(known, |(as_of, _)| known.max(*as_of));
            (needed > read).then_some(person)
        };
        let people = if everyone > 0 {
            self.held.keys().copied().filter_map(outdated).collect()
        } else {
            changed.keys().copied().filter_map(outdated).collect()
        };
        Wants { community, channels, people }
    }

    /// Takes changes in, with all that [`State::wants`] asked for.
    pub fn apply(&mut self, delta: Delta, at: Moment) {
        if delta.everyone() > 0 {
            self.generation = at.generation;
        }
        let Delta { version, changes, whole, community, channels, people } = delta;
        if whole {
            self.held.values_mut().for_each(|held| held.as_of = 0);
        }
        let (roles, channels) = self.replace_channels(community, channels);
        let people = self.replace_people(people);
        if whole {
            self.past.restart(version, at.now);
        } else {
            for (version, affected) in changes {
                let (channels, people) = before(affected, &channels, &people);
                let roles = if affected == Affected::Everyone { roles.clone() } else { None };
                self.past.push(Step { version, at: at.now, affected, channels, roles, people });
            }
        }
        self.version = version;
        self.confirmed = Some(at.asked);
    }

    /// What is known may be of another database: it counts until all of it has been read anew, and no version of it says anything.
    pub fn doubt(&mut self, generation: u64) {
        (self.confirmed, self.generation) = (None, generation);
    }

    /// The scope is not there any more: its people have no rights in it.
    pub fn vanish(&mut self, generation: u64) {
        for held in self.held.values_mut() {
            (held.as_of, held.rights) = (0, None);
        }
        self.by_channel.clear();
        (self.community, self.overwrites) = (CommunityRights::default(), 0);
        (self.confirmed, self.generation) = (None, generation);
    }

    /// The custom roles, if they differ afterwards, and those channels that do, all as they were before.
    fn replace_channels(
        &mut self,
        community: Option<AsOf<CommunityRights>>,
        channels: HashMap<ChannelId, AsOf<Option<ChannelRights>>>,
    ) -> (Option<Roles>, HashMap<ChannelId, Option<ChannelRights>>) {
        let (mut roles, mut before) = (None, HashMap::new());
        let mut read = 0;
        if let Some((as_of, community)) = community {
            read = as_of;
            let old = std::mem::replace(&mut self.community, community);
            let new = &self.community.channels;
            let added = new.keys().filter(|id| !old.channels.contains_key(id)).map(|id| (*id, None));
            before.extend(added);
            let differs = |(id, rights): &(ChannelId, ChannelRights)| new.get(id) != Some(rights);
            before.extend(old.channels.into_iter().filter(differs).map(|(id, rights)| (id, Some(rights))));
            roles = (old.roles != self.community.roles).then_some(old.roles);
        }
        for (id, (_, rights)) in channels.into_iter().filter(|(_, (as_of, _))| *as_of >= read) {
            let differs = self.community.channels.get(&id) != rights.as_ref();
            let old = match rights {
                Some(rights) => self.community.channels.insert(id, rights),
                None => self.community.channels.remove(&id),
            };
            if differs {
                before.entry(id).or_insert(old);
            }
        }
        if !before.is_empty() {
            self.overwrites = self.community.channels.values().map(|rights| rights.overwrites().len()).sum();
        }
        (roles, before)
    }

    /// Those people whose rights differ afterwards, as they were before. Who is not held any more is left out.
    fn replace_people(&mut self, people: HashMap<UserId, AsOf<Known>>) -> HashMap<UserId, Known> {
        let mut before = HashMap::new();
        for (person, (as_of, rights)) in people {
            let Some(held) = self.held.get_mut(&person).filter(|held| held.as_of <= as_of) else { continue };
            held.as_of = as_of;
            if held.rights == rights {
                continue;
            }
            let old = std::mem::replace(&mut held.rights, rights.clone());
            self.unindex(person, &old);
            self.index(person, &rights);
            before.insert(person, old);
        }
        before
    }

    fn index(&mut self, person: UserId, rights: &Known) {
        for channel in rights.iter().flat_map(|rights| rights.joined()) {
            self.by_channel.entry(*channel).or_default().insert(person);
        }
    }

    fn unindex(&mut self, person: UserId, rights: &Known) {
        for channel in rights.iter().flat_map(|rights| rights.joined()) {
            let Some(people) = self.by_channel.get_mut(channel) else { continue };
            people.remove(&person);
            if people.is_empty() {
                self.by_channel.remove(channel);
            }
        }
    }
}

/// Who among the people held hears what.
impl State {
    /// Whether a person held here gets an event of this audience.
    pub fn hears(&self, person: UserId, audience: Audience) -> bool {
        self.rights_of(person).is_some_and(|rights| self.gets(rights, audience))
    }

    /// Calls `each` for every person held who gets an event of this audience.
    pub fn reach(&self, audience: Audience, mut each: impl FnMut(UserId)) {
        // The index and this match only say where to look; who gets it is said by the rule.
        let index = match audience {
            Audience::Members => None,
            Audience::Joined(channel) => Some(channel),
            Audience::Seers(channel) => match self.community.channels.get(&channel) {
                Some(rights) if rule::may_be_seen_unjoined(rights) => None,
                Some(_) => Some(channel),
                None => return,
            },
            // What is for one person goes out on that person's topic, not on that of a community or a direct message.
            Audience::Person => return,
            // No one's right: who had it before is asked by itself.
            Audience::FormerSeers(_) => return,
        };
        match index {
            None => {
                let reached = self.held.iter().filter(|(_, held)| self.gets(&held.rights, audience));
                reached.for_each(|(person, _)| each(*person));
            }
            Some(channel) => {
                let joined = self.by_channel.get(&channel).into_iter().flatten();
                joined.filter(|person| self.hears(**person, audience)).for_each(|person| each(*person));
            }
        }
    }

    /// The people held who got events of this audience before the change that made a version, and do not now. None of a version
    /// that is not remembered.
    pub fn lost_by(&self, version: u64, audience: Audience) -> Vec<UserId> {
        let Some(before) = self.past.before(version, audience.channel()) else { return Vec::new() };
        let channel = audience.channel().filter(|_| before.channel.is_some() || before.roles.is_some());
        let then = match channel {
            Some(id) => {
                let as_now = || self.community.channels.get(&id).cloned();
                let rights = before.channel.clone().unwrap_or_else(as_now);
                let roles = before.roles.as_ref().unwrap_or(&self.community.roles);
                Cow::Owned(Self::with_channel(id, rights, roles))
            }
            None => Cow::Borrowed(&self.community),
        };
        let right = match audience {
            Audience::FormerSeers(channel) => Audience::Seers(channel),
            right => right,
        };
        let lost = |person: &UserId| {
            let Some(now) = self.rights_of(*person) else { return false };
            let had = before.people.get(person).unwrap_or(now);
            rule::hears(&then, had.as_deref(), right) && !self.gets(now, right)
        };
        match channel {
            // What changed of the channel, or of roles, may concern everybody.
            Some(_) => self.held.keys().copied().filter(lost).collect(),
            None => before.people.keys().copied().filter(lost).collect(),
        }
    }

    /// The channels that a person held here joined.
    pub fn joined_of(&self, person: UserId) -> Vec<ChannelId> {
        self.find_joined(person, |_| Some(())).into_iter().map(|(channel, ())| channel).collect()
    }

    /// The channels that a person held here joined, and for which `find` finds something. It is asked of no others.
    pub fn find_joined<T>(
        &self,
        person: UserId,
        find: impl Fn(ChannelId) -> Option<T>,
    ) -> Vec<(ChannelId, T)> {
        let joined = self.rights_of(person).into_iter().flatten().flat_map(|rights| rights.joined());
        let found = joined.filter_map(|channel| Some((*channel, find(*channel)?)));
        found.filter(|(channel, _)| self.hears(person, Audience::Joined(*channel))).collect()
    }

    /// Where the rights of a person held here changed since a moment: in the channels named, or, for `None`, anywhere. `None` instead
    /// of a list where that is not remembered.
    pub fn changed_since(&self, person: UserId, at: Instant) -> Option<Vec<Option<ChannelId>>> {
        let rights = self.rights_of(person)?;
        let concerned = self.past.taken_in_since(at)?.filter_map(|step| match step.affected {
            Affected::Everyone => Some(None),
            Affected::Person(changed) => (changed == person).then_some(None),
            // A channel that the person did not see is not named to them: of one that they see now an event tells.
            Affected::Channel(channel) | Affected::Use(channel) => {
                let seers = Audience::Seers(channel);
                let now = self.community.channels.get(&channel);
                let saw = |(id, old): &(ChannelId, Option<ChannelRights>)| {
                    // Of a pause between messages, and of what is read-only, an event tells.
                    if let (Some(old), Some(now)) = (old, now)
                        && old.opens_as(now)
                    {
                        return false;
                    }
                    let then = Self::with_channel(*id, old.clone(), &self.community.roles);
                    rule::hears(&then, rights.as_deref(), seers)
                };
                step.channels.iter().any(saw).then_some(Some(channel))
            }
        });
        Some(concerned.collect())
    }

    fn gets(&self, rights: &Known, audience: Audience) -> bool {
        rule::hears(&self.community, rights.as_deref(), audience)
    }

    /// As much of the scope as says who hears of one channel, with the channel and the roles as they were.
    fn with_channel(id: ChannelId, rights: Option<ChannelRights>, roles: &Roles) -> CommunityRights {
        let channels = rights.map(|rights| (id, rights)).into_iter().collect();
        CommunityRights { channels, roles: Arc::clone(roles) }
    }
}

/// Channels and people, each as it was.
type Before = (Vec<(ChannelId, Option<ChannelRights>)>, Vec<(UserId, Known)>);

/// What stood before of whom a change affects, out of all that differs after several changes. What more than one of them affects is
/// as it was before the first: what stood between them was not read.
fn before(
    affected: Affected,
    channels: &HashMap<ChannelId, Option<ChannelRights>>,
    people: &HashMap<UserId, Known>,
) -> Before {
    match affected {
        Affected::Everyone => (
            channels.iter().map(|(id, rights)| (*id, rights.clone())).collect(),
            people.iter().map(|(person, rights)| (*person, rights.clone())).collect(),
        ),
        Affected::Channel(id) | Affected::Use(id) => {
            (channels.get(&id).map(|rights| (id, rights.clone())).into_iter().collect(), Vec::new())
        }
        Affected::Person(person) => {
            (Vec::new(), people.get(&person).map(|rights| (person, rights.clone())).into_iter().collect())
        }
    }
}

#[cfg(test)]
#[path = "state_roles_tests.rs"]
mod roles_tests;
#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
