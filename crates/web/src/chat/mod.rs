//! The chat page and its parts: pure functions, one module for each component.
//!
//! What is the same for all readers (a message, a channel) is one fragment for the page and for the live stream; what differs by reader is
//! told by data attributes, and the page's scripts put it in (`assets/js/rows.js`). A class `c-<component>` names what a thing is.

mod attachments;
mod avatar;
pub mod card;
mod composer;
mod dialogs;
pub mod inbox;
mod list;
pub mod live;
pub mod message;
pub mod page;
pub mod pane;
pub mod people;
pub mod pins;
mod polls;
mod previews;
mod reactions;
pub mod saved;
pub mod scheduled;
pub mod search;
mod sidebar;
pub mod switcher;
#[cfg(test)]
mod tests;
pub mod thread;

pub use crate::strings::words;
pub use composer::preview;
pub use list::rows;
pub use page::{Chat, Sides, show};
pub use sidebar::sidebar;
