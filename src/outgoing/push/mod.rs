//! What push services are asked to hand to browsers (RFC 8030): encrypted for the browser, which a push service can't read, and signed, so that it
//! takes a message from this server alone.

mod encrypted;
mod vapid;

pub use encrypted::{AUTH_BYTES, BrowserKeys, MOST_BYTES, PUBLIC_KEY_BYTES, encrypted};
pub use vapid::{PURPOSE, VapidKey};
