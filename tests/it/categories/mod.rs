//! Categories of channels.

mod create;
mod delete;
mod list;
mod order;
mod update;
