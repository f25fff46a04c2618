//! Followers: tasks that act on what is committed, by the log or by rows of work, and hold nothing that can't be read from these again.
//!
//! ```text
//!   entities ── outbox ──▶ publisher ──▶ JetStream ──▶ marks in the store
//!                 ▲
//!   log ── sweep ─┘                  what was committed and left at that
//!   log ── watermark ──▶ cursor of the feeds
//!   due rows ── notifier ──▶ people's entities
//!   count of new words ── words ──▶ the index of words
//! ```
//!
//! Followers know the actors; the actors do not know them: entities put events into their [outbox](crate::actors::outbox),
//! feeds read a cursor that the watermark moves on, and the notifier asks entities as any caller does. A follower may do a thing
//! twice, and never skips one. The composition root starts each of them; they run until the node ends, the notifier until it has
//! left the others.

mod dm_people;
pub mod notifier;
pub mod publisher;
pub mod sweep;
pub mod watermark;
mod window;
pub mod words;
