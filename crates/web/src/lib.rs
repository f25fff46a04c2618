//! Pages and fragments, as pure functions from what is known to HTML. No IO, no framework, no inline script or style.
//!
//! A fragment for the live stream is the same for all its readers: what differs by reader (whose message it is) is told
//! by data attributes, and the page's own script marks it.

pub mod accounts;
pub mod assets;
pub mod chat;
pub mod components;
pub mod device;
pub mod docs;
pub mod fragments;
pub mod home;
mod layout;
pub mod ops;
pub mod sign_in;
#[cfg(test)]
mod tests;

pub use layout::{again, error_page};
