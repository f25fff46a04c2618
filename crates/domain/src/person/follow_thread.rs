//! Following a thread, whether one has a part in it or not. Again changes nothing.
//!
//! It gives the person no right: what they get of the thread is judged whenever it is read or told. So it rests on no right either, and
//! whether they may know of the message is judged before it is asked.
//!
//! It changes what is unread in the channel. That is not counted here, since the count would be that of before: the person's sessions are
//! told what was set, and read the counts again.

use ajet_protocol::events::ThreadPreferencesPayload;
use ajet_protocol::{Event, MessageId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Needs, ThreadOf};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied, refusals};

/// A thread to be followed, by its first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowThread {
    pub message_id: MessageId,
}

refusals! {
    /// Why a thread is not followed, or goes on being followed.
    pub enum NotFollowed: Denied {
        /// The message is a reply.
        Reply => Invalid("id", "nested"): "is a reply; a thread is followed by its first message",
    }
}

/// The question of [`set`]; nothing for anybody but the person.
pub(super) fn ask_about(message: MessageId, core: &PersonCore, by: &Caller, needs: &mut Needs) {
    if by.id() == core.id() {
        needs.ask(ThreadOf { user: core.id(), message });
    }
}

/// Sets whether a thread is followed; nothing happens where that is set already.
pub(super) fn set(
    message_id: MessageId,
    following: bool,
    core: &PersonCore,
    turn: &Turn<'_>,
) -> Result<Decision<Change, ()>, NotFollowed> {
    let user_id = core.id();
    if turn.by.id() != user_id {
        return Err(Denied::NotFound.into());
    }
    let found = turn.facts.of(&ThreadOf { user: user_id, message: message_id }).ok_or(Denied::NotFound)?;
    if found.is_reply {
        return Err(NotFollowed::Reply);
    }
    if set_before(message_id, core).or(found.set) == Some(following) {
        return Ok(Decision::nothing(()));
    }
    let told = ThreadPreferencesPayload { channel_id: found.channel, message_id, following };
    Ok(Decision {
        events: vec![Emit::new(&Event::ThreadPreferences(told))],
        changes: vec![Change::FollowThread { message_id, user_id, following }],
        raises: vec![],
        made: None,
        answer: (),
    })
}

/// What this batch has decided of the thread already.
fn set_before(message: MessageId, core: &PersonCore) -> Option<bool> {
    core.last_decided(|change| match change {
        Change::FollowThread { message_id, following, .. } if *message_id == message => Some(*following),
        _ => None,
    })
}

impl Verb for FollowThread {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = NotFollowed;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.message_id, core, by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        set(self.message_id, true, core, turn)
    }
}
