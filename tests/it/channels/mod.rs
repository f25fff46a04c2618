//! Channels.

mod arrival;
mod create;
mod direct;
mod get;
mod list;
mod mark_read;
mod mute;
mod reads;
mod update;
