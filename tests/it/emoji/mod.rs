//! Custom emoji.

mod create;
mod delete;
mod list;
