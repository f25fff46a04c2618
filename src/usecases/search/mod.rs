//! Search: messages, channels and people, by what somebody typed.
//!
//! - What is found is only what the reader may see. `sight` tells which channels those are, by the rights of now; the engine finds ids in
//!   these channels alone; and each thing is read afterwards as any read for a person is, behind the fence of their rights.
//! - `engine` is all that knows how messages are found. Another search engine would take its place there, and be given what
//!   `store::indexed` makes of messages.
//! - A person has few searches under way at once: `turns`.
//! - Channels and people are few: they are looked through.

mod channels;
mod engine;
mod find;
mod messages;
mod next;
mod people;
mod sight;
mod turns;

pub use find::find;
