//! Where a sign-in leads back to: an address on this site, whatever somebody put into the link.
//!
//! Browsers drop TAB, CR and LF from an address and read `\` as `/`, so `/\t/evil.example` is `//evil.example` to them:
//! another site. Therefore only printable ASCII without `\` is let through; anything else comes percent-encoded. Such a
//! text that starts with one `/` names a path, and can't name a scheme or a host.

use ajet_protocol::limits;

use super::error::ApiError;

/// The start page.
const START: &str = "/";
/// The page that signs a person in.
const SIGN_IN: &str = "/sign-in";
/// The page on which a device is let in.
const DEVICE: &str = "/auth/device";

/// The address that a request has as `return_to`, or else another one.
///
/// # Errors
/// 422 where no sign-in may lead there
pub fn asked<'a>(return_to: Option<&'a str>, otherwise: &'a str) -> Result<&'a str, ApiError> {
    match return_to {
        Some(address) if !may_follow_sign_in(address) => {
            Err(ApiError::field("return_to", "not_ours", "must be a path of this server"))
        }
        given => Ok(given.unwrap_or(otherwise)),
    }
}

/// The asked-for address if a sign-in may lead there, otherwise the start page.
#[must_use]
pub fn or_start(asked: Option<&str>) -> &str {
    asked.filter(|address| may_follow_sign_in(address)).unwrap_or(START)
}

/// The address of the sign-in page that leads back to `address`.
#[must_use]
pub fn through_sign_in(address: Option<&str>) -> String {
    let back = or_start(address);
    if back == START {
        return SIGN_IN.to_owned();
    }
    let query = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
    format!("{SIGN_IN}?{query}")
}

/// The query by which the start of a sign-in at a provider is told where it leads.
#[must_use]
pub fn as_query(address: &str) -> String {
    serde_urlencoded::to_string([("return_to", address)]).unwrap_or_default()
}

/// The address of the page that asks whether an account at a provider is to be linked, and leads on to `address`.
#[must_use]
pub fn through_linking(provider: &str, address: &str) -> String {
    format!("/accounts/link/{provider}?{}", as_query(address))
}

/// Whether a sign-in may lead to an address: to a page of this site that begins nothing by itself. Below `/auth/` another sign-in would
/// begin as if the person had asked for it, but for the page that asks whether a device is let in.
#[must_use]
pub fn may_follow_sign_in(address: &str) -> bool {
    // As a browser reads it: `/x/../auth/` is `/auth/`.
    let read = url::Url::parse("https://ours.invalid").and_then(|base| base.join(address));
    is_on_this_site(address)
        && read.is_ok_and(|url| url.path() == DEVICE || !url.path().starts_with("/auth/"))
}

/// Whether an address leads to a page of this site.
#[must_use]
pub fn is_on_this_site(address: &str) -> bool {
    let mut bytes = address.bytes();
    address.len() <= limits::URL_CHARS
        && bytes.next() == Some(b'/')
        && bytes.next() != Some(b'/')
        && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
#[path = "return_to_tests.rs"]
mod tests;
