//! The names that fill the placeholders of stored HTML.
//!
//! A name shows in the community (or the direct message) it belongs to and nowhere else: otherwise a message would tell the name
//! behind any id. Events show what everybody who reads a message may know. An answer to one reader shows channels besides that not
//! everybody may know of and the reader sees.

use std::collections::{HashMap, HashSet};

use ajet_domain::need::StandingOf;
use ajet_domain::rights;
use ajet_protocol::{ChannelId, Mention, Message, Permissions, RoleId, UserId};
use uuid::Uuid;

use super::fence::Fence;
use super::{Inconsistent, Pool, Store, StoreError, rows};

/// The names that may show in one channel.
#[derive(Debug, Default)]
pub struct NameBook {
    users: HashMap<UserId, String>,
    roles: HashMap<RoleId, String>,
    channels: HashMap<ChannelId, String>,
    /// Channels that not everybody may know of. They show as private.
    hidden: HashMap<ChannelId, String>,
}

impl ajet_markup::Names for NameBook {
    fn user(&self, id: UserId) -> Option<&str> {
        self.users.get(&id).map(String::as_str)
    }
    fn channel(&self, id: ChannelId) -> Option<&str> {
        self.channels.get(&id).map(String::as_str)
    }
    fn role(&self, id: RoleId) -> Option<&str> {
        self.roles.get(&id).map(String::as_str)
    }
}

impl Store {
    /// Fills the placeholders of messages for the person who reads them. A channel shows its name if everybody may know of it or the
    /// person sees it.
    pub(super) async fn fill_names(&self, fence: Fence, messages: &mut [Message]) -> Result<(), StoreError> {
        let mut books = books(self.reads(), &wanted(messages)).await?;
        self.reveal(fence, &mut books).await?;
        fill(messages, &books);
        Ok(())
    }

    /// Fills the placeholders of messages for everybody who may read them: a channel that not everybody may know of stays private.
    pub(super) async fn fill_names_on(
        &self,
        pool: &Pool,
        messages: &mut [Message],
    ) -> Result<(), StoreError> {
        let books = books(pool, &wanted(messages)).await?;
        fill(messages, &books);
        Ok(())
    }

    /// Shows hidden channels to a person who sees them. Names are read before the rights that show them, so that a name is never younger
    /// than the right to see it.
    async fn reveal(&self, fence: Fence, books: &mut HashMap<ChannelId, NameBook>) -> Result<(), StoreError> {
        let of = |id: &ChannelId| StandingOf { user: fence.person, channel: Some(*id) };
        let asked: HashSet<StandingOf> = books.values().flat_map(|book| book.hidden.keys()).map(of).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let standings = self.standings(fence.scope, &Vec::from_iter(asked)).await?;
        for book in books.values_mut() {
            let hidden = std::mem::take(&mut book.hidden).into_iter();
            let seen =
                hidden.filter(|(id, _)| standings.get(&of(id)).is_some_and(|standing| standing.sees()));
            book.channels.extend(seen);
        }
        Ok(())
    }

    /// The names that fill the placeholders of some mentions in a channel.
    pub async fn names_of(&self, channel: ChannelId, mentions: &[Mention]) -> Result<NameBook, StoreError> {
        let wanted = mentions.iter().filter_map(|mention| Some((channel, mention.target_id?))).collect();
        Ok(books(self.reads(), &wanted).await?.remove(&channel).unwrap_or_default())
    }
}

/// What messages mention, each with the channel of the message.
fn wanted(messages: &[Message]) -> HashSet<(ChannelId, Uuid)> {
    let mentions = messages
        .iter()
        .flat_map(|message| message.mentions.iter().map(|mention| (message.channel_id, mention.target_id)));
    mentions.filter_map(|(channel, target)| Some((channel, target?))).collect()
}

fn fill(messages: &mut [Message], books: &HashMap<ChannelId, NameBook>) {
    let empty = NameBook::default();
    for message in messages.iter_mut().filter(|message| !message.mentions.is_empty()) {
        let book = books.get(&message.channel_id).unwrap_or(&empty);
        message.body_html = ajet_markup::fill(&message.body_html, book);
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
        r#"select t.channel as "channel!", t.target as "target!", u.display_name as "person?", ro.name as "role?",
                  ch.name as "room?", ch.visibility as "visibility?",
                  (select bit_or(o.deny) from channel_overwrites o where o.channel_id = ch.id) as "denied?"
           from unnest($1::uuid[], $2::uuid[]) as t(channel, target)
           join channels home on home.id = t.channel
           left join community_members m on m.community_id = home.community_id and m.user_id = t.target
           left join channel_members dm on home.community_id is null and dm.channel_id = home.id and dm.user_id = t.target
           left join users u on u.id = coalesce(m.user_id, dm.user_id)
           left join roles ro on ro.id = t.target and ro.community_id = home.community_id
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
        }
        if let Some(name) = row.role {
            book.roles.insert(RoleId(row.target), name);
        }
        if let (Some(name), Some(visibility)) = (row.room, row.visibility) {
            let is_known = is_known_to_all(&visibility, row.denied)?;
            let rooms = if is_known { &mut book.channels } else { &mut book.hidden };
            rooms.insert(ChannelId(row.target), name);
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
