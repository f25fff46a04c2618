//! Channels.

mod create;
mod get;
mod list;
mod mark_read;
mod update;
