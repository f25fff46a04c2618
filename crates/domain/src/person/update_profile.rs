//! Changing what others see of oneself: the name, the picture, the status; and whether they see that one is there.
//!
//! The event goes to one's own sessions. Others are told by their communities and direct messages, which the server asks for it
//! afterwards (`community::AnnounceMember`, `channel::AnnouncePerson`): the commit asks for a job that sees to it.

use ajet_protocol::events::UserPayload;
use ajet_protocol::{Event, PresenceMode, Trimmed, User};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use crate::asked::Caller;
use crate::change::Change;
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Ask, Needs, ProfileOf};
use crate::picture;
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// What is to be changed of a person by themselves; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateProfile {
    pub display_name: Option<Trimmed>,
    /// An empty one takes the status away.
    pub status_text: Option<Trimmed>,
    /// An empty one takes the picture away.
    pub avatar_url: Option<String>,
    pub presence: Option<PresenceMode>,
}

impl UpdateProfile {
    /// The account after the change.
    fn applied_to(&self, before: &User) -> User {
        let mut after = before.clone();
        if let Some(name) = &self.display_name {
            after.display_name = name.to_string();
        }
        if let Some(status) = &self.status_text {
            after.status_text = Some(status.to_string()).filter(|text| !text.is_empty());
        }
        if let Some(picture) = &self.avatar_url {
            after.avatar_url = Some(picture.clone()).filter(|address| !address.is_empty());
        }
        after
    }
}

/// The account as this batch has decided it so far, and whether its person shows that they are there.
fn decided(core: &PersonCore) -> Option<(User, PresenceMode)> {
    core.last_decided(|change| match change {
        Change::UpdateProfile { user, presence, .. } => Some((User::clone(user), *presence)),
        _ => None,
    })
}

impl Verb for UpdateProfile {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "status_text";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        if by.id() == core.id() {
            needs.ask(ProfileOf(core.id()));
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = core.id();
        if turn.by.id() != user_id {
            return Err(Denied::NotFound);
        }
        let found = turn.facts.of(&ProfileOf(user_id)).ok_or(Denied::NotFound)?;
        let (before, presence_before) = decided(core).unwrap_or((found.user, found.presence));
        let (user, presence) = (self.applied_to(&before), self.presence.unwrap_or(presence_before));
        let is_seen = user != before;
        if !is_seen && presence == presence_before {
            return Ok(Decision::nothing(()));
        }
        let told = Event::UserUpdated(UserPayload { user: user.clone() });
        let replaced = picture::replaced(before.avatar_url.as_deref(), user.avatar_url.as_deref());
        let update = Change::UpdateProfile { user: Box::new(user), presence, is_seen };
        let job = is_seen.then_some(Change::RequestJob(JobRequest::AnnounceUser { user_id }));
        Ok(Decision {
            // Also where others see no difference: the other sessions of the person read the rest anew.
            events: vec![Emit::on(core.place(), &told)],
            changes: [update].into_iter().chain(job).chain(replaced).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
