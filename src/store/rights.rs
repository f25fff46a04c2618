//! What decides who may do what in a scope, which is a community or a direct message: channels, memberships, and the log of their
//! changes, each with the ACL version of its snapshot.
//!
//! Nothing here says what follows for a person: `ajet_domain::rights` does, and `src/rights` remembers what was read. The version is
//! read in the statement of the rows, so that rows are never older than the version they come with.

use ajet_domain::acl::{Affected, Scope};
use ajet_domain::rights::{ChannelRights, CommunityRights, MemberRights};
use ajet_protocol::{ChannelId, Timestamp, UserId};
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Store, StoreError, rows};

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

impl Store {
    /// All channels of a scope, as far as rights rest on them; `None` where there is no such scope. A direct message is its only channel.
    pub async fn rights_of_scope(&self, scope: Scope) -> Result<Option<AsOf<CommunityRights>>, StoreError> {
        let found = sqlx::query!(
            r#"select a.version as "version!", ch.id as "id?", ch.visibility as "visibility?"
               from acl a
               left join communities c on c.id = a.scope
               left join lateral (
                 select id, visibility from channels where community_id = a.scope
                 union all
                 select id, visibility from channels where id = a.scope and community_id is null
               ) ch on true
               where a.scope = $1 and (c.id is not null or ch.id is not null)"#,
            scope.0
        )
        .fetch_all(self.live())
        .await?;
        let Some(version) = found.first().map(|row| count(row.version)) else { return Ok(None) };
        let mut rights = CommunityRights::default();
        for row in found {
            if let (Some(id), Some(visibility)) = (row.id, row.visibility) {
                let visibility = rows::visibility(&visibility)?;
                rights.channels.insert(ChannelId(id), ChannelRights { visibility });
            }
        }
        Ok(Some((version, rights)))
    }

    /// Some channels of a scope; those that are not in it are left out. `None` where there is no such scope.
    pub async fn channel_rights(
        &self,
        scope: Scope,
        channels: &[ChannelId],
    ) -> Result<Option<AsOf<Vec<(ChannelId, ChannelRights)>>>, StoreError> {
        let ids: Vec<Uuid> = channels.iter().map(|channel| channel.0).collect();
        // `limit 1` keeps each look-up a step by primary key, whatever size the tables had when it was planned.
        let found = sqlx::query!(
            r#"select a.version as "version!", k.id as "id!", ch.visibility as "visibility?"
               from acl a
               cross join unnest($2::uuid[]) as k(id)
               left join lateral (
                 select visibility from channels where id = k.id and coalesce(community_id, id) = a.scope limit 1
               ) ch on true
               where a.scope = $1"#,
            scope.0,
            &ids
        )
        .fetch_all(self.live())
        .await?;
        let Some(version) = found.first().map(|row| count(row.version)) else { return Ok(None) };
        let mut rights = Vec::with_capacity(found.len());
        for row in found {
            if let Some(visibility) = row.visibility {
                let visibility = rows::visibility(&visibility)?;
                rights.push((ChannelId(row.id), ChannelRights { visibility }));
            }
        }
        Ok(Some((version, rights)))
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
                      m.joined as "joined?"
               from acl a
               cross join unnest($2::uuid[]) as k(id)
               left join lateral (
                 (select role, muted_until,
                         array(select cm.channel_id from channel_members cm join channels ch on ch.id = cm.channel_id
                               where cm.user_id = k.id and ch.community_id = a.scope) as joined
                  from community_members where community_id = a.scope and user_id = k.id limit 1)
                 union all
                 (select 'member', null, array[cm.channel_id] from channel_members cm
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
            let joined = joined.into_iter().map(ChannelId).collect();
            let muted_until = row.muted_until.map(Timestamp::from);
            rights.push((UserId(row.id), MemberRights::new(rows::role(&role)?, muted_until, joined)));
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
