//! What the client knows and shows. It is data: it changes in [`crate::update`] alone, and is drawn by [`crate::view`].
//!
//! All of it is bounded: the numbers stand beside what they bound.

pub mod app;
pub mod composer;
pub mod outbox;
pub mod overlay;
pub mod people;
pub mod places;
pub mod timeline;
pub mod timers;

#[cfg(test)]
mod outbox_tests;
#[cfg(test)]
mod timeline_tests;

pub use app::{Command, Link, Notice, OpenThread, Pane, State};
