//! People who mention each other, and what the mentioned are told.

use ajet_client::Client;
use ajet_protocol::{ChannelId, Message, Notification, PageQuery};

use crate::support::{eventually, id_of, text};

/// Everything that somebody is shown on one page.
pub async fn all_of(reader: &Client) -> Vec<Notification> {
    reader.notifications(false, &PageQuery::default()).await.expect("lists").items
}

/// What of it they have not read.
pub async fn unread_of(reader: &Client) -> Vec<Notification> {
    reader.notifications(true, &PageQuery::default()).await.expect("lists").items
}

/// What they are told of a message, if they are.
pub async fn about(reader: &Client, message: &Message) -> Option<Notification> {
    all_of(reader).await.into_iter().find(|one| one.source_id == message.id.0)
}

/// Mentions somebody in front of these words, and waits until they are told.
pub async fn mention(
    by: &Client,
    channel: ChannelId,
    reader: &Client,
    words: &str,
) -> (Message, Notification) {
    let body = format!("@<user:{}> {words}", id_of(reader).await);
    let message = by.post(channel, &text(&body)).await.expect("posts");
    eventually("the mentioned are told", async || about(reader, &message).await.is_some()).await;
    let told = about(reader, &message).await.expect("is told");
    (message, told)
}
