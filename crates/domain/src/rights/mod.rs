//! The rule of rights: what a person may do, see and hear in a community.
//!
//! Writes, reads, search and live delivery all ask [`standing`] or what follows from it ([`hears`], [`seen_channels`]); there is no
//! second rule beside it. It is pure: what it is asked about is loaded and remembered elsewhere. `docs/permissions.md` shows it to people
//! and is written from this code.

#[cfg(test)]
mod docs_tests;
mod known;
mod rank;
mod rule;
#[cfg(test)]
mod tests;

pub use known::{ChannelRights, CommunityRights, MemberRights, Overwrite, RoleRights, Target};
pub use rank::Rank;
pub use rule::{hears, is_known_to_all, may_be_seen_unjoined, seen_channels, standing};
