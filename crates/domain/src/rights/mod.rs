//! The rule of rights: what a person may do, see and hear in a community.
//!
//! Writes, reads, search and live delivery all ask [`standing`] or what follows from it ([`hears`], [`seen_channels`]); there is no
//! second rule beside it. It is pure: what it is asked about is loaded and remembered elsewhere.

mod known;
mod rule;
#[cfg(test)]
mod tests;

pub use known::{ChannelRights, CommunityRights, MemberRights};
pub use rule::{hears, seen_channels, standing};
