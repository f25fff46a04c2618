//! The messages that are pinned to channels: as their channel looks them up, and as people read them.

use ajet_domain::need::{PinFacts, PinOf};
use ajet_protocol::{Message, MessageId, Page, PageQuery, limits};
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::message_rows::fenced_messages;
use super::{Store, StoreError};

fenced_row! {
    struct IdRow / FencedIdRow {
        id: Uuid,
    }
}

impl Store {
    /// A page of a channel's pinned messages, oldest message first. As of a channel's history a page ends early where their texts are
    /// long, and without a cursor it is the newest one.
    pub async fn pins_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        let found = self.pinned_at(fence, query).await?;
        self.page_with_parts(fence, found.map(|items| page(items, query))).await
    }

    /// A page's messages and one more if there is one, oldest first.
    async fn pinned_at(&self, fence: Fence, query: &PageQuery) -> Result<Fenced<Vec<Message>>, StoreError> {
        let rows = fenced_messages!(
            fence,
            "left join (
                 (select a.* from pins p join messages a on a.id = p.message_id
                  where $5 and p.channel_id = $3 and p.message_id > $6 and a.deleted_at is null
                  order by p.message_id limit $8)
                 union all
                 (select b.* from pins p join messages b on b.id = p.message_id
                  where not $5 and p.channel_id = $3 and b.deleted_at is null
                    and p.message_id < coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                  order by p.message_id desc limit $8)
               ) m on f.holds"; "order by m.id",
            query.after.is_some(),
            query.after.unwrap_or_default(),
            query.before,
            query.size() + 1
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| rows.into_iter().map(Message::from).collect()))
    }

    /// The newest messages of a channel that are not deleted.
    pub async fn newest_in(&self, fence: Fence, count: i64) -> Result<Fenced<Vec<MessageId>>, StoreError> {
        let rows = fenced!(
            FencedIdRow,
            fence,
            r#"select f.holds as "holds!", m.id as "id?"
               from fence f
               left join (
                 select id from messages where channel_id = $3 and deleted_at is null order by id desc limit $5
               ) m on f.holds
               order by m.id"#,
            count
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| rows.into_iter().map(|row| MessageId(row.id)).collect()))
    }
}

/// The page of these messages, of which one may be too many: those nearest to the cursor, as far as their texts fit.
fn page(mut items: Vec<Message>, query: &PageQuery) -> Page<Message> {
    let onward = query.after.is_some();
    if !onward {
        items.reverse();
    }
    let lengths = items.iter().map(|message| message.body_md.len() + message.body_html.len());
    let kept = fitting(lengths, query.size());
    let has_more = items.len() > kept;
    items.truncate(kept);
    if !onward {
        items.reverse();
    }
    Page { items, has_more }
}

/// How many texts of these lengths a page takes. One is left out where those before it fill the page, so the first one never is.
fn fitting(lengths: impl Iterator<Item = usize>, size: i64) -> usize {
    let size = usize::try_from(size).unwrap_or(1);
    let most = usize::try_from(limits::PAGE_BYTES).unwrap_or(usize::MAX);
    let before = lengths.scan(0, |sum, length| {
        let before = *sum;
        *sum += length;
        Some(before)
    });
    before.take(size).take_while(|before| *before <= most).count()
}

impl Answers<PinOf> for Lookup<'_> {
    /// A channel has few pins: all are counted.
    async fn answer(&self, asked: &[PinOf]) -> Answered<PinOf> {
        let Some(channel) = self.channel else { return Ok(complete(asked, [])) };
        let ids: Vec<Uuid> = asked.iter().map(|PinOf(id)| id.0).collect();
        let found = sqlx::query!(
            r#"select q.id as "id!", exists (select from pins p where p.message_id = q.id and p.channel_id = $1) as "pinned!",
                      (select count(*) from pins p where p.channel_id = $1) as "pins!"
               from unnest($2::uuid[]) as q(id)"#,
            channel.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let facts = found
            .into_iter()
            .map(|row| (PinOf(MessageId(row.id)), PinFacts { pinned: row.pinned, pins: row.pins }));
        Ok(complete(asked, facts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_its_texts_fill_it_or_it_has_as_many_as_asked_for() {
        let most = usize::try_from(limits::PAGE_BYTES).expect("fits");
        for (length, size, kept) in
            [(1, 50, 3), (most, 50, 2), (most + 1, 50, 1), (1, 1, 1), (most * 2, 1, 1)]
        {
            assert_eq!(fitting(std::iter::repeat_n(length, 3), size), kept, "{length} {size}");
        }
    }
}
