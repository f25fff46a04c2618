//! Invites.

mod accept;
mod create;
mod preview;
