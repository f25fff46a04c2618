//! Which function carries out which operation of the OpenAPI document. A test of the server holds its document against this.

/// Each operation, and the function of [`Client`](crate::Client) for it.
pub const OPERATIONS: &[(&str, &str)] = &[
    ("attachments.add", "upload"),
    ("attachments.delete", "delete_attachment"),
    ("attachments.describe", "describe_attachment"),
    ("attachments.get", "download"),
    ("audit.list", "audit"),
    ("auth.dev", "sign_in"),
    ("auth.logout", "sign_out"),
    ("bans.lift", "unban"),
    ("bans.list", "bans"),
    ("bans.set", "ban"),
    ("blocks.lift", "unblock"),
    ("blocks.list", "blocks"),
    ("blocks.set", "block"),
    ("categories.create", "create_category"),
    ("categories.delete", "delete_category"),
    ("categories.list", "categories"),
    ("categories.order", "order_categories"),
    ("categories.update", "update_category"),
    ("channel_members.add", "add_to_channel"),
    ("channel_members.list", "channel_members"),
    ("channel_members.remove", "remove_from_channel"),
    ("channels.archive", "archive_channel"),
    ("channels.create", "create_channel"),
    ("channels.delete", "delete_channel"),
    ("channels.get", "channel"),
    ("channels.join", "join"),
    ("channels.leave", "leave"),
    ("channels.list", "channels"),
    ("channels.mark_read", "mark_read"),
    ("channels.mute", "mute_channel"),
    ("channels.notify", "notify_channel"),
    ("channels.order", "order_channels"),
    ("channels.slow_mode", "slow_down"),
    ("channels.update", "update_channel"),
    ("communities.create", "create_community"),
    ("communities.delete", "delete_community"),
    ("communities.get", "community"),
    ("communities.list", "communities"),
    ("communities.remove_avatar", "remove_community_avatar"),
    ("communities.set_avatar", "set_community_avatar"),
    ("communities.update", "update_community"),
    ("dms.hide", "hide_dm"),
    ("dms.list", "dms"),
    ("dms.open", "open_dm"),
    ("dms.show", "show_dm"),
    ("drafts.get", "draft"),
    ("drafts.remove", "drop_draft"),
    ("drafts.set", "keep_draft"),
    ("emoji.create", "add_emoji"),
    ("emoji.delete", "delete_emoji"),
    ("emoji.list", "emoji"),
    ("events.stream", "events"),
    ("invites.accept", "accept_invite"),
    ("invites.create", "create_invite"),
    ("invites.list", "invites"),
    ("invites.preview", "invite"),
    ("invites.revoke", "revoke_invite"),
    ("me.get", "me"),
    ("me.remove_avatar", "remove_avatar"),
    ("me.set_avatar", "set_avatar"),
    ("me.sync", "sync"),
    ("me.update", "update_me"),
    ("media.get", "picture"),
    ("members.get", "member"),
    ("members.list", "members"),
    ("members.remove", "remove_member"),
    ("members.remove_avatar", "remove_member_avatar"),
    ("members.set_avatar", "set_member_avatar"),
    ("members.update", "update_member"),
    ("messages.delete", "delete"),
    ("messages.edit", "edit"),
    ("messages.get", "message"),
    ("messages.list", "messages"),
    ("messages.post", "post"),
    ("messages.purge", "purge"),
    ("mutes.lift", "unmute"),
    ("mutes.set", "mute"),
    ("notifications.list", "notifications"),
    ("notifications.read", "read_notifications"),
    ("ops.cluster", "cluster"),
    ("ops.discard_job", "discard_job"),
    ("ops.drain", "drain_node"),
    ("ops.entity", "entity"),
    ("ops.jobs", "jobs"),
    ("ops.kill", "kill_entity"),
    ("ops.parked", "parked"),
    ("ops.replay_parked", "replay_parked"),
    ("ops.replay_parked_message", "replay_parked_message"),
    ("ops.retry_job", "retry_job"),
    ("overwrites.list", "overwrites"),
    ("overwrites.remove", "remove_overwrite"),
    ("overwrites.set", "set_overwrite"),
    ("pins.lift", "unpin"),
    ("pins.list", "pins"),
    ("pins.set", "pin"),
    ("polls.vote", "vote"),
    ("presence.heartbeat", "heartbeat"),
    ("presence.list", "online"),
    ("presence.typing", "typing"),
    ("previews.strip", "strip_previews"),
    ("reactions.add", "react"),
    ("reactions.list", "who_reacted"),
    ("reactions.remove", "unreact"),
    ("roles.create", "create_role"),
    ("roles.delete", "delete_role"),
    ("roles.list", "roles"),
    ("roles.update", "update_role"),
    ("saved.list", "saved"),
    ("saved.remove", "unsave"),
    ("saved.set", "save"),
    ("scheduled.cancel", "cancel_scheduled"),
    ("scheduled.create", "schedule"),
    ("scheduled.list", "scheduled"),
    ("scheduled.update", "update_scheduled"),
    ("settings.get", "settings"),
    ("settings.update", "update_settings"),
    ("threads.follow", "follow"),
    ("threads.replies", "replies"),
    ("threads.unfollow", "unfollow"),
    ("unread.list", "unread"),
    ("uploads.begin", "begin_upload"),
    ("uploads.complete", "complete_upload"),
    ("users.deactivate", "deactivate"),
    ("users.get", "user"),
    ("users.list", "users"),
    ("users.reactivate", "reactivate"),
    ("webhooks.create", "create_webhook"),
    ("webhooks.delete", "delete_webhook"),
    ("webhooks.list", "webhooks"),
    ("webhooks.receive", "post_by_webhook"),
    ("webhooks.remove_avatar", "remove_webhook_avatar"),
    ("webhooks.set_avatar", "set_webhook_avatar"),
];

/// Operations without a function, each with the reason.
pub const WITHOUT_FUNCTION: &[(&str, &str)] = &[
    ("docs.openapi", "the document itself: these functions are what it describes"),
    ("docs.page", "a page for people"),
    ("health.health", "for what watches over processes"),
    ("health.live", "for what watches over processes"),
    ("health.livez", "for what watches over processes"),
    ("health.metrics", "for Prometheus"),
    ("health.ready", "for what watches over processes"),
    ("health.readyz", "for what watches over processes"),
    ("webhooks.receive_github", "for GitHub"),
    ("webhooks.receive_slack", "for clients of Slack"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn each_function_is_there() {
        let sources = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("sources");
        let files = sources.map(|file| file.expect("a file").path()).filter(|path| path.is_file());
        let text: String = files.map(|path| fs::read_to_string(path).expect("readable")).collect();
        let mut named = HashSet::new();
        for (operation, function) in OPERATIONS {
            assert!(named.insert(operation), "{operation} is there twice");
            let is_there =
                ["(", "<"].iter().any(|next| {
                    ["pub async fn", "pub fn"].iter().any(|how| text.contains(&format!("{how} {function}{next}")))
                });
            assert!(is_there, "{operation}: there is no function {function}");
        }
        assert!(WITHOUT_FUNCTION.iter().all(|(operation, _)| named.insert(operation)));
    }
}
