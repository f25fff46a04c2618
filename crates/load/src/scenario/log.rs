//! Fills the event log by SQL, as the server would have written it.

use ajet_protocol::Channel;
use sqlx::{Connection, PgConnection};

use crate::lab::Lab;

/// Events of one transaction.
const BATCH: usize = 10_000;

/// Adds so many events to the streams of these channels, in turn, all marked as published. The server must not run: it would publish
/// them. The messages that they name are not there, as after an erasure.
///
/// # Errors
/// When the database refuses.
pub async fn fill_log(lab: &Lab, channels: &[Channel], events: usize) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let mut written = 0;
    for channel in channels.iter().cycle() {
        if written >= events {
            break;
        }
        let batch = BATCH.min(events - written);
        let mut transaction = db.begin().await?;
        // Ids of a day ago: what the server mints comes after them.
        sqlx::query(
            "insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
             select s.id, s.head + n, made.id, 'message.created', now(), ch.community_id, s.id, author.id, 1,
                    json_build_object('message', json_build_object('id', made.id, 'channel_id', s.id, 'author_id', author.id,
                      'seq', s.head + n, 'created_at', to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')))
             from streams s join channels ch on ch.id = s.id, generate_series(1, $2::bigint) as n,
                  lateral (select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 100000000 + s.head + n), 12, '0')
                                   || '70008000' || lpad(to_hex(n), 12, '0'))::uuid as id) made,
                  (select id from users order by created_at limit 1) author
             where s.id = $1",
        )
        .bind(channel.id.0)
        .bind(i64::try_from(batch)?)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("update streams set head = head + $2 where id = $1")
            .bind(channel.id.0)
            .bind(i64::try_from(batch)?)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into outbox (stream, published) select id, head from streams where id = $1
             on conflict (stream) do update set published = excluded.published",
        )
        .bind(channel.id.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        written += batch;
    }
    // The search for unpublished events need not look at all of this.
    sqlx::query("update upkeep set published_to = pg_current_xact_id()").execute(&mut db).await?;
    sqlx::query("analyze events").execute(&mut db).await?;
    Ok(())
}
