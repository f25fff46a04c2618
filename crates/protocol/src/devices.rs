//! Signing in on a device without a browser: the device authorization grant of OAuth 2.0 (RFC 8628).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Code;

/// The grant type of a device, in the words of RFC 8628.
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A program that asks for a sign-in: the form of `POST /auth/device`. Other fields are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartDeviceSignIn {
    /// What the program calls itself: 1 to 64 printable ASCII characters. It need not be registered.
    pub client_id: String,
}

/// A sign-in that waits for a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceSignIn {
    /// The device's own secret, with which it asks for its token.
    pub device_code: String,
    /// What the person types, as it is to be shown: `XXXX-XXXX`.
    pub user_code: String,
    /// The page on which the person does so.
    pub verification_uri: String,
    /// The same page with the code filled in, for a link or a QR code. It approves nothing by itself.
    pub verification_uri_complete: String,
    /// Seconds after which both codes are over.
    pub expires_in: u64,
    /// Seconds to wait between two polls.
    pub interval: u64,
}

/// Without the codes.
impl std::fmt::Debug for DeviceSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceSignIn").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// A device that asks for its token: the form of `POST /auth/device/token`. Other fields are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollDeviceSignIn {
    /// `urn:ietf:params:oauth:grant-type:device_code`
    pub grant_type: String,
    /// The secret that the device was given.
    pub device_code: String,
    /// The same as at the start.
    pub client_id: String,
}

/// Without the code.
impl std::fmt::Debug for PollDeviceSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PollDeviceSignIn").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The session of a device that somebody approved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceToken {
    /// The session's token, for `Authorization: Bearer`.
    pub access_token: String,
    /// `Bearer`
    pub token_type: String,
}

/// Without the token.
impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceToken").field("token_type", &self.token_type).finish_non_exhaustive()
    }
}

/// Why a device gets no token, as OAuth says it (RFC 6749, sections 4.1.2.1 and 5.2): no problem document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceRefusal {
    /// The reason.
    pub error: DeviceError,
}

/// The reasons, in the words of RFC 8628 and RFC 6749.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceError {
    /// The person has not decided yet.
    AuthorizationPending,
    /// With 400, the same, and this poll came too soon: the interval is 5 seconds longer from now on. With 429, too many requests came from this
    /// network.
    SlowDown,
    /// The time is over: start anew.
    ExpiredToken,
    /// The person said no, or their account is out of use.
    AccessDenied,
    /// There is no such code, it was given to another program, or its token was taken already.
    InvalidGrant,
    /// A field is missing, is there twice, or can't be read, or the form is too large.
    InvalidRequest,
    /// Another grant type than that of devices.
    UnsupportedGrantType,
    /// Try again after `Retry-After`.
    TemporarilyUnavailable,
    /// The server's fault.
    ServerError,
}

impl DeviceError {
    /// How a failure is said that others are told of by a code.
    #[must_use]
    pub fn of(code: Code) -> Self {
        match code.status() {
            429 => Self::SlowDown,
            503 => Self::TemporarilyUnavailable,
            500.. => Self::ServerError,
            _ => Self::InvalidRequest,
        }
    }

    /// As it travels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::AccessDenied => "access_denied",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_travel_in_the_words_of_the_rfc() {
        for error in [
            DeviceError::AuthorizationPending,
            DeviceError::SlowDown,
            DeviceError::ExpiredToken,
            DeviceError::AccessDenied,
            DeviceError::InvalidGrant,
            DeviceError::InvalidRequest,
            DeviceError::UnsupportedGrantType,
            DeviceError::TemporarilyUnavailable,
            DeviceError::ServerError,
        ] {
            let said = serde_json::to_value(DeviceRefusal { error }).expect("JSON");
            assert_eq!(said, serde_json::json!({ "error": error.as_str() }));
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let started = DeviceSignIn {
            device_code: "canary".into(),
            user_code: "canary".into(),
            verification_uri: String::new(),
            verification_uri_complete: "canary".into(),
            expires_in: 1,
            interval: 1,
        };
        let poll = PollDeviceSignIn {
            grant_type: DEVICE_GRANT.into(),
            device_code: "canary".into(),
            client_id: "x".into(),
        };
        let token = DeviceToken { access_token: "canary".into(), token_type: "Bearer".into() };
        let shown = format!("{started:?} {poll:?} {token:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
