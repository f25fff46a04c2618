//! The people of a community: listed, changed, muted, kicked, banned, and let in again; and how they leave.

mod ban;
mod kick;
mod leave;
mod list;
mod mute;
mod unban;
mod update;
