//! The book: a channel whose messages are all there before anything happens. Each friend marks it as read up to some page, or as unread
//! from some page on.

use ajet_client::Client;
use ajet_protocol::{Channel, ChannelId, MessageId, PostMessage};
use anyhow::Context;
use rand::Rng;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::json;

use super::town::Person;
use crate::guests::Asked;
use crate::history::{Action, What};
use crate::workload::Scene;

/// Messages of the book.
const PAGES: usize = 30;

/// A channel to be read, and its messages in their order.
pub struct Book {
    channel: ChannelId,
    pages: Vec<MessageId>,
}

impl Book {
    /// Writes the book, of which each of these people has read the first page.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn written(owner: &Client, channel: &Channel, readers: &[Person]) -> anyhow::Result<Self> {
        let (channel, mut pages) = (channel.id, Vec::new());
        for Person { by, .. } in readers {
            by.client.join(channel).await?;
        }
        for n in 0..PAGES {
            let body = format!("page {n}");
            let request = PostMessage { body_md: body.as_str().into(), ..PostMessage::default() };
            pages.push(owner.post(channel, &request).await?.id);
        }
        for Person { by, .. } in readers {
            by.client.mark_read(channel, pages[0]).await?;
        }
        Ok(Self { channel, pages })
    }

    /// Takes down how far each has read before anything happens.
    pub fn introduce(&self, scene: &Scene, readers: &[Person]) {
        for Person { by, .. } in readers {
            let (read, unread) = (1, self.pages.len() - 1);
            let what = What::Marked { node: None, channel: self.channel.0, read, unread };
            scene.recorder.note(&by.name, what);
        }
    }

    /// Takes down how far each has read in the end, as one node shows it.
    ///
    /// # Errors
    /// When the node does not answer, or does not show the book.
    pub async fn marked(
        &self,
        scene: &Scene,
        readers: &[Person],
        (node, base): (usize, &str),
    ) -> anyhow::Result<()> {
        for Person { by, .. } in readers {
            let synced = by.client.at(base).sync().await?;
            let book = synced.channels.iter().find(|one| one.channel.id == self.channel);
            let book = book.with_context(|| format!("node {node} does not show {} the book", by.name))?;
            let page = self.pages.iter().position(|page| Some(*page) == book.last_read_id);
            let read = page.map_or(0, |page| page + 1);
            let unread = usize::try_from(book.channel.unread.count)?;
            let what = What::Marked { node: Some(node), channel: self.channel.0, read, unread };
            scene.recorder.note(&by.name, what);
        }
        Ok(())
    }
}

impl Asked {
    /// Marks some of the book as read or as unread: pages that are so already among them.
    pub fn mark_some(book: &Book, rng: &mut StdRng) -> Self {
        let (channel, read) = (book.channel, rng.random_range(1..book.pages.len()));
        let back = rng.random_range(0..2) == 0;
        // The last page that is read, or the first that is not.
        let (path, page) = if back { ("unread", read) } else { ("read", read - 1) };
        let action = Action::Mark { channel: channel.0, back, read };
        let body = Some(json!({ "message_id": book.pages[page] }));
        Self { body, ..Self::new(action, Method::PUT, format!("/api/channels/{channel}/{path}")) }
    }
}
