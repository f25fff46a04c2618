//! What a search shows of messages.

use std::collections::HashMap;

use ajet_markup::Names;
use ajet_protocol::{AttachmentStatus, ChannelId, Message};

use crate::store::names::NameBook;
use crate::store::{Store, StoreError};

impl Store {
    /// What a search shows of messages of one channel that were let in: their texts with names, with covered spoilers, and what else they
    /// are found by.
    pub async fn texts_of(&self, messages: &[&Message]) -> Result<Vec<String>, StoreError> {
        let mut books = HashMap::<ChannelId, NameBook>::new();
        for message in messages.iter().filter(|message| !message.mentions.is_empty()) {
            if books.contains_key(&message.channel_id) {
                continue;
            }
            let of_channel = messages.iter().filter(|other| other.channel_id == message.channel_id);
            let mentions: Vec<_> = of_channel.flat_map(|one| one.mentions.iter().copied()).collect();
            let book = self.names_of(message.channel_id, &mentions).await?;
            books.insert(message.channel_id, book);
        }
        let nameless = NameBook::default();
        let text =
            |message: &&Message| shown_text(message, books.get(&message.channel_id).unwrap_or(&nameless));
        Ok(messages.iter().map(text).collect())
    }
}

fn shown_text(message: &Message, names: &dyn Names) -> String {
    let mut text = ajet_markup::preview(&message.body_md, names, usize::MAX);
    let poll = message.poll.iter();
    let poll = poll.flat_map(|poll| {
        std::iter::once(poll.question.as_str()).chain(poll.options.iter().map(|one| one.text.as_str()))
    });
    let files = message.attachments.iter().filter(|file| file.status != AttachmentStatus::Infected);
    for part in poll.chain(files.map(|file| file.filename.as_str())) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
    text
}
