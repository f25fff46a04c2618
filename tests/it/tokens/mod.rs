//! API tokens of bots.

mod create;
mod list;
mod revoke;
