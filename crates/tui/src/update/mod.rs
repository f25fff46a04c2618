//! How the state changes: `update(state, now, message) -> effects`. Nothing here does IO, reads a clock or draws chance; the same messages
//! at the same times lead to the same state and the same effects.

pub mod actions;
pub mod attaching;
pub mod choosing;
pub mod compose;
pub mod dispatch;
pub mod drafts;
pub mod events;
pub mod messages;
pub mod moving;
pub mod notices;
pub mod opening;
pub mod overlays;
pub mod pointing;
pub mod pressed;
pub mod reading;
pub mod replies;
pub mod sending;
pub mod stream;
pub mod timing;

#[cfg(test)]
mod tests;

pub use dispatch::update;
