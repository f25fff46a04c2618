//! What is found of messages by a search: written with them, replaced with their text and files, and emptied when they are deleted.

use ajet_domain::Change;
use ajet_protocol::Message;
use serde_json::{Value, json};

use crate::store::indexed::Indexed;
use crate::store::journal::table::Table;

/// What a message adds to the list of new words besides its text, in bytes: its channel, its author, what it has.
const OF_A_MESSAGE: usize = 128;
/// What a byte of text adds: a word of five letters is an entry of some twenty bytes.
const OF_A_BYTE: usize = 4;

/// A row here is all that is found of a message from now on: of several in one append the last one stands. The row of a deleted message
/// stays, and is empty: a job that read the text before it was deleted adds none where there is a row.
pub const TABLE: Table = Table {
    name: "message_search",
    columns: "message_id uuid, vector text, edited_at timestamptz",
    spent: None,
    writes: "indexed_messages as (
  insert into message_search (message_id, channel_id, tsv, edited_at)
  select r.message_id, r.stream, r.vector::tsvector, r.edited_at from message_search_rows r join admitted a on a.id = r.stream
  on conflict (message_id) do update set tsv = excluded.tsv, edited_at = excluded.edited_at
)",
    key: &["message_id"],
    row,
};

fn row(change: &Change) -> Option<Value> {
    match change {
        Change::InsertMessage { message, template, .. } | Change::EditMessage { message, template } => {
            found(message, template)
        }
        Change::IndexMessage { message } => found(message, &message.body_html),
        Change::DeleteMessage { id, at: _ } => Some(json!({"message_id": id, "vector": ""})),
        _ => None,
    }
}

fn found(message: &Message, html: &str) -> Option<Value> {
    let vector = Indexed::of(message, html)?.vector();
    Some(json!({"message_id": message.id, "vector": vector, "edited_at": message.edited_at}))
}

/// How many bytes a change adds to the list of new words, as they are estimated.
pub fn bytes_of_new_words(change: &Change) -> usize {
    match change {
        Change::InsertMessage { message, .. }
        | Change::EditMessage { message, .. }
        | Change::IndexMessage { message } => OF_A_MESSAGE + OF_A_BYTE * message.body_md.len(),
        _ => 0,
    }
}
