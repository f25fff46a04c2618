//! What the links of messages show: looked for by a job, and taken away by their author or a moderator.

use ajet_domain::asked::{Caller, Via};
use ajet_domain::channel::{Preview, SetPreviews, StripPreviews};
use ajet_protocol::{LinkPreview, MessageId, Timestamp, limits};
use futures::future::join_all;
use url::Url;

use super::{Context, Failure};
use crate::outgoing::{Fetched, Limits};
use crate::previews::{addresses, preview};
use crate::store::previews::LinkingText;

/// Looks what the links of a message lead to, and has its channel say so. Where messages show no previews, what was shown goes.
///
/// # Errors
/// [`Failure`]
pub async fn look(context: &Context, message_id: MessageId) -> Result<(), Failure> {
    let Some(text) = context.store.linking_text(message_id).await? else { return Ok(()) };
    let is_on = context.store.settings().await?.link_previews;
    let links = if is_on { addresses(&text.template, limits::PREVIEWS) } else { Vec::new() };
    let found = join_all(links.iter().map(|link| of_link(context, link))).await;
    let previews = found.into_iter().flatten().map(Preview::from).collect();
    let shown_html = shown(context, &text).await?;
    let LinkingText { channel_id, author, edited_at, .. } = text;
    let by = Caller { user: author, via: Via::System, scopes: None };
    context.ask(channel_id, by, SetPreviews { message_id, edited_at, shown_html, previews }).await
}

/// Takes away what the links of a message show; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn strip(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    let channel = context.channel_of(message_id).await?;
    let PresentText { edited_at, shown_html } = present_text(context, Some(message_id)).await?;
    context.ask(channel, by, StripPreviews { message_id, edited_at, shown_html }).await
}

/// A message's text as its readers get it.
#[derive(Debug, Default)]
pub(super) struct PresentText {
    /// When it was last replaced.
    pub edited_at: Option<Timestamp>,
    pub shown_html: String,
}

/// The text of a message with the names of this moment: for verbs that tell of a message and do not change its text. Empty without a
/// message, and where it was deleted: its channel says what the caller may know of that.
pub(super) async fn present_text(
    context: &Context,
    message: Option<MessageId>,
) -> Result<PresentText, Failure> {
    let Some(id) = message else { return Ok(PresentText::default()) };
    let Some(text) = context.store.linking_text(id).await? else { return Ok(PresentText::default()) };
    Ok(PresentText { edited_at: text.edited_at, shown_html: shown(context, &text).await? })
}

/// The text with the names of this moment, as everybody in its channel may read it.
async fn shown(context: &Context, text: &LinkingText) -> Result<String, Failure> {
    if text.mentions.is_empty() {
        return Ok(text.template.clone());
    }
    let names = context.store.names_of(text.channel_id, &text.mentions).await?;
    Ok(ajet_markup::fill(&text.template, &names))
}

/// What one link shows: as it was found a while ago, or as its page says it now.
async fn of_link(context: &Context, link: &str) -> Option<LinkPreview> {
    let mut url = Url::parse(link).ok()?;
    url.set_fragment(None);
    match context.store.known_preview(url.as_str()).await {
        Ok(Some(known)) => return known.map(|known| LinkPreview { url: link.to_owned(), ..known }),
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "can't read what is known of a page"),
    }
    let found = match context.outgoing.get(&url, Limits::default()).await {
        Ok(fetched) => said(link, fetched).await,
        Err(error) => {
            tracing::debug!(%error, "a page can't be fetched");
            None
        }
    };
    if let Err(error) = context.store.remember_preview(url.as_str(), found.as_ref()).await {
        tracing::debug!(%error, "can't remember what a page said");
    }
    found
}

/// What a page says of itself, unless it only says that there is none.
async fn said(link: &str, fetched: Fetched) -> Option<LinkPreview> {
    let Fetched { url, status, content_type, body, .. } = fetched;
    if !status.is_success() {
        return None;
    }
    let link = link.to_owned();
    // Reading a large page takes some milliseconds.
    let read = tokio::task::spawn_blocking(move || preview(&link, &url, content_type.as_deref(), &body));
    read.await.ok().flatten()
}
