//! Changes a member: their role, what they are called, which custom roles they hold. If all of it is so already, nothing happens.
//!
//! A person changes their own nickname, and steps down; they never raise themselves. All else is for those who manage members, and for
//! people who do not stand above them. Owners and admins are made and unmade by owners alone; of another owner they change the role and
//! nothing else. The last owner does not step down. Below an admin no one changes their own custom roles: one may deny what another one allows, so
//! that giving one up can be a gain as well.

use std::borrow::Cow;

use ajet_protocol::events::MemberPayload;
use ajet_protocol::{
    Event, Member, NotificationReason, Permission, Permissions, Role, RoleId, Trimmed, UserId,
};
use serde::{Deserialize, Serialize};

use super::grants::{Beyond, holds, holds_where_allowed, outranks};
use super::rights::{Silenced, Untouchable, ask_about, require_unmuted, target};
use super::{Change, CommunityCore, telling};
use crate::Standing;
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{AllowedTo, Ask, HeldRoles, MemberOf, Needs, RoleOf, SoleOwner};
use crate::refusal::Denied;
use crate::refusals;
use crate::rights::Rank;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a member; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateMember {
    pub user_id: UserId,
    /// Whether the person is the caller. Rights do not rest on it: the audit log does not keep what people call themselves.
    pub own: bool,
    pub role: Option<Role>,
    /// An empty one takes the nickname away.
    pub nickname: Option<Trimmed>,
    /// All custom roles that they hold afterwards.
    pub roles: Option<Vec<RoleId>>,
}

refusals! {
    /// Why a member was not changed.
    pub enum Refused: Untouchable | Beyond | Silenced {
        /// Only owners make owners and admins, and take that away.
        OwnersOnly => Forbidden: "Only an owner may change this role.",
        /// No one raises themselves.
        OwnRole => Forbidden: "You can't raise yourself.",
        /// Who stands below an admin has others choose their custom roles.
        OwnRoles => Forbidden: "Only an admin or an owner changes their own custom roles.",
        /// The community would be left without an owner.
        SoleOwner => Conflict: "The only owner of a community can't step down.",
        /// `roles` names one that the community does not have.
        RoleUnknown => Invalid("roles", "not_found"): "names a role that is not there",
        /// A program would be left alone with a community once its people have gone.
        BotOwner => Invalid("role", "bot"): "can't be owner: this is a bot",
    }
}

impl Verb for UpdateMember {
    type Entity = CommunityCore;
    type Answer = Member;
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "roles";

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.user_id, by.rights_of(), needs);
        needs.ask(SoleOwner(self.user_id));
        if let Some(roles) = &self.roles {
            needs.ask(HeldRoles(self.user_id));
            for role in roles {
                needs.ask(RoleOf(*role));
                needs.ask(AllowedTo { role: *role, user: by.rights_of() });
            }
        }
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (before, standing) = (self.reached(turn)?, turn.rights(None));
        let mut after = before.clone();
        if let Some(role) = self.role {
            self.may_become(role, before.role, turn)?;
            if role == Role::Owner && before.user.bot {
                return Err(Refused::BotOwner);
            }
            after.role = role;
        }
        if let Some(nickname) = &self.nickname {
            after.nickname = (!nickname.is_empty()).then(|| nickname.to_string());
        }
        if let Some(roles) = &self.roles {
            after.roles = self.given(roles, &standing, turn)?;
        }
        if after.nickname != before.nickname {
            require_unmuted(&standing, turn)?;
        }
        let changes = self.changes(&before, &after);
        if changes.is_empty() {
            return Ok(Decision::nothing(after));
        }
        let raises = after.role != before.role || after.roles != before.roles;
        let tells =
            raises.then(|| telling::of_act(core, turn, self.user_id, NotificationReason::RoleChanged));
        let changes = changes.into_iter().chain(tells.flatten()).collect();
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberUpdated(MemberPayload { member: after.clone() }))],
            changes,
            raises: raises.then_some(Affected::Person(self.user_id)).into_iter().collect(),
            made: None,
            answer: after,
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let role = self.role.map(|role| ("role", Cow::Borrowed(role.as_str())));
        let roles = self.roles.as_ref().map(|roles| {
            let ids: Vec<_> = roles.iter().map(ToString::to_string).collect();
            ("roles", Cow::Owned(ids.join(" ")))
        });
        let details: Vec<_> = role.into_iter().chain(roles).collect();
        let action = match (details.is_empty(), self.own) {
            (false, _) => "member.role",
            (true, false) => "member.nickname",
            (true, true) => return None,
        };
        Some(Audit { action, target: AuditTarget::Person(self.user_id), details })
    }
}

impl UpdateMember {
    fn is_own(&self, turn: &Turn<'_>) -> bool {
        self.user_id == turn.by.rights_of()
    }

    /// Whether all that is to be changed is the role of a person, by an owner.
    fn unmakes_an_owner(&self, turn: &Turn<'_>) -> bool {
        let role_alone = self.role.is_some() && self.nickname.is_none() && self.roles.is_none();
        role_alone && turn.rights(None).rank == Rank::Owner
    }

    /// The member as they are, if the caller may change anything of them.
    fn reached(&self, turn: &Turn<'_>) -> Result<Member, Refused> {
        let not_there = || Refused::from(Untouchable::from(Denied::NotFound));
        if !self.is_own(turn) {
            return match target(turn, self.user_id, Permission::ManageMembers) {
                Err(Untouchable::Owner) if self.unmakes_an_owner(turn) => {
                    turn.facts.of(&MemberOf(self.user_id))
                }
                reached => reached?,
            }
            .ok_or_else(not_there);
        }
        let standing = turn.rights(None);
        if !standing.in_community {
            return Err(not_there());
        }
        if self.roles.is_some() && !standing.may(Permission::ManageMembers) {
            return Err(Untouchable::from(Denied::Forbidden).into());
        }
        turn.facts.of(&MemberOf(self.user_id)).ok_or_else(not_there)
    }

    fn may_become(&self, role: Role, before: Role, turn: &Turn<'_>) -> Result<(), Refused> {
        let (is_own, is_owner) = (self.is_own(turn), turn.rights(None).rank == Rank::Owner);
        match role.cmp(&before) {
            std::cmp::Ordering::Equal => Ok(()),
            _ if !is_own && !is_owner => Err(Refused::OwnersOnly),
            std::cmp::Ordering::Greater if is_own => Err(Refused::OwnRole),
            std::cmp::Ordering::Less if turn.facts.of(&SoleOwner(self.user_id)) => Err(Refused::SoleOwner),
            _ => Ok(()),
        }
    }

    /// The custom roles that the person holds afterwards. The caller gives and takes those below them alone, and gives no permission that
    /// they do not have, be it in the whole community or in a channel.
    fn given(&self, wanted: &[RoleId], standing: &Standing, turn: &Turn<'_>) -> Result<Vec<RoleId>, Refused> {
        let held = turn.facts.of(&HeldRoles(self.user_id));
        let mut roles = wanted.to_vec();
        roles.sort_unstable();
        roles.dedup();
        let is_same = held.iter().map(|one| &one.id).eq(&roles);
        if !is_same && self.is_own(turn) && !standing.rank.is_above_roles() {
            return Err(Refused::OwnRoles);
        }
        for id in &roles {
            let role = turn.facts.of(&RoleOf(*id)).ok_or(Refused::RoleUnknown)?;
            if held.iter().all(|one| one.id != *id) {
                outranks(standing, role.position)?;
                holds(standing, Permissions::of(&role.permissions))?;
                holds_where_allowed(*id, turn)?;
            }
        }
        for lost in held.iter().filter(|one| !roles.contains(&one.id)) {
            outranks(standing, lost.position)?;
        }
        Ok(roles)
    }

    fn changes(&self, before: &Member, after: &Member) -> Vec<Change> {
        let user_id = self.user_id;
        let role = (after.role != before.role).then_some(Change::SetRole { user_id, role: after.role });
        let nickname = (after.nickname != before.nickname)
            .then(|| Change::SetNickname { user_id, nickname: after.nickname.clone() });
        let roles = (after.roles != before.roles)
            .then(|| Change::SetMemberRoles { user_id, roles: after.roles.clone() });
        role.into_iter().chain(nickname).chain(roles).collect()
    }
}
