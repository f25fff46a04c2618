//! What writers look up before they decide: one reading per batch or command.

use std::collections::HashMap;

use ajet_domain::Standing;
use ajet_domain::channel::Made;
use ajet_domain::community::{Facts, InviteFacts, MadeFacts, Needs};
use ajet_domain::journal::DuplicateKey;
use ajet_protocol::{
    ChannelId, CommunityId, Invite, Message, MessageId, Permission, Permissions, Role, Timestamp, UserId,
    Visibility, names,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rows::{self, MemberRow, MessageRow};
use super::streams::count;
use super::{Inconsistent, Store, StoreError};

/// Standings in one channel, all as of one ACL version.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    pub acl_version: u64,
    pub of: HashMap<UserId, Standing>,
}

struct StandingRow {
    acl_version: i64,
    role: Option<String>,
    muted_until: Option<OffsetDateTime>,
    in_channel: bool,
    visibility: Option<String>,
}

impl StandingRow {
    fn standing(self) -> Result<Standing, Inconsistent> {
        let role = self.role.as_deref().map(rows::role).transpose()?;
        let visibility = self.visibility.as_deref().map(rows::visibility).transpose()?;
        let open = visibility == Some(Visibility::Public);
        Ok(Standing {
            acl_version: count(self.acl_version),
            in_community: role.is_some(),
            in_channel: role.is_some() && self.in_channel,
            sees_channel: role.is_some() && (open || self.in_channel),
            permissions: role.map_or(Permissions::NONE, Permissions::of_role),
            muted_until: self.muted_until.map(Timestamp::from),
        })
    }
}

impl Store {
    /// Where these people stand in a channel.
    pub async fn standings(
        &self,
        community: CommunityId,
        channel: ChannelId,
        users: &[UserId],
    ) -> Result<Standings, StoreError> {
        let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
        // The community's row comes out even if `users` is empty: its version is needed in any case.
        let found = sqlx::query!(
            r#"select c.acl_version as "acl_version!", u.id as "user_id?", m.role as "role?",
                      m.muted_until as "muted_until?", (cm.user_id is not null) as "in_channel!", ch.visibility as "visibility?"
               from communities c
               left join unnest($3::uuid[]) as u(id) on true
               left join channels ch on ch.id = $2 and ch.community_id = c.id
               left join community_members m on m.community_id = c.id and m.user_id = u.id
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = u.id
               where c.id = $1"#,
            community.0,
            channel.0,
            &ids
        )
        .fetch_all(self.commands())
        .await?;
        let mut standings = Standings::default();
        for row in found {
            standings.acl_version = count(row.acl_version);
            let Some(user) = row.user_id.map(UserId) else { continue };
            let row = StandingRow {
                acl_version: row.acl_version,
                role: row.role,
                muted_until: row.muted_until,
                in_channel: row.in_channel,
                visibility: row.visibility,
            };
            standings.of.insert(user, row.standing()?);
        }
        Ok(standings)
    }

    /// Messages of one channel by id.
    pub async fn messages_in(
        &self,
        channel: ChannelId,
        ids: &[MessageId],
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query_as!(
            MessageRow,
            r#"select m.id, m.channel_id, m.parent_id, m.body_md, m.body_html, m.mentions as "mentions: _", m.seq,
                      m.client_mutation_id, m.created_at, m.edited_at, (m.deleted_at is not null) as "deleted!",
                      (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null) as "reply_count!",
                      u.id as author_id, u.username as author_username,
                      coalesce(m.author_name, u.display_name) as "author_display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as author_bot, u.created_at as author_created_at
               from messages m join users u on u.id = m.author_id
               where m.channel_id = $1 and m.id = any($2)"#,
            channel.0,
            &ids
        )
        .fetch_all(self.commands())
        .await?;
        Ok(rows.into_iter().map(|row| (MessageId(row.id), row.into())).collect())
    }

    /// What spent message keys made.
    pub async fn made_by(
        &self,
        keys: &[DuplicateKey],
    ) -> Result<HashMap<(UserId, String), Made>, StoreError> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let (authors, texts): (Vec<Uuid>, Vec<String>) =
            keys.iter().map(|spent| (spent.author.0, spent.key.clone())).unzip();
        let rows = sqlx::query!(
            r#"select m.author_id, m.client_mutation_id, m.id, m.fingerprint
               from unnest($1::uuid[], $2::text[]) as k(author, key)
               join messages m on m.author_id = k.author and m.client_mutation_id = k.key"#,
            &authors,
            &texts
        )
        .fetch_all(self.commands())
        .await?;
        let made = rows.into_iter().map(|row| {
            let key = (UserId(row.author_id), row.client_mutation_id);
            (key, Made { id: MessageId(row.id), fingerprint: row.fingerprint })
        });
        Ok(made.collect())
    }

    /// Everything one command of a community is about; `None` where there is no such community.
    pub async fn community_facts(&self, id: CommunityId, needs: &Needs) -> Result<Option<Facts>, StoreError> {
        let by = needs.by.unwrap_or(UserId(Uuid::nil()));
        let hook = match needs.webhook {
            Some(webhook) => self.webhook_channel(id, webhook).await?,
            None => None,
        };
        let channel = needs.channel.or(hook).map(|channel| channel.0);
        let row = sqlx::query!(
            r#"select c.acl_version, m.role as "role?", m.muted_until as "muted_until?",
                      (cm.user_id is not null) as "in_channel!", ch.visibility as "visibility?",
                      exists (select 1 from bans b where b.community_id = c.id and b.user_id = $2) as "banned!",
                      (select g.id from channels g where g.community_id = c.id and coalesce(g.name_key, lower(g.name collate "C")) = $6) as general,
                      exists (select 1 from channel_categories k where k.community_id = c.id and k.id = $4) as "category!",
                      exists (select 1 from users a where a.id = $5) as "addressee!"
               from communities c
               left join channels ch on ch.id = $3 and ch.community_id = c.id
               left join community_members m on m.community_id = c.id and m.user_id = $2
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $2
               where c.id = $1"#,
            id.0,
            by.0,
            channel,
            needs.category.map(|category| category.0),
            needs.addressee.map(|user| user.0),
            names::key("general"),
        )
        .fetch_optional(self.commands())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let standing = StandingRow {
            acl_version: row.acl_version,
            role: row.role,
            muted_until: row.muted_until,
            in_channel: row.in_channel,
            visibility: row.visibility,
        };
        Ok(Some(Facts {
            acl_version: count(row.acl_version),
            standing: standing.standing()?,
            banned: row.banned,
            general: row.general.map(ChannelId),
            invite: self.invite_facts(id, needs.invite_code.as_deref()).await?,
            webhook: hook,
            made: self.made_object(by, needs.key.as_deref()).await?,
            member: self.member(id, by).await?,
            category_exists: row.category,
            addressee_exists: row.addressee,
        }))
    }

    async fn webhook_channel(
        &self,
        community: CommunityId,
        webhook: ajet_protocol::WebhookId,
    ) -> Result<Option<ChannelId>, StoreError> {
        let row = sqlx::query!(
            "select w.channel_id from webhooks w join channels c on c.id = w.channel_id
             where w.id = $1 and c.community_id = $2",
            webhook.0,
            community.0
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(row.map(|row| ChannelId(row.channel_id)))
    }

    async fn invite_facts(
        &self,
        id: CommunityId,
        code: Option<&str>,
    ) -> Result<Option<InviteFacts>, StoreError> {
        let Some(code) = code else { return Ok(None) };
        let row = sqlx::query!(
            r#"select i.code, i.community_id, i.created_by, i.addressee_id, i.max_uses, i.uses, i.expires_at, i.revoked_at,
                      m.role as "maker_role?"
               from invites i
               left join community_members m on m.community_id = i.community_id and m.user_id = i.created_by
               where i.code = $1 and i.community_id = $2"#,
            code,
            id.0
        )
        .fetch_optional(self.commands())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(InviteFacts {
            maker_may: may_invite(row.maker_role.as_deref())?,
            addressee: row.addressee_id.map(UserId),
            revoked: row.revoked_at.is_some(),
            invite: Invite {
                code: row.code,
                community_id: CommunityId(row.community_id),
                created_by: UserId(row.created_by.unwrap_or_default()),
                max_uses: row.max_uses,
                uses: row.uses,
                expires_at: row.expires_at.map(Timestamp::from),
                url: String::new(),
            },
        }))
    }

    /// What an author's key made, if it was used before.
    async fn made_object(&self, author: UserId, key: Option<&str>) -> Result<Option<MadeFacts>, StoreError> {
        let Some(key) = key else { return Ok(None) };
        let row = sqlx::query!(
            r#"select k.object_id, k.fingerprint, i.code as "code?" from mutations k
               left join invites i on i.id = k.object_id where k.author_id = $1 and k.key = any($2)
               order by length(k.key) desc limit 1"#,
            author.0,
            &stored_forms(key)
        )
        .fetch_optional(self.commands())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let invite = match &row.code {
            Some(code) => self.invite_by_code(code).await?,
            None => None,
        };
        Ok(Some(MadeFacts { object: row.object_id, fingerprint: row.fingerprint, invite }))
    }

    /// A person's membership of a community.
    pub async fn member(
        &self,
        community: CommunityId,
        user: UserId,
    ) -> Result<Option<ajet_protocol::Member>, StoreError> {
        let row = sqlx::query_as!(
            MemberRow,
            "select u.id, u.username, u.display_name, u.avatar_url as user_avatar_url, u.status_text, u.bot, u.created_at,
                    m.role, m.nickname, m.avatar_url, m.muted_until, m.joined_at
             from community_members m join users u on u.id = m.user_id
             where m.community_id = $1 and m.user_id = $2",
            community.0,
            user.0
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(row.map(TryInto::try_into).transpose()?)
    }
}

/// The role of a row that a person's community list has.
pub(super) fn role_of(text: &str) -> Result<Role, StoreError> {
    Ok(rows::role(text)?)
}

/// Whether somebody of this role, or of none any more, may invite.
pub(super) fn may_invite(role: Option<&str>) -> Result<bool, StoreError> {
    let role = role.map(role_of).transpose()?;
    Ok(role.is_some_and(|role| Permissions::of_role(role).contains(Permission::CreateInvites)))
}

/// The forms in which a key may be stored: with its route, or as nodes of release 0.1.0 wrote it. The second one may go 48 hours
/// after the last of those.
pub(super) fn stored_forms(key: &str) -> Vec<String> {
    let bare = key.split_once(':').map(|(_, bare)| bare.to_owned());
    bare.into_iter().chain([key.to_owned()]).collect()
}
