//! The device authorization grant (RFC 8628) as devices use it; the page on which a person decides is in `src/http/web/device.rs`.
//!
//! What a device got wrong is said in OAuth's own words (RFC 6749, section 5.2), with 400; what else fails too, as `src/http/oauth_words.rs`
//! translates it.

use ajet_protocol::{
    Code, DEVICE_GRANT, DeviceError, DeviceRefusal, DeviceSignIn, DeviceToken, PollDeviceSignIn,
    StartDeviceSignIn,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::error::ApiError;
use crate::http::extract::device::Device;
use crate::http::extract::form::Filled;
use crate::http::extract::peer::Address;
use crate::http::state::App;
use crate::usecases::device_sign_in::{self, NoSession};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(begin)).routes(routes!(token))
}

/// Starts a sign-in on a device without a browser (RFC 8628).
///
/// The device shows `user_code` and the address of the page, and polls `auth.device_token` until somebody who is signed in has decided there.
/// Both codes are over after ten minutes.
#[utoipa::path(post, path = "/auth/device", operation_id = "auth.device", tag = "sign-in",
    request_body(content = StartDeviceSignIn, content_type = "application/x-www-form-urlencoded", description = "Which program asks."),
    responses(
        (status = 200, description = "The device's code, and what it shows to its user.", body = DeviceSignIn),
        (status = 400, description = "The form can't be read, or its `client_id` can be none (`invalid_request`).", body = DeviceRefusal),
        (status = 429, description = "Too many sign-ins of devices were started from this network (`slow_down`).")))]
pub async fn begin(
    State(app): State<App>,
    address: Address,
    device: Device,
    form: Result<Filled<StartDeviceSignIn>, ApiError>,
) -> Result<Json<DeviceSignIn>, OAuthError> {
    app.settings.device_starts.count(address.0)?;
    let Filled(StartDeviceSignIn { client_id }) = form?;
    Ok(device_sign_in::begin(&app.context, &client_id, device.0.as_deref()).await.map(Json)?)
}

/// The form of a poll, of which each field may be missing.
#[derive(Deserialize)]
pub struct TokenForm {
    grant_type: Option<String>,
    device_code: Option<String>,
    client_id: Option<String>,
}

/// Gives a device its session, once somebody has approved it (RFC 8628).
///
/// Until then it is answered `authorization_pending`, or `slow_down` where it did not wait for its interval. Of many polls at once one is given
/// the token. It is that of a session of the person as any other: `sessions.list` lists it by the device's name.
#[utoipa::path(post, path = "/auth/device/token", operation_id = "auth.device_token", tag = "sign-in",
    request_body(content = PollDeviceSignIn, content_type = "application/x-www-form-urlencoded", description = "The device's code."),
    responses(
        (status = 200, description = "Somebody approved: the session's token.", body = DeviceToken),
        (status = 400, description = "There is no token, for the reason in `error`.", body = DeviceRefusal),
        (status = 429, description = "Too many codes that were wrong came from this network (`slow_down`).")))]
pub async fn token(
    State(app): State<App>,
    address: Address,
    form: Result<Filled<TokenForm>, ApiError>,
) -> Result<Json<DeviceToken>, OAuthError> {
    let (device_code, client_id) = asked(form?.0)?;
    let _turn = address.turn(&app).await;
    match device_sign_in::poll(&app.context, &device_code, &client_id).await {
        Ok(access_token) => Ok(Json(DeviceToken { access_token, token_type: "Bearer".to_owned() })),
        Err(NoSession::Refused(DeviceError::InvalidGrant)) => Err(counted(&app, &address)),
        Err(refused) => Err(refused.into()),
    }
}

/// The codes of a poll; what is sent without a value counts as left out (RFC 6749, section 3.2).
fn asked(form: TokenForm) -> Result<(String, String), DeviceError> {
    let given = |field: Option<String>| field.filter(|value| !value.is_empty());
    let grant_type = given(form.grant_type).ok_or(DeviceError::InvalidRequest)?;
    if grant_type != DEVICE_GRANT {
        return Err(DeviceError::UnsupportedGrantType);
    }
    given(form.device_code).zip(given(form.client_id)).ok_or(DeviceError::InvalidRequest)
}

/// A code that is none counts against the address that it came from.
fn counted(app: &App, address: &Address) -> OAuthError {
    let told = address.failed(app, ApiError::not_found());
    if told.code == Code::RateLimited {
        return OAuthError(NoSession::Failed(told));
    }
    DeviceError::InvalidGrant.into()
}

/// A refusal as devices read it.
pub struct OAuthError(NoSession);

impl From<NoSession> for OAuthError {
    fn from(refused: NoSession) -> Self {
        Self(refused)
    }
}

impl From<DeviceError> for OAuthError {
    fn from(error: DeviceError) -> Self {
        Self(NoSession::Refused(error))
    }
}

/// A form that can't be read.
impl From<ApiError> for OAuthError {
    fn from(error: ApiError) -> Self {
        match error.code {
            Code::Malformed | Code::Invalid | Code::UnsupportedMediaType => {
                DeviceError::InvalidRequest.into()
            }
            _ => Self(NoSession::Failed(error)),
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        match self.0 {
            NoSession::Refused(error) => {
                (StatusCode::BAD_REQUEST, Json(DeviceRefusal { error })).into_response()
            }
            NoSession::Failed(error) => error.into_response(),
        }
    }
}
