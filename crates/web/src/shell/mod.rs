//! The frame of the pages inside: a rail with the communities, a side bar, the main part, and a pane beside it.
//!
//! All parts are pure functions of plain data. On a phone rail and side bar are one drawer, which the header's first button opens; it is a
//! popover, so it needs no script, and Escape and a tap beside it close it. Live events change entries and counts by their ids:
//! `channel-{id}`, `unread-{id}`, `place-{id}`.

mod frame;
mod head;
mod rail;
mod sidebar;
#[cfg(test)]
mod tests;

pub use frame::{DRAWER, Frame};
pub use head::Head;
pub use rail::{Place, rail};
pub use sidebar::{Dm, Entry, Group, Links, Sidebar, dm, entry, links, me, sidebar, unread};
