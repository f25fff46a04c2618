//! What changed lately: for the last versions of a scope's state, whom each concerned and what they had before.
//!
//! It answers three questions. Does something that was read as of an earlier version still hold? Who had a right before a version?
//! What concerned a person since a moment?

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use ajet_domain::acl::Affected;
use ajet_domain::rights::{ChannelRights, RoleRights};
use ajet_protocol::{ChannelId, RoleId, UserId};

use super::people::Known;

/// Versions that are remembered.
pub const VERSIONS: usize = 256;
/// Changes, people, channels, overwrites and roles that are remembered in all of them together, and what each takes in memory at most.
const ENTRIES: usize = 16_384;
const ENTRY_BYTES: usize = size_of::<Step>() + 64;

/// The custom roles of a scope.
pub type Roles = Arc<HashMap<RoleId, RoleRights>>;

/// What one change did to what was known here.
#[derive(Debug)]
pub struct Step {
    pub version: u64,
    /// When it was taken in here.
    pub at: Instant,
    pub affected: Affected,
    /// Channels that differ now, as they were before; `None` for one that was not there.
    pub channels: Vec<(ChannelId, Option<ChannelRights>)>,
    /// The custom roles, if they differ now, as they were before.
    pub roles: Option<Roles>,
    /// People held here whose rights differ now, as they were before.
    pub people: Vec<(UserId, Known)>,
}

impl Step {
    fn entries(&self) -> usize {
        let overwrites =
            self.channels.iter().flat_map(|(_, rights)| rights).map(|rights| rights.overwrites().len());
        let roles = self.roles.as_ref().map_or(0, |roles| roles.len());
        1 + self.channels.len() + overwrites.sum::<usize>() + roles + self.people.len()
    }
}

/// What was known before a version, where it differs from now.
#[derive(Debug, Default)]
pub struct Before {
    /// Of the channel that was asked about.
    pub channel: Option<Option<ChannelRights>>,
    pub roles: Option<Roles>,
    pub people: HashMap<UserId, Known>,
}

/// The steps of the last versions.
#[derive(Debug, Default)]
pub struct Past {
    /// Every version after this one is told of.
    since: u64,
    /// All that was taken in after this moment is told of; `None` before anything was.
    since_at: Option<Instant>,
    steps: VecDeque<Step>,
    entries: usize,
}

impl Past {
    /// Forgets everything: what comes next follows this version.
    pub fn restart(&mut self, version: u64, now: Instant) {
        *self = Self { since: version, since_at: Some(now), ..Self::default() };
    }

    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.entries * ENTRY_BYTES
    }

    /// Adds what came next.
    pub fn push(&mut self, step: Step) {
        self.entries += step.entries();
        let newest = step.version;
        self.steps.push_back(step);
        while self.entries > ENTRIES || self.since + (VERSIONS as u64) < newest {
            let Some(oldest) = self.steps.pop_front() else { return };
            self.entries -= oldest.entries();
            // A version is told of by all of its steps or by none.
            (self.since, self.since_at) = (oldest.version, Some(oldest.at));
        }
    }

    /// Whether a person's rights that were read as of a version are those of now.
    pub fn holds(&self, person: UserId, as_of: u64) -> bool {
        let concerns =
            |affected: Affected| affected == Affected::Everyone || affected == Affected::Person(person);
        as_of >= self.since && !self.after(as_of).any(|step| concerns(step.affected))
    }

    /// What was known before a version; `None` where it is not remembered.
    pub fn before(&self, version: u64, channel: Option<ChannelId>) -> Option<Before> {
        if version <= self.since {
            return None;
        }
        let mut before = Before::default();
        // Of several changes the first one tells how it was.
        for step in self.after(version - 1) {
            for (id, rights) in &step.channels {
                if Some(*id) == channel && before.channel.is_none() {
                    before.channel = Some(rights.clone());
                }
            }
            if before.roles.is_none() {
                before.roles.clone_from(&step.roles);
            }
            for (person, rights) in &step.people {
                before.people.entry(*person).or_insert_with(|| rights.clone());
            }
        }
        Some(before)
    }

    /// What was taken in since a moment; `None` where that is not remembered.
    pub fn taken_in_since(&self, at: Instant) -> Option<impl Iterator<Item = &Step>> {
        if self.since_at.is_none_or(|since| at <= since) {
            return None;
        }
        let from = self.steps.partition_point(|step| step.at < at);
        Some(self.steps.range(from..))
    }

    fn after(&self, version: u64) -> impl Iterator<Item = &Step> {
        let from = self.steps.partition_point(|step| step.version <= version);
        self.steps.range(from..)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn ann() -> UserId {
        UserId(Uuid::from_u128(1))
    }

    fn step(version: u64, affected: Affected) -> Step {
        let (channels, people) = (Vec::new(), Vec::new());
        Step { version, at: Instant::now(), affected, channels, roles: None, people }
    }

    #[test]
    fn what_was_read_holds_until_a_change_concerns_it() {
        let mut past = Past::default();
        past.restart(5, Instant::now());
        past.push(step(6, Affected::Channel(ChannelId(Uuid::nil()))));
        past.push(step(7, Affected::Person(ann())));
        past.push(step(8, Affected::Person(UserId(Uuid::nil()))));
        assert!(!past.holds(ann(), 4), "nothing is known of what came after");
        assert!(!past.holds(ann(), 5) && !past.holds(ann(), 6));
        assert!(past.holds(ann(), 7) && past.holds(ann(), 8) && past.holds(ann(), 9));
        past.push(step(9, Affected::Everyone));
        assert!(!past.holds(ann(), 8) && past.holds(ann(), 9));
    }

    #[test]
    fn versions_and_entries_are_bounded() {
        let mut past = Past::default();
        past.restart(0, Instant::now());
        (1..=1000).for_each(|version| past.push(step(version, Affected::Everyone)));
        assert_eq!((past.since, past.steps.len()), (1000 - VERSIONS as u64, VERSIONS));
        assert!(past.before(1000 - VERSIONS as u64, None).is_none());
        assert!(past.before(1001 - VERSIONS as u64, None).is_some());
        let people = (0..ENTRIES as u128).map(|n| (UserId(Uuid::from_u128(n)), None)).collect();
        past.push(Step { people, ..step(1001, Affected::Everyone) });
        assert!(past.entries <= ENTRIES, "what does not fit alone is not remembered either");
        assert_eq!((past.since, past.steps.len()), (1001, 0));
    }
    #[test]
    fn what_is_not_remembered_is_not_taken_for_nothing() {
        let mut past = Past::default();
        let began = Instant::now();
        assert!(past.taken_in_since(began).is_none());
        past.restart(5, began);
        assert!(past.taken_in_since(began).is_none(), "what was before is not known");
        let later = began + std::time::Duration::from_secs(1);
        assert_eq!(past.taken_in_since(later).map(Iterator::count), Some(0));
        past.push(Step { at: later, ..step(6, Affected::Everyone) });
        assert_eq!(past.taken_in_since(later).map(Iterator::count), Some(1), "in doubt it is told again");
        let after = later + std::time::Duration::from_secs(1);
        assert_eq!(past.taken_in_since(after).map(Iterator::count), Some(0));
    }
}
