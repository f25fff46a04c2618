//! Creates an invite, for anybody who has its code or for one person.

use ajet_protocol::{Invite, InviteCode, InviteId, Permission, Timestamp, UserId, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::require;
use super::{Change, CommunityCore, telling};
use crate::asked::Caller;
use crate::need::{AccountOf, Ask, InvitesBy, LivingInvites, MemberOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An invite to be created; its code is a secret, made before it comes here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateInvite {
    pub code: InviteCode,
    pub max_uses: Option<i64>,
    pub expires_at: Option<Timestamp>,
    /// The only person who may accept it.
    pub addressee: Option<UserId>,
}

refusals! {
    /// Why an invite was not created.
    pub enum Refused: Denied {
        /// `user_id` names no account.
        UserUnknown => Invalid("user_id", "not_found"): "names no user",
        /// One is there already.
        Yourself => Invalid("user_id", "yourself"): "is you",
        /// The addressee belongs to the community.
        AlreadyMember => Conflict: "This person is a member already.",
        /// `expires_at` is not in the future.
        AlreadyExpired => Invalid("expires_at", "out_of_range"): "must be in the future",
        /// The community has as many as it may have.
        TooMany => Limit: "There are 1000 invites already that can still be accepted; revoke some first.",
        /// The caller has made as many as one person may have there.
        TooManyOfTheirs => Limit: "You have 100 invites here already that can still be accepted; revoke some first.",
    }
}

impl Verb for CreateInvite {
    type Entity = CommunityCore;
    /// Its address is still empty.
    type Answer = Made<Invite>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("invites"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(LivingInvites);
        needs.ask(InvitesBy(by.id()));
        if let Some(addressee) = self.addressee {
            needs.ask(AccountOf(addressee));
            needs.ask(MemberOf(addressee));
        }
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::CreateInvites)?;
        if let Some(addressee) = self.addressee {
            Self::addressed(addressee, turn)?;
        }
        if self.expires_at.is_some_and(|end| end <= turn.now) {
            return Err(Refused::AlreadyExpired);
        }
        if turn.facts.of(&LivingInvites) >= limits::INVITES {
            return Err(Refused::TooMany);
        }
        let by = turn.by.id();
        if turn.facts.of(&InvitesBy(by)) >= limits::INVITES_BY_ONE {
            return Err(Refused::TooManyOfTheirs);
        }
        let id = InviteId(core.new_id(turn));
        let invite = Invite {
            code: self.code.0.clone(),
            community_id: core.id(),
            created_by: by,
            max_uses: self.max_uses,
            uses: 0,
            expires_at: self.expires_at,
            url: String::new(),
        };
        let change = Change::AddInvite {
            id,
            code: self.code.clone(),
            by,
            addressee: self.addressee,
            max_uses: self.max_uses,
            expires_at: self.expires_at,
            at: turn.now,
        };
        let tells = self.addressee.and_then(|person| telling::of_invite(core, turn, person, id));
        Ok(Decision {
            events: vec![],
            changes: [change].into_iter().chain(tells).collect(),
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(invite),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("invite.create", AuditTarget::Made("invite"));
        let audit = audit.with("max_uses", self.max_uses.map(|most| most.to_string()));
        Some(audit.with("user_id", self.addressee.map(|addressee| addressee.to_string())))
    }
}

impl CreateInvite {
    /// Whether it is of use to somebody: they have an account, and are not there yet.
    fn addressed(addressee: UserId, turn: &Turn<'_>) -> Result<(), Refused> {
        if addressee == turn.by.id() {
            return Err(Refused::Yourself);
        }
        if !turn.facts.of(&AccountOf(addressee)) {
            return Err(Refused::UserUnknown);
        }
        if turn.facts.of(&MemberOf(addressee)).is_some() { Err(Refused::AlreadyMember) } else { Ok(()) }
    }
}
