//! The steps in which a scheduled message is sent. The server takes them, and may take each again.

use ajet_protocol::events::{ScheduledFailed, ScheduledSent};
use ajet_protocol::{Event, MessageId, Scheduled, ScheduledId, ScheduledState, Timestamp};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::scheduled::{keep, scheduled};
use crate::asked::{Caller, Via};
use crate::event::Emit;
use crate::job::{NotDue, not_too_early};
use crate::need::{Ask, Needs, ScheduledFacts, ScheduledOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A step of sending what is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleScheduled {
    pub scheduled_id: ScheduledId,
    /// For when it was asked for. If the person set another time since, this one counts no more.
    pub at: Timestamp,
    pub step: SendStep,
}

/// Which step it is. Between nodes it is its place in this list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendStep {
    /// It is about to be posted, and can't be changed from now on.
    Take,
    /// It is this message.
    Sent(MessageId),
    /// It could not be posted: the code of the refusal.
    Failed(String),
    /// It was not posted, and waits for another try. Until then it can be changed.
    GiveBack,
}

impl Verb for SettleScheduled {
    type Entity = PersonCore;
    /// What is to be posted; `None` where there is nothing to do, or no more.
    type Answer = Option<Box<Scheduled>>;
    type Refusal = NotDue;

    /// A late attempt could give back what was taken again since.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(ScheduledOf { user: core.id(), id: self.scheduled_id });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound.into());
        }
        let found = scheduled(self.scheduled_id, core, turn);
        let due = found
            .filter(|found| found.scheduled.state == ScheduledState::Pending)
            .filter(|found| found.scheduled.send_at == self.at);
        let Some(ScheduledFacts { scheduled, taken }) = due else { return Ok(Decision::nothing(None)) };
        match &self.step {
            SendStep::Take if taken => Ok(Decision::nothing(Some(Box::new(scheduled)))),
            SendStep::Take => {
                not_too_early(self.at, turn.now)?;
                let change = keep(core, scheduled.clone(), true);
                Ok(Decision { changes: vec![change], ..Decision::nothing(Some(Box::new(scheduled))) })
            }
            SendStep::GiveBack if !taken => Ok(Decision::nothing(None)),
            SendStep::GiveBack => {
                Ok(Decision { changes: vec![keep(core, scheduled, false)], ..Decision::nothing(None) })
            }
            SendStep::Sent(message_id) => {
                let (scheduled_id, channel_id) = (scheduled.id, scheduled.channel_id);
                let sent = ScheduledSent { scheduled_id, message_id: *message_id, channel_id };
                // The text stands in the message from now on: what becomes of it there is not for this row to remember.
                let (body_md, message_id) = (String::new(), Some(*message_id));
                let after = Scheduled { body_md, state: ScheduledState::Sent, message_id, ..scheduled };
                let events = vec![Emit::new(&Event::ScheduledSent(sent))];
                Ok(Decision { events, changes: vec![keep(core, after, false)], ..Decision::nothing(None) })
            }
            SendStep::Failed(code) => {
                not_too_early(self.at, turn.now)?;
                let (state, reason) = (ScheduledState::Failed, Some(code.clone()));
                let (scheduled_id, channel_id) = (scheduled.id, scheduled.channel_id);
                let failed = ScheduledFailed { scheduled_id, channel_id, reason: code.clone() };
                let after = Scheduled { state, reason, ..scheduled };
                let events = vec![Emit::new(&Event::ScheduledFailed(failed))];
                Ok(Decision { events, changes: vec![keep(core, after, false)], ..Decision::nothing(None) })
            }
        }
    }
}
