//! Pages and fragments, as pure functions from what is known to HTML. No IO, no framework, no inline script or style.
//!
//! A fragment for the live stream is the same for all its readers: what differs by reader (whose message it is) is told
//! by data attributes, and the page's own script marks it.

pub mod assets;
pub mod chat;
pub mod components;
pub mod docs;
pub mod fragments;
mod layout;
pub mod ops;
pub mod pages;
pub mod shell;
pub mod strings;
#[cfg(test)]
mod tests;
mod times;
pub mod viewer;

pub use layout::{again, error_page};
