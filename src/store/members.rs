//! A community's people: who belongs to it and with which rights, and who is banned from it.

use std::collections::HashMap;

use ajet_domain::Standing;
use ajet_domain::need::{BanOf, MemberOf, StandingOf};
use ajet_protocol::{
    Ban, ChannelId, CommunityId, Member, Page, PageQuery, Permissions, Timestamp, User, UserId, Visibility,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::{self, MemberRow, UserRow};
use super::streams::count;
use super::{Inconsistent, Pool, Store, StoreError};

/// A person's rights as their rows say them.
pub(super) struct StandingRow {
    pub community_id: Uuid,
    pub user_id: Uuid,
    pub channel_id: Option<Uuid>,
    pub acl_version: i64,
    pub role: Option<String>,
    pub muted_until: Option<OffsetDateTime>,
    pub in_channel: bool,
    pub visibility: Option<String>,
}

impl TryFrom<&StandingRow> for Standing {
    type Error = Inconsistent;
    fn try_from(row: &StandingRow) -> Result<Self, Inconsistent> {
        let role = row.role.as_deref().map(rows::role).transpose()?;
        let visibility = row.visibility.as_deref().map(rows::visibility).transpose()?;
        let open = visibility == Some(Visibility::Public);
        Ok(Self {
            acl_version: count(row.acl_version),
            in_community: role.is_some(),
            in_channel: role.is_some() && row.in_channel,
            sees_channel: role.is_some() && (open || row.in_channel),
            permissions: role.map_or(Permissions::NONE, Permissions::of_role),
            muted_until: row.muted_until.map(Timestamp::from),
        })
    }
}

impl Answers<StandingOf> for Lookup<'_> {
    async fn answer(&self, asked: &[StandingOf]) -> Answered<StandingOf> {
        let found = standings(self.store.commands(), self.community, asked).await?;
        if found.is_empty() {
            return Err(Inconsistent("community of a writer").into());
        }
        Ok(complete(asked, found))
    }
}

/// What people may do, all as of one ACL version; empty where there is no such community.
async fn standings(
    pool: &Pool,
    community: CommunityId,
    asked: &[StandingOf],
) -> Result<Vec<(StandingOf, Standing)>, StoreError> {
    let (users, channels): (Vec<Uuid>, Vec<Option<Uuid>>) =
        asked.iter().map(|one| (one.user.0, one.channel.map(|channel| channel.0))).unzip();
    // Each `limit 1` keeps its row's look-up a step by primary key: else a plan that is made while the tables are small may read
    // all members of a community for each question.
    let found = sqlx::query_as!(
        StandingRow,
        r#"select c.id as "community_id!", k.user_id as "user_id!", k.channel_id as "channel_id?",
                  c.acl_version as "acl_version!", m.role as "role?", m.muted_until as "muted_until?",
                  (cm.user_id is not null) as "in_channel!", ch.visibility as "visibility?"
           from communities c
           cross join unnest($2::uuid[], $3::uuid[]) as k(user_id, channel_id)
           left join lateral (
             select id, visibility from channels where id = k.channel_id and community_id = c.id limit 1
           ) ch on true
           left join lateral (
             select role, muted_until from community_members where community_id = c.id and user_id = k.user_id limit 1
           ) m on true
           left join lateral (
             select user_id from channel_members where channel_id = ch.id and user_id = k.user_id limit 1
           ) cm on true
           where c.id = $1"#,
        community.0,
        &users,
        &channels as &[Option<Uuid>]
    )
    .fetch_all(pool)
    .await?;
    let mut standings = Vec::with_capacity(found.len());
    for row in &found {
        let (user, channel) = (UserId(row.user_id), row.channel_id.map(ChannelId));
        standings.push((StandingOf { user, channel }, Standing::try_from(row)?));
    }
    Ok(standings)
}

impl Answers<MemberOf> for Lookup<'_> {
    async fn answer(&self, asked: &[MemberOf]) -> Answered<MemberOf> {
        let users: Vec<Uuid> = asked.iter().map(|MemberOf(user)| user.0).collect();
        let found = sqlx::query_as!(
            MemberRow,
            "select u.id, u.username, u.display_name, u.avatar_url as user_avatar_url, u.status_text, u.bot, u.created_at,
                    m.role, m.nickname, m.avatar_url, m.muted_until, m.joined_at
             from community_members m join users u on u.id = m.user_id
             where m.community_id = $1 and m.user_id = any($2)",
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        let members: Result<Vec<Member>, Inconsistent> = found.into_iter().map(TryInto::try_into).collect();
        Ok(complete(asked, members?.into_iter().map(|member| (MemberOf(member.user.id), Some(member)))))
    }
}

impl Answers<BanOf> for Lookup<'_> {
    async fn answer(&self, asked: &[BanOf]) -> Answered<BanOf> {
        let users: Vec<Uuid> = asked.iter().map(|BanOf(user)| user.0).collect();
        let found = sqlx::query!(
            "select user_id from bans where community_id = $1 and user_id = any($2)",
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (BanOf(UserId(row.user_id)), true))))
    }
}

struct BanRow {
    id: Uuid,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
    status_text: Option<String>,
    bot: bool,
    created_at: OffsetDateTime,
    reason: Option<String>,
    actor_id: Option<Uuid>,
    banned_at: OffsetDateTime,
}

impl BanRow {
    fn shown(self, people: &HashMap<UserId, User>) -> Ban {
        let user = UserRow {
            id: self.id,
            username: self.username,
            display_name: self.display_name,
            avatar_url: self.avatar_url,
            status_text: self.status_text,
            bot: self.bot,
            created_at: self.created_at,
        };
        Ban {
            user: user.into(),
            reason: self.reason,
            actor: self.actor_id.and_then(|actor| people.get(&UserId(actor)).cloned()),
            created_at: self.banned_at.into(),
        }
    }
}

impl Store {
    /// What a person may do in a community; `None` where there is no such community.
    pub async fn standing_at(
        &self,
        community: CommunityId,
        user: UserId,
    ) -> Result<Option<Standing>, StoreError> {
        let found = standings(self.live(), community, &[StandingOf { user, channel: None }]).await?;
        Ok(found.into_iter().next().map(|(_, standing)| standing))
    }

    /// The community of a channel, and what a person may do in both; `None` where there is no such channel.
    pub async fn standing_in(
        &self,
        channel: ChannelId,
        user: UserId,
    ) -> Result<Option<(CommunityId, Standing)>, StoreError> {
        let row = sqlx::query_as!(
            StandingRow,
            r#"select c.id as "community_id!", $2::uuid as "user_id!", ch.id as "channel_id?", c.acl_version as "acl_version!",
                      m.role as "role?", m.muted_until as "muted_until?", (cm.user_id is not null) as "in_channel!",
                      ch.visibility as "visibility?"
               from channels ch
               join communities c on c.id = ch.community_id
               left join community_members m on m.community_id = c.id and m.user_id = $2
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $2
               where ch.id = $1"#,
            channel.0,
            user.0
        )
        .fetch_optional(self.live())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((CommunityId(row.community_id), Standing::try_from(&row)?)))
    }

    /// The bans of a community, by the banned person's id.
    pub async fn bans_of(&self, community: CommunityId, query: &PageQuery) -> Result<Page<Ban>, StoreError> {
        let rows = sqlx::query_as!(
            BanRow,
            r#"select u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at, b.reason, b.actor_id,
                      b.created_at as "banned_at!"
               from (
                 select * from bans
                 where community_id = $1 and ($2::uuid is null or user_id > $2) and ($3::uuid is null or user_id < $3)
                 order by case when $3::uuid is null then user_id end, user_id desc limit $4::int8 + 1
               ) b join users u on u.id = b.user_id
               order by case when $3::uuid is null then u.id end, u.id desc"#,
            community.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let actors: Vec<UserId> = rows.iter().filter_map(|row| row.actor_id).map(UserId).collect();
        let people = self.people(&actors).await?;
        let items = rows.into_iter().map(|row| row.shown(&people)).collect();
        Ok(page_of(items, query))
    }
}
