//! Polls that are asked and read.

use ajet_client::Client;
use ajet_protocol::{ChannelId, Message, MessageId, Poll, PostMessage, PostPoll, Timestamp, Trimmed};

use crate::support::text;

/// A request for a message with a poll of three options and no text.
pub fn poll(multiple: bool, closes_at: Option<Timestamp>) -> PostMessage {
    let options = ["red", "green", "blue"].map(Trimmed::from).into();
    PostMessage {
        poll: Some(PostPoll { question: "Which?".into(), options, multiple, closes_at }),
        ..text("")
    }
}

/// Asks the people of a channel.
pub async fn asked(by: &Client, channel: ChannelId, multiple: bool) -> Message {
    by.post(channel, &poll(multiple, None)).await.expect("asks")
}

/// The votes in a poll, and which of them are the reader's own.
pub fn votes(poll: &Poll) -> (Vec<i64>, Vec<bool>) {
    poll.options.iter().map(|option| (option.votes, option.voted_by_me)).unzip()
}

/// The poll of a message, as somebody reads it.
pub async fn read(by: &Client, id: MessageId) -> Poll {
    by.message(id).await.expect("reads").poll.expect("a poll")
}
