//! Incoming webhooks.

use ajet_domain::community as verb;
use ajet_protocol::{CreateWebhook, UpdateWebhook, WebhookId};
use ajet_web::pages::admin::{self, Secret};
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Listing, Managing, channels_of};
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::path::InPath;
use crate::http::extract::upload::Upload;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::{Found, GivenKey, pictures, webhooks};

/// The page.
pub async fn page(listing: Listing) -> Result<Page, PageError> {
    shown(&listing, None).await
}

async fn shown(listing: &Listing, made: Option<Secret<'_>>) -> Result<Page, PageError> {
    let Listing { app, managing, query } = listing;
    let (reader, community) = (managing.own.caller.id(), managing.community.id);
    let all = webhooks::list_of_community(&app.context, reader, community, query).await?;
    let channels = channels_of(&app.context, reader, community).await?;
    Ok(Page(admin::webhooks(&managing.managed(), &all, &channels, made)))
}

/// Creates a webhook and shows its address, this once.
pub async fn create(
    State(app): State<App>,
    managing: Managing,
    Filled(form): Filled<Fields>,
) -> Result<Page, PageError> {
    let channel = form.needed("channel_id")?;
    let CreateWebhook { name, .. } =
        valid(CreateWebhook { name: form.trimmed("name"), avatar_url: None, client_mutation_id: None })?;
    let by = managing.own.caller.by();
    let made = webhooks::create(&app.context, by, channel, (name, None), GivenKey::Fresh).await?.into_inner();
    let secret = made.url.as_deref().map(|value| Secret { name: &made.name, value });
    shown(&Listing::first(app, managing), secret).await
}

/// One webhook.
pub async fn one(
    State(app): State<App>,
    managing: Managing,
    InPath((_, id)): InPath<(String, WebhookId)>,
) -> Result<Page, PageError> {
    let (context, reader) = (&app.context, managing.own.caller.id());
    let webhook = webhooks::get(context, reader, id).await?;
    let channels = channels_of(context, reader, managing.community.id).await?;
    // One of another community has its page there.
    channels.iter().find(|one| one.id == webhook.channel_id).or_not_found()?;
    Ok(Page(admin::webhook(&managing.managed(), &webhook, &channels)))
}

/// Renames a webhook, or moves it to another channel.
pub async fn update(
    State(app): State<App>,
    here: Here,
    InPath((_, webhook_id)): InPath<(String, WebhookId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let UpdateWebhook { name, avatar_url, channel_id } = valid(UpdateWebhook {
        name: Some(form.trimmed("name")),
        avatar_url: None,
        channel_id: form.parsed("channel_id")?,
    })?;
    let update = verb::UpdateWebhook { webhook_id, name, avatar_url, channel_id };
    webhooks::update(&app.context, here.by(), update).await?;
    Ok(back(&here, webhook_id))
}

fn back(here: &Here, id: WebhookId) -> Redirect {
    here.saved(&format!("webhooks/{id}"))
}

/// Sets the picture that a webhook posts under.
pub async fn set_picture(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, WebhookId)>,
    mut upload: Upload,
) -> Result<Redirect, PageError> {
    let file = upload.file_and(&[])?.bytes;
    pictures::set_of_webhook(&app.context, here.by(), id, Some(file)).await?;
    Ok(back(&here, id))
}

/// Takes the picture away.
pub async fn remove_picture(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, WebhookId)>,
) -> Result<Redirect, PageError> {
    pictures::set_of_webhook(&app.context, here.by(), id, None).await?;
    Ok(back(&here, id))
}

/// Deletes a webhook.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, WebhookId)>,
) -> Result<Redirect, PageError> {
    webhooks::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("webhooks"))
}
