//! Incoming webhooks.

use ajet_protocol::{CreateWebhook, PageQuery, WebhookId};
use ajet_web::pages::admin::{self, Secret};
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Managing};
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::ALL;
use crate::http::web::page::{Page, PageError};
use crate::usecases::{GivenKey, channels, webhooks};

/// The page.
pub async fn page(
    State(app): State<App>,
    managing: Managing,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    shown(&app, &managing, &query, None).await
}

async fn shown(
    app: &App,
    managing: &Managing,
    query: &PageQuery,
    made: Option<Secret<'_>>,
) -> Result<Page, PageError> {
    let (reader, community) = (managing.own.caller.id(), managing.community.id);
    let all = webhooks::list_of_community(&app.context, reader, community, query).await?;
    let channels = channels::list(&app.context, reader, community, &ALL).await?.items;
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
    shown(&app, &managing, &PageQuery::default(), secret).await
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
