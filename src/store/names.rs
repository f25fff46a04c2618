//! The names that fill the placeholders of stored HTML, as far as everybody who reads a message may know them.
//!
//! A name shows in the community (or the direct message) it belongs to and nowhere else: otherwise a message would tell the name
//! behind any id.

use std::collections::{HashMap, HashSet};

use ajet_domain::rights;
use ajet_protocol::{ChannelId, Mention, Message, Permissions, UserId};
use uuid::Uuid;

use super::{Inconsistent, Pool, Store, StoreError, rows};

/// The names that may show in one channel.
#[derive(Debug, Default)]
pub struct NameBook {
    users: HashMap<UserId, String>,
    channels: HashMap<ChannelId, String>,
}

impl ajet_markup::Names for NameBook {
    fn user(&self, id: UserId) -> Option<&str> {
        self.users.get(&id).map(String::as_str)
    }
    fn channel(&self, id: ChannelId) -> Option<&str> {
        self.channels.get(&id).map(String::as_str)
    }
}

impl Store {
    /// Fills the placeholders of messages; the name of a channel that not everybody may know of never shows, nor one of another community.
    pub async fn fill_names(&self, messages: &mut [Message]) -> Result<(), StoreError> {
        self.fill_names_on(self.reads(), messages).await
    }

    pub(super) async fn fill_names_on(
        &self,
        pool: &Pool,
        messages: &mut [Message],
    ) -> Result<(), StoreError> {
        let wanted: HashSet<(ChannelId, Uuid)> = messages
            .iter()
            .flat_map(|message| {
                message.mentions.iter().map(|mention| (message.channel_id, mention.target_id))
            })
            .filter_map(|(channel, target)| Some((channel, target?)))
            .collect();
        let books = books(pool, &wanted).await?;
        let empty = NameBook::default();
        for message in messages.iter_mut().filter(|message| !message.mentions.is_empty()) {
            let book = books.get(&message.channel_id).unwrap_or(&empty);
            message.body_html = ajet_markup::fill(&message.body_html, book);
        }
        Ok(())
    }

    /// The names that fill the placeholders of some mentions in a channel.
    pub async fn names_of(&self, channel: ChannelId, mentions: &[Mention]) -> Result<NameBook, StoreError> {
        let wanted = mentions.iter().filter_map(|mention| Some((channel, mention.target_id?))).collect();
        Ok(books(self.reads(), &wanted).await?.remove(&channel).unwrap_or_default())
    }
}

/// The names of what is mentioned, for each channel that mentions it.
pub(super) async fn books(
    pool: &Pool,
    wanted: &HashSet<(ChannelId, Uuid)>,
) -> Result<HashMap<ChannelId, NameBook>, StoreError> {
    let mut books: HashMap<ChannelId, NameBook> = HashMap::new();
    if wanted.is_empty() {
        return Ok(books);
    }
    let (channels, targets): (Vec<Uuid>, Vec<Uuid>) =
        wanted.iter().map(|(channel, target)| (channel.0, *target)).unzip();
    let found = sqlx::query!(
        r#"select t.channel as "channel!", t.target as "target!", u.display_name as "person?", ch.name as "room?",
                  ch.visibility as "visibility?",
                  (select bit_or(o.deny) from channel_overwrites o where o.channel_id = ch.id) as "denied?"
           from unnest($1::uuid[], $2::uuid[]) as t(channel, target)
           join channels home on home.id = t.channel
           left join community_members m on m.community_id = home.community_id and m.user_id = t.target
           left join channel_members dm on home.community_id is null and dm.channel_id = home.id and dm.user_id = t.target
           left join users u on u.id = coalesce(m.user_id, dm.user_id)
           left join channels ch on ch.id = t.target and ch.community_id = home.community_id"#,
        &channels,
        &targets
    )
    .fetch_all(pool)
    .await?;
    for row in found {
        let book = books.entry(ChannelId(row.channel)).or_default();
        if let Some(name) = row.person {
            book.users.insert(UserId(row.target), name);
        } else if let (Some(name), Some(visibility)) = (row.room, row.visibility)
            && is_known_to_all(&visibility, row.denied)?
        {
            book.channels.insert(ChannelId(row.target), name);
        }
    }
    Ok(books)
}

/// Whether everybody in its community knows of a channel, whatever they joined: its name shows to all who read a message. `denied` is all
/// that its overwrites deny to anybody; `None` where it has none.
pub(super) fn is_known_to_all(visibility: &str, denied: Option<i64>) -> Result<bool, Inconsistent> {
    let denied = denied.map_or(Permissions::NONE, rows::permissions);
    Ok(rights::is_known_to_all(rows::visibility(visibility)?, denied))
}
