//! The tables that an append may touch: a file for each, with its CTEs and the rows of its changes.
//!
//! The CTEs stand in this order. A new table takes its file here and a line in [`TABLES`].

mod api_tokens;
mod attachments;
mod audit;
mod bans;
mod blocks;
mod bots;
mod channel_categories;
mod channel_members;
mod channel_overwrites;
mod channel_preferences;
mod channels;
mod commands;
mod communities;
mod community_preferences;
mod deliveries;
mod direct_messages;
mod drafts;
mod due_notices;
mod emoji;
mod invites;
mod invocations;
mod job_requests;
mod member_roles;
mod members;
mod message_mentions;
mod message_previews;
mod message_search;
mod messages;
mod mutations;
mod notifications;
mod outgoing_webhooks;
mod pins;
mod poll_votes;
mod reactions;
mod read_markers;
mod reminders;
mod roles;
mod saved_messages;
mod scheduled_messages;
mod system_audit;
mod system_settings;
mod thread_followers;
mod users;
mod webhooks;

pub use communities::NAME as COMMUNITIES;
pub use due_notices::leaves_due;
pub use job_requests::asks_for_a_job;
pub use message_search::bytes_of_new_words;
pub use messages::shown_author;
use webhooks::hex;

use super::table::Table;

/// All of them.
pub const TABLES: &[Table] = &[
    messages::TABLE,
    message_mentions::TABLE,
    system_settings::TABLE,
    communities::TABLE,
    members::TABLE,
    channel_categories::TABLE,
    channels::TABLE,
    direct_messages::TABLE,
    channel_members::TABLE,
    invites::TABLE,
    webhooks::TABLE,
    bans::TABLE,
    roles::TABLE,
    member_roles::TABLE,
    channel_overwrites::TABLE,
    read_markers::TABLE,
    channel_preferences::TABLE,
    community_preferences::TABLE,
    mutations::TABLE,
    audit::TABLE,
    system_audit::TABLE,
    reactions::TABLE,
    attachments::TABLE,
    pins::TABLE,
    poll_votes::TABLE,
    notifications::TABLE,
    due_notices::TABLE,
    users::TABLE,
    blocks::TABLE,
    drafts::TABLE,
    saved_messages::TABLE,
    scheduled_messages::TABLE,
    job_requests::TABLE,
    emoji::TABLE,
    message_previews::TABLE,
    thread_followers::TABLE,
    bots::TABLE,
    api_tokens::TABLE,
    outgoing_webhooks::TABLE,
    deliveries::TABLE,
    message_search::TABLE,
    commands::TABLE,
    invocations::TABLE,
    reminders::TABLE,
];
