//! When people posted last in channels that are in slow mode.

use ajet_domain::need::LastPostOf;
use ajet_protocol::{ChannelId, Timestamp, UserId};
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Pool, Store, StoreError};

/// A person's last post in a channel, and the pause that is due after it.
struct LastPost {
    author: UserId,
    at: Timestamp,
    pause_s: u64,
}

impl Store {
    /// From when on a person may post in a channel again, by its slow mode, which may be past; `None` where they have not posted there within
    /// the pause before its newest message.
    pub async fn posts_again_at(
        &self,
        channel: ChannelId,
        author: UserId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let found = last_posts(self.commands(), channel, &[author]).await?;
        Ok(found.first().map(|last| last.at.plus_seconds(last.pause_s)))
    }
}

/// The last posts of people within the channel's pause before its newest message. Ids begin with their time, so that only that part of the
/// channel's index is looked through. It is the clock of the channel's owner that dates messages and ends pauses, and not that of the database.
/// A deleted message counts: it was posted.
async fn last_posts(
    pool: &Pool,
    channel: ChannelId,
    authors: &[UserId],
) -> Result<Vec<LastPost>, StoreError> {
    let authors: Vec<Uuid> = authors.iter().map(|author| author.0).collect();
    let found = sqlx::query!(
        r#"with pace as materialized (
             select ch.slow_mode_s,
                    rpad(lpad(to_hex((extract(epoch from newest.created_at) * 1000)::int8 - ch.slow_mode_s::int8 * 1000), 12, '0'),
                         32, '0')::uuid as since
             from channels ch
             cross join lateral (
               select m.created_at from messages m where m.channel_id = $1 order by m.id desc limit 1
             ) newest
             where ch.id = $1 and ch.slow_mode_s > 0
           )
           select q.author as "author!", last.created_at as "created_at!", p.slow_mode_s as "slow_mode_s!"
           from pace p
           cross join unnest($2::uuid[]) as q(author)
           cross join lateral (
             select m.created_at from messages m
             where m.channel_id = $1 and m.id > p.since and m.author_id = q.author
             order by m.id desc limit 1
           ) last"#,
        channel.0,
        &authors
    )
    .fetch_all(pool)
    .await?;
    let last = found.into_iter().map(|row| LastPost {
        author: UserId(row.author),
        at: row.created_at.into(),
        pause_s: u64::from(row.slow_mode_s.unsigned_abs()),
    });
    Ok(last.collect())
}

impl Answers<LastPostOf> for Lookup<'_> {
    async fn answer(&self, asked: &[LastPostOf]) -> Answered<LastPostOf> {
        let Some(channel) = self.channel else { return Ok(complete(asked, [])) };
        let authors: Vec<UserId> = asked.iter().map(|LastPostOf(author)| *author).collect();
        let found = last_posts(self.store.commands(), channel, &authors).await?;
        Ok(complete(asked, found.into_iter().map(|last| (LastPostOf(last.author), Some(last.at)))))
    }
}
