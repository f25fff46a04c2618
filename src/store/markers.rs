//! How far people have read channels, and what is unread after that.
//!
//! A channel counts as read up to the later of two messages: where its membership begins, which the community writes, and where the
//! person's own marker stands. So who joins again finds nothing unread from before. What is counted is one function of the database,
//! `unread_after`; nothing is counted for a person who has not joined. A reply that stands in its thread alone is counted where the person
//! follows the thread or is mentioned. It looks at a bounded number of messages, so a count is 'at least' ([`limits::UNREAD_COUNTED`]).

use ajet_domain::Scope;
use ajet_domain::need::{Joined, MarkerFacts, MarkerOf, UnreadFrom, UnreadFromFacts};
use ajet_protocol::{ChannelId, MessageId, Unread, UnreadChannel, UserId, limits};
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::standings::Membership;
use super::streams::count;
use super::{Store, StoreError};

/// Channels that are counted in one statement: a thousand messages and more may be read of each.
pub(super) const COUNTED_AT_ONCE: usize = 100;

impl Store {
    /// What a person has not read in the channels that they see and have joined, by channel.
    pub async fn unread_among(
        &self,
        fence: Fence,
        seen: &[ChannelId],
    ) -> Result<Fenced<Vec<UnreadChannel>>, StoreError> {
        // Without any channel the fence alone is asked.
        let parts: Vec<&[ChannelId]> =
            if seen.is_empty() { vec![seen] } else { seen.chunks(COUNTED_AT_ONCE).collect() };
        let mut unread = Vec::new();
        for some in parts {
            match self.unread_among_some(fence, some).await? {
                Fenced::Holds(found) => unread.extend(found),
                Fenced::Stale => return Ok(Fenced::Stale),
            }
        }
        Ok(Fenced::Holds(unread))
    }

    async fn unread_among_some(
        &self,
        fence: Fence,
        seen: &[ChannelId],
    ) -> Result<Fenced<Vec<UnreadChannel>>, StoreError> {
        let ids: Vec<Uuid> = seen.iter().map(|id| id.0).collect();
        let rows = fenced!(
            FencedUnreadRow,
            fence,
            r#"select f.holds as "holds!", cm.channel_id as "channel_id?",
                      greatest(cm.last_read_id, rm.message_id) as "last_read_id?",
                      un.count as "count?", un.mentions as "mentions?"
               from fence f
               left join channel_members cm on f.holds and cm.user_id = $4 and cm.channel_id = any($5)
               left join read_markers rm on rm.user_id = cm.user_id and rm.channel_id = cm.channel_id
               left join lateral unread_after(cm.channel_id, $4, greatest(cm.last_read_id, rm.message_id), $6) un on true
               order by cm.channel_id"#,
            &ids,
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.reads())
        .await?;
        let found = Fenced::all(rows).map(|rows| {
            let unread = rows.into_iter().filter(|row| row.count > 0);
            unread.map(UnreadChannel::from).collect()
        });
        Ok(found)
    }
}

fenced_row! {
    struct UnreadRow / FencedUnreadRow {
        channel_id: Uuid,
        last_read_id: Option<Uuid>,
        count: i64,
        mentions: i64,
    }
}

impl From<UnreadRow> for UnreadChannel {
    fn from(row: UnreadRow) -> Self {
        Self {
            channel_id: ChannelId(row.channel_id),
            count: row.count,
            mentions: row.mentions,
            last_read_id: row.last_read_id.map(MessageId),
        }
    }
}

impl Answers<MarkerOf> for Lookup<'_> {
    /// The membership and the version that it is of are read in one snapshot: the writer of both is one entity, the community or
    /// the direct message. A deleted community's memberships stay until a job has removed them, and say nothing any more.
    ///
    /// Counted is only what an event can tell: of several messages of one channel the furthest that is there makes the only event, and
    /// only if the marker moves to it. The others are found with nothing unread. `MarkRead` decides by the same two rules, and reads no
    /// count of them.
    async fn answer(&self, asked: &[MarkerOf]) -> Answered<MarkerOf> {
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let (channels, messages): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.channel.0, one.message.0)).unzip();
        let found = sqlx::query!(
            r#"select there.user_id as "user_id!", there.channel_id as "channel_id!", there.id as "id!",
                      there.read_to as "read_to?", un.count as "count!", un.mentions as "mentions!",
                      there.scope as "scope!", there.version as "acl_version!",
                      exists (select 1 from channel_overwrites o where o.channel_id = there.channel_id) as "overwritten!"
               from (
                 select cm.user_id, m.channel_id, m.id, greatest(cm.last_read_id, rm.message_id) as read_to,
                        a.scope, a.version,
                        rank() over (partition by cm.user_id, m.channel_id order by m.id desc) as nth
                 from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as q(person, channel, message)
                 join channel_members cm on cm.channel_id = q.channel and cm.user_id = q.person
                 -- Each by its id: a plan from when the table was empty would read all of it.
                 cross join lateral (
                   select m.id, m.channel_id from messages m where m.id = q.message and m.channel_id = q.channel offset 0
                 ) m
                 join channels ch on ch.id = q.channel
                 join acl a on a.scope = coalesce(ch.community_id, ch.id)
                 left join communities c on c.id = ch.community_id
                 left join read_markers rm on rm.user_id = q.person and rm.channel_id = q.channel
                 where c.deleted_at is null
               ) there
               cross join lateral unread_after(
                 case when there.nth = 1 and there.id > coalesce(there.read_to, '00000000-0000-0000-0000-000000000000')
                      then there.channel_id end,
                 there.user_id, there.id, $4
               ) un"#,
            &users,
            &channels,
            &messages,
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.store.commands())
        .await?;
        let memberships = found.iter().map(|row| Membership {
            user: UserId(row.user_id),
            channel: ChannelId(row.channel_id),
            joined: Joined { scope: Scope(row.scope), acl_version: count(row.acl_version) },
            overwritten: row.overwritten,
        });
        let confirmed = self.store.confirmed(memberships.collect()).await?;
        let found = found.into_iter().filter_map(|row| {
            let unread = Unread { count: row.count, mentions: row.mentions };
            let (user, channel, message) =
                (UserId(row.user_id), ChannelId(row.channel_id), MessageId(row.id));
            let joined = *confirmed.get(&(user, channel))?;
            let facts = MarkerFacts { read_to: row.read_to.map(MessageId), unread, joined };
            Some((MarkerOf { user, channel, message }, Some(facts)))
        });
        Ok(complete(asked, found))
    }
}

impl Answers<UnreadFrom> for Lookup<'_> {
    /// What is counted comes after the message before the one that is asked for, or after where the person joined: the later of both.
    /// The membership and its version are of one snapshot, as where a marker moves on.
    async fn answer(&self, asked: &[UnreadFrom]) -> Answered<UnreadFrom> {
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let (channels, messages): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.channel.0, one.message.0)).unzip();
        let found = sqlx::query!(
            r#"select cm.user_id as "user_id!", m.channel_id as "channel_id!", m.id as "id!",
                      greatest(cm.last_read_id, rm.message_id) as "read_to?",
                      greatest(cm.last_read_id, earlier.id) as "before?",
                      un.count as "count!", un.mentions as "mentions!", a.scope as "scope!", a.version as "acl_version!",
                      exists (select 1 from channel_overwrites o where o.channel_id = m.channel_id) as "overwritten!"
               from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as q(person, channel, message)
               join channel_members cm on cm.channel_id = q.channel and cm.user_id = q.person
               -- Each by its id: a plan from when the table was empty would read all of it.
               cross join lateral (
                 select m.id, m.channel_id from messages m where m.id = q.message and m.channel_id = q.channel offset 0
               ) m
               left join lateral (
                 select e.id from messages e where e.channel_id = m.channel_id and e.id < m.id order by e.id desc limit 1
               ) earlier on true
               join channels ch on ch.id = q.channel
               join acl a on a.scope = coalesce(ch.community_id, ch.id)
               left join communities c on c.id = ch.community_id
               left join read_markers rm on rm.user_id = q.person and rm.channel_id = q.channel
               cross join lateral unread_after(m.channel_id, cm.user_id, greatest(cm.last_read_id, earlier.id), $4) un
               where c.deleted_at is null"#,
            &users,
            &channels,
            &messages,
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.store.commands())
        .await?;
        let memberships = found.iter().map(|row| Membership {
            user: UserId(row.user_id),
            channel: ChannelId(row.channel_id),
            joined: Joined { scope: Scope(row.scope), acl_version: count(row.acl_version) },
            overwritten: row.overwritten,
        });
        let confirmed = self.store.confirmed(memberships.collect()).await?;
        let found = found.into_iter().filter_map(|row| {
            let unread = Unread { count: row.count, mentions: row.mentions };
            let (user, channel) = (UserId(row.user_id), ChannelId(row.channel_id));
            let joined = *confirmed.get(&(user, channel))?;
            let (read_to, before) = (row.read_to.map(MessageId), row.before.map(MessageId));
            let asked = UnreadFrom { user, channel, message: MessageId(row.id) };
            Some((asked, Some(UnreadFromFacts { read_to, before, unread, joined })))
        });
        Ok(complete(asked, found))
    }
}
