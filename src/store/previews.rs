//! What the links of messages show: as their channel asks, as the job needs it that looks, and what pages said of themselves a day ago
//! or less.

use ajet_domain::need::{LinkPreviewsOn, PreviewsStripped};
use ajet_protocol::{ChannelId, LinkPreview, Mention, MessageId, Timestamp, User};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::{Known, user_in};
use super::{Store, StoreError};

/// A message's text, as it is now, for the server itself.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkingText {
    pub channel_id: ChannelId,
    /// As the message shows them: a webhook under its own name.
    pub author: User,
    /// When the text was last replaced.
    pub edited_at: Option<Timestamp>,
    /// HTML with placeholders for names.
    pub template: String,
    pub mentions: Vec<Mention>,
}

struct LinkingRow {
    channel_id: Uuid,
    body_html: String,
    mentions: Json<Known<Mention>>,
    edited_at: Option<OffsetDateTime>,
    id: Uuid,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
    status_text: Option<String>,
    bot: bool,
    created_at: OffsetDateTime,
}

impl Store {
    /// The text of a message; `None` where it was deleted, or never was. It is behind no fence: the server looks, and shows it to no one
    /// by this.
    pub async fn linking_text(&self, id: MessageId) -> Result<Option<LinkingText>, StoreError> {
        let row = sqlx::query_as!(
            LinkingRow,
            r#"select m.channel_id, m.body_html, m.mentions as "mentions: _", m.edited_at,
                      u.id, u.username, coalesce(m.author_name, u.display_name) as "display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as avatar_url, u.status_text, u.bot, u.created_at
               from messages m join users u on u.id = m.author_id
               where m.id = $1 and m.deleted_at is null"#,
            id.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(|row| LinkingText {
            channel_id: ChannelId(row.channel_id),
            edited_at: row.edited_at.map(Timestamp::from),
            template: row.body_html,
            mentions: row.mentions.0.into(),
            author: user_in!(row),
        }))
    }

    /// What is known of an address: `None` where it is to be asked, `Some(None)` where it was asked a while ago and said nothing.
    pub async fn known_preview(&self, address: &str) -> Result<Option<Option<LinkPreview>>, StoreError> {
        let key = key(address);
        let row = sqlx::query!(
            "select preview from link_previews
             where address = $1
               and fetched_at > now() - case when preview is null then interval '1 hour' else interval '1 day' end",
            &key[..]
        )
        .fetch_optional(self.background())
        .await?;
        // One that a newer node wrote, and this one can't read, is as good as none.
        Ok(row.map(|row| row.preview.and_then(|preview| serde_json::from_value(preview).ok())))
    }

    /// Remembers what an address said of itself, or that it said nothing.
    pub async fn remember_preview(
        &self,
        address: &str,
        preview: Option<&LinkPreview>,
    ) -> Result<(), StoreError> {
        let key = key(address);
        // What is written here always serializes.
        let preview: Option<Value> = preview.and_then(|preview| serde_json::to_value(preview).ok());
        sqlx::query!(
            "insert into link_previews (address, preview) values ($1, $2)
             on conflict (address) do update set preview = excluded.preview, fetched_at = now()",
            &key[..],
            preview
        )
        .execute(self.background())
        .await?;
        Ok(())
    }
}

/// The digest of an address.
fn key(address: &str) -> [u8; 32] {
    Sha256::digest(address.as_bytes()).into()
}

impl Answers<LinkPreviewsOn> for Lookup<'_> {
    async fn answer(&self, asked: &[LinkPreviewsOn]) -> Answered<LinkPreviewsOn> {
        let is_on = self.store.settings().await?.link_previews;
        Ok(complete(asked, [(LinkPreviewsOn, is_on)]))
    }
}

impl Answers<PreviewsStripped> for Lookup<'_> {
    async fn answer(&self, asked: &[PreviewsStripped]) -> Answered<PreviewsStripped> {
        let ids: Vec<Uuid> = asked.iter().map(|PreviewsStripped(id)| id.0).collect();
        let found = sqlx::query!(
            "select message_id from message_previews where message_id = any($1) and stripped",
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let stripped = found.into_iter().map(|row| (PreviewsStripped(MessageId(row.message_id)), true));
        Ok(complete(asked, stripped))
    }
}
