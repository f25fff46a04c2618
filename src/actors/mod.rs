//! Living state: every change of a channel, community or person, and every live stream, happens in an actor here. Only the founding
//! of a community or a direct message takes none ([`Node::found`], [`Node::found_dm`]): its stream begins with it.
//!
//! ```text
//!   node
//!   ├── host<Channel> supervisor ── channel activations      (made on the first command, passivated when idle)
//!   ├── host<Community> supervisor ── community activations
//!   ├── host<Person> supervisor ── person activations
//!   ├── feeds supervisor ── one feed per community somebody here listens to, and one for what concerns people alone
//!   └── sessions supervisor ── one session actor per session with a live connection, and for a minute after
//! ```
//!
//! Asks point one way: host → entity → journal; session → feed. No actor waits for another one's answer. What consumes the
//! event log is not here but in [followers](crate::followers), which take what entities committed out of the outbox.

pub mod channel;
pub mod community;
mod facts;
pub mod feed;
mod founding;
mod founding_dm;
pub mod hosts;
pub mod node;
pub mod outbox;
pub mod person;
pub mod runtime;
pub mod services;
pub mod session;
mod settle;
pub mod universe;

pub use hosts::Kin;
pub use node::{Node, NodeParts};
