//! What a mention shows: its sign and the name behind it, in HTML, in a terminal and as plain text alike.

use ajet_protocol::{ChannelId, Mention, MentionType, RoleId, UserId};

use crate::{HIDDEN_CHANNEL, Names, UNKNOWN_ROLE, UNKNOWN_USER};

/// The sign and the name of a mention; a placeholder where these names do not have it.
pub fn shown(mention: Mention, names: &dyn Names) -> (char, &str) {
    let target = mention.target_id;
    match mention.kind {
        MentionType::User => ('@', target.and_then(|id| names.user(UserId(id))).unwrap_or(UNKNOWN_USER)),
        MentionType::Role => ('@', target.and_then(|id| names.role(RoleId(id))).unwrap_or(UNKNOWN_ROLE)),
        MentionType::Channel => {
            ('#', target.and_then(|id| names.channel(ChannelId(id))).unwrap_or(HIDDEN_CHANNEL))
        }
        MentionType::Here => ('@', "here"),
        MentionType::Everyone => ('@', "channel"),
    }
}
