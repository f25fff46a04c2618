//! The tables that a community's append may touch: a file for each, with its CTEs and the rows of its changes.
//!
//! The CTEs run in this order. A new table takes its file here and a line in [`TABLES`].

mod audit;
mod bans;
mod channel_members;
mod channels;
mod invites;
mod members;
mod mutations;
mod webhooks;

use super::table::Table;

/// All of them.
pub const TABLES: &[Table] = &[
    members::TABLE,
    channels::TABLE,
    channel_members::TABLE,
    invites::TABLE,
    webhooks::TABLE,
    bans::TABLE,
    mutations::TABLE,
    audit::TABLE,
];
