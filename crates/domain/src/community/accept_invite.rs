//! Joins the community by an invite; again changes nothing. A person who was muted when they left is muted still.

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{Event, InviteCode, Member, Role};
use serde::{Deserialize, Serialize};

use super::rights::may_invite;
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{ArrivalChannel, Ask, BanOf, InviteOf, KeptMute, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An invite that the caller accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptInvite {
    pub code: InviteCode,
}

refusals! {
    /// Why an invite does not let somebody in.
    pub enum Refused: Denied {
        /// The person is banned.
        Banned => Banned: "You are banned from this community.",
        /// It is used up, expired or revoked, or the person who made it may not invite any more.
        Over => Gone: "The invite is used up, expired or revoked.",
    }
}

impl Verb for AcceptInvite {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(InviteOf(self.code.clone()));
        needs.ask(BanOf(by.id()));
        needs.ask(ArrivalChannel(Some(by.id())));
        needs.ask(KeptMute(by.id()));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (by, now) = (turn.by.id(), turn.now);
        let invite = turn.facts.of(&InviteOf(self.code.clone())).ok_or(Denied::NotFound)?;
        if invite.addressee.is_some_and(|addressee| addressee != by) {
            return Err(Denied::NotFound.into());
        }
        if turn.facts.of(&BanOf(by)) {
            return Err(Refused::Banned);
        }
        if turn.rights(None).in_community {
            return Ok(Decision::nothing(()));
        }
        let used_up = invite.max_uses.is_some_and(|most| invite.uses >= most);
        let expired = invite.expires_at.is_some_and(|end| end <= now);
        if invite.revoked || used_up || expired || !may_invite(invite.maker.map(|maker| maker.standing)) {
            return Err(Refused::Over);
        }
        let muted_until = turn.facts.of(&KeptMute(by)).filter(|until| *until > now);
        let mut changes = vec![
            Change::UseInvite { code: self.code.clone() },
            Change::AddMember { user_id: by, role: Role::Member, joined_at: now, muted_until },
        ];
        let arrives = turn.facts.of(&ArrivalChannel(Some(by)));
        changes.extend(arrives.map(|channel_id| Change::JoinChannel { channel_id, user_id: by, at: now }));
        let member = Member {
            user: turn.by.user.clone(),
            role: Role::Member,
            roles: vec![],
            nickname: None,
            avatar_url: None,
            muted_until,
            joined_at: now,
        };
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberJoined(MemberPayload { member }))],
            changes,
            raises: vec![Affected::Person(by)],
            made: None,
            answer: (),
        })
    }
}
