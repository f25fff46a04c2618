//! What is done to members: muted, banned, and let in again.

mod mute;
mod unban;
