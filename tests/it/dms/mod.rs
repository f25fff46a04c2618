//! Direct messages. What any channel does in one is in `channels/direct.rs`.

mod blocked;
mod hidden;
mod live;
mod name;
pub mod open;
