//! The grammar of slash commands: what a text such as `/mute @ann 10m` asks for, or what is wrong with it.
//!
//! ```text
//!   text ─ words ─▶ name ─ table ─▶ Spec (usage, arguments, what it takes) ─ parse ─▶ Command, with people and channels as they were typed
//! ```
//!
//! Nothing here knows who types it or what there is: names are looked up, and rights judged, by the use cases that carry a command out. A name
//! that is not in the table may be that of a community's own command.

mod arguments;
mod command;
mod duration;
mod misuse;
mod parse;
mod reference;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use command::{Command, Typed};
pub use duration::in_words;
pub use misuse::Misuse;
pub use parse::parse;
pub use reference::{ChannelRef, PersonRef};
pub use table::{Argument, SPECS, Spec, Takes, is_own};
