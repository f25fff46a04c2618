//! What a request says of its body: media type, charset and encoding, all without regard to case (RFC 9110, section 8).
//!
//! A body that is not what its handler reads is refused before it is read, and the refusal says which of the three it is.

use ajet_protocol::Code;
use axum::http::{HeaderMap, header};

use super::error::ApiError;

/// The media type of a body in lower case, without its parameters; empty where none is given.
pub fn essence(headers: &HeaderMap) -> String {
    content_type(headers).split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Refuses text in another charset than UTF-8, of which ASCII is a part: read as UTF-8 it would say something else.
pub fn in_utf8(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut quoted = false;
    let parts = content_type(headers).split(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    let mut charsets = parts.skip(1).filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    let known = ["", "utf-8", "utf8", "us-ascii"];
    let is_known = |charset: &str| known.iter().any(|one| charset.eq_ignore_ascii_case(one));
    if charsets.all(is_known) {
        return Ok(());
    }
    Err(ApiError::new(Code::UnsupportedMediaType, "The body's charset is not supported: send UTF-8."))
}

/// Refuses a compressed body, or one that is encoded otherwise: nothing here decodes it.
pub fn unencoded(headers: &HeaderMap) -> Result<(), ApiError> {
    let plain = |coding: &str| coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    let mut lines = headers.get_all(header::CONTENT_ENCODING).into_iter();
    let is_plain = lines
        .all(|line| line.to_str().is_ok_and(|codings| codings.split(',').all(|coding| plain(coding.trim()))));
    if is_plain {
        return Ok(());
    }
    let text = "The body's Content-Encoding is not supported: send the body as it is, not compressed.";
    Err(ApiError::new(Code::UnsupportedMediaType, text))
}

/// The `Content-Type` header; empty if absent.
pub fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn one(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn charsets_other_than_utf_8_are_refused() {
        for good in [
            "",
            "application/json",
            "application/json; charset=utf-8",
            "application/json;CHARSET=UTF-8; x=y",
            "application/json; charset=\"Utf-8\"",
            "application/json; charset = us-ascii",
            "application/json; note=\"a; charset=latin1\"",
            "application/json; charset",
        ] {
            assert!(in_utf8(&one(header::CONTENT_TYPE, good)).is_ok(), "{good}");
        }
        for bad in [
            "application/json; charset=iso-8859-1",
            "application/json; x=y; Charset=\"UTF-16\"",
            "application/json; charset=utf-8; charset=latin1",
        ] {
            let refused = in_utf8(&one(header::CONTENT_TYPE, bad)).expect_err("refused");
            assert!(refused.detail.contains("charset"), "{bad}: {}", refused.detail);
        }
        assert_eq!(essence(&one(header::CONTENT_TYPE, " Application/JSON ; charset=x")), "application/json");
    }

    #[test]
    fn an_encoded_body_is_refused() {
        for good in ["", "identity", "Identity, identity"] {
            assert!(unencoded(&one(header::CONTENT_ENCODING, good)).is_ok(), "{good}");
        }
        assert!(unencoded(&HeaderMap::new()).is_ok());
        for bad in ["gzip", "GZIP", "identity, br", "x"] {
            let refused = unencoded(&one(header::CONTENT_ENCODING, bad)).expect_err("refused");
            assert!(refused.detail.contains("Content-Encoding"), "{bad}: {}", refused.detail);
        }
    }
}
