//! Right r of person p ends at t: which rights registers take away and give back, and which of them a request needs.
//!
//! `presence` turns this into absences, of which `rights` says what they forbid.

use uuid::Uuid;

use super::Run;
use super::presence::{EVERYBODY, Place, Presence};
use crate::history::Action;
use crate::registers::{Register, VIEW};

/// A right that a register takes away and gives back.
pub struct Right<'a> {
    /// Whose it is.
    pub person: &'a str,
    /// What is to be said of a person without it, in words.
    pub without: &'static str,
    /// What a person without it is outside of.
    pub places: Vec<Place>,
}

impl<'a> Right<'a> {
    /// The right of a register; most registers are none.
    pub fn of(register: &'a Register, presence: &Presence<'_>) -> Option<Self> {
        let (person, without, places) = match register {
            Register::Denied { channel, person } => {
                (person.as_str(), "may not see", vec![Place::View(*channel)])
            }
            Register::Holds { role, person } => {
                let seen = presence.behind(*role).iter().map(|channel| Place::View(*channel));
                (person.as_str(), "does not hold the role to see", seen.collect())
            }
            Register::Muted { community, person } => {
                (person.as_str(), "was muted in", vec![Place::Voice(*community)])
            }
            Register::Archived(channel) => (EVERYBODY, "may only read", vec![Place::Open(*channel)]),
            Register::Channel(channel) => (EVERYBODY, "came after the end of", vec![Place::There(*channel)]),
            _ => return None,
        };
        Some(Self { person, without, places })
    }
}

/// Whether a value takes the right of a register away.
pub fn takes(register: &Register, value: Option<&str>) -> bool {
    match register {
        Register::Denied { .. } => value.is_some_and(|denied| denied.split(' ').any(|one| one == VIEW)),
        Register::Muted { .. } | Register::Archived(_) => value.is_some(),
        Register::Holds { .. } | Register::Channel(_) => value.is_none(),
        _ => false,
    }
}

/// Whether a value gives it back. What is deleted never comes back.
pub fn gives(register: &Register, value: Option<&str>) -> bool {
    !takes(register, value) && !matches!(register, Register::Channel(_))
}

impl Run<'_> {
    /// The channel that a request is about, where the history tells it.
    pub fn channel_of(&self, action: &Action) -> Option<Uuid> {
        match action {
            Action::Post { channel, .. } | Action::Join { channel } | Action::List { channel } => {
                Some(*channel)
            }
            Action::Edit { message, .. } | Action::Delete { message } | Action::Read { message } => {
                self.posted.get(message).copied()
            }
            _ => None,
        }
    }

    /// What a request needs: to who is outside of any of it, it is refused.
    pub fn needed(&self, action: &Action) -> Vec<Place> {
        let Some(channel) = self.channel_of(action) else { return Vec::new() };
        let community = self.presence.community_of(channel);
        let mut places = vec![Place::View(channel), Place::There(channel)];
        places.extend(community.map(Place::Community));
        if matches!(action, Action::Post { .. } | Action::Edit { .. }) {
            places.extend([Place::Channel(channel), Place::Open(channel)]);
            places.extend(community.map(Place::Voice));
        }
        places
    }
}
