//! Who knows a webhook's address may post there: the address holds the secret.

use ajet_protocol::WebhookId;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::auth;
use crate::http::error::ApiError;
use crate::http::path::InPath;
use crate::http::peer::{Address, address_of};
use crate::http::state::App;
use crate::store::webhooks::DoorWebhook;

/// The webhook whose address, secret included, somebody posts to.
pub struct Knocking(pub DoorWebhook);

/// The same, with the secret, which signs what arrives.
pub struct KnockingWith(pub Knocking, pub String);

impl FromRequestParts<App> for Knocking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        KnockingWith::from_request_parts(parts, app).await.map(|KnockingWith(knocking, _)| knocking)
    }
}

impl FromRequestParts<App> for KnockingWith {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let InPath((id, token)) = InPath::<(String, String)>::from_request_parts(parts, app).await?;
        let id: Option<WebhookId> = id.parse().ok().filter(|_| app.settings.webhooks);
        let address = Address(address_of(parts, app));
        let wrong = || address.failed(app, ApiError::not_found());
        // What has not the form of a secret costs no query.
        let id = id.filter(|_| auth::is_well_formed(&token)).ok_or_else(wrong)?;
        let _turn = address.turn(app).await;
        let webhook = app.store.webhook_at_door(id).await?;
        let webhook = webhook.filter(|webhook| auth::matches(&token, &webhook.token_hash));
        webhook.map(|webhook| Self(Knocking(webhook), token)).ok_or_else(wrong)
    }
}
