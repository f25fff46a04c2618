//! Custom emoji: added, listed, removed.

use ajet_domain::asked::Caller;
use ajet_domain::community::{AddEmoji, RemoveEmoji};
use ajet_protocol::{CommunityId, Emoji, EmojiId, Page, PageQuery, Permission, UserId};
use bytes::Bytes;

use super::deletion::Deletion;
use super::pictures::{self, Kind};
use super::reading::{Reading, belongs, may};
use super::{Context, Created, Failure, Found, GivenKey};

/// An emoji to be added.
#[derive(Debug, Clone)]
pub struct NewEmoji {
    /// Without colons.
    pub name: String,
    /// Its picture as it was uploaded.
    pub file: Bytes,
}

/// Adds an emoji.
///
/// # Errors
/// [`Failure`]
pub async fn add(
    context: &Context,
    by: Caller,
    community: CommunityId,
    NewEmoji { name, file }: NewEmoji,
    key: GivenKey,
) -> Result<Created<Emoji>, Failure> {
    let reader = by.id();
    // What is refused is not worked on. Who may is decided by the community all the same.
    Reading::of(context, reader, community).let_in(may(Permission::ManageCommunity)).await?;
    let url = pictures::keep(context, reader, Kind::Emoji, file).await?;
    let made = context.make(community, by, key.without_former(), AddEmoji { name, url }).await?;
    Created::of(made, Ok, async |id| {
        let (reading, id) = (Reading::of(context, reader, community), EmojiId(id));
        let read = reading.answer(belongs, |fence| context.store.emoji_for(fence, id));
        read.await?.or_not_found()
    })
    .await
}

/// The custom emoji of a community.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Emoji>, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(belongs, |fence| context.store.emoji_of(fence, query)).await
}

/// Removes an emoji. Its picture goes a while later.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, by: Caller, emoji_id: EmojiId) -> Result<(), Failure> {
    let deletion =
        Deletion { action: "emoji.delete", id: emoji_id.0, right: Some(Permission::ManageCommunity) };
    let home = context.store.community_of_emoji(emoji_id).await?;
    deletion.ask(context, by, home, RemoveEmoji { emoji_id }).await
}
