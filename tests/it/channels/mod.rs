//! Channels.

mod archive;
mod arrival;
mod create;
mod delete;
mod direct;
mod get;
mod list;
mod mark_read;
mod members;
mod mute;
mod notify;
mod order;
mod reads;
mod slow_mode;
mod update;
