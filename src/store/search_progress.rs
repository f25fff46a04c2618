//! Messages that lack a row of what is found of them: those from before there was a search, and those that nodes of an older release write.

use std::collections::HashMap;

use ajet_protocol::{MessageId, UserId};
use sqlx::types::Json;
use uuid::Uuid;

use super::indexed::Indexed;
use super::rows::StoredPoll;
use super::streams::count;
use super::{Store, StoreError};

/// A message that lacks its row, and what it is found by.
struct Lacking {
    id: Uuid,
    channel_id: Uuid,
    author_id: Uuid,
    body_md: String,
    body_html: String,
    poll: Option<Json<StoredPoll>>,
}

impl Lacking {
    fn vector(&self, files: &[(String, String)]) -> String {
        let poll = self.poll.iter().flat_map(|Json(poll)| {
            std::iter::once(poll.question.as_str()).chain(poll.options.iter().map(String::as_str))
        });
        let files = files.iter().map(|(name, media_type)| (name.as_str(), media_type.as_str()));
        let indexed = Indexed {
            author: UserId(self.author_id),
            body_md: &self.body_md,
            html: &self.body_html,
            poll: poll.collect(),
            files: files.collect(),
        };
        indexed.vector()
    }
}

impl Store {
    /// Looks at the next messages whose ids are below this one, and adds the rows that are lacking. How many were looked at; none: there are no
    /// more. It may be called again, and after a crash at any point.
    pub async fn index_next(&self, below: MessageId, most: i64) -> Result<u64, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) as "looked_at!", (array_agg(n.id order by n.id desc))[1] as last
               from (
                 select m.id from messages m
                 where m.id > (select message_id from search_progress) and m.id < $1 order by m.id limit $2
               ) n"#,
            below.0,
            most
        )
        .fetch_one(self.background())
        .await?;
        let Some(last) = row.last else { return Ok(0) };
        self.index_up_to(last).await?;
        sqlx::query!("update search_progress set message_id = $1 where message_id < $1", last)
            .execute(self.background())
            .await?;
        Ok(count(row.looked_at))
    }

    async fn index_up_to(&self, last: Uuid) -> Result<(), StoreError> {
        let lacking = sqlx::query_as!(
            Lacking,
            r#"select m.id, m.channel_id, m.author_id, m.body_md, m.body_html, m.poll as "poll: Json<StoredPoll>"
               from messages m
               where m.id > (select message_id from search_progress) and m.id <= $1 and m.deleted_at is null
                 and not exists (select from message_search s where s.message_id = m.id)"#,
            last
        )
        .fetch_all(self.background())
        .await?;
        let ids: Vec<Uuid> = lacking.iter().map(|one| one.id).collect();
        let files = self.files_to_index(&ids).await?;
        let channels: Vec<Uuid> = lacking.iter().map(|one| one.channel_id).collect();
        let none = Vec::new();
        let vectors = lacking.iter().map(|one| one.vector(files.get(&one.id).unwrap_or(&none)));
        let vectors: Vec<String> = vectors.collect();
        // A message whose text was replaced meanwhile has a row by that, and so has one that was deleted.
        sqlx::query!(
            "insert into message_search (message_id, channel_id, tsv)
             select r.id, r.channel_id, r.vector::tsvector
             from unnest($1::uuid[], $2::uuid[], $3::text[]) as r(id, channel_id, vector)
             join messages m on m.id = r.id
             on conflict do nothing",
            &ids,
            &channels,
            &vectors
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// The names and media types of the files of messages.
    async fn files_to_index(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<(String, String)>>, StoreError> {
        let rows = sqlx::query!(
            r#"select message_id as "message_id!", filename, content_type from attachments
               where message_id = any($1) and deleted_at is null and status <> 'infected'
               order by message_id, place"#,
            ids
        )
        .fetch_all(self.background())
        .await?;
        let mut files: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
        for row in rows {
            files.entry(row.message_id).or_default().push((row.filename, row.content_type));
        }
        Ok(files)
    }
}
