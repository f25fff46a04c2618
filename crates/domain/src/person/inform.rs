//! Telling a person of something that was done and concerns them: an invite, a change of what they may do, a sign-in. The server asks for
//! it, once for each notice that is due, and may ask again.
//!
//! What was done in a community is told to the person also when they are no member any more: that is what it tells. What is about a
//! channel is told as long as they are in it.

use ajet_protocol::{
    ChannelId, CommunityId, Notification, NotificationId, NotificationReason, NotificationType, Timestamp,
    UserId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PersonCore;
use super::notify::{is_silent, told, wants};
use crate::asked::{Caller, Via};
use crate::change::Change;
use crate::need::{Ask, MatterOf, Needs, Wishes};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// Something that concerns the person. The caller's account is that of the person who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inform {
    /// The notice that is due: of it the person is told once.
    pub notice: Uuid,
    pub matter: Matter,
    pub source_id: Uuid,
    pub community_id: Option<CommunityId>,
    pub channel_id: Option<ChannelId>,
    /// When it was decided.
    pub at: Timestamp,
}

macro_rules! matters {
    ($($name:ident),+ $(,)?) => {
        /// What was done. Between nodes it is its place in this list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Matter { $($name),+ }

        impl Matter {
            /// The one of a reason; `None` for one that is about a message.
            #[must_use]
            pub fn of(reason: NotificationReason) -> Option<Self> {
                match reason { $(NotificationReason::$name => Some(Self::$name),)+ _ => None }
            }
        }

        impl From<Matter> for NotificationReason {
            fn from(matter: Matter) -> Self {
                match matter { $(Matter::$name => Self::$name),+ }
            }
        }
    };
}

matters! {
    CommunityInvite, ChannelInvite, RoleChanged, Muted, Unmuted, Kicked, Banned, SignedIn, AccountLinked, Reminder, WebhookOff,
    SavedReminder, ExportReady,
}

impl Inform {
    fn question(&self, user: UserId, by: &Caller) -> MatterOf {
        MatterOf { user, notice: self.notice, channel: self.channel_id, actor: by.id() }
    }
}

/// Whether a person who wants this is told. An invite is what somebody says to them; what becomes of their own account and rights they are
/// told in any case.
fn is_wanted(wishes: &Wishes, reason: NotificationReason) -> bool {
    reason.kind() != NotificationType::Invite || wants(wishes, reason)
}

impl Verb for Inform {
    type Entity = PersonCore;
    /// Whether the person was told now; false for one who was told earlier, or is not to be told at all. In each case nothing is left to do.
    type Answer = bool;
    type Refusal = Denied;

    /// A person is told of a notice once.
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "actor";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(self.question(core.id(), by));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound);
        }
        let (reason, user_id) = (NotificationReason::from(self.matter), core.id());
        let found = turn.facts.of(&self.question(user_id, turn.by));
        let Some(found) = found else { return Ok(Decision::nothing(false)) };
        let is_own = turn.by.id() == user_id && happens_by_others(self.matter);
        if found.told || core.has_told(self.notice) || is_own || !is_wanted(&found.wishes, reason) {
            return Ok(Decision::nothing(false));
        }
        let id = NotificationId(core.mint().next(turn.now, turn.universe.entropy()));
        let silent = is_silent(core, &found.wishes, turn);
        let (actor, at) = (turn.by.user.clone(), turn.now);
        let Self { source_id, community_id, channel_id, .. } = *self;
        let change = Change::AddNotification {
            id,
            user_id,
            reason,
            source_id,
            cause: Some((self.notice, self.at)),
            community_id,
            channel_id,
            actor: actor.id,
            read: false,
            silent,
            at,
        };
        let notification = Notification {
            id,
            kind: reason.kind(),
            reason,
            source_id,
            community_id,
            channel_id,
            actor,
            preview: None,
            read: false,
            silent,
            created_at: at,
        };
        Ok(told(user_id, &found.wishes, notification, change))
    }
}

/// Whether it is something that one person does to another one: of one's own acts one is not told.
fn happens_by_others(matter: Matter) -> bool {
    use Matter::{AccountLinked, ExportReady, Reminder, SavedReminder, SignedIn, WebhookOff};
    !matches!(matter, SignedIn | AccountLinked | Reminder | SavedReminder | WebhookOff | ExportReady)
}
