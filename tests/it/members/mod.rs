//! What is done to members: muted, banned, and let in again.

mod ban;
mod mute;
mod unban;
