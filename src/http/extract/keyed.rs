//! Requests that make something, with their idempotency key.

use ajet_protocol::{Creates, shape};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::Value;
use validator::Validate;

use super::body::{json_body, parse};
use crate::http::error::ApiError;
use crate::usecases::GivenKey;

/// A JSON body that has its shape, and the key under which it makes something.
pub struct Keyed<T> {
    pub body: T,
    pub key: GivenKey,
}

impl<T: DeserializeOwned + Validate + Creates, S: Send + Sync> FromRequest<S> for Keyed<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (path, shown) = (request.uri().path().to_owned(), idempotency_key(None, request.headers())?);
        let json = json_body(request, state).await?;
        let body: T = parse(&json)?;
        let given = body.client_mutation_id().map(|key| well_formed(FIELD, key.to_owned())).transpose()?;
        let key = match given.or(shown) {
            Some(text) => GivenKey::given(text, &[path.as_bytes(), &as_written(&json)]),
            None => GivenKey::Fresh,
        };
        Ok(Self { body, key })
    }
}

/// The field of a body that holds its key.
const FIELD: &str = "client_mutation_id";
/// The header that does.
const HEADER: &str = "idempotency-key";
/// What the header may hold, as the API's description shows it: what [`idempotency_key`] takes for printable.
pub const KEY_PATTERN: &str = "^[ -~]+$";

/// The idempotency key of a request: that of its body, or else that of the `Idempotency-Key` header.
///
/// # Errors
/// 422 for a key of another length than 1 to 64 characters, and for a header that is no printable ASCII or is there twice.
pub fn idempotency_key(given: Option<&str>, headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let refused = |code, message| ApiError::field(HEADER, code, message);
    let mut all = headers.get_all(HEADER).into_iter().map(HeaderValue::as_bytes);
    let header = all.next();
    if all.any(|other| Some(other) != header) {
        return Err(refused("duplicate", "is there twice"));
    }
    let is_printable = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if !header.is_none_or(is_printable) {
        return Err(refused("bad_format", "may hold only printable characters of ASCII"));
    }
    let header = header.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    match given {
        Some(key) => well_formed(FIELD, key.to_owned()).map(Some),
        None => header.map(|key| well_formed(HEADER, key)).transpose(),
    }
}

fn well_formed(field: &str, key: String) -> Result<String, ApiError> {
    if shape::idempotency_key(&key).is_err() {
        return Err(ApiError::field(field, "bad_length", "needs 1 to 64 characters"));
    }
    Ok(key)
}

/// A body as its client wrote it, but for the key, nulls, the order of its fields, and its blanks. It is the same in every version of
/// the server, whatever fields that version knows.
fn as_written(json: &[u8]) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(json).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        fields.remove(FIELD);
        // A null field counts as an absent one.
        fields.retain(|_, value| !value.is_null());
    }
    value.sort_all_objects();
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_wrote_is_its_fields_and_values() {
        let one = as_written(br#"{"name":"a","topic":null,"client_mutation_id":"k"}"#);
        assert_eq!(
            one,
            as_written(br#" { "topic" : null, "name" : "a" } "#),
            "neither order, blanks nor key"
        );
        assert_eq!(one, as_written(br#"{"name":"a"}"#), "nor a null");
        assert_ne!(one, as_written(br#"{"name":"b","topic":null}"#));
        let grown = as_written(br#"{"name":"a","topic":null,"new_field":1}"#);
        assert_ne!(one, grown, "a field counts, whether this version knows it or not");
    }

    #[test]
    fn the_key_of_the_body_goes_before_that_of_the_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(idempotency_key(None, &headers).expect("none is fine"), None);
        headers.insert(HEADER, HeaderValue::from_static("header"));
        assert_eq!(idempotency_key(None, &headers).expect("fine").as_deref(), Some("header"));
        assert_eq!(idempotency_key(Some("body"), &headers).expect("fine").as_deref(), Some("body"));
        assert!(idempotency_key(Some(""), &headers).is_err(), "an empty key is none of either");
        headers.append(HEADER, HeaderValue::from_static("other"));
        assert!(idempotency_key(Some("body"), &headers).is_err(), "twice");
    }
}
