//! People as entities: what they look up and append. What they decide is in `ajet_domain::person`.
//!
//! Key: the person's id. One is activated by its first command, and not by a session: those live where their connections are
//! (`actors/session`). A crash loses the queue, and callers ask again: every command may be repeated.

mod entity;

pub use entity::{Person, Persons};
