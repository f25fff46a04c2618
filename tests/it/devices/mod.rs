//! Signing in on devices without a browser (RFC 8628): the grant as devices use it, and the page on which people decide.

mod device;
mod ended;
mod grant;
mod guesses;
mod page;
mod refused;
mod tidy;
