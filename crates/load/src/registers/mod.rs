//! Registers: what has one value at a time, such as a channel's name, whether a person is muted, or whether they hold a role.
//!
//! People write them all the time under load, each step at another node. Each register has a single writer, who waits for one outcome
//! before the next write: so the history tells which values may stand in the end. Some registers are rights; while one is taken away,
//! what it allowed is tried all the same. Nothing is decided here: the checker decides.
//!
//! | who | what they write |
//! | --- | --- |
//! | the arranger | names and topics of rooms, names and order of categories, whether a room is read-only, custom roles |
//! | the builder | channels that are there for a moment, with a few messages |
//! | the owner and a ward | whether the ward holds a role, sees a channel, is muted |
//! | a friend | their own display name and settings of a channel, and how far they have read the book; and direct messages, which others try to read |
//! | the keeper | tokens of a bot, which listen and post, and are revoked |
//! | a talker (`talk`) | their reactions, votes and draft, the text of their topics, and messages to be sent later |
//! | the speaker | messages on the wire, which an outgoing webhook tells this program of |
//! | the pinner (`talk`) | what is pinned to rooms |

mod arranger;
mod asked;
mod book;
mod builder;
mod friend;
mod keeper;
mod register;
mod standing;
mod talk;
mod town;
mod ward;
mod wire;
mod work;

pub use register::{ARCHIVED, HELD, MUTED, PINNED, REACTED, Register, SILENCED, VIEW};
pub use standing::{ask_for_the_gone, stands};
pub use talk::all_sent;
pub use town::Town;
pub use work::begin;
