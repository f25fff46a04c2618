//! Writing a message that is to be sent later. Whether the person may post then is decided when it is sent.

use ajet_protocol::{
    ChannelId, MessageId, Scheduled, ScheduledId, ScheduledState, Timestamp, Trimmed, limits,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PersonCore;
use super::scheduled::{keep, newly_waiting};
use crate::change::Change;
use crate::job::JobRequest;
use crate::need::{Ask, Kept, KeptOf, Needs};
use crate::verb::{Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};
use crate::{Caller, Denied, refusals};

/// A message to be sent later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub channel_id: ChannelId,
    pub parent_id: Option<MessageId>,
    pub body_md: Trimmed,
    pub send_at: Timestamp,
}

refusals! {
    /// Why a message was not scheduled.
    pub enum NotScheduled: Denied {
        /// `send_at` is not in the future.
        TooEarly => Invalid("send_at", "out_of_range"): "must be in the future",
        /// `send_at` is too far away.
        TooFar => Invalid("send_at", "out_of_range"): "must be at most a year ahead",
        /// As many of the person's messages wait as may.
        TooMany => Limit: "200 messages of yours wait to be sent already.",
    }
}

impl Verb for Schedule {
    type Entity = PersonCore;
    type Answer = Made<Box<Scheduled>>;
    type Refusal = NotScheduled;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("scheduled"));
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(KeptOf { user: core.id(), what: Kept::Scheduled });
        }
    }

    /// The first attempt may have been the last that fits, and its time may have come since.
    fn looks_key_up(&self) -> bool {
        true
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = core.id();
        if turn.by.id() != user_id {
            return Err(Denied::NotFound.into());
        }
        let Self { channel_id, parent_id, body_md, send_at } = self.clone();
        if send_at <= turn.now {
            return Err(NotScheduled::TooEarly);
        }
        if send_at > turn.now.plus_seconds(limits::AHEAD_SECONDS) {
            return Err(NotScheduled::TooFar);
        }
        let stored = turn.facts.of(&KeptOf { user: user_id, what: Kept::Scheduled });
        if stored + newly_waiting(core, turn) >= limits::SCHEDULED {
            return Err(NotScheduled::TooMany);
        }
        let id = ScheduledId(core.mint().next(turn.now, turn.universe.entropy()));
        let scheduled = Scheduled {
            id,
            channel_id,
            parent_id,
            body_md: body_md.into(),
            send_at,
            state: ScheduledState::Pending,
            reason: None,
            message_id: None,
            created_at: turn.now,
        };
        let job = JobRequest::SendScheduled { user_id, scheduled_id: id, at: send_at };
        Ok(Decision {
            events: vec![],
            changes: vec![keep(core, scheduled.clone(), false), Change::RequestJob(job)],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(Box::new(scheduled)),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }
}
