//! The key under which a form with a file makes something: a field of the form, or the header.

use ajet_protocol::Code;
use axum::http::HeaderMap;
use uuid::Uuid;

use super::idempotency_key;
use super::upload::Upload;
use crate::http::error::ApiError;
use crate::usecases::GivenKey;

/// The field of a form that holds its key.
const FIELD: &str = "client_mutation_id";

/// Takes the key out of a form that makes something in `scope`. Under it, another request is one with another scope, file, or field.
///
/// # Errors
/// 422 of a text that can be no key.
pub async fn upload_key(scope: Uuid, headers: &HeaderMap, upload: &mut Upload) -> Result<GivenKey, ApiError> {
    let given = upload.fields.remove(FIELD);
    let Some(text) = idempotency_key(given.as_deref(), headers)? else { return Ok(GivenKey::Fresh) };
    let fields = upload.fields.clone();
    let file = upload.file.as_ref().map(|file| (file.name.clone(), file.bytes.clone()));
    // The digest of a large file takes some milliseconds.
    let digested = tokio::task::spawn_blocking(move || {
        let fields = fields.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        let file = file.iter().flat_map(|(name, bytes)| [name.as_bytes(), &bytes[..]]);
        let parts: Vec<&[u8]> =
            std::iter::once(scope.as_bytes().as_slice()).chain(fields).chain(file).collect();
        GivenKey::given(text, &parts)
    });
    digested.await.map_err(|_| {
        ApiError::new(Code::Internal, "The form could not be read; the trace id finds it in our log.")
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::{FromRequest, Request};

    use super::*;

    /// A form with a file and these fields.
    async fn upload(fields: &[(&str, &str)]) -> Upload {
        let part = |name: &str, more: &str, value: &str| {
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
        };
        let fields: String = fields.iter().map(|(name, value)| part(name, "", value)).collect();
        let body = format!("{}{fields}--x--\r\n", part("file", "; filename=\"a.png\"", "abc"));
        let request = Request::builder().header("content-type", "multipart/form-data; boundary=x");
        let request = request.body(Body::from(body)).expect("a request");
        Upload::from_request(request, &()).await.expect("a form")
    }

    #[tokio::test]
    async fn a_field_or_the_header_holds_the_key() {
        let scope = Uuid::nil();
        let mut headers = HeaderMap::new();
        let none = upload_key(scope, &headers, &mut upload(&[("alt", "A cat")]).await).await;
        assert_eq!(none.ok(), Some(GivenKey::Fresh));
        let mut form = upload(&[("alt", "A cat"), (FIELD, "k")]).await;
        let by_field = upload_key(scope, &headers, &mut form).await.expect("a key");
        assert!(!form.fields.contains_key(FIELD), "it is no field of the request");
        headers.insert("idempotency-key", "k".parse().expect("a value"));
        let by_header = upload_key(scope, &headers, &mut upload(&[("alt", "A cat")]).await).await;
        assert_eq!(by_header.expect("a key"), by_field, "the same request");
        for (scope, alt) in [(scope, "A dog"), (Uuid::from_u128(1), "A cat")] {
            let other = upload_key(scope, &headers, &mut upload(&[("alt", alt)]).await).await;
            assert_ne!(other.expect("a key"), by_field, "{scope} {alt}");
        }
        let mut long = upload(&[(FIELD, &"x".repeat(65))]).await;
        assert!(upload_key(scope, &headers, &mut long).await.is_err());
    }
}
