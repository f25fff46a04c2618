//! What people say and read in a test, and what a server tells of itself.

use std::time::Instant;

use ajet_client::{Client, Error};
use ajet_protocol::{Channel, Code, Message, PageQuery, PostMessage, UserId};

use super::World;
use super::leaks::assert_private;
use super::wait::{DEADLINE, POLL};

/// A request for a message.
pub fn text(body: &str) -> PostMessage {
    PostMessage { body_md: body.into(), ..PostMessage::default() }
}

/// A request for a message under a key.
pub fn keyed(body: &str, key: &str) -> PostMessage {
    PostMessage { client_mutation_id: Some(key.into()), ..text(body) }
}

/// Who somebody is.
pub async fn id_of(client: &Client) -> UserId {
    client.me().await.expect("me").user.id
}

/// Posts a message, again and again under its key, until the server has taken it.
pub async fn post_in_the_end(client: &Client, channel: &Channel, request: &PostMessage) -> Message {
    let deadline = Instant::now() + DEADLINE;
    loop {
        match client.post(channel.id, request).await {
            Ok(message) => return message,
            Err(error) => assert!(Instant::now() < deadline, "{} is not taken: {error}", request.body_md),
        }
        tokio::time::sleep(POLL).await;
    }
}

/// A channel's whole history, page by page.
pub async fn history(client: &Client, channel: &Channel) -> Vec<Message> {
    let mut all = Vec::new();
    let mut query = PageQuery { after: Some(uuid::Uuid::nil()), limit: Some(200), before: None };
    loop {
        let page = client.messages(channel.id, &query).await.expect("a page");
        query.after = page.items.last().map(|message| message.id.0).or(query.after);
        all.extend(page.items);
        if !page.has_more {
            return all;
        }
    }
}

/// Numbers without a hole or duplicate, and ids that rise with them.
pub fn assert_one_order(messages: &[Message]) {
    for pair in messages.windows(2) {
        assert!(pair[0].seq < pair[1].seq, "seq rises: {} then {}", pair[0].seq, pair[1].seq);
        assert!(pair[0].id < pair[1].id, "ids rise with seq");
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> Code {
    let refused = result.expect_err("must be refused");
    assert_private(&format!("{refused:?}"));
    refused.code().expect("a problem document")
}

/// What a node measures.
pub async fn metrics(world: &World) -> String {
    let answer = reqwest::get(format!("{}/metrics", world.base())).await.expect("answers");
    answer.text().await.expect("text")
}
