//! What a client starts with, read in one transaction: every statement of it sees one snapshot, which the cursor names.
//!
//! It says nothing of rights: it reads what they rest on, in the same snapshot, and the use case judges by the domain's one rule. So
//! nothing needs a fence.

use std::collections::HashMap;

use ajet_domain::Scope;
use ajet_domain::rights::{ChannelRights, CommunityRights, MemberRights, Overwrite, RoleRights};
use ajet_protocol::{
    Category, CategoryId, Channel, ChannelId, Community, CommunityId, CustomRole, Emoji, EmojiId, Me,
    MessageId, NotificationId, PresenceMode, QuietHours, RoleId, Timestamp, Unread, User, UserId, limits,
};
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::dms::people_of;
use super::drafts::{self, DraftStart};
use super::markers::COUNTED_AT_ONCE;
use super::rights::overwrite;
use super::rows::{self, ChannelRow, UserRow, user_in};
use super::{Inconsistent, Store, StoreError};

/// Blocks that are told at the start; the rest is in `GET /api/me/blocks`.
const MOST_BLOCKS: i64 = 1000;

/// What was read for a person.
#[derive(Debug)]
pub struct Start {
    /// The snapshot that all of this is of.
    pub snapshot: String,
    pub me: Me,
    pub communities: Vec<CommunityStart>,
    pub dms: Vec<ChannelStart>,
    /// Notifications that are not read, by channel of a community; `None` for all others, direct messages that are hidden among them.
    pub unread: Vec<(Option<ChannelId>, i64)>,
    /// The newest of all of them, read or not.
    pub newest_notification: Option<NotificationId>,
    pub blocks: Vec<User>,
    /// Also those of channels that the person sees no more.
    pub drafts: Vec<DraftStart>,
}

/// A community, and all that rights in it rest on.
#[derive(Debug)]
pub struct CommunityStart {
    pub community: Community,
    pub categories: Vec<Category>,
    pub roles: Vec<CustomRole>,
    pub emoji: Vec<Emoji>,
    /// All of its channels, by id, whether the person sees them or not.
    pub channels: Vec<ChannelStart>,
    pub rights: CommunityRights,
    pub member: MemberRights,
}

/// A channel with the person's marker.
#[derive(Debug)]
pub struct ChannelStart {
    pub channel: Channel,
    pub last_read: Option<MessageId>,
    pub joined: bool,
}

impl Store {
    /// Reads all of it; `None` where there is no such account.
    pub async fn start_of(&self, person: UserId) -> Result<Option<Start>, StoreError> {
        let mut lease = self.reads().lease().await?;
        lease.run(|connection| read(connection, person)).await
    }
}

async fn read(connection: &mut PgConnection, person: UserId) -> Result<Option<Start>, StoreError> {
    let mut snapshot = connection.begin_with("begin isolation level repeatable read, read only").await?;
    let found = read_all(&mut snapshot, person).await?;
    snapshot.commit().await?;
    Ok(found)
}

async fn read_all(connection: &mut PgConnection, person: UserId) -> Result<Option<Start>, StoreError> {
    let Some((text, me)) = account(connection, person).await? else { return Ok(None) };
    let mut communities = communities(connection, person).await?;
    let ids: Vec<Uuid> = communities.iter().map(|one| one.community.id.0).collect();
    add_categories(connection, &ids, &mut communities).await?;
    add_roles(connection, &ids, &mut communities).await?;
    add_emoji(connection, &ids, &mut communities).await?;
    add_channels(connection, person, &ids, &mut communities).await?;
    let dms = direct_messages(connection, person).await?;
    let unread = unread_notifications(connection, person).await?;
    let newest_notification = newest_notification(connection, person).await?;
    let blocks = blocked_by(connection, person).await?;
    let drafts = drafts::at_start(connection, person).await?;
    Ok(Some(Start { snapshot: text, me, communities, dms, unread, newest_notification, blocks, drafts }))
}

async fn account(connection: &mut PgConnection, person: UserId) -> Result<Option<(String, Me)>, StoreError> {
    let row = sqlx::query!(
        r#"select pg_current_snapshot()::text as "snapshot!", id, username, display_name, avatar_url, status_text, bot, created_at,
                  email, presence, quiet_hours as "quiet_hours?: Json<QuietHours>"
           from users where id = $1"#,
        person.0
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let presence = PresenceMode::named(&row.presence).ok_or(Inconsistent("users.presence"))?;
    let (snapshot, email) = (row.snapshot, row.email);
    let quiet_hours = row.quiet_hours.map(|hours| hours.0);
    Ok(Some((snapshot, Me { user: user_in!(row), email, presence, quiet_hours })))
}

async fn communities(
    connection: &mut PgConnection,
    person: UserId,
) -> Result<Vec<CommunityStart>, StoreError> {
    let rows = sqlx::query!(
        r#"select c.id, c.name, c.slug, c.default_channel_id, c.avatar_url, c.created_at, m.role, m.muted_until,
                  mp.notify as "notify?",
                  array(select r.role_id from member_roles r where r.community_id = m.community_id and r.user_id = m.user_id)
                    as "roles!"
           from community_members m join communities c on c.id = m.community_id
           left join community_preferences mp on mp.user_id = m.user_id and mp.community_id = m.community_id
           where m.user_id = $1 and c.deleted_at is null
           order by c.id"#,
        person.0
    )
    .fetch_all(connection)
    .await?;
    let started = rows.into_iter().map(|row| {
        let role = rows::role(&row.role)?;
        let notify = rows::notify_level(row.notify.as_deref())?;
        let roles = row.roles.into_iter().map(RoleId).collect();
        let muted_until = row.muted_until.map(Timestamp::from);
        Ok(CommunityStart {
            community: Community {
                id: CommunityId(row.id),
                name: row.name,
                slug: row.slug,
                role,
                notify,
                default_channel_id: row.default_channel_id.map(ChannelId),
                avatar_url: row.avatar_url,
                created_at: row.created_at.into(),
            },
            categories: Vec::new(),
            roles: Vec::new(),
            emoji: Vec::new(),
            channels: Vec::new(),
            rights: CommunityRights::default(),
            member: MemberRights::new(person, role, muted_until, Vec::new()).with_roles(roles),
        })
    });
    Ok(started.collect::<Result<Vec<_>, Inconsistent>>()?)
}

/// The community of an id, out of all of a person (sorted).
fn within(communities: &mut [CommunityStart], id: Uuid) -> Option<&mut CommunityStart> {
    let at = communities.binary_search_by_key(&id, |one| one.community.id.0).ok()?;
    communities.get_mut(at)
}

async fn add_categories(
    connection: &mut PgConnection,
    ids: &[Uuid],
    communities: &mut [CommunityStart],
) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        "select id, community_id, name, position from channel_categories where community_id = any($1) order by position, id",
        ids
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        if let Some(found) = within(communities, row.community_id) {
            found.categories.push(Category {
                id: CategoryId(row.id),
                community_id: CommunityId(row.community_id),
                name: row.name,
                position: row.position,
            });
        }
    }
    Ok(())
}

async fn add_roles(
    connection: &mut PgConnection,
    ids: &[Uuid],
    communities: &mut [CommunityStart],
) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        "select id, community_id, name, permissions, position from roles where community_id = any($1) order by position, id",
        ids
    )
    .fetch_all(connection)
    .await?;
    let mut rights: HashMap<Uuid, HashMap<RoleId, RoleRights>> = HashMap::new();
    for row in rows {
        let (id, permissions) = (RoleId(row.id), rows::permissions(row.permissions));
        let role = RoleRights { permissions, position: row.position };
        rights.entry(row.community_id).or_default().insert(id, role);
        if let Some(found) = within(communities, row.community_id) {
            found.roles.push(CustomRole {
                id,
                community_id: CommunityId(row.community_id),
                name: row.name,
                permissions: permissions.names(),
                position: row.position,
            });
        }
    }
    for (id, roles) in rights {
        if let Some(found) = within(communities, id) {
            found.rights.roles = roles.into();
        }
    }
    Ok(())
}

async fn add_emoji(
    connection: &mut PgConnection,
    ids: &[Uuid],
    communities: &mut [CommunityStart],
) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        "select id, community_id, name, url from emoji where community_id = any($1) order by id",
        ids
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        if let Some(found) = within(communities, row.community_id) {
            found.emoji.push(Emoji { id: EmojiId(row.id), name: row.name, url: row.url });
        }
    }
    Ok(())
}

/// A channel, and the person's place in it, out of a row that has the columns of [`ChannelRow`] and `last_read_id`.
macro_rules! channel_in {
    ($row:ident) => {
        ChannelStart {
            joined: $row.joined,
            last_read: $row.last_read_id.map(MessageId),
            channel: Channel::try_from(ChannelRow {
                id: $row.id,
                community_id: $row.community_id,
                name: $row.name,
                kind: $row.kind,
                visibility: $row.visibility,
                topic: $row.topic,
                category_id: $row.category_id,
                position: $row.position,
                last_message_id: $row.last_message_id,
                unread: $row.unread,
                mentions: $row.mentions,
                muted: $row.muted,
                notify: $row.notify,
                archived: $row.archived,
                slow_mode_s: $row.slow_mode_s,
                joined: $row.joined,
                created_at: $row.created_at,
            })?,
        }
    };
}

async fn add_channels(
    connection: &mut PgConnection,
    person: UserId,
    ids: &[Uuid],
    communities: &mut [CommunityStart],
) -> Result<(), StoreError> {
    let mut overwritten = overwrites(connection, ids).await?;
    // That only a joined channel is muted is said by itself, as in `channels.rs`.
    let rows = sqlx::query!(
        r#"select ch.id, ch.community_id, ch.name, ch.type as kind, ch.visibility, ch.topic, ch.category_id, ch.position,
                  ch.created_at, (ch.archived_at is not null) as "archived!", ch.slow_mode_s,
                  (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id,
                  (cm.user_id is not null and coalesce(cp.muted, false)) as "muted!",
                  case when cm.user_id is not null then coalesce(cp.notify, mp.notify) end as notify,
                  (cm.user_id is not null) as "joined!",
                  0::int8 as "unread!", 0::int8 as "mentions!",
                  greatest(cm.last_read_id, rm.message_id) as last_read_id
           from channels ch
           left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $1
           left join read_markers rm on rm.user_id = cm.user_id and rm.channel_id = cm.channel_id
           left join channel_preferences cp on cp.user_id = cm.user_id and cp.channel_id = cm.channel_id
           left join community_preferences mp on mp.user_id = cm.user_id and mp.community_id = ch.community_id
           where ch.community_id = any($2)
           order by ch.id"#,
        person.0,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut joined: HashMap<Uuid, Vec<ChannelId>> = HashMap::new();
    for row in rows {
        let (id, community) = (ChannelId(row.id), row.community_id.unwrap_or_default());
        let Some(found) = within(communities, community) else { continue };
        if row.joined {
            joined.entry(community).or_default().push(id);
        }
        let rights = (rows::visibility(&row.visibility)?, overwritten.remove(&row.id).unwrap_or_default());
        let rights = ChannelRights::new(rights.0, rights.1).with_archived(row.archived);
        let rights = rights.with_slow_mode(row.slow_mode_s.unsigned_abs());
        found.rights.channels.insert(id, rights);
        found.channels.push(channel_in!(row));
    }
    for (id, joined) in joined {
        if let Some(found) = within(communities, id) {
            let MemberRights { person, role, muted_until, .. } = found.member;
            let roles = found.member.roles().to_vec();
            found.member = MemberRights::new(person, role, muted_until, joined).with_roles(roles);
        }
    }
    let channels = communities.iter_mut().flat_map(|one| &mut one.channels);
    add_unread(connection, person, channels.filter(|one| one.joined).collect()).await
}

/// What the person has not read in channels that they joined: of a bounded number in each statement.
async fn add_unread(
    connection: &mut PgConnection,
    person: UserId,
    joined: Vec<&mut ChannelStart>,
) -> Result<(), StoreError> {
    let mut joined: HashMap<Uuid, &mut ChannelStart> =
        joined.into_iter().map(|one| (one.channel.id.0, one)).collect();
    // Nil: nothing is read.
    let read_to = |one: &ChannelStart| one.last_read.map(|read| read.0).unwrap_or_default();
    let all: Vec<(Uuid, Uuid)> = joined.iter().map(|(id, one)| (*id, read_to(one))).collect();
    for some in all.chunks(COUNTED_AT_ONCE) {
        let (ids, read_to): (Vec<Uuid>, Vec<Uuid>) = some.iter().copied().unzip();
        let rows = sqlx::query!(
            r#"select q.channel as "channel!", un.count as "count!", un.mentions as "mentions!"
               from unnest($2::uuid[], $3::uuid[]) as q(channel, read_to)
               cross join lateral unread_after(q.channel, $1, q.read_to, $4) un"#,
            person.0,
            &ids,
            &read_to,
            limits::UNREAD_COUNTED
        )
        .fetch_all(&mut *connection)
        .await?;
        for row in rows {
            if let Some(one) = joined.get_mut(&row.channel) {
                one.channel.unread = Unread { count: row.count, mentions: row.mentions };
            }
        }
    }
    Ok(())
}

/// What the channels of some communities allow and deny, by channel.
async fn overwrites(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Overwrite>>, StoreError> {
    let rows = sqlx::query!(
        r#"select o.channel_id, ch.community_id as "community_id!", o.target_id, o.target_type, o.allow, o.deny
           from channels ch join channel_overwrites o on o.channel_id = ch.id
           where ch.community_id = any($1)"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<Uuid, Vec<Overwrite>> = HashMap::new();
    for row in rows {
        let target = (row.target_id, row.target_type);
        let one = overwrite(Scope(row.community_id), target, (row.allow, row.deny))?;
        found.entry(row.channel_id).or_default().push(one);
    }
    Ok(found)
}

/// A person's direct messages with the newest messages, by id, without those that `dms.rs` leaves out of the list.
async fn direct_messages(
    connection: &mut PgConnection,
    person: UserId,
) -> Result<Vec<ChannelStart>, StoreError> {
    let rows = sqlx::query!(
        r#"select ch.id, ch.community_id, ch.name, ch.type as kind, ch.visibility, ch.topic, ch.category_id, ch.position,
                  ch.created_at, false as "archived!", ch.slow_mode_s,
                  d.newest as "last_message_id?", coalesce(d.muted, false) as "muted!", d.notify as "notify?", true as "joined!",
                  0::int8 as "unread!", 0::int8 as "mentions!",
                  greatest(d.last_read_id, rm.message_id) as last_read_id
           from (
             select cm.channel_id, cm.last_read_id, cp.muted, cp.notify, last.id as newest
             from channel_members cm
             join channels dm on dm.id = cm.channel_id and dm.community_id is null
             left join channel_preferences cp on cp.user_id = $1 and cp.channel_id = dm.id
             left join lateral (select m.id from messages m where m.channel_id = dm.id order by m.id desc limit 1) last on true
             where cm.user_id = $1
               and dm_is_listed(cp.hidden, cp.hidden_after, last.id)
               and (dm.type <> 'group_dm' or dm.created_by = $1 or last.id is not null)
             order by last.id desc nulls last, dm.created_at desc limit $2
           ) d
           join channels ch on ch.id = d.channel_id
           left join read_markers rm on rm.user_id = $1 and rm.channel_id = ch.id
           order by ch.id"#,
        person.0,
        limits::SYNCED_DMS
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<ChannelId> = rows.iter().map(|row| ChannelId(row.id)).collect();
    let mut people = people_of(&mut *connection, &ids).await?;
    let mut dms = Vec::with_capacity(rows.len());
    for row in rows {
        let mut dm = channel_in!(row);
        dm.channel.members = people.remove(&dm.channel.id).unwrap_or_default();
        dms.push(dm);
    }
    add_unread(connection, person, dms.iter_mut().collect()).await?;
    Ok(dms)
}

/// How many notifications a person has not read, by channel of a community that they joined, and all others, which nothing hides; counted
/// among the newest ones.
async fn unread_notifications(
    connection: &mut PgConnection,
    person: UserId,
) -> Result<Vec<(Option<ChannelId>, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"select ch.id as "channel_id?", count(*) as "count!"
           from (
             select channel_id, source_id, type from notifications where user_id = $1 and read_at is null
             order by id desc limit 4 * $2::int8
           ) looked_at
           left join channel_members cm on cm.channel_id = looked_at.channel_id and cm.user_id = $1
           left join channels ch on ch.id = looked_at.channel_id and ch.community_id is not null
           where looked_at.channel_id is null
              or cm.user_id is not null and not (looked_at.type not in ('invite', 'system')
                                                 and coalesce(looked_at.source_id <= cm.last_read_id, false))
           group by ch.id"#,
        person.0,
        limits::UNREAD_COUNTED
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.channel_id.map(ChannelId), row.count)).collect())
}

async fn newest_notification(
    connection: &mut PgConnection,
    person: UserId,
) -> Result<Option<NotificationId>, StoreError> {
    let newest = sqlx::query_scalar!(
        "select id from notifications where user_id = $1 order by id desc limit 1",
        person.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(newest.map(NotificationId))
}

/// Whom a person blocks, by id.
async fn blocked_by(connection: &mut PgConnection, person: UserId) -> Result<Vec<User>, StoreError> {
    let rows = sqlx::query_as!(
        UserRow,
        r#"select u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at
           from blocks b join users u on u.id = b.blocked_id
           where b.user_id = $1 order by b.blocked_id limit $2"#,
        person.0,
        MOST_BLOCKS
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(User::from).collect())
}
