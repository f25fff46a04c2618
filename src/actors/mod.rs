//! Living state: every change of a channel or community, and every live stream, happens in an actor here.
//!
//! ```text
//!   node
//!   ├── host<Channel> supervisor ── channel activations      (made on the first command, passivated when idle)
//!   ├── host<Community> supervisor ── community activations
//!   ├── feeds supervisor ── one feed per subject somebody here listens to
//!   ├── sessions supervisor ── one session actor per session with a live connection
//!   └── publisher · watermark                                 (tasks: they hold nothing that can't be read again)
//! ```
//!
//! Asks point one way: handle → entity → journal; feed → session. No actor waits for another one's answer.

pub mod channel;
pub mod community;
pub mod feed;
pub mod node;
pub mod publisher;
pub mod runtime;
pub mod session;
mod universe;

pub use node::Node;
