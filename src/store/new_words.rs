//! The list of new words beside the index of words.

use super::{Store, StoreError};

impl Store {
    /// Moves the new words into their index. It takes the owner of the index.
    pub async fn move_words(&self) -> Result<(), StoreError> {
        sqlx::query!(r#"select gin_clean_pending_list('message_search_idx'::text::regclass) as "pages!""#)
            .fetch_one(self.background())
            .await?;
        Ok(())
    }
}
