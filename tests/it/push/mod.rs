//! `GET|POST|DELETE /api/me/push`, and what browsers are pushed.

mod browser;
mod sealed;
mod sent;
mod subscribed;
