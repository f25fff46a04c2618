//! What stands beside the rows of messages, and is read after them: names, files, reactions, threads and votes.
//!
//! Each part is filled in by the file that it belongs to, in one query for all messages, and in none where no message has it. Pins, polls
//! and what links show come with the rows.

use ajet_protocol::{Message, MessageId, Thread};

use super::fence::{Fence, Fenced};
use super::rows::unread_reaction;
use super::{Pool, Store, StoreError};

impl Store {
    /// Fills in what stands beside the rows of messages that were let in under this fence.
    pub(super) async fn fill_parts(
        &self,
        fence: Fence,
        messages: &mut [Message],
    ) -> Result<Fenced<()>, StoreError> {
        self.fill_names(fence, messages).await?;
        if self.fill_attachments(fence, messages).await? == Fenced::Stale {
            return Ok(Fenced::Stale);
        }
        self.fill_what_people_do(fence, messages).await
    }

    /// The same for events, which show what is the same for all readers.
    pub(super) async fn fill_shown_parts(
        &self,
        pool: &Pool,
        messages: &mut [Message],
    ) -> Result<(), StoreError> {
        self.fill_names_on(pool, messages).await?;
        self.fill_attachments_on(pool, messages).await
    }

    /// What people do under messages, as the person of the fence gets it.
    async fn fill_what_people_do(
        &self,
        fence: Fence,
        messages: &mut [Message],
    ) -> Result<Fenced<()>, StoreError> {
        let reactions = self.fill_reactions(fence, messages).await?;
        if reactions == Fenced::Stale {
            return Ok(Fenced::Stale);
        }
        let threads = self.fill_threads(fence, messages).await?;
        if threads == Fenced::Stale {
            return Ok(Fenced::Stale);
        }
        self.fill_votes(fence, messages).await
    }

    /// Whether a message has anything that release 0.1.0 does not know.
    pub async fn has_newer_parts(&self, id: MessageId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select m.also_to_channel or m.poll is not null or m.attachments <> 0
                      or exists (select from pins p where p.message_id = m.id)
                      or exists (select from message_previews l where l.message_id = m.id) as "has!"
               from messages m where m.id = $1"#,
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.is_some_and(|row| row.has))
    }

    /// A message as a verb answered it, with what its channel does not know.
    pub async fn with_parts(
        &self,
        fence: Fence,
        mut message: Message,
    ) -> Result<Fenced<Message>, StoreError> {
        // The channel does not know who follows the thread: it is looked up also where there are no replies.
        let thread = || Thread { repliers: Vec::new(), last_reply_at: None, following: false };
        message.thread.get_or_insert_with(thread);
        // Nor who reacted.
        if !message.deleted {
            message.reactions = vec![unread_reaction()];
        }
        let mut one = [message];
        let filled = self.fill_what_people_do(fence, &mut one).await?;
        let [message] = one;
        Ok(filled.map(|()| message))
    }
}
