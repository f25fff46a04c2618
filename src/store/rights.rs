//! What decides who may do what in a scope, which is a community or a direct message: channels with their overwrites, custom roles,
//! memberships, and the log of their changes, each with the ACL version of its snapshot.
//!
//! Nothing here says what follows for a person: `ajet_domain::rights` does, and `src/rights` remembers what was read. The version is
//! read in the statement of the rows, so that rows are never older than the version they come with.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_domain::acl::{Affected, Scope};
use ajet_domain::rights::{ChannelRights, CommunityRights, MemberRights, Overwrite, RoleRights, Target};
use ajet_protocol::{ChannelId, RoleId, Timestamp, UserId, Visibility};
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Inconsistent, Store, StoreError, rows};

/// Changes that are read one by one. After more of them it costs less to read everything again.
const MOST: usize = 1000;

/// What changed in a scope since a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The ACL version now; 0 where there is no such scope.
    pub version: u64,
    /// Whom each version since affects, in their order. `None`: the log of changes does not tell all of it, since it does not reach
    /// back that far, or holds more than is worth reading, or something that this version does not know.
    pub affected: Option<Vec<(u64, Affected)>>,
}

/// What was found, and the ACL version that held then.
pub type AsOf<T> = (u64, T);

/// Who may find a channel, whether it is read-only, and how slow it is.
type State = (Visibility, bool, u32);

/// What was found of a channel: its state and its overwrites.
type Found = (Option<State>, Vec<Overwrite>);

impl Store {
    /// All channels and custom roles of a scope, as far as rights rest on them; `None` where there is no such scope. A direct message is
    /// its only channel. A community that was deleted is not there, whatever is left of its rows.
    pub async fn rights_of_scope(&self, scope: Scope) -> Result<Option<AsOf<CommunityRights>>, StoreError> {
        // One statement, so that all of it is of the version that comes with it. `offset 0` keeps the look-up of overwrites a step by
        // primary key.
        let found = sqlx::query!(
            r#"select a.version as "version!", part.channel as "channel?", part.visibility as "visibility?",
                      part.archived as "archived?", part.slow_mode_s as "slow_mode_s?", part.role as "role?", part.position as "position?", part.target as "target?", part.target_type as "target_type?",
                      part.allow as "allow?", part.deny as "deny?"
               from acl a
               left join communities c on c.id = a.scope
               left join lateral (
                 select id as channel, visibility, archived_at is not null as archived, slow_mode_s, null::uuid as role, null::int4 as position,
                        null::uuid as target, null::text as target_type, null::int8 as allow, null::int8 as deny
                 from channels where community_id = a.scope
                 union all
                 select id, visibility, archived_at is not null, slow_mode_s, null, null, null, null, null, null
                 from channels where id = a.scope and community_id is null
                 union all
                 select null, null, null, null, id, position, null, null, permissions, null from roles where community_id = a.scope
                 union all
                 select ch.id, null, null, null, null, null, o.target_id, o.target_type, o.allow, o.deny
                 from channels ch cross join lateral (
                   select target_id, target_type, allow, deny from channel_overwrites where channel_id = ch.id offset 0
                 ) o
                 where ch.community_id = a.scope
               ) part on true
               where a.scope = $1 and case when c.id is null then part.channel is not null else c.deleted_at is null end"#,
            scope.0
        )
        .fetch_all(self.live())
        .await?;
        let Some(version) = found.first().map(|row| count(row.version)) else { return Ok(None) };
        let mut channels: HashMap<ChannelId, Found> = HashMap::new();
        let mut roles = HashMap::new();
        for row in found {
            let target = row.target.zip(row.target_type).zip(row.allow.zip(row.deny));
            match (row.channel.map(ChannelId), row.visibility, target) {
                (Some(id), Some(visibility), _) => {
                    let state = state_of(&visibility, row.archived, row.slow_mode_s)?;
                    channels.entry(id).or_default().0 = Some(state);
                }
                (Some(id), None, Some((target, change))) => {
                    channels.entry(id).or_default().1.push(overwrite(scope, target, change)?);
                }
                _ => roles.extend(role_in(row.role, row.allow, row.position)),
            }
        }
        let channels = channels
            .into_iter()
            .filter_map(|(id, (state, overwrites))| Some((id, channel(state?, overwrites))));
        Ok(Some((version, CommunityRights { channels: channels.collect(), roles: Arc::new(roles) })))
    }

    /// The custom roles of a scope; `None` where there is no such scope.
    pub(super) async fn role_rights(
        &self,
        scope: Scope,
    ) -> Result<Option<AsOf<HashMap<RoleId, RoleRights>>>, StoreError> {
        let found = sqlx::query!(
            r#"select a.version as "version!", r.id as "id?", r.permissions as "permissions?", r.position as "position?"
               from acl a left join roles r on r.community_id = a.scope
               where a.scope = $1"#,
            scope.0
        )
        .fetch_all(self.live())
        .await?;
        let Some(version) = found.first().map(|row| count(row.version)) else { return Ok(None) };
        let roles = found.into_iter().filter_map(|row| role_in(row.id, row.permissions, row.position));
        Ok(Some((version, roles.collect())))
    }

    /// Some channels of a scope; those that are not in it are left out. `None` where there is no such scope.
    pub async fn channel_rights(
        &self,
        scope: Scope,
        channels: &[ChannelId],
    ) -> Result<Option<AsOf<Vec<(ChannelId, ChannelRights)>>>, StoreError> {
        let ids: Vec<Uuid> = channels.iter().map(|channel| channel.0).collect();
        // `limit 1` and `offset 0` keep each look-up a step by primary key, whatever size the tables had when it was planned.
        let found = sqlx::query!(
            r#"select a.version as "version!", ch.id as "id?", ch.visibility as "visibility?", ch.archived as "archived?", ch.slow_mode_s as "slow_mode_s?", o.target_id as "target?",
                      o.target_type as "target_type?", o.allow as "allow?", o.deny as "deny?"
               from acl a
               cross join unnest($2::uuid[]) as k(id)
               left join lateral (
                 select id, visibility, archived_at is not null as archived, slow_mode_s from channels
                 where id = k.id and coalesce(community_id, id) = a.scope
                   and not exists (select 1 from communities c where c.id = a.scope and c.deleted_at is not null)
                 limit 1
               ) ch on true
               left join lateral (
                 select target_id, target_type, allow, deny from channel_overwrites where channel_id = ch.id offset 0
               ) o on true
               where a.scope = $1"#,
            scope.0,
            &ids
        )
        .fetch_all(self.live())
        .await?;
        let Some(version) = found.first().map(|row| count(row.version)) else { return Ok(None) };
        let mut read: HashMap<ChannelId, (State, Vec<Overwrite>)> = HashMap::new();
        for row in found {
            let (Some(id), Some(visibility)) = (row.id, row.visibility) else { continue };
            let state = state_of(&visibility, row.archived, row.slow_mode_s)?;
            let (_, overwrites) = read.entry(ChannelId(id)).or_insert((state, Vec::new()));
            if let Some((target, change)) = row.target.zip(row.target_type).zip(row.allow.zip(row.deny)) {
                overwrites.push(overwrite(scope, target, change)?);
            }
        }
        let rights = read.into_iter().map(|(id, (state, all))| (id, channel(state, all)));
        Ok(Some((version, rights.collect())))
    }

    /// Some people of a scope; those who do not belong to it are left out. `None` where there is no such scope. Who takes part in a
    /// direct message has the rights of a member there.
    pub async fn member_rights(
        &self,
        scope: Scope,
        people: &[UserId],
    ) -> Result<Option<AsOf<Vec<(UserId, MemberRights)>>>, StoreError> {
        let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        // Either arm names the channels by itself: one condition for both kinds of scope could use no index on channels.
        let found = sqlx::query!(
            r#"select a.version as "version!", k.id as "id!", m.role as "role?", m.muted_until as "muted_until?",
                      m.joined as "joined?", m.roles as "roles?"
               from acl a
               cross join unnest($2::uuid[]) as k(id)
               left join lateral (
                 (select role, muted_until,
                         array(select cm.channel_id from channel_members cm join channels ch on ch.id = cm.channel_id
                               where cm.user_id = k.id and ch.community_id = a.scope) as joined,
                         array(select mr.role_id from member_roles mr
                               where mr.community_id = a.scope and mr.user_id = k.id) as roles
                  from community_members where community_id = a.scope and user_id = k.id
                    and not exists (select 1 from communities c where c.id = a.scope and c.deleted_at is not null)
                  limit 1)
                 union all
                 (select 'member', null, array[cm.channel_id], array[]::uuid[] from channel_members cm
                  join channels dm on dm.id = cm.channel_id and dm.community_id is null
                  where cm.channel_id = a.scope and cm.user_id = k.id limit 1)
               ) m on true
               where a.scope = $1"#,
            scope.0,
            &ids
        )
        .fetch_all(self.live())
        .await?;
        let Some(version) = found.first().map(|row| count(row.version)) else { return Ok(None) };
        let mut rights = Vec::with_capacity(found.len());
        for row in found {
            let (Some(role), Some(joined)) = (row.role, row.joined) else { continue };
            let (person, joined) = (UserId(row.id), joined.into_iter().map(ChannelId).collect());
            let roles = row.roles.unwrap_or_default().into_iter().map(RoleId).collect();
            let muted_until = row.muted_until.map(Timestamp::from);
            let member = MemberRights::new(person, rows::role(&role)?, muted_until, joined);
            rights.push((person, member.with_roles(roles)));
        }
        Ok(Some((version, rights)))
    }

    /// What changed in a scope since a version, up to now.
    pub async fn changes_since(&self, scope: Scope, version: u64) -> Result<Changes, StoreError> {
        let found = sqlx::query!(
            r#"select a.version as "version!", ch.version as "changed?", ch.affects as "affects?", ch.id as "id?"
               from acl a
               left join lateral (
                 select version, affects, id from acl_changes
                 where scope = a.scope and version > $2 order by version limit $3
               ) ch on true
               where a.scope = $1
               order by ch.version"#,
            scope.0,
            stored(version),
            stored(MOST as u64 + 1)
        )
        .fetch_all(self.live())
        .await?;
        let now = found.first().map_or(0, |row| count(row.version));
        let mut told = Vec::with_capacity(found.len());
        for row in found {
            if let (Some(changed), Some(affects), Some(id)) = (row.changed, row.affects, row.id) {
                told.push((count(changed), Affected::of(affects, id)));
            }
        }
        Ok(Changes { version: now, affected: complete(version, now, told) })
    }
}

/// The state of a channel, of the columns of its row.
fn state_of(visibility: &str, archived: Option<bool>, slow: Option<i32>) -> Result<State, Inconsistent> {
    Ok((rows::visibility(visibility)?, archived.unwrap_or(false), slow.unwrap_or(0).unsigned_abs()))
}

/// A channel in this state, with these overwrites.
fn channel((visibility, archived, slow_mode_s): State, overwrites: Vec<Overwrite>) -> ChannelRights {
    ChannelRights::new(visibility, overwrites).with_archived(archived).with_slow_mode(slow_mode_s)
}

/// A custom role, of a row that has one.
fn role_in(
    id: Option<Uuid>,
    permissions: Option<i64>,
    position: Option<i32>,
) -> Option<(RoleId, RoleRights)> {
    let permissions = rows::permissions(permissions?);
    Some((RoleId(id?), RoleRights { permissions, position: position? }))
}

/// What a channel changes for a target, which is stored with its type. The scope's own id stands for everybody.
pub(super) fn overwrite(
    scope: Scope,
    (target, kind): (Uuid, String),
    (allow, deny): (i64, i64),
) -> Result<Overwrite, Inconsistent> {
    let target = match kind.as_str() {
        _ if target == scope.0 => Target::Everybody,
        "role" => Target::Role(RoleId(target)),
        "user" => Target::User(UserId(target)),
        _ => return Err(Inconsistent("channel_overwrites.target_type")),
    };
    Ok(Overwrite { target, allow: rows::permissions(allow), deny: rows::permissions(deny) })
}

/// The changes, if they tell of every version after `since` up to `now`.
fn complete(since: u64, now: u64, told: Vec<(u64, Option<Affected>)>) -> Option<Vec<(u64, Affected)>> {
    if told.len() > MOST {
        return None;
    }
    let mut reached = since;
    let mut affected = Vec::with_capacity(told.len());
    for (version, one) in told {
        // A version may affect several; one that is missing was raised by a node that knows nothing of this log, or tidied away.
        let goes_on = version == reached + 1 || (version == reached && version > since);
        if !goes_on {
            return None;
        }
        reached = version;
        affected.push((version, one?));
    }
    (reached == now).then_some(affected)
}

#[cfg(test)]
#[path = "rights_tests.rs"]
mod tests;
