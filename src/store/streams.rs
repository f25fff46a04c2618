//! Taking streams over, and looking at them.

use ajet_cluster::Kind;
use ajet_domain::journal::StreamPosition;
use ajet_protocol::{ChannelId, CommunityId, EventId, StreamId, Topic};
use uuid::Uuid;

use super::{Pool, Store, StoreError};

/// A stream just taken over: an owner with an older epoch can no longer append to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takeover {
    pub epoch: u64,
    pub head: u64,
    /// The last event's id: new ids must sort after it.
    pub floor: Option<Uuid>,
}

/// A stored count, which is never negative.
pub(super) fn count(value: i64) -> u64 {
    value.unsigned_abs()
}

/// A count as PostgreSQL keeps it.
pub(super) fn stored(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl Store {
    /// Raises a stream's epoch and reads where it stands; `None` where there is no such entity of
    /// that kind, which then keeps its epoch. A person's stream begins with this.
    pub async fn take_over(&self, kind: Kind, stream: StreamId) -> Result<Option<Takeover>, StoreError> {
        if kind == Kind::User {
            self.begin_stream_of_person(stream).await?;
        }
        let row = sqlx::query!(
            "update streams set epoch = epoch + 1
             -- The kind by its number in the placement.
             where id = $1 and case $2::int2 when 1 then exists (select 1 from channels c where c.id = $1)
                                             when 2 then exists (select 1 from users u where u.id = $1)
                                             else exists (select 1 from communities c where c.id = $1 and c.deleted_at is null) end
             returning epoch, head",
            stream.0,
            kind as i16
        )
        .fetch_optional(self.commands())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let floor = sqlx::query!(
            r#"select id as "id!" from (
                 select id from events where stream = $1 and seq = $2
                 union all (select id from messages where channel_id = $1 order by id desc limit 1)
               ) newest order by id desc limit 1"#,
            stream.0,
            row.head
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(Some(Takeover { epoch: count(row.epoch), head: count(row.head), floor: floor.map(|row| row.id) }))
    }

    /// Writes the rows that a person's first append needs, where they are missing: accounts are made without them. Of two nodes that
    /// do so at once the second waits for the first, and finds them.
    async fn begin_stream_of_person(&self, stream: StreamId) -> Result<(), StoreError> {
        sqlx::query!(
            "with person as (
               select id from users where id = $1
             ), stream as (
               insert into streams (id) select id from person on conflict do nothing
             )
             insert into acl (scope, version) select id, 1 from person on conflict do nothing",
            stream.0
        )
        .execute(self.commands())
        .await?;
        Ok(())
    }

    /// Where a stream stands now, and which event comes after `head`, with the ACL version of its commit; `None` where there is no
    /// such stream any more.
    pub async fn sight(&self, stream: StreamId, head: u64) -> Result<Option<StreamPosition>, StoreError> {
        let row = sqlx::query!(
            r#"select s.epoch, s.head, e.id as "next?", e.acl_version as "acl_version?" from streams s
               left join events e on e.stream = s.id and e.seq = $2::int8 + 1 where s.id = $1"#,
            stream.0,
            stored(head)
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(row.map(|row| StreamPosition {
            epoch: count(row.epoch),
            head: count(row.head),
            next: row.next.map(EventId),
            acl_version: row.acl_version.map_or(0, count),
        }))
    }

    /// Where a stream stands: its last event's number and its epoch. Arrivals, purges and operators wait for it.
    pub async fn position_of(&self, stream: StreamId) -> Result<Option<(u64, u64)>, StoreError> {
        let row = sqlx::query!("select head, epoch from streams where id = $1", stream.0)
            .fetch_optional(self.live())
            .await?;
        Ok(row.map(|row| (count(row.head), count(row.epoch))))
    }

    /// What a channel belongs to, its community or itself, for its activation.
    pub async fn home_of(&self, channel: ChannelId) -> Result<Option<Topic>, StoreError> {
        topic_of(self.commands(), channel).await
    }

    /// The topic of a channel's events, for those who ask it something.
    pub async fn topic_of(&self, channel: ChannelId) -> Result<Option<Topic>, StoreError> {
        topic_of(self.live(), channel).await
    }
}

async fn topic_of(pool: &Pool, channel: ChannelId) -> Result<Option<Topic>, StoreError> {
    let row = sqlx::query!("select community_id from channels where id = $1", channel.0)
        .fetch_optional(pool)
        .await?;
    Ok(row.map(|row| Topic::of(channel.into(), row.community_id.map(CommunityId), Some(channel))))
}
