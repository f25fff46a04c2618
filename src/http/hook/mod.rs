//! Incoming webhooks: messages from other programs. One address takes three dialects, each answered as its own clients expect;
//! `ajet_hook` reads them, and here is what needs the server.

mod addressed;
mod github;

use std::collections::HashMap;

use ajet_hook::{Arrived, Delivery, Dialect, Endpoint, Refusal};
use ajet_protocol::{Code, Message, limits};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use addressed::AddressedWebhook;
pub use github::{__path_receive_github, receive_github};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::extract::body;
use super::extract::form::InQuery;
use super::extract::idempotency_key;
use super::media;
use super::state::App;
use crate::usecases::webhooks;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(receive))
        .routes(routes!(receive_slack))
        .routes(routes!(receive_github))
}

/// Posts into the webhook's channel, as Slack's and Discord's incoming webhooks do.
///
/// What says something tells the two apart: `content` or `embeds` is Discord's, `text`, `blocks` or `attachments` Slack's. Each is
/// answered as its own clients expect. A long payload makes up to five messages. The address holds the secret: it
/// takes no sign-in.
#[utoipa::path(post, path = "/hook/{id}/{token}", operation_id = "webhooks.receive", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's id."),
        ("token" = String, Path, description = "The webhook's secret."),
        ("wait" = inline(Option<ajet_protocol::forms::YesNo>), Query, description = "For Discord's payloads: `true` or `1` asks for the message as the answer; anything else is no.")),
    request_body = Object,
    responses(
        (status = 200, description = "Posted: to Slack's payloads `ok`, to Discord's with `wait` the message, or the first of several.",
            content((String = "text/plain"), (ajet_protocol::Message = "application/json"))),
        (status = 204, description = "Posted: to Discord's payloads without `wait`."),
        (status = 400, description = "The payload can't be read or says nothing that could be shown (`malformed`)."),
        (status = 404, description = "There is no such webhook, the secret is wrong, or who made it may no longer manage webhooks here (`not_found`)."),
        (status = 422, description = "The idempotency key is no printable ASCII (`invalid`)."),
        (status = 429, description = "Too many addresses that were wrong came from this network (`rate_limited`).")))]
pub async fn receive(
    State(app): State<App>,
    addressed: AddressedWebhook,
    InQuery(query): InQuery<HashMap<String, String>>,
    request: Request,
) -> Result<Response, ApiError> {
    let wait = query.get("wait").is_some_and(|wait| wait == "1" || wait.eq_ignore_ascii_case("true"));
    let (dialect, first) = deliver(&app, addressed, Endpoint::Any, request).await?;
    Ok(match dialect {
        Dialect::Discord if wait => Json(first).into_response(),
        Dialect::Discord => StatusCode::NO_CONTENT.into_response(),
        Dialect::Slack | Dialect::GitHub => "ok".into_response(),
    })
}

/// Posts into the webhook's channel what Slack's clients send, whatever it holds.
#[utoipa::path(post, path = "/hook/{id}/{token}/slack", operation_id = "webhooks.receive_slack", tag = "webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's id."),
        ("token" = String, Path, description = "The webhook's secret.")),
    request_body = Object,
    responses(
        (status = 200, description = "Posted: `ok`.", content((String = "text/plain"))),
        (status = 400, description = "The payload can't be read or says nothing that could be shown (`malformed`)."),
        (status = 404, description = "There is no such webhook, the secret is wrong, or who made it may no longer manage webhooks here (`not_found`)."),
        (status = 422, description = "The idempotency key is no printable ASCII (`invalid`)."),
        (status = 429, description = "Too many addresses that were wrong came from this network (`rate_limited`).")))]
pub async fn receive_slack(
    State(app): State<App>,
    addressed: AddressedWebhook,
    request: Request,
) -> Result<&'static str, ApiError> {
    deliver(&app, addressed, Endpoint::Slack, request).await?;
    Ok("ok")
}

/// Reads and posts what arrived at an address of Slack's or Discord's; whose it is, and the first message.
async fn deliver(
    app: &App,
    addressed: AddressedWebhook,
    endpoint: Endpoint,
    request: Request,
) -> Result<(Dialect, Message), ApiError> {
    let key = idempotency_key(None, request.headers())?;
    let (headers, body) = whole(request).await?;
    let delivery = read(endpoint, &headers, body).await?;
    let dialect = delivery.dialect;
    let first = webhooks::deliver(&app.context, addressed.webhook, delivery, key.as_deref()).await?;
    Ok((dialect, first.ok_or(Refusal::SaysNothing)?))
}

/// Bodies up to so many bytes are read at once, which takes some milliseconds at most.
const READ_AT_ONCE: usize = 64 * 1024;

/// What a body says. A large one is read on a thread of its own: other requests go on meanwhile.
async fn read(endpoint: Endpoint, headers: &HeaderMap, body: Bytes) -> Result<Delivery, ApiError> {
    let content_type = media::content_type(headers).to_owned();
    let event = headers.get("x-github-event").and_then(|event| event.to_str().ok()).map(str::to_owned);
    let is_small = body.len() <= READ_AT_ONCE;
    let reading = move || {
        ajet_hook::read(&Arrived {
            endpoint,
            content_type: &content_type,
            event: event.as_deref(),
            body: &body,
        })
    };
    if is_small {
        return Ok(reading()?);
    }
    let read = tokio::task::spawn_blocking(reading).await;
    let read = read.map_err(|_| {
        ApiError::new(Code::Internal, "The payload could not be read; the trace id finds it in our log.")
    })?;
    Ok(read?)
}

/// A request's headers and its whole body. A form may bring files, which are larger than any text.
async fn whole(request: Request) -> Result<(HeaderMap, Bytes), ApiError> {
    let headers = request.headers().clone();
    let brings_files = media::essence(&headers) == "multipart/form-data";
    let most = if brings_files { limits::ATTACHMENT_BYTES } else { 0 } + limits::REQUEST_BYTES;
    Ok((headers, body::bytes_within(request, most).await?))
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let detail = match refusal {
            Refusal::Malformed { at } => format!("The payload can't be read: {at}."),
            Refusal::SaysNothing => {
                "The payload has no text: send text, blocks, attachments, content or embeds.".to_owned()
            }
        };
        Self::new(Code::Malformed, detail)
    }
}
