//! Messages: posted, edited, and emptied when they are deleted. A channel's stream writes them, and each keeps its author's key.

use ajet_domain::Change;
use ajet_protocol::Message;
use serde_json::{Value, json};

use crate::store::journal::table::Table;
use crate::store::rows::StoredPoll;

/// What an append says of a message comes together in one row. So a message that is posted and edited is inserted with its last
/// text, and one that is deleted as well is inserted without any.
pub const TABLE: Table = Table {
    name: "messages",
    columns: "is_new boolean, id uuid, author_id uuid, key text, author_name text, author_avatar_url text, parent_id uuid,
    body_md text, body_html text, mentions jsonb, seq bigint, fingerprint bigint, created_at timestamptz,
    edited_at timestamptz, deleted_at timestamptz, also_to_channel boolean, poll jsonb, attachments smallint",
    spent: Some(
        "select r.stream, r.author_id, r.key, true
  from messages_rows r join messages m on m.author_id = r.author_id and m.client_mutation_id = r.key where r.is_new",
    ),
    writes: "new_messages as (
  insert into messages (channel_id, author_id, client_mutation_id, id, author_name, author_avatar_url, parent_id, body_md,
                        body_html, mentions, seq, fingerprint, created_at, edited_at, deleted_at, also_to_channel, poll,
                        attachments)
  select r.stream, r.author_id, r.key, r.id, r.author_name,
         nullif(r.author_avatar_url,
                (select u.avatar_url from users u where u.id = r.author_id and r.author_avatar_url is not null)),
         r.parent_id, r.body_md, r.body_html, r.mentions, r.seq, r.fingerprint, r.created_at, r.edited_at, r.deleted_at, coalesce(r.also_to_channel, false), r.poll,
         coalesce(r.attachments, 0)
  from messages_rows r join admitted a on a.id = r.stream where r.is_new
), changed_messages as (
  update messages m set body_md = r.body_md, body_html = r.body_html, mentions = r.mentions,
         edited_at = coalesce(r.edited_at, m.edited_at), deleted_at = r.deleted_at,
         poll = case when r.deleted_at is null then m.poll end,
         attachments = case when r.deleted_at is null then m.attachments else 0 end
  from messages_rows r join admitted a on a.id = r.stream
  where r.is_new is not true and m.id = r.id and m.channel_id = r.stream
)",
    key: &["id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::InsertMessage { message, template, fingerprint } => {
            Some(inserted(message, template, *fingerprint))
        }
        Change::EditMessage { message, template } => Some(json!({
            "id": message.id,
            "body_md": message.body_md,
            "body_html": template,
            "mentions": message.mentions,
            "edited_at": message.edited_at,
        })),
        Change::DeleteMessage { id, at } => Some(
            json!({"id": id, "body_md": "", "body_html": "", "mentions": [], "deleted_at": at, "poll": null, "attachments": 0}),
        ),
        _ => None,
    }
}

fn inserted(message: &Message, template: &str, fingerprint: i64) -> Value {
    let (author_name, author_avatar_url) = shown_author(message);
    let mut row = json!({
        "is_new": true,
        "id": message.id,
        "author_id": message.author.id,
        "key": message.client_mutation_id,
        "author_name": author_name,
        "author_avatar_url": author_avatar_url,
        "parent_id": message.parent_id,
        "body_md": message.body_md,
        "body_html": template,
        "mentions": message.mentions,
        "seq": message.seq,
        "fingerprint": fingerprint,
        "created_at": message.created_at,
        "edited_at": message.edited_at,
    });
    // Few messages have these: the rows of others carry none of them.
    if message.also_to_channel {
        row["also_to_channel"] = json!(true);
    }
    if let Some(poll) = &message.poll {
        row["poll"] = json!(StoredPoll::from(poll));
    }
    if !message.attachments.is_empty() {
        row["attachments"] = json!(message.attachments.len());
    }
    row
}

/// The name and the picture that a message keeps of its author: a webhook's account is named after the webhook, and what one message
/// calls itself stays with the message. A picture that the account has is not kept by what is written: the message shows the one that the
/// account has now, and a former one may go.
pub fn shown_author(message: &Message) -> (Option<&str>, Option<&str>) {
    let author = &message.author;
    let (name, picture) = (author.display_name.as_str(), author.avatar_url.as_deref());
    if author.bot { (Some(name), picture) } else { (None, None) }
}
