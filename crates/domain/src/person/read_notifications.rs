//! Reading one's notifications: some of them, or all that there are.

use ajet_protocol::events::NotificationsReadPayload;
use ajet_protocol::{Event, NotificationId, UserId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::Caller;
use crate::change::Change;
use crate::event::Emit;
use crate::need::{Ask, Needs, UnreadNotices, UnreadNoticesOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// Notifications count as read. Those that are read already, and ids that name none of the person's, are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadNotifications {
    pub which: Which,
}

/// Which notifications. Between nodes it is its place in this list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    Ids(Vec<NotificationId>),
    /// All that there are when it is decided.
    All,
}

impl ReadNotifications {
    fn question(&self, user: UserId) -> UnreadNoticesOf {
        let ids = match &self.which {
            Which::Ids(ids) => {
                let mut each = ids.clone();
                each.sort_unstable();
                each.dedup();
                Some(each)
            }
            Which::All => None,
        };
        UnreadNoticesOf { user, ids }
    }

    /// What readers are told, and the row; `None` where nothing is left to read.
    fn read(
        &self,
        core: &PersonCore,
        found: UnreadNotices,
        turn: &Turn<'_>,
    ) -> Option<(NotificationsReadPayload, Change)> {
        let (user_id, at) = (core.id(), turn.now);
        match self.which {
            Which::Ids(_) => {
                let ids: Vec<_> = found.ids.into_iter().filter(|id| !core.has_read(*id)).collect();
                let change = Change::ReadNotifications { user_id, ids: ids.clone(), at };
                (!ids.is_empty()).then_some((NotificationsReadPayload::Ids { ids }, change))
            }
            Which::All => {
                let newest = found.newest.filter(|newest| !core.has_read_all(*newest))?;
                let change = Change::ReadNotificationsBefore { user_id, newest, at };
                Some((NotificationsReadPayload::AllBefore { all_before: newest }, change))
            }
        }
    }
}

impl Verb for ReadNotifications {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt to read all would read what the person was told of since.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "ids";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(self.question(core.id()));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.id() != core.id() {
            return Err(Denied::NotFound);
        }
        let found = turn.facts.of(&self.question(core.id()));
        let Some((read, change)) = self.read(core, found, turn) else { return Ok(Decision::nothing(())) };
        Ok(Decision {
            events: vec![Emit::new(&Event::NotificationRead(read))],
            changes: vec![change],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
