//! What tests of search ask, and what they read of the answers.

use ajet_client::Client;
use ajet_protocol::{Message, SearchHit, SearchPage, SearchQuery, SearchType};

use crate::support::{World, text};

/// A query of messages.
pub fn asked(q: &str) -> SearchQuery {
    SearchQuery { q: q.into(), ..SearchQuery::default() }
}

/// A query of something else.
pub fn asked_for(kind: SearchType, q: &str) -> SearchQuery {
    SearchQuery { kind, ..asked(q) }
}

pub async fn page(reader: &Client, query: &SearchQuery) -> SearchPage {
    reader.search(query).await.expect("searches")
}

pub fn message(hit: &SearchHit) -> &Message {
    hit.message.as_ref().expect("a message")
}

/// The texts of the messages that are found, newest first.
pub async fn found(reader: &Client, q: &str) -> Vec<String> {
    bodies(&page(reader, &asked(q)).await)
}

pub fn bodies(page: &SearchPage) -> Vec<String> {
    page.items.iter().map(|hit| message(hit).body_md.clone()).collect()
}

/// Ann says these in `general`.
pub async fn said(world: &World, bodies: &[&str]) -> Vec<Message> {
    let mut all = Vec::with_capacity(bodies.len());
    for body in bodies {
        all.push(world.ann.post(world.general.id, &text(body)).await.expect("posts"));
    }
    all
}
