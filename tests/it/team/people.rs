//! Roles, what channels allow, and what people do to each other and to themselves.

use ajet_protocol::{
    CreateRole, MuteMember, Permission, Reason, Role, SetOverwrite, UpdateMe, UpdateMember, UpdateRole,
};

use super::acts::{Doing, Done};
use super::steps::Act;

/// What roles and overwrites are about here.
const GIVEN: [Permission; 5] = [
    Permission::ViewChannel,
    Permission::SendMessages,
    Permission::ManageChannels,
    Permission::ManageMessages,
    Permission::KickMembers,
];

impl Doing<'_> {
    fn permission(&self) -> Permission {
        GIVEN[self.pick as usize % GIVEN.len()]
    }

    fn role(&self) -> Option<ajet_protocol::RoleId> {
        let community = self.team.community.id;
        let ours = self.sees.communities.iter().find(|one| one.community.id == community);
        self.one(ours.map(|one| one.roles.iter().map(|one| one.id).collect()).unwrap_or_default())
    }

    pub async fn rank(&self, act: Act) -> Done {
        let community = self.team.community.id;
        if act == Act::CreateRole {
            let request = CreateRole {
                name: format!("role {}", self.pick).into(),
                permissions: Some(vec![self.permission()]),
                position: Some(i64::from(self.pick % 100)),
                client_mutation_id: Some(format!("role-{}", self.pick)),
            };
            return self.client.create_role(community, &request).await.map(drop);
        }
        let Some(role) = self.role() else { return self.left() };
        match act {
            Act::UpdateRole => {
                let update =
                    UpdateRole { permissions: Some(vec![self.permission()]), ..UpdateRole::default() };
                self.client.update_role(role, &update).await.map(drop)
            }
            Act::DeleteRole => self.client.delete_role(role).await,
            _ => {
                let update = UpdateMember { roles: Some(vec![role]), ..UpdateMember::default() };
                self.client.update_member(community, self.other().id, &update).await.map(drop)
            }
        }
    }

    /// For a role, for a person, or for everybody.
    pub async fn allow(&self, act: Act) -> Done {
        let Some(room) = self.room() else { return self.left() };
        let target = match (self.pick / 8 % 3, self.role()) {
            (0, Some(role)) => role.to_string(),
            (1, _) => self.other().id.to_string(),
            _ => self.team.community.id.to_string(),
        };
        if act == Act::RemoveOverwrite {
            return self.client.remove_overwrite(room, target).await;
        }
        let (given, none) = (Some(vec![self.permission()]), None);
        let request = match self.pick / 24 % 2 {
            0 => SetOverwrite { allow: given, deny: none },
            _ => SetOverwrite { allow: none, deny: given },
        };
        self.client.set_overwrite(room, target, &request).await.map(drop)
    }

    pub async fn moderate(&self, act: Act) -> Done {
        let (community, other) = (self.team.community.id, self.other().id);
        let why = Reason::default();
        match act {
            Act::Promote => {
                let role = if self.pick.is_multiple_of(2) { Role::Admin } else { Role::Member };
                let update = UpdateMember { role: Some(role), ..UpdateMember::default() };
                self.client.update_member(community, other, &update).await.map(drop)
            }
            Act::Ban => self.client.ban(community, other, &why).await,
            Act::Unban => self.client.unban(community, other, &why).await,
            Act::Kick => self.client.remove_member(community, other, &why).await,
            Act::Mute => self.client.mute(community, other, &MuteMember::default()).await,
            _ => self.client.unmute(community, other, &why).await,
        }
    }

    pub async fn shun(&self, act: Act) -> Done {
        match act {
            Act::Block => self.client.block(self.other().id).await,
            _ => self.client.unblock(self.other().id).await,
        }
    }

    pub async fn live(&self, act: Act) -> Done {
        let (community, me) = (self.team.community.id, self.person.id);
        match act {
            Act::LeaveCommunity => self.client.remove_member(community, me, &Reason::default()).await,
            Act::ComeBack => self.client.accept_invite(&self.team.invite).await.map(drop),
            Act::Nickname => {
                let nickname = Some(format!("nick {}", self.pick).into());
                let update = UpdateMember { nickname, ..UpdateMember::default() };
                self.client.update_member(community, me, &update).await.map(drop)
            }
            _ => {
                let display_name = Some(format!("Name {}", self.pick).into());
                let update = UpdateMe { display_name, ..UpdateMe::default() };
                self.client.update_me(&update).await.map(drop)
            }
        }
    }
}
