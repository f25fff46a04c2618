//! Texts with a NUL, which PostgreSQL holds none of: what a request names by one in its path is not there, and no field of a query or a form may
//! hold one. JSON is not looked at here: its fields have rules of their own.

use axum::http::Uri;

use crate::http::error::ApiError;

/// How addresses and forms write a NUL: it has no other form, since `00` has no letters.
const ENCODED: &[u8] = b"%00";

/// Passes addresses that hold none, in their paths or queries, whatever route they lead to.
///
/// # Errors
/// 404, 422
pub fn refuse_nul(uri: &Uri) -> Result<(), ApiError> {
    if holds_nul(uri.path().as_bytes()) {
        return Err(ApiError::not_found());
    }
    no_nul(uri.query().unwrap_or_default().as_bytes())
}

/// Passes the fields of a query or a form of which none holds a NUL.
///
/// # Errors
/// 422 that names the field
pub fn no_nul(fields: &[u8]) -> Result<(), ApiError> {
    if !holds_nul(fields) {
        return Ok(());
    }
    let mut pairs = url::form_urlencoded::parse(fields);
    let found = pairs.find(|(name, value)| name.contains('\0') || value.contains('\0'));
    let name = found.map(|(name, _)| name.replace('\0', "")).filter(|name| !name.is_empty());
    Err(ApiError::field(name.as_deref().unwrap_or("query"), "bad_format", "may not hold a NUL"))
}

fn holds_nul(encoded: &[u8]) -> bool {
    encoded.contains(&0) || encoded.windows(ENCODED.len()).any(|part| part == ENCODED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_nul_is_named() {
        for good in ["", "a=b&c=", "a=%2500", "a=%30%30", "a=0%010"] {
            assert!(no_nul(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in ["a=%00", "x=y&a=b%00c", "a%00=b", "a=\0", "a=%%00"] {
            let refused = no_nul(bad.as_bytes()).expect_err(bad);
            assert_eq!(refused.errors[0].field, "a", "{bad}");
        }
    }
}
