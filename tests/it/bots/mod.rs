//! Bots of a community.

mod avatar;
mod create;
mod delete;
mod list;
mod part;
mod stream;
