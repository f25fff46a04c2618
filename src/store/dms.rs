//! Direct messages: how their ids are made, who takes part in them, and the list of one person.
//!
//! Who takes part never changes, so what is read of it needs no fence: a person who had the rights to ask still has them. The list of a person
//! is that of their own memberships.

use std::collections::HashMap;

use ajet_domain::need::DirectOf;
use ajet_protocol::{
    Channel, ChannelId, ChannelType, MessageId, NotifyLevel, Page, PageQuery, Unread, User, UserId,
    Visibility, limits,
};
use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::user_in;
use super::{Inconsistent, Pool, Store, StoreError};

/// A person whom another one wants to talk with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    pub user: User,
    /// Their account is out of use.
    pub deactivated: bool,
    /// One of the two has blocked the other.
    pub blocked: bool,
}

struct DmRow {
    id: Uuid,
    name: String,
    kind: String,
    last_message_id: Option<Uuid>,
    muted: bool,
    notify: String,
    unread: i64,
    mentions: i64,
    created_at: OffsetDateTime,
}

impl DmRow {
    /// The direct message of these people.
    fn shown(self, members: Vec<User>) -> Result<Channel, Inconsistent> {
        Ok(Channel {
            id: ChannelId(self.id),
            community_id: None,
            name: self.name,
            kind: self.kind.parse::<ChannelType>().map_err(|_| Inconsistent("channels.type"))?,
            visibility: Visibility::Private,
            topic: None,
            category_id: None,
            position: 0,
            members,
            last_message_id: self.last_message_id.map(MessageId),
            unread: Unread { count: self.unread, mentions: self.mentions },
            muted: self.muted,
            // A level that only a newer node knows: nothing is held back.
            notify: self.notify.parse().unwrap_or(NotifyLevel::All),
            archived: false,
            slow_mode_s: 0,
            created_at: self.created_at.into(),
        })
    }
}

impl Store {
    /// What the ids of direct messages are made with, beside their people. It never changes.
    pub async fn dm_key(&self) -> Result<Uuid, StoreError> {
        let row = sqlx::query!("select dm_key from log_horizon").fetch_one(self.live()).await?;
        Ok(row.dm_key)
    }

    /// Those of these people who have an account, as a person finds them who wants to talk with them.
    pub async fn partners(
        &self,
        person: UserId,
        ids: &[UserId],
    ) -> Result<HashMap<UserId, Partner>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            r#"select u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at,
                      (u.deactivated_at is not null) as "deactivated!",
                      exists (select 1 from blocks b where b.user_id = $1 and b.blocked_id = u.id
                              union all
                              select 1 from blocks b where b.user_id = u.id and b.blocked_id = $1) as "blocked!"
               from users u where u.id = any($2)"#,
            person.0,
            &ids
        )
        .fetch_all(self.live())
        .await?;
        let partners = rows.into_iter().map(|row| {
            let (deactivated, blocked) = (row.deactivated, row.blocked);
            let user = user_in!(row);
            (user.id, Partner { user, deactivated, blocked })
        });
        Ok(partners.collect())
    }

    /// A page of a person's direct messages, by id, without those that they have hidden and in which nothing is new, and without groups of
    /// others in which no one has written yet.
    pub async fn dms_of(&self, reader: UserId, query: &PageQuery) -> Result<Page<Channel>, StoreError> {
        let rows = sqlx::query_as!(
            DmRow,
            r#"select d.id as "id!", d.name as "name!", d.type as "kind!", d.created_at as "created_at!",
                      (select m.id from messages m where m.channel_id = d.id order by m.id desc limit 1) as last_message_id,
                      coalesce(d.muted, false) as "muted!", coalesce(d.notify, 'all') as "notify!",
                      coalesce(un.count, 0) as "unread!", coalesce(un.mentions, 0) as "mentions!"
               from (
                 select ch.id, ch.name, ch.type, ch.created_at, cp.muted, cp.notify, cm.user_id, cm.last_read_id
                 from channel_members cm
                 join channels ch on ch.id = cm.channel_id and ch.community_id is null
                 left join channel_preferences cp on cp.user_id = cm.user_id and cp.channel_id = cm.channel_id
                 where cm.user_id = $1 and ($2::uuid is null or ch.id > $2) and ($3::uuid is null or ch.id < $3)
                   and dm_is_listed(cp.hidden, cp.hidden_after,
                     (select m.id from messages m where m.channel_id = cm.channel_id order by m.id desc limit 1))
                   and (ch.type <> 'group_dm' or ch.created_by = $1
                        or exists (select 1 from messages m where m.channel_id = cm.channel_id))
                 order by case when $3::uuid is null then ch.id end, ch.id desc limit $4::int8 + 1
               ) d
               left join read_markers rm on rm.user_id = d.user_id and rm.channel_id = d.id
               left join lateral unread_after(d.id, $1, greatest(d.last_read_id, rm.message_id), $5) un on true
               order by case when $3::uuid is null then d.id end, d.id desc"#,
            reader.0,
            query.after,
            query.before,
            query.size(),
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.reads())
        .await?;
        let ids: Vec<ChannelId> = rows.iter().map(|row| ChannelId(row.id)).collect();
        let mut people = people_of(self.reads(), &ids).await?;
        let shown = rows.into_iter().map(|row| {
            let members = people.remove(&ChannelId(row.id)).unwrap_or_default();
            row.shown(members)
        });
        let items: Result<Vec<Channel>, Inconsistent> = shown.collect();
        Ok(page_of(items?, query))
    }

    /// Whether a person has hidden a direct message, be there something new in it or not.
    pub async fn hides_dm(&self, person: UserId, dm: ChannelId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (select 1 from channel_preferences
                              where user_id = $1 and channel_id = $2 and hidden) as "hidden!""#,
            person.0,
            dm.0
        )
        .fetch_one(self.live())
        .await?;
        Ok(row.hidden)
    }

    /// The people of a direct message, by id.
    pub async fn people_in_dm(&self, dm: ChannelId) -> Result<Vec<User>, StoreError> {
        Ok(people_of(self.reads(), &[dm]).await?.remove(&dm).unwrap_or_default())
    }

    /// Who takes part in a direct message, for its activation.
    pub async fn participants_of(&self, dm: ChannelId) -> Result<Vec<UserId>, StoreError> {
        Ok(participants(self.commands(), &[dm]).await?.remove(&dm).unwrap_or_default())
    }

    /// Who takes part in direct messages, for what follows the log.
    pub async fn participants_of_all(
        &self,
        dms: &[ChannelId],
    ) -> Result<HashMap<ChannelId, Vec<UserId>>, StoreError> {
        participants(self.background(), dms).await
    }
}

async fn participants(pool: &Pool, dms: &[ChannelId]) -> Result<HashMap<ChannelId, Vec<UserId>>, StoreError> {
    let ids: Vec<Uuid> = dms.iter().map(|dm| dm.0).collect();
    let rows = sqlx::query!(
        "select cm.channel_id, cm.user_id from channel_members cm
         join channels ch on ch.id = cm.channel_id and ch.community_id is null
         where cm.channel_id = any($1) order by cm.user_id",
        &ids
    )
    .fetch_all(pool)
    .await?;
    let mut people: HashMap<ChannelId, Vec<UserId>> = HashMap::new();
    for row in rows {
        people.entry(ChannelId(row.channel_id)).or_default().push(UserId(row.user_id));
    }
    Ok(people)
}

/// The people of direct messages as they are now, each time by id.
pub(super) async fn people_of<'e>(
    from: impl PgExecutor<'e>,
    dms: &[ChannelId],
) -> Result<HashMap<ChannelId, Vec<User>>, StoreError> {
    let ids: Vec<Uuid> = dms.iter().map(|dm| dm.0).collect();
    let rows = sqlx::query!(
        "select cm.channel_id, u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at
         from channel_members cm
         join channels ch on ch.id = cm.channel_id and ch.community_id is null
         join users u on u.id = cm.user_id
         where cm.channel_id = any($1) order by u.id",
        &ids
    )
    .fetch_all(from)
    .await?;
    let mut people: HashMap<ChannelId, Vec<User>> = HashMap::new();
    for row in rows {
        let of_dm = people.entry(ChannelId(row.channel_id)).or_default();
        of_dm.push(user_in!(row));
    }
    Ok(people)
}

impl Answers<DirectOf> for Lookup<'_> {
    async fn answer(&self, asked: &[DirectOf]) -> Answered<DirectOf> {
        let ids: Vec<Uuid> = asked.iter().map(|DirectOf(dm)| dm.0).collect();
        let rows = sqlx::query_as!(
            DmRow,
            r#"select ch.id, ch.name, ch.type as kind, ch.created_at, false as "muted!", 'all' as "notify!",
                      0::int8 as "unread!", 0::int8 as "mentions!",
                      (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id
               from channels ch where ch.community_id is null and ch.id = any($1)"#,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let dms: Vec<ChannelId> = rows.iter().map(|row| ChannelId(row.id)).collect();
        let mut people = people_of(self.store.commands(), &dms).await?;
        let shown = rows.into_iter().map(|row| {
            let members = people.remove(&ChannelId(row.id)).unwrap_or_default();
            row.shown(members)
        });
        let found: Result<Vec<Channel>, Inconsistent> = shown.collect();
        Ok(complete(asked, found?.into_iter().map(|channel| (DirectOf(channel.id), Some(channel)))))
    }
}
