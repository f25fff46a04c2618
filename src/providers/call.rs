//! Requests to providers: JSON in answer, no redirect, an end in time and in bytes.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::ProviderError;
use crate::outgoing::{Call, Fetched, Limits, Outgoing};

/// For each time that a provider is asked; all of them together have a limit as well.
const LIMITS: Limits = Limits { bytes: 256 << 10, within: Duration::from_secs(4), redirects: 0 };

/// Asks providers; cheap to clone.
#[derive(Clone)]
pub struct ProviderCalls(Outgoing);

impl ProviderCalls {
    pub fn new(outgoing: Outgoing) -> Self {
        Self(outgoing)
    }

    /// Whether an address may be asked, as far as can be told without looking its name up.
    pub fn may_ask(&self, url: &Url) -> bool {
        self.0.refuses(url).is_ok()
    }

    /// What stands at an address, for whom a token speaks if there is one.
    pub async fn get<T: DeserializeOwned>(&self, url: &str, token: Option<&str>) -> Result<T, ProviderError> {
        read(&self.got(url, token).await?)
    }

    /// The same, whatever its status.
    pub async fn got(&self, url: &str, token: Option<&str>) -> Result<Fetched, ProviderError> {
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, secret(&format!("Bearer {token}"))?);
        }
        self.asked(url, Method::GET, headers, Bytes::new()).await
    }

    /// What the endpoint of tokens gives for a code: it is asked by a form, with the client's secret in the form or else by `basic`.
    pub async fn token<T: DeserializeOwned>(
        &self,
        url: &str,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<T, ProviderError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some((id, password)) = basic {
            // RFC 6749, section 2.3.1: both are encoded as in a form first.
            let pair = format!("{}:{}", encoded(id), encoded(password));
            headers.insert(AUTHORIZATION, secret(&format!("Basic {}", STANDARD.encode(pair)))?);
        }
        let body = serde_urlencoded::to_string(form)
            .map_err(|_| ProviderError::Unbelievable("what it is told can't be written down"))?;
        let answer = self.asked(url, Method::POST, headers, body.into()).await?;
        if answer.status.is_server_error() {
            return Err(ProviderError::Away(crate::outgoing::OutgoingError::Answer));
        }
        read(&answer)
    }

    async fn asked(
        &self,
        url: &str,
        method: Method,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Fetched, ProviderError> {
        let url = Url::parse(url).map_err(|_| ProviderError::Unbelievable("its address is none"))?;
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(self.0.call(&url, Call { method, headers, body }, LIMITS).await?)
    }
}

/// A header that is not shown where headers are printed.
fn secret(text: &str) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| ProviderError::Unbelievable("it gave a token that no header can hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn read<T: DeserializeOwned>(answer: &Fetched) -> Result<T, ProviderError> {
    if answer.status != StatusCode::OK {
        return Err(ProviderError::Unbelievable("it answers another status than 200"));
    }
    if !answer.whole {
        return Err(ProviderError::Unbelievable("its answer is too long"));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|_| ProviderError::Unbelievable("its answer is not of the form that it has to have"))
}
