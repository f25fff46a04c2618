//! Who is online, and who is typing: what is told at once or once a minute, and never stored.

mod diff;
mod heartbeat;
mod list;
mod pace;
mod typing;
