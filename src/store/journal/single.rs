//! The commonest commit, one message alone, without the machinery that serves many.

use sqlx::PgConnection;

use super::batch::Columns;
use crate::store::StoreError;
use crate::store::streams::count;

/// Whether a commit is one message on one stream of a community, decided by one person's rights, and nothing else.
pub fn fits(columns: &Columns) -> bool {
    let (s, e) = (&columns.streams, &columns.events);
    let lengths = [s.id.len(), e.id.len(), columns.inserts.id.len(), columns.rests.stream.len()];
    lengths == [1, 1, 1, 1] && columns.updates.id.is_empty() && e.community_id[0] == Some(s.scope[0])
}

/// Commits it where the fence admits it, and returns the ACL version under which that was. `None` where nothing was written, for
/// whatever reason: the general statement finds out which.
///
/// The same fence as in [`super::messages::write`], without the locks and orders that only several streams need, and with
/// plain values in place of columns, which cost a third more. The log of changes is read only where the version has moved on.
pub async fn write(connection: &mut PgConnection, columns: &Columns) -> Result<Option<u64>, StoreError> {
    let (s, e, m, r) = (&columns.streams, &columns.events, &columns.inserts, &columns.rests);
    let done = sqlx::query!(
        r#"with admitted as (
             update streams s set head = $4 from acl a
             where s.id = $1 and s.epoch = $2 and s.head = $3 and a.scope = $5
               and (a.version = $6 or (
                 select min(ch.version) = $6 + 1
                        and not bool_or(ch.affects = 1 or (ch.affects = 2 and ch.id = $1) or (ch.affects = 3 and ch.id = $7))
                 from acl_changes ch where ch.scope = $5 and ch.version > $6))
               and not exists (select 1 from messages m where m.author_id = $14 and m.client_mutation_id = $15)
             returning s.id, a.version
           ), new_event as (
             insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version,
                                 payload)
             select a.id, $4, $8, $9, $10, $5, a.id, $11, $5, $12, a.version, $13::text::json from admitted a
           ), new_message as (
             insert into messages (channel_id, author_id, client_mutation_id, id, author_name, author_avatar_url, parent_id,
                                   body_md, body_html, mentions, seq, fingerprint, created_at)
             select a.id, $14, $15, $16, $17, $18, $19, $20, $21, $22::text::jsonb, $4, $23, $24 from admitted a
           )
           select a.version as "acl_version!" from admitted a"#,
        s.id[0],
        s.epoch[0],
        s.head[0],
        s.new_head[0],
        s.scope[0],
        r.version[0],
        r.person[0],
        e.id[0],
        &e.kind[0],
        e.ts[0],
        e.actor_id[0],
        e.audience[0],
        &e.payload[0],
        m.author[0],
        &m.key[0],
        m.id[0],
        m.author_name[0].as_deref(),
        m.author_avatar_url[0].as_deref(),
        m.parent[0],
        &m.body_md[0],
        &m.body_html[0],
        &m.mentions[0],
        m.fingerprint[0],
        m.created_at[0],
    )
    // To its end: a row alone does not say that the commit went well.
    .fetch_all(connection)
    .await?;
    Ok(done.first().map(|row| count(row.acl_version)))
}
