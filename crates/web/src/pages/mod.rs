//! The pages beside the chat: before the sign-in, a person's own settings, those of a community, and those of the system.

pub mod access;
pub mod admin;
pub mod components;
mod inside;
mod picture;
pub mod settings;
pub mod system;

pub use inside::{Inside, News};
