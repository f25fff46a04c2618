//! The commonest commit, one message alone, without the machinery that serves many.

use sqlx::PgConnection;

use super::batch::Columns;
use crate::store::StoreError;

/// Whether a commit is one message on one stream and nothing else.
pub fn fits(columns: &Columns) -> bool {
    let lengths = [columns.streams.id.len(), columns.events.id.len(), columns.inserts.id.len()];
    lengths == [1, 1, 1] && columns.updates.id.is_empty()
}

/// Commits it where the fence admits it; false where nothing was written, for whatever reason: the general statement
/// finds out which.
///
/// The same fence as in [`super::messages::write`], without the locks and orders that only several streams need, and with
/// plain values in place of columns, which cost a third more.
pub async fn write(connection: &mut PgConnection, columns: &Columns) -> Result<bool, StoreError> {
    let (s, e, m) = (&columns.streams, &columns.events, &columns.inserts);
    let done = sqlx::query!(
        r#"with admitted as (
             update streams s set head = $4 from communities c
             where s.id = $1 and s.epoch = $2 and s.head = $3 and c.id = $5 and c.acl_version = $6
               and not exists (select 1 from messages m where m.author_id = $13 and m.client_mutation_id = $14)
             returning s.id
           ), new_event as (
             insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
             select a.id, $4, $7, $8, $9, $5, a.id, $10, $11, $12::text::json from admitted a
           )
           insert into messages (channel_id, author_id, client_mutation_id, id, author_name, author_avatar_url, parent_id,
                                 body_md, body_html, mentions, seq, fingerprint, created_at)
           select a.id, $13, $14, $15, $16, $17, $18, $19, $20, $21::text::jsonb, $4, $22, $23 from admitted a"#,
        s.id[0],
        s.epoch[0],
        s.head[0],
        s.new_head[0],
        s.community[0],
        s.acl_version[0],
        e.id[0],
        &e.kind[0],
        e.ts[0],
        e.actor_id[0],
        e.acl_version[0],
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
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
