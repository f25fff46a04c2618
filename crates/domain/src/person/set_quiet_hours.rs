//! When one's notifications are silent. The person's sessions are told by `user.updated`, and read the rest of the account anew.

use ajet_protocol::events::UserPayload;
use ajet_protocol::{Event, QuietHours};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::Caller;
use crate::change::{Change, NoticeChange};
use crate::event::Emit;
use crate::need::{Ask, Needs, ProfileOf, QuietHoursOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// A daily span of time, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetQuietHours {
    pub hours: Option<QuietSpan>,
}

/// [`QuietHours`], as they travel between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietSpan {
    pub from: String,
    pub to: String,
    pub time_zone: String,
}

impl From<QuietHours> for QuietSpan {
    fn from(hours: QuietHours) -> Self {
        let QuietHours { from, to, time_zone } = hours;
        Self { from, to, time_zone }
    }
}

impl From<QuietSpan> for QuietHours {
    fn from(span: QuietSpan) -> Self {
        let QuietSpan { from, to, time_zone } = span;
        Self { from, to, time_zone }
    }
}

impl Verb for SetQuietHours {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "quiet_hours";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(ProfileOf(core.id()));
            needs.ask(QuietHoursOf(core.id()));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = core.id();
        if turn.by.id() != user_id {
            return Err(Denied::NotFound);
        }
        let profile = turn.facts.of(&ProfileOf(user_id)).ok_or(Denied::NotFound)?;
        let hours = self.hours.clone().map(QuietHours::from);
        let before = core.quiet_hours().unwrap_or_else(|| turn.facts.of(&QuietHoursOf(user_id)));
        if hours == before {
            return Ok(Decision::nothing(()));
        }
        let user = core.profile().unwrap_or(profile.user);
        Ok(Decision {
            events: vec![Emit::on(core.place(), &Event::UserUpdated(UserPayload { user }))],
            changes: vec![Change::Notice(NoticeChange::SetQuietHours { user_id, hours })],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
