//! What of a channel one wants to be told of: for all of one's sessions, and for no one else.

use ajet_protocol::{ChannelId, NotifyLevel};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::preferences::{Preferences, ask_about, set};
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::Turn;
use crate::{Caller, Denied};

/// What of a channel the person wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetNotifyLevel {
    pub channel_id: ChannelId,
    pub level: NotifyLevel,
}

impl Verb for SetNotifyLevel {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.channel_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        set(self.channel_id, core, turn, |before| Preferences { notify: Some(self.level), ..before })
    }
}
