//! Pictures of people, bots, communities, webhooks and emoji: cut square, kept in two sizes, and shown by addresses whose bytes never change.
//!
//! A picture is kept before anything shows it, under an address that can't be guessed. If it is shown by nothing a day later, because
//! its request failed, it is swept away. One in whose place another one is shown is removed at once, by a job that the commit of the
//! change asks for. A person uploads so many in a day, so that the sweep keeps up.

use std::collections::HashMap;
use std::time::Duration;

use ajet_domain::asked::Caller;
use ajet_domain::community::{SetBotAvatar, SetCommunityAvatar, SetMemberAvatar, SetWebhookAvatar};
use ajet_protocol::{
    Bot, BotId, Code, Community, CommunityId, Me, Member, Permission, PictureId, UpdateMe, UserId, Webhook,
    WebhookId,
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use tokio::time::Instant;
use uuid::Uuid;

use super::reading::{Reading, belongs, may, may_in};
use super::{Context, Failure, Found, accounts, bots, communities, users};
use crate::images::ImageType;
use crate::store::pictures::{NewPicture, OldPicture};

/// Pictures that a person uploads in a day: more than all emoji of a community.
const IN_A_DAY: u32 = 300;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long a sweep goes on; what is left is for the next one.
const SWEEP_WITHIN: Duration = Duration::from_secs(300);
/// Pictures that are removed at once.
const REMOVED_AT_ONCE: usize = 8;

/// What a picture is of, which is the first part of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Avatars,
    Emoji,
}

impl Kind {
    fn named(text: &str) -> Option<Self> {
        [Self::Avatars, Self::Emoji].into_iter().find(|kind| kind.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Avatars => "avatars",
            Self::Emoji => "emoji",
        }
    }

    /// The pixels of a side: a small one, and the one that is shown.
    fn sizes(self) -> [u32; 2] {
        match self {
            Self::Avatars => [64, 256],
            Self::Emoji => [64, 128],
        }
    }

    /// Where one of the sizes is kept, which is also the end of its address.
    fn key(self, id: Uuid, size: u32) -> String {
        format!("{}/{id}/{size}", self.as_str())
    }
}

/// Keeps a picture; its address.
///
/// # Errors
/// 422, where the file is no picture that is taken; 429, where the person uploaded many today; 503, where the object store is away.
pub(super) async fn keep(
    context: &Context,
    made_by: UserId,
    kind: Kind,
    file: Bytes,
) -> Result<String, Failure> {
    let sizes = kind.sizes();
    let squares = context.images.square(file, &sizes).await?;
    let (id, [_, shown]) = (Uuid::new_v4(), sizes);
    let url = format!("{}/media/{}", context.public_url, kind.key(id, shown));
    let new = NewPicture { id, kind: kind.as_str(), url: url.clone(), made_by };
    if !context.store.note_picture(&new, IN_A_DAY.into()).await? {
        let text = "You uploaded too many pictures today; try again tomorrow.";
        return Err(Failure::new(Code::RateLimited, text).limited(IN_A_DAY, DAY));
    }
    for (square, size) in squares.into_iter().zip(sizes) {
        let format = square.kind.content_type();
        context.blobs.put(&kind.key(id, size), format, square.bytes).await?;
    }
    Ok(url)
}

async fn kept(context: &Context, by: &Caller, file: Option<Bytes>) -> Result<Option<String>, Failure> {
    match file {
        Some(file) => keep(context, by.id(), Kind::Avatars, file).await.map(Some),
        None => Ok(None),
    }
}

/// The bytes of a picture in one of its sizes, and their format.
///
/// # Errors
/// 404, if there is no such picture; 503, where the object store is away, or too many pictures are read.
pub async fn shown(
    context: &Context,
    kind: &str,
    id: Uuid,
    size: u32,
) -> Result<(ImageType, Bytes), Failure> {
    let kind = Kind::named(kind).filter(|kind| kind.sizes().contains(&size)).or_not_found()?;
    let key = kind.key(id, size);
    let read = async { Ok(context.blobs.get(&key).await?) };
    let bytes = context.shown.get(key.clone(), read).await?.or_not_found()?;
    let format = ImageType::of(&bytes).or_not_found()?;
    Ok((format, bytes))
}

/// The bytes of the picture behind an address, and their format; `None` where it is none that was uploaded here, or gone.
///
/// # Errors
/// 503, where the object store is away.
pub(super) async fn behind(context: &Context, url: &str) -> Result<Option<(ImageType, Bytes)>, Failure> {
    let path = url.strip_prefix(&context.public_url).and_then(|path| path.strip_prefix("/media/"));
    let mut parts = path.unwrap_or_default().splitn(3, '/');
    let (kind, id, size) = (parts.next(), parts.next(), parts.next());
    let (id, size) = (id.and_then(|id| id.parse().ok()), size.and_then(|size| size.parse().ok()));
    let (Some(kind), Some(id), Some(size)) = (kind, id, size) else { return Ok(None) };
    let Some(kind) = Kind::named(kind) else { return Ok(None) };
    // Read for this once: what many see stays at hand instead.
    let bytes = context.blobs.get(&kind.key(id, size)).await?;
    Ok(bytes.and_then(|bytes| Some((ImageType::of(&bytes)?, bytes))))
}

/// Sets one's own picture; `None` takes it away.
///
/// # Errors
/// [`Failure`]
pub async fn set_own(context: &Context, by: Caller, file: Option<Bytes>) -> Result<Me, Failure> {
    // An empty address takes it away.
    let avatar_url = Some(kept(context, &by, file).await?.unwrap_or_default());
    accounts::update_me(context, by, UpdateMe { avatar_url, ..UpdateMe::default() }).await
}

/// The addresses of the pictures that a person has in some of their communities, where it is not that of their account.
///
/// # Errors
/// [`Failure`]
pub async fn own_in(
    context: &Context,
    person: UserId,
    communities: &[Community],
) -> Result<HashMap<CommunityId, String>, Failure> {
    let ids: Vec<CommunityId> = communities.iter().map(|one| one.id).collect();
    Ok(context.store.pictures_in(person, &ids).await?)
}

/// Sets the picture of a member in a community; `None` shows that of their account.
///
/// # Errors
/// [`Failure`]
pub async fn set_of_member(
    context: &Context,
    by: Caller,
    community: CommunityId,
    user_id: UserId,
    file: Option<Bytes>,
) -> Result<Member, Failure> {
    let (reading, own) = (Reading::of(context, by.id(), community), user_id == by.id());
    // What is refused is not worked on. Who may is decided by the community all the same.
    if own {
        reading.let_in(belongs).await?;
    } else {
        reading.let_in(may(Permission::ManageMembers)).await?;
    }
    let avatar_url = kept(context, &by, file).await?;
    context.ask(community, by, SetMemberAvatar { user_id, own, avatar_url }).await
}

/// Sets the picture of a community; `None` takes it away.
///
/// # Errors
/// [`Failure`]
pub async fn set_of_community(
    context: &Context,
    by: Caller,
    id: CommunityId,
    file: Option<Bytes>,
) -> Result<Community, Failure> {
    let reader = by.id();
    Reading::of(context, reader, id).let_in(may(Permission::ManageCommunity)).await?;
    let avatar_url = kept(context, &by, file).await?;
    context.ask(id, by, SetCommunityAvatar { avatar_url }).await?;
    communities::get(context, reader, id).await
}

/// Sets the picture that a webhook posts under; `None` takes it away.
///
/// # Errors
/// [`Failure`]
pub async fn set_of_webhook(
    context: &Context,
    by: Caller,
    webhook_id: WebhookId,
    file: Option<Bytes>,
) -> Result<Webhook, Failure> {
    let webhook = context.store.webhook(webhook_id).await?.or_not_found()?;
    let reading = Reading::within(context, by.id(), webhook.channel_id).await?;
    reading.let_in(may_in(Permission::ManageWebhooks)).await?;
    let community = context.community_of(webhook.channel_id).await?;
    let avatar_url = kept(context, &by, file).await?;
    let set = SetWebhookAvatar { webhook_id, avatar_url: avatar_url.clone() };
    context.ask(community, by, set).await?;
    Ok(Webhook { avatar_url, ..webhook })
}

/// Sets the picture of a bot; `None` takes it away. Those who see the bot are being told when it returns.
///
/// # Errors
/// [`Failure`]
pub async fn set_of_bot(
    context: &Context,
    by: Caller,
    bot_id: BotId,
    file: Option<Bytes>,
) -> Result<Bot, Failure> {
    let home = context.store.home_of_bot(bot_id).await?.or_not_found()?;
    Reading::of(context, by.id(), home.community).let_in(may(Permission::ManageBots)).await?;
    let (reader, avatar_url) = (by.id(), kept(context, &by, file).await?);
    context.ask(home.community, by, SetBotAvatar { bot_id, avatar_url }).await?;
    context.revocation.account_changed(home.user).await;
    users::announce_soon(context, home.user);
    bots::get(context, reader, home.community, bot_id).await
}

/// Removes a picture, unless it is shown somewhere.
///
/// # Errors
/// 503, where the store or the object store is away.
pub async fn remove_unused(context: &Context, id: PictureId) -> Result<(), Failure> {
    match context.store.picture(id.0).await? {
        Some(picture) if !picture.is_used => remove(context, picture).await,
        _ => Ok(()),
    }
}

/// Removes the pictures that nothing shows.
///
/// # Errors
/// 503, where the store or the object store is away; what is left then is found again an hour later.
pub async fn sweep(context: &Context) -> Result<(), Failure> {
    let until = Instant::now() + SWEEP_WITHIN;
    loop {
        let old = context.store.old_pictures().await?;
        if old.is_empty() {
            return Ok(());
        }
        let unused = old.into_iter().filter(|picture| !picture.is_used);
        let removing: Vec<_> = unused.map(|picture| remove(context, picture)).collect();
        // One that can't be removed holds up none of the others.
        let removed: Vec<_> = stream::iter(removing).buffer_unordered(REMOVED_AT_ONCE).collect().await;
        removed.into_iter().collect::<Result<(), Failure>>()?;
        if Instant::now() >= until {
            return Ok(());
        }
    }
}

async fn remove(context: &Context, OldPicture { id, kind, .. }: OldPicture) -> Result<(), Failure> {
    let Some(kind) = Kind::named(&kind) else { return Ok(()) };
    for size in kind.sizes() {
        context.blobs.delete(&kind.key(id, size)).await?;
    }
    Ok(context.store.forget_picture(id).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_its_own_name_and_sizes() {
        for kind in [Kind::Avatars, Kind::Emoji] {
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
            let [small, shown] = kind.sizes();
            assert!(small < shown);
        }
        assert_eq!(Kind::named("attachments"), None, "what is not public has no address here");
        assert_eq!(Kind::Avatars.key(Uuid::nil(), 64), format!("avatars/{}/64", Uuid::nil()));
    }
}
