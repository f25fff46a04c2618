//! The webhook that a request's path names. The path holds the webhook's secret, so a request needs no other credential.

use ajet_protocol::WebhookId;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::http::error::ApiError;
use crate::http::extract::path::InPath;
use crate::http::extract::peer::{Address, address_of};
use crate::http::rates;
use crate::http::state::App;
use crate::sessions::tokens;
use crate::store::webhooks::WebhookWithSecret;

/// A webhook whose secret the request's path holds.
pub struct AddressedWebhook {
    pub webhook: WebhookWithSecret,
    /// The secret, which also signs GitHub's deliveries.
    pub token: String,
}

impl FromRequestParts<App> for AddressedWebhook {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let InPath((id, token)) = InPath::<(String, String)>::from_request_parts(parts, app).await?;
        let id: Option<WebhookId> = id.parse().ok().filter(|_| app.settings.webhooks);
        let address = Address(address_of(parts, app));
        let wrong = || address.failed(app, ApiError::not_found());
        // What has not the form of a secret costs no query.
        let id = id.filter(|_| tokens::is_well_formed(&token)).ok_or_else(wrong)?;
        let _turn = address.turn(app).await;
        let webhook = app.store.webhook_with_secret(id).await?;
        let webhook = webhook.filter(|webhook| tokens::matches(&token, &webhook.token_hash));
        let webhook = webhook.ok_or_else(wrong)?;
        rates::count_webhook(parts, app, id)?;
        Ok(Self { webhook, token })
    }
}
