//! Notifications: what people are told of, how they list it, and how they read it.

mod list;
mod read;
pub mod told;
