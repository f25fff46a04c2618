//! Who is online and who is typing: in memory alone, told from node to node, never stored (I10).
//!
//! ```text
//!   open streams ─┐
//!   heartbeats ───┴▶ Online: the people here, and of each peer those it told of ──▶ GET …/presence
//!                      │  ▲                       │
//!        gossip.rs ────┴──┘ cluster.presence      └─ once a minute, who moved ──▶ diffs.rs ─▶ the streams concerned
//!
//!   POST …/typing ──▶ Typists: who types, and until when ──▶ typing.start, typing.stop: feeds here, chat.typing.… elsewhere
//! ```
//!
//! - **Online** is who has an open stream on any node, or sent a heartbeat within two minutes (`presence.away_s`); who leaves stays
//!   online for as long, so that a reconnect is no change. Each node says once a second who came and went at it, and every 30 s who
//!   is there. What a peer told holds until two minutes after its last word: so people stay online over the crash of their node.
//! - **Who is online is known** once each of the other nodes has told who is with it, and a moment after the start, as people come back.
//!   The notifier asks for it before it passes over those who are not online; lists and streams show what is known.
//! - **Invisible** people are as online as others here; they are left out where somebody is told, by what the database says then.
//! - **Who is told** is judged when it is told, by the rights of both sides at that moment: in `src/actors/session` for streams, in the
//!   use case for `GET`. Nothing here knows who may know of whom.
//! - **No heartbeat and no stream** asks the database or another node for anything. Where no one moved, a minute costs nothing.
//!
//! All of it is bounded in number; what does not fit is counted and left out.

mod diffs;
mod frame;
mod gossip;
mod hub;
mod online;
mod peers;
mod typing;
mod typists;

pub use hub::{Here, Presence, PresenceParts};
pub use typing::TypingIn;
