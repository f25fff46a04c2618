//! Incoming webhooks: created, listed, ended, and what they post.

use std::iter;

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateWebhook, DeleteWebhook, UpdateWebhook};
use ajet_domain::verb::Made;
use ajet_hook::{Delivery, Dialect, Picture};
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, ChannelId, CommunityId, Message, Page, PageQuery, Permission,
    Trimmed, User, UserId, Webhook, WebhookId,
};
use sha2::{Digest, Sha256};

use super::attachments::Incoming;
use super::deletion::Deletion;
use super::messages::{Posting, post};
use super::reading::{Reading, belongs, may_in, of_allowed};
use super::{Context, Created, Failure, Found, GivenKey, attachments, former};
use crate::sessions::tokens;
use crate::store::webhooks::WebhookWithSecret;

/// Creates a webhook. Its address is in the answer to the request that made it alone.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    channel_id: ChannelId,
    (name, avatar_url): (Trimmed, Option<String>),
    key: GivenKey,
) -> Result<Created<Webhook>, Failure> {
    if !context.webhooks {
        return Err(Failure::not_found());
    }
    let community = context.community_of(channel_id).await?;
    let key = key.key(|| former(&("webhook", channel_id, &name, &avatar_url)));
    let token = tokens::new_token();
    let verb = CreateWebhook { channel_id, name, avatar_url, token_hash: tokens::hash(&token).to_vec() };
    let reader = by.id();
    let (id, is_new) = match context.make(community, by, key, verb).await? {
        Made::New(id) => (id, true),
        Made::Before(id) => {
            let id = WebhookId(id);
            // The repetition may be our own, after an answer that got lost between nodes: then the token is the one kept.
            let kept = context.store.webhook_with_secret(id).await?;
            (id, kept.is_some_and(|kept| tokens::matches(&token, &kept.token_hash)))
        }
    };
    if !is_new {
        let reading = Reading::within(context, reader, channel_id).await?;
        let judge = may_in(Permission::ManageWebhooks);
        let before = reading.answer(judge, |fence| context.store.webhook_for(fence, id)).await?;
        return before.or_not_found().map(Created::Before);
    }
    let webhook = context.store.webhook(id).await?.or_not_found()?;
    let url = Some(format!("{}/hook/{id}/{token}", context.public_url));
    Ok(Created::New(Webhook { url, ..webhook }))
}

/// A channel's webhooks, without their addresses.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    query: &PageQuery,
) -> Result<Page<Webhook>, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    let judge = may_in(Permission::ManageWebhooks);
    reading.answer(judge, |fence| context.store.webhooks_of(fence, query)).await
}

/// The webhooks of a community's channels in which the reader may manage webhooks, without their addresses.
///
/// # Errors
/// [`Failure`]
pub async fn list_of_community(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Webhook>, Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(belongs, |fence| {
        of_allowed(context, fence, Permission::ManageWebhooks, move |fence, channels| async move {
            context.store.webhooks_among(fence, &channels, query).await
        })
    });
    read.await
}

/// Renames a webhook, gives it another picture, or moves it; it as it is afterwards, without its address.
///
/// # Errors
/// [`Failure`]
pub async fn update(context: &Context, by: Caller, update: UpdateWebhook) -> Result<Webhook, Failure> {
    let (id, reader) = (update.webhook_id, by.id());
    let community = context.store.community_of_webhook(id).await?.or_not_found()?;
    context.ask(community, by, update).await?;
    get(context, reader, id).await
}

/// A webhook, without its address.
///
/// # Errors
/// [`Failure`]
pub async fn get(context: &Context, reader: UserId, id: WebhookId) -> Result<Webhook, Failure> {
    let channel = context.store.webhook(id).await?.or_not_found()?.channel_id;
    let reading = Reading::within(context, reader, channel).await?;
    let judge = may_in(Permission::ManageWebhooks);
    reading.answer(judge, |fence| context.store.webhook_for(fence, id)).await?.or_not_found()
}

/// Ends a webhook.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, webhook_id: WebhookId) -> Result<(), Failure> {
    let deletion = Deletion { action: "webhook.delete", id: webhook_id.0, right: None };
    let home = context.store.community_of_webhook(webhook_id).await?;
    deletion.ask(context, by, home, DeleteWebhook { webhook_id }).await
}

/// Posts the messages of a payload one after another, each under a key of its own. Returns the first of them; none where GitHub
/// delivers again what was posted, but is written otherwise now.
///
/// The last message has the pictures. One that can't be attached, whatever the reason, is named instead: a sender may not try again, and
/// then all that it says would be lost.
///
/// # Errors
/// [`Failure`]
pub async fn deliver(
    context: &Context,
    webhook: WebhookWithSecret,
    delivery: Delivery,
    key: Option<&str>,
) -> Result<Option<Message>, Failure> {
    let Delivery { bodies, pictures, username, avatar_url, dialect } = delivery;
    let by = Caller::webhook(speaking(webhook.user, username, avatar_url), webhook.maker);
    let channel = webhook.channel_id;
    let sent = Sent::new(channel, &bodies, &pictures);
    let Attached { files, lines } = attached(context, &by, channel, pictures, key).await;
    let bodies = Delivery::naming(bodies, lines);
    let count = bodies.len().max(1);
    let mut first = None;
    for (number, body) in bodies.into_iter().chain(iter::once(String::new())).take(count).enumerate() {
        let key = key.map_or(GivenKey::Fresh, |key| sent.key(key_of(key, number), number));
        let attachments = if number + 1 == count { files.clone() } else { Vec::new() };
        let posting = Posting { attachments, ..Posting::text(body.into()) };
        match post(context, by.clone(), channel, posting, key).await {
            Ok(message) => drop(first.get_or_insert(message.into_inner())),
            Err(failure) if dialect == Dialect::GitHub && failure.is_key_reuse() => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(first)
}

/// What a sender has sent, by which its repetition is told, whatever could be attached of it.
struct Sent {
    channel: ChannelId,
    bodies: Vec<String>,
    /// The digest of all pictures; `None` where there are none.
    pictures: Option<[u8; 32]>,
}

impl Sent {
    fn new(channel: ChannelId, bodies: &[String], pictures: &[Picture]) -> Self {
        let digest = |all: Sha256, one: &Picture| all.chain_update(Sha256::digest(&one.bytes));
        let digest =
            (!pictures.is_empty()).then(|| pictures.iter().fold(Sha256::new(), digest).finalize().into());
        Self { channel, bodies: bodies.to_vec(), pictures: digest }
    }

    /// The key of the message of this number.
    fn key(&self, text: String, number: usize) -> GivenKey {
        let body = self.bodies.get(number).map_or("", String::as_str);
        let mut parts = vec![self.channel.0.as_bytes().as_slice(), body.as_bytes()];
        parts.extend(self.pictures.iter().map(<[u8; 32]>::as_slice));
        GivenKey::given(text, &parts)
    }
}

/// What became of pictures.
#[derive(Default)]
struct Attached {
    files: Vec<AttachmentId>,
    /// The lines that name those which are not attached.
    lines: Vec<String>,
}

/// Keeps the pictures of a payload as files of the channel, one after another, each under a key of its own.
async fn attached(
    context: &Context,
    by: &Caller,
    channel: ChannelId,
    pictures: Vec<Picture>,
    key: Option<&str>,
) -> Attached {
    let mut all = Attached::default();
    for (number, picture) in pictures.into_iter().enumerate() {
        let Picture { name, alt, bytes, named } = picture;
        let key = key.map_or(GivenKey::Fresh, |key| {
            GivenKey::given(digest_of(&format!("picture {number} {key}")), &[channel.0.as_bytes(), &bytes])
        });
        let file = Incoming { name, bytes: bytes.into(), alt: alt.unwrap_or_default().into() };
        match attachments::add(context, by.clone(), channel, file, key).await {
            Ok(added) => match added.into_inner() {
                Attachment { id, status: AttachmentStatus::Clean, .. } => all.files.push(id),
                _ => all.lines.push(named),
            },
            Err(failure) => {
                tracing::debug!(code = failure.code.as_str(), "a webhook's picture is named alone");
                all.lines.push(named);
            }
        }
    }
    all
}

/// The key of a payload's message: the first one has the payload's own.
fn key_of(key: &str, number: usize) -> String {
    if number == 0 {
        return key.to_owned();
    }
    digest_of(&format!("{number} {key}"))
}

fn digest_of(text: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(text).into();
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The webhook's account, under the name and picture that a payload asks for.
fn speaking(user: User, username: Option<String>, avatar_url: Option<String>) -> User {
    User {
        display_name: username.unwrap_or(user.display_name),
        avatar_url: avatar_url.or(user.avatar_url),
        ..user
    }
}
