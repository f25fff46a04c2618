//! What is done to members: muted, kicked, banned, and let in again; and how they leave.

mod ban;
mod kick;
mod leave;
mod mute;
mod unban;
