//! Roles, what channels allow, and what people do to each other and to themselves.

use ajet_protocol::{
    CreateRole, MuteMember, Permission, ReadNotifications, Reason, Role, RoleId, SetOverwrite, UpdateMe,
    UpdateMember, UpdateRole,
};

use super::acts::{Doing, Done, Undone};
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

    pub fn role(&self) -> Result<RoleId, Undone> {
        let all = self.home().map(|one| one.roles.iter().map(|one| one.id).collect());
        self.one(all.unwrap_or_default())
    }

    pub async fn rank(&self, act: Act) -> Done {
        let community = self.team.community.id;
        if act == Act::CreateRole {
            let request = CreateRole {
                name: format!("role {}", self.pick).into(),
                permissions: Some(vec![self.permission()]),
                position: Some(i64::from(self.pick % 100)),
                client_mutation_id: Some(self.key("role")),
            };
            self.client.create_role(community, &request).await?;
            return Ok(());
        }
        let role = self.role()?;
        let done = match act {
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
        };
        Ok(done?)
    }

    /// For a role, for a person, or for everybody.
    pub async fn allow(&self, act: Act) -> Done {
        let room = self.room()?;
        let target = match (self.pick / 8 % 3, self.role()) {
            (0, Ok(role)) => role.to_string(),
            (1, _) => self.other().id.to_string(),
            _ => self.team.community.id.to_string(),
        };
        if act == Act::RemoveOverwrite {
            return Ok(self.client.remove_overwrite(room, target).await?);
        }
        let (given, none) = (Some(vec![self.permission()]), None);
        let request = match self.pick / 24 % 2 {
            0 => SetOverwrite { allow: given, deny: none },
            _ => SetOverwrite { allow: none, deny: given },
        };
        self.client.set_overwrite(room, target, &request).await?;
        Ok(())
    }

    pub async fn moderate(&self, act: Act) -> Done {
        let (community, other) = (self.team.community.id, self.other().id);
        let why = Reason::default();
        let done = match act {
            Act::Promote => {
                let role = if self.pick.is_multiple_of(2) { Role::Admin } else { Role::Member };
                let update = UpdateMember { role: Some(role), ..UpdateMember::default() };
                self.client.update_member(community, other, &update).await.map(drop)
            }
            Act::Kick => self.client.remove_member(community, other, &why).await,
            Act::Ban => self.client.ban(community, other, &why).await,
            Act::Unban => {
                let bans = self.client.bans(community).await?.items;
                let banned = self.one(bans.into_iter().map(|ban| ban.user.id).collect())?;
                self.client.unban(community, banned, &why).await
            }
            Act::Mute => self.client.mute(community, other, &MuteMember::default()).await,
            _ => self.client.unmute(community, other, &why).await,
        };
        Ok(done?)
    }

    pub async fn live(&self, act: Act) -> Done {
        let (community, me, other) = (self.team.community.id, self.person.id, self.other().id);
        let done = match act {
            Act::ReadNotifications => {
                let all = ReadNotifications { ids: None, all: Some(true) };
                self.client.read_notifications(&all).await.map(drop)
            }
            Act::NotifyCommunity => self.client.notify_community(community, self.level()).await,
            Act::LeaveCommunity => self.client.remove_member(community, me, &Reason::default()).await,
            Act::ComeBack if self.home().is_some() => return Err(Undone::Nothing),
            Act::ComeBack => self.client.accept_invite(&self.team.invite).await.map(drop),
            Act::Block => self.client.block(other).await,
            Act::Unblock => self.client.unblock(other).await,
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
        };
        Ok(done?)
    }
}
