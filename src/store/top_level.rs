//! What stands in a channel itself: its messages without the replies that stand in threads alone.
//!
//! The statements are like those of `messages.rs`, with the condition of the index `messages_top_level_idx` written out. A parameter that
//! switches the condition off would keep the index out of the plan, and each page would look through all replies between.

use ajet_protocol::{LinkPreview, Message};
use sqlx::types::Json;

use super::fence::{Fence, Fenced, fenced};
use super::messages::Stretch;
use super::rows::{FencedMessageRow, Known, StoredPoll};
use super::{Store, StoreError};

impl Store {
    /// A stretch's messages and one more if there is one; see `messages_at`.
    pub(super) async fn top_level_at(
        &self,
        fence: Fence,
        stretch: Stretch,
    ) -> Result<Fenced<Vec<Message>>, StoreError> {
        let Stretch { page: query, of: _, bytes } = stretch;
        let rows = fenced!(
            FencedMessageRow,
            fence,
            r#"select f.holds as "holds!", m.id as "id?", m.channel_id as "channel_id?", m.parent_id, m.body_md as "body_md?",
                      m.body_html as "body_html?", m.mentions as "mentions?: _", m.seq as "seq?",
                      m.client_mutation_id as "client_mutation_id?", m.created_at as "created_at?", m.edited_at,
                      (m.deleted_at is not null) as "deleted?",
                      (select count(*) from messages r where r.parent_id = m.id and r.deleted_at is null) as "reply_count?",
                      u.id as "author_id?", u.username as "author_username?",
                      coalesce(m.author_name, u.display_name) as "author_display_name?",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as "author_bot?", u.created_at as "author_created_at?",
                      m.also_to_channel as "also_to_channel?", m.attachments as "attachments?",
                      m.poll as "poll?: Json<StoredPoll>", p.previews as "previews?: Json<Known<LinkPreview>>",
                      exists (select from pins x where x.message_id = m.id) as "pinned?",
                      exists (select from thread_followers t where t.message_id = m.id and t.user_id = $4 and t.following)
                        as "followed?"
               from fence f
               left join (
                 select a.*, sum(octet_length(a.body_html)) over (order by a.id rows unbounded preceding)
                               - octet_length(a.body_html) as nearer
                 from (select * from messages where $5 and channel_id = $3 and id > $6
                         and (parent_id is null or also_to_channel) order by id limit $8) a
                 union all
                 select b.*, sum(octet_length(b.body_html)) over (order by b.id desc rows unbounded preceding)
                               - octet_length(b.body_html) as nearer
                 from (select * from messages where not $5 and channel_id = $3
                         and id < coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                         and (parent_id is null or also_to_channel) order by id desc limit $8) b
               ) m on f.holds and m.nearer <= $9
               left join message_previews p on p.message_id = m.id and not p.stripped
               left join users u on u.id = m.author_id
               order by m.id"#,
            query.after.is_some(),
            query.after.unwrap_or_default(),
            query.before,
            query.size() + 1,
            bytes
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| rows.into_iter().map(Message::from).collect()))
    }

    /// Whether there are more of them beyond one of a channel's messages.
    pub(super) async fn top_level_goes_on(&self, edge: &Message, onward: bool) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select case when $3 then exists (select 1 from messages where channel_id = $1 and id > $2
                                                  and (parent_id is null or also_to_channel))
                           else exists (select 1 from messages where channel_id = $1 and id < $2
                                          and (parent_id is null or also_to_channel)) end as "more!""#,
            edge.channel_id.0,
            edge.id.0,
            onward
        )
        .fetch_one(self.reads())
        .await?;
        Ok(row.more)
    }
}
