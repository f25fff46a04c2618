//! Messages whose row of what is found of them is lacking or of a former text: those from before there was a search, and those that nodes of
//! an older release write, edit or delete.

use std::collections::HashMap;

use ajet_protocol::{MessageId, UserId};
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::indexed::Indexed;
use super::rows::StoredPoll;
use super::streams::count;
use super::{Store, StoreError};

/// A message that lacks its row, or has one of a former text; and what it is found by.
struct Lacking {
    id: Uuid,
    channel_id: Uuid,
    author_id: Uuid,
    body_md: String,
    body_html: String,
    poll: Option<Json<StoredPoll>>,
    edited_at: Option<OffsetDateTime>,
    /// When the text was last replaced that its row is of.
    indexed: Option<OffsetDateTime>,
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

/// Up to which messages was looked.
struct Progress {
    message_id: Uuid,
    again: Uuid,
}

impl Store {
    /// Looks at the next messages up to this id, and adds the rows that are lacking. How many were looked at; none: there are no more. It may
    /// be called again, and after a crash at any point.
    pub async fn index_next(&self, up_to: MessageId, most: i64) -> Result<u64, StoreError> {
        let from = self.search_progress().await?.message_id;
        let Some((looked_at, last)) = self.next_to_index(from, up_to.0, most).await? else { return Ok(0) };
        self.index_between(from, last).await?;
        sqlx::query!("update search_progress set message_id = $1 where message_id < $1", last)
            .execute(self.background())
            .await?;
        Ok(looked_at)
    }

    /// The same of messages that were looked at before, from the oldest on and round again: a node of an older release may have edited or
    /// deleted them since. None: it begins anew the next time.
    pub async fn index_again(&self, most: i64) -> Result<u64, StoreError> {
        let Progress { message_id, again } = self.search_progress().await?;
        let next = self.next_to_index(again, message_id, most).await?;
        let (looked_at, last) = next.unwrap_or((0, Uuid::nil()));
        if looked_at > 0 {
            self.index_between(again, last).await?;
        }
        sqlx::query!("update search_progress set again = $1", last).execute(self.background()).await?;
        Ok(looked_at)
    }

    async fn search_progress(&self) -> Result<Progress, StoreError> {
        let progress = sqlx::query_as!(Progress, "select message_id, again from search_progress");
        Ok(progress.fetch_one(self.background()).await?)
    }

    /// How many messages come next, and the last of them.
    async fn next_to_index(
        &self,
        from: Uuid,
        up_to: Uuid,
        most: i64,
    ) -> Result<Option<(u64, Uuid)>, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) as "looked_at!", (array_agg(n.id order by n.id desc))[1] as last
               from (select m.id from messages m where m.id > $1 and m.id <= $2 order by m.id limit $3) n"#,
            from,
            up_to,
            most
        )
        .fetch_one(self.background())
        .await?;
        Ok(row.last.map(|last| (count(row.looked_at), last)))
    }

    async fn index_between(&self, from: Uuid, last: Uuid) -> Result<(), StoreError> {
        let lacking = sqlx::query_as!(
            Lacking,
            r#"select m.id as "id!", m.channel_id as "channel_id!", m.author_id as "author_id!", m.body_md as "body_md!",
                      m.body_html as "body_html!", m.poll as "poll: Json<StoredPoll>", m.edited_at as "edited_at?",
                      s.edited_at as "indexed?"
               from messages m left join message_search s on s.message_id = m.id
               where m.id > $1 and m.id <= $2 and m.deleted_at is null
                 and (s.message_id is null or s.edited_at is distinct from m.edited_at)"#,
            from,
            last
        )
        .fetch_all(self.background())
        .await?;
        if !lacking.is_empty() {
            self.index_all(&lacking).await?;
        }
        sqlx::query!(
            "update message_search s set tsv = '' from messages m
             where m.id > $1 and m.id <= $2 and m.deleted_at is not null and s.message_id = m.id and s.tsv <> ''",
            from,
            last
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    async fn index_all(&self, lacking: &[Lacking]) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = lacking.iter().map(|one| one.id).collect();
        let files = self.files_to_index(&ids).await?;
        let channels: Vec<Uuid> = lacking.iter().map(|one| one.channel_id).collect();
        let none = Vec::new();
        let vectors = lacking.iter().map(|one| one.vector(files.get(&one.id).unwrap_or(&none)));
        let vectors: Vec<String> = vectors.collect();
        let edited: Vec<Option<OffsetDateTime>> = lacking.iter().map(|one| one.edited_at).collect();
        let indexed: Vec<Option<OffsetDateTime>> = lacking.iter().map(|one| one.indexed).collect();
        // A message whose text was replaced meanwhile has a row by that, and so has one that was deleted. What an older node has changed
        // meanwhile is left for the next look.
        sqlx::query!(
            "insert into message_search (message_id, channel_id, tsv, edited_at)
             select r.id, r.channel_id, r.vector::tsvector, r.edited_at
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as r(id, channel_id, vector, edited_at)
             join messages m on m.id = r.id and m.deleted_at is null and m.edited_at is not distinct from r.edited_at
             on conflict do nothing",
            &ids,
            &channels,
            &vectors,
            &edited as &[Option<OffsetDateTime>]
        )
        .execute(self.background())
        .await?;
        // A row that was replaced or emptied meanwhile stays: what that wrote is newer than what was read here.
        sqlx::query!(
            "update message_search s set tsv = r.vector::tsvector, edited_at = r.edited_at
             from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as r(id, vector, edited_at, indexed)
             where s.message_id = r.id and s.edited_at is not distinct from r.indexed
               and s.edited_at is distinct from r.edited_at and s.tsv <> ''",
            &ids,
            &vectors,
            &edited as &[Option<OffsetDateTime>],
            &indexed as &[Option<OffsetDateTime>]
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
