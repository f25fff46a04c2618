//! Notifications: what people are told of, how they list it, and how they read it.

mod crowd;
mod kinds;
mod list;
mod matters;
mod read;
pub mod told;
mod wishes;
