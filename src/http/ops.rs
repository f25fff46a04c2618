//! The operators' surface: behind a token of its own.

use ajet_cluster::NodeId;
use ajet_protocol::ops::{ClusterReport, EntityReport};
use ajet_protocol::{Code, Timestamp};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::body::Id;
use super::extract::caller::tokens_of;
use super::extract::form::{Filled, InQuery};
use super::extract::origin::same_origin;
use super::extract::path::InPath;
use super::extract::peer::{Address, address_of, is_local};
use super::page::{Page, PageError};
use super::state::App;
use crate::ops::{EntityRef, KillMode, OpsError};

/// The cookie that the operators' page keeps a proof of the token in, and its name over TLS: a browser takes it over nothing else then. It is for
/// a part of the host, so it can't have the prefix `__Host-`.
const COOKIE: &str = "ajet_ops";
const TLS_COOKIE: &str = "__Secure-ajet_ops";

fn is_over_tls(app: &App) -> bool {
    app.settings.public_url.starts_with("https://")
}

fn cookie(app: &App) -> &'static str {
    if is_over_tls(app) { TLS_COOKIE } else { COOKIE }
}

/// Somebody who showed the operators' token: as a bearer, or on the page by its cookie.
pub struct Operator;

impl FromRequestParts<App> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Some(token) = token_for(parts, app) else { return Err(ApiError::not_found()) };
        let refused = || {
            let text = "Send the operators' token (ops.token) as a bearer token.";
            ApiError::new(Code::Unauthenticated, text)
        };
        let shown = tokens_of(&parts.headers, cookie(app)).into_iter().next();
        let (shown, from_cookie) = shown.ok_or_else(refused)?;
        if from_cookie {
            same_origin(parts, app)?;
        }
        let good = if from_cookie { keeps_token(&shown, token, app.now()) } else { is_token(&shown, token) };
        if good { Ok(Self) } else { Err(Address(address_of(parts, app)).failed(app, refused())) }
    }
}

/// What this caller must show: the development token works on this machine only.
fn token_for<'a>(parts: &Parts, app: &'a App) -> Option<&'a SecretString> {
    app.settings.ops_token.as_ref().filter(|_| !app.settings.dev_ops_token || is_local(parts))
}

/// What the page's cookie holds: until when, and a proof that this is from us. The token itself stays with the operator.
fn kept(token: &SecretString, until: Timestamp) -> String {
    let until = until.unix_millis();
    let mut mac =
        Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes()).expect("HMAC takes any key");
    mac.update(b"ajet-chat operators' page v1");
    mac.update(&until.to_be_bytes());
    format!("{until}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn keeps_token(cookie: &str, token: &SecretString, now: Timestamp) -> bool {
    let until =
        cookie.split_once('.').and_then(|(until, _)| until.parse().ok()).map(Timestamp::from_unix_millis);
    until.is_some_and(|until| until > now && kept(token, until).as_bytes().ct_eq(cookie.as_bytes()).into())
}

/// For how many seconds the page's cookie is good.
const KEPT_SECONDS: u64 = 12 * 60 * 60;

/// Whether somebody is an operator, where it makes a difference and is not required.
pub struct Shown(Result<Operator, ApiError>);

impl FromRequestParts<App> for Shown {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(Operator::from_request_parts(parts, app).await))
    }
}

/// Compares in constant time.
fn is_token(shown: &str, token: &SecretString) -> bool {
    shown.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
}

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(cluster)).routes(routes!(drain)).routes(routes!(entity, kill))
}

/// The nodes, as the asked one sees them.
#[utoipa::path(get, path = "/ops/cluster", operation_id = "ops.cluster", tag = "operators",
    responses((status = 200, description = "The nodes, and what each says of itself.", body = ClusterReport)),
    security(("ops" = [])))]
pub async fn cluster(State(app): State<App>, _: Operator) -> Json<ClusterReport> {
    Json(app.ops.report().await)
}

/// Stops a node as SIGTERM does: its entities are handed over, its streams told to go elsewhere.
#[utoipa::path(post, path = "/ops/nodes/{id}/drain", operation_id = "ops.drain", tag = "operators",
    params(("id" = uuid::Uuid, Path, description = "The node's id.")),
    responses((status = 202, description = "The node has been told.")),
    security(("ops" = [])))]
pub async fn drain(State(app): State<App>, _: Operator, Id(id): Id<NodeId>) -> Result<StatusCode, ApiError> {
    app.ops.drain(id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Where an entity lives and how it does.
#[utoipa::path(get, path = "/ops/entities/{kind}/{id}", operation_id = "ops.entity", tag = "operators",
    params(
        ("kind" = inline(ajet_protocol::forms::EntityKind), Path, description = "What it is."),
        ("id" = uuid::Uuid, Path, description = "The entity's id.")),
    responses((status = 200, description = "The entity, as its node sees it.", body = EntityReport)),
    security(("ops" = [])))]
pub async fn entity(
    State(app): State<App>,
    _: Operator,
    InPath((kind, id)): InPath<(String, String)>,
) -> Result<Json<EntityReport>, ApiError> {
    Ok(Json(app.ops.inspect(named(&app, &kind, &id)?).await?))
}

/// How an activation is to die.
#[derive(Debug, Deserialize)]
pub struct Mode {
    mode: Option<String>,
}

/// Kills an entity's activation, to see that nothing is lost by it.
#[utoipa::path(delete, path = "/ops/entities/{kind}/{id}", operation_id = "ops.kill", tag = "operators",
    params(
        ("kind" = inline(ajet_protocol::forms::EntityKind), Path, description = "What it is."),
        ("id" = uuid::Uuid, Path, description = "The entity's id."),
        ("mode" = inline(Option<ajet_protocol::forms::KillWord>), Query, description = "How: `stop`, the default, or by a `panic` in its own code.")),
    responses(
        (status = 204, description = "The activation is gone; the next command makes a new one."),
        (status = 403, description = "`chaos.enabled` is not set (`forbidden`)."),
        (status = 422, description = "`mode` is neither `stop` nor `panic` (`invalid`).")),
    security(("ops" = [])))]
pub async fn kill(
    State(app): State<App>,
    _: Operator,
    InPath((kind, id)): InPath<(String, String)>,
    InQuery(mode): InQuery<Mode>,
) -> Result<StatusCode, ApiError> {
    let mode = match mode.mode.as_deref() {
        None | Some("stop") => KillMode::Stop,
        Some("panic") => KillMode::Panic,
        Some(_) => return Err(ApiError::field("mode", "bad_format", "must be stop or panic")),
    };
    app.ops.kill(named(&app, &kind, &id)?, mode).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn named(app: &App, kind: &str, id: &str) -> Result<EntityRef, ApiError> {
    let id: Uuid = id.parse().map_err(|_| ApiError::not_found())?;
    app.ops.entity(kind, id).ok_or_else(ApiError::not_found)
}

impl From<OpsError> for ApiError {
    fn from(error: OpsError) -> Self {
        match error {
            OpsError::NotThere => Self::not_found(),
            OpsError::Silent => Self::new(Code::Unavailable, "The node does not answer."),
            OpsError::NotEnabled => Self::new(Code::Forbidden, "Set chaos.enabled to allow this."),
            OpsError::CannotPublish => {
                Self::new(Code::Unavailable, "This node can't publish just now; the event stays parked.")
            }
            OpsError::Store(error) => error.into(),
        }
    }
}

/// The operators' live page, or the form that asks for their token.
pub async fn page(State(app): State<App>, Shown(shown): Shown) -> Result<Page, PageError> {
    match shown {
        Ok(_) => Ok(Page(ajet_web::ops::show(&app.ops.report().await, app.ops.allows_chaos()))),
        Err(error) if error.code == Code::Unauthenticated => Ok(Page(ajet_web::ops::sign_in(None))),
        Err(error) => Err(error.into()),
    }
}

/// The part of the page that renews itself.
pub async fn live(State(app): State<App>, _: Operator) -> Page {
    Page(ajet_web::ops::live(&app.ops.report().await, app.ops.allows_chaos()))
}

/// What the form sends.
#[derive(Deserialize)]
pub struct SignIn {
    token: String,
}

/// Who fills in the form: from our own page, where there is a surface for operators.
pub struct Asking {
    token: SecretString,
    address: Address,
}

impl FromRequestParts<App> for Asking {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        same_origin(parts, app)?;
        let token = token_for(parts, app).ok_or_else(ApiError::not_found)?.clone();
        Ok(Self { token, address: Address(address_of(parts, app)) })
    }
}

/// Keeps a proof of the token in a cookie that only our own pages can use.
pub async fn sign_in(
    State(app): State<App>,
    Asking { token, address }: Asking,
    Filled(form): Filled<SignIn>,
) -> Result<Response, PageError> {
    if !is_token(form.token.trim(), &token) {
        let refusal = ApiError::new(Code::Unauthenticated, "That is not the operators' token.");
        let refusal = address.failed(&app, refusal);
        if refusal.code == Code::RateLimited {
            return Err(refusal.into());
        }
        let again = ajet_web::ops::sign_in(Some("That is not the operators' token."));
        return Ok((StatusCode::UNAUTHORIZED, Page(again)).into_response());
    }
    let (name, secure) = (cookie(&app), if is_over_tls(&app) { "; Secure" } else { "" });
    let kept = kept(&token, app.now().plus_seconds(KEPT_SECONDS));
    let given =
        format!("{name}={kept}; Path=/ops; HttpOnly; SameSite=Strict; Max-Age={KEPT_SECONDS}{secure}");
    let given = HeaderValue::from_str(&given).map_err(|_| ApiError::not_found())?;
    let mut response = Redirect::to("/ops").into_response();
    response.headers_mut().insert(header::SET_COOKIE, given);
    Ok(response)
}
