//! Invites.

mod accept;
mod create;
mod list;
mod preview;
mod race;
mod revoke;
