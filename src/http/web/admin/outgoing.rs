//! Outgoing webhooks.

use ajet_domain::change::TargetUrl;
use ajet_protocol::{CreateOutgoingWebhook, DeliveryId, EventType, OutgoingWebhookId, PageQuery};
use ajet_web::pages::admin::{self, OutgoingShown, Secret};
use axum::extract::State;
use axum::response::Redirect;
use uuid::Uuid;

use super::managing::{Here, Listing, Managing};
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::ALL;
use crate::usecases::outgoing_webhooks::{self as webhooks, Changes, NewWebhook};
use crate::usecases::{Found, GivenKey};

/// The list.
pub async fn page(listing: Listing) -> Result<Page, PageError> {
    shown(&listing, None).await
}

async fn shown(listing: &Listing, made: Option<Secret<'_>>) -> Result<Page, PageError> {
    let Listing { app, managing, query } = listing;
    let all = webhooks::list(&app.context, managing.own.caller.id(), managing.community.id, query).await?;
    Ok(Page(admin::outgoing(&managing.managed(), &all, made)))
}

/// One of them, with what it was sent.
pub async fn one(
    State(app): State<App>,
    managing: Managing,
    InPath((_, id)): InPath<(String, OutgoingWebhookId)>,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    let (context, reader) = (&app.context, managing.own.caller.id());
    let all = webhooks::list(context, reader, managing.community.id, &ALL).await?.items;
    let webhook = all.iter().find(|one| one.id == id).or_not_found()?;
    // The newest first: without a cursor the list would begin with the oldest.
    let query = PageQuery { before: query.before.or(Some(Uuid::max())), after: None, ..query };
    let mut deliveries = webhooks::deliveries(context, reader, id, None, &query).await?;
    deliveries.items.reverse();
    let shown = OutgoingShown { webhook, deliveries: &deliveries };
    Ok(Page(admin::outgoing_webhook(&managing.managed(), &shown)))
}

/// Creates one and shows its secret, this once.
pub async fn create(
    State(app): State<App>,
    managing: Managing,
    Filled(form): Filled<Fields>,
) -> Result<Page, PageError> {
    let misfit = || ApiError::field("events", "bad_format", "has a value that does not fit");
    let events = form.all("events").map(|name| EventType::named(name).ok_or_else(misfit));
    let CreateOutgoingWebhook { url, events, channel_ids, .. } = valid(CreateOutgoingWebhook {
        url: form.text("url").trim().to_owned(),
        events: events.collect::<Result<Vec<_>, _>>()?,
        channel_ids: None,
        client_mutation_id: None,
    })?;
    let new = NewWebhook { url: TargetUrl(url), events, channel_ids };
    let (by, community) = (managing.own.caller.by(), managing.community.id);
    let made = webhooks::create(&app.context, by, community, new, GivenKey::Fresh).await?.into_inner();
    let secret = made.secret.as_deref().map(|value| Secret { name: &made.url, value });
    shown(&Listing::first(app, managing), secret).await
}

/// Turns one on or off.
pub async fn update(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, OutgoingWebhookId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let changes = Changes { enabled: Some(form.is_on("enabled")), ..Changes::default() };
    webhooks::update(&app.context, here.by(), id, changes).await?;
    Ok(back(&here, id))
}

fn back(here: &Here, id: OutgoingWebhookId) -> Redirect {
    here.saved(&format!("outgoing/{id}"))
}

/// Has a delivery tried again.
pub async fn replay(
    State(app): State<App>,
    here: Here,
    InPath((_, id, delivery)): InPath<(String, OutgoingWebhookId, DeliveryId)>,
) -> Result<Redirect, PageError> {
    webhooks::replay(&app.context, here.by(), delivery).await?;
    Ok(back(&here, id))
}

/// Deletes one.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, OutgoingWebhookId)>,
) -> Result<Redirect, PageError> {
    webhooks::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("outgoing"))
}
