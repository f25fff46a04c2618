//! What the verbs share by which a person sets something for a channel: what is set now, and the row and event of a change.
//!
//! Each verb sets one thing; the others stay as they are. It rests on the person's membership of the channel, as a read marker does
//! ([`super::mark_read`]).

use ajet_protocol::events::PreferencesPayload;
use ajet_protocol::{ChannelId, Event, NotifyLevel};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Needs, PreferenceFacts, PreferencesOf};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// What a person set for a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Preferences {
    pub muted: bool,
    /// `None`: what counts for the community.
    pub notify: Option<NotifyLevel>,
    pub hidden: bool,
}

impl From<PreferenceFacts> for Preferences {
    fn from(found: PreferenceFacts) -> Self {
        Self { muted: found.muted, notify: found.notify, hidden: found.hidden }
    }
}

/// Asks for what is set; nothing for anybody but the person.
pub(super) fn ask_about(channel: ChannelId, core: &PersonCore, by: &Caller, needs: &mut Needs) {
    if by.id() == core.id() {
        needs.ask(PreferencesOf { user: core.id(), channel });
    }
}

/// Sets what `change` makes of what is set now; nothing happens where that is the same.
pub(super) fn set(
    channel_id: ChannelId,
    core: &PersonCore,
    turn: &Turn<'_>,
    change: impl FnOnce(Preferences) -> Preferences,
) -> Result<Decision<Change, ()>, Denied> {
    let user_id = core.id();
    if turn.by.id() != user_id {
        return Err(Denied::NotFound);
    }
    let found = turn.facts.of(&PreferencesOf { user: user_id, channel: channel_id });
    let found = found.ok_or(Denied::Forbidden)?;
    let before = set_before(channel_id, core).unwrap_or_else(|| found.into());
    let after = change(before);
    if after == before {
        return Ok(Decision::nothing(()));
    }
    let Preferences { muted, notify, hidden } = after;
    let hides = hidden != before.hidden;
    let elsewhere = found.community.and_then(|community| core.community_level(community));
    let counts = notify.or(elsewhere).unwrap_or(found.elsewhere);
    let event = Event::ChannelPreferences(PreferencesPayload { channel_id, muted, notify: counts, hidden });
    Ok(Decision {
        events: vec![Emit::new(&event)],
        changes: vec![Change::SetPreferences { user_id, channel_id, muted, notify, hidden, hides }],
        raises: vec![],
        made: None,
        answer: (),
    })
}

/// What this batch has decided of the channel already.
fn set_before(channel: ChannelId, core: &PersonCore) -> Option<Preferences> {
    core.last_decided(|change| match change {
        Change::SetPreferences { channel_id, muted, notify, hidden, .. } if *channel_id == channel => {
            Some(Preferences { muted: *muted, notify: *notify, hidden: *hidden })
        }
        _ => None,
    })
}
