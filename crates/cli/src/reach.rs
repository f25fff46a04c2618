//! Which command reaches which function of the SDK, and so each route: a route that no command reaches fails a test.

/// Each function that carries out an operation of the API, and the words of a command that calls it.
pub const REACHED: &[(&str, &str)] = &[
    ("accept_invite", "invite accept"),
    ("accounts", "account list"),
    ("add_emoji", "emoji add"),
    ("add_to_channel", "channels add"),
    ("archive_channel", "archive"),
    ("ask_for_export", "export start"),
    ("audit", "audit"),
    ("ban", "ban"),
    ("bans", "bans"),
    ("begin_upload", "upload"),
    ("block", "blocks add"),
    ("blocks", "blocks list"),
    ("bots", "bot list"),
    ("cancel_scheduled", "scheduled cancel"),
    ("categories", "category list"),
    ("channel", "channels show"),
    ("channel_members", "channels members"),
    ("channels", "channels list"),
    ("cluster", "cluster status"),
    ("commands", "command list"),
    ("communities", "communities list"),
    ("community", "communities show"),
    ("complete_upload", "upload"),
    ("create_bot", "bot create"),
    ("create_category", "category create"),
    ("create_channel", "create"),
    ("create_command", "command create"),
    ("create_community", "communities create"),
    ("create_invite", "invite create"),
    ("create_oauth_provider", "provider create"),
    ("create_outgoing_webhook", "outgoing create"),
    ("create_role", "role create"),
    ("create_token", "token create"),
    ("create_webhook", "webhook create"),
    ("custom_commands", "command own"),
    ("deactivate", "users deactivate"),
    ("delete", "delete"),
    ("delete_attachment", "attachment delete"),
    ("delete_bot", "bot delete"),
    ("delete_category", "category delete"),
    ("delete_channel", "channels delete"),
    ("delete_command", "command delete"),
    ("delete_community", "communities delete"),
    ("delete_emoji", "emoji delete"),
    ("delete_oauth_provider", "provider delete"),
    ("delete_outgoing_webhook", "outgoing delete"),
    ("delete_role", "role delete"),
    ("delete_webhook", "webhook delete"),
    ("deliveries", "outgoing deliveries"),
    ("describe_attachment", "attachment describe"),
    ("discard_job", "cluster discard-job"),
    ("dms", "dms list"),
    ("download", "download"),
    ("draft", "draft show"),
    ("drain_node", "cluster drain"),
    ("drop_draft", "draft drop"),
    ("edit", "edit"),
    ("emoji", "emoji list"),
    ("end_other_sessions", "session end"),
    ("end_session", "session end"),
    ("entity", "cluster actor"),
    ("events", "tail"),
    ("export", "export show"),
    ("follow", "thread follow"),
    ("heartbeat", "presence heartbeat"),
    ("hide_dm", "dms hide"),
    ("invite", "invite show"),
    ("invites", "invite list"),
    ("jobs", "cluster jobs"),
    ("join", "join"),
    ("keep_draft", "draft keep"),
    ("kill_entity", "cluster kill-actor"),
    ("leave", "leave"),
    ("mark_read", "mark read"),
    ("mark_unread", "mark unread"),
    ("me", "whoami"),
    ("member", "members show"),
    ("members", "members list"),
    ("message", "message show"),
    ("messages", "read"),
    ("mute", "mute"),
    ("mute_channel", "channels mute"),
    ("notifications", "notifications"),
    ("notify_channel", "channels notify"),
    ("notify_community", "communities notify"),
    ("oauth_providers", "provider list"),
    ("online", "presence list"),
    ("open_dm", "dms open"),
    ("order_categories", "category order"),
    ("order_channels", "channels order"),
    ("outgoing_webhooks", "outgoing list"),
    ("overwrites", "overwrite list"),
    ("own_audit", "audit"),
    ("parked", "cluster parked"),
    ("picture", "download"),
    ("pin", "pin"),
    ("pins", "pins"),
    ("poll_device_sign_in", "login"),
    ("post", "send"),
    ("post_by_webhook", "webhook post"),
    ("purge", "purge"),
    ("react", "react"),
    ("reactivate", "users reactivate"),
    ("read_notifications", "notifications read"),
    ("remove_avatar", "me avatar"),
    ("remove_bot_avatar", "bot avatar"),
    ("remove_community_avatar", "communities avatar"),
    ("remove_from_channel", "channels remove"),
    ("remove_member", "kick"),
    ("remove_member_avatar", "members avatar"),
    ("remove_overwrite", "overwrite remove"),
    ("remove_webhook_avatar", "webhook avatar"),
    ("replay_delivery", "outgoing replay"),
    ("replay_parked", "cluster replay-parked"),
    ("replay_parked_message", "cluster replay-parked-message"),
    ("replies", "thread show"),
    ("respond", "command respond"),
    ("retry_job", "cluster retry-job"),
    ("revoke_invite", "invite revoke"),
    ("revoke_token", "token revoke"),
    ("roles", "role list"),
    ("run_command", "slash"),
    ("save", "saved add"),
    ("saved", "saved list"),
    ("schedule", "send"),
    ("scheduled", "scheduled list"),
    ("search", "search"),
    ("sessions", "session list"),
    ("set_avatar", "me avatar"),
    ("set_bot_avatar", "bot avatar"),
    ("set_community_avatar", "communities avatar"),
    ("set_member_avatar", "members avatar"),
    ("set_overwrite", "overwrite set"),
    ("set_webhook_avatar", "webhook avatar"),
    ("settings", "system settings"),
    ("show_dm", "dms show"),
    ("sign_in", "login"),
    ("sign_in_providers", "provider offered"),
    ("sign_out", "logout"),
    ("signing_keys", "system keys"),
    ("slow_down", "channels set"),
    ("start_device_sign_in", "login"),
    ("strip_previews", "message strip"),
    ("sync", "system snapshot"),
    ("system_audit", "audit"),
    ("tokens", "token list"),
    ("typing", "presence typing"),
    ("unban", "unban"),
    ("unblock", "blocks remove"),
    ("unfollow", "thread unfollow"),
    ("unlink_account", "account unlink"),
    ("unmute", "unmute"),
    ("unpin", "unpin"),
    ("unreact", "unreact"),
    ("unread", "unread"),
    ("unsave", "saved remove"),
    ("update_category", "category set"),
    ("update_channel", "topic"),
    ("update_community", "communities set"),
    ("update_me", "status"),
    ("update_member", "members set"),
    ("update_oauth_provider", "provider set"),
    ("update_outgoing_webhook", "outgoing set"),
    ("update_role", "role set"),
    ("update_scheduled", "scheduled set"),
    ("update_settings", "system set"),
    ("update_webhook", "webhook set"),
    ("upload", "upload"),
    ("user", "users show"),
    ("users", "users list"),
    ("vote", "vote"),
    ("webhooks", "webhook list"),
    ("webhooks_of_community", "webhook list"),
    ("who_reacted", "reactions"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use ajet_client::OPERATIONS;
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    /// Functions that others of the SDK stand for: polls are made by the one that waits for the approval, lists are read to their ends.
    const WITHIN: [(&str, &str); 6] = [
        ("poll_device_sign_in", "finish_device_sign_in"),
        ("create_webhook", "make_webhook"),
        ("channels", "channels_page"),
        ("post_by_webhook", "post_by_webhook_under"),
        ("upload", "upload_watched"),
        ("purge", "purge_by"),
    ];

    fn sources() -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
        let files = fs::read_dir(folder).expect("sources").map(|file| file.expect("a file").path());
        files.map(|path| fs::read_to_string(path).expect("readable")).collect()
    }

    #[test]
    fn each_route_has_a_command() {
        let reached: BTreeSet<&str> = REACHED.iter().map(|(function, _)| *function).collect();
        let functions: BTreeSet<&str> = OPERATIONS.iter().map(|(_, function)| *function).collect();
        let lacking: Vec<_> = functions.difference(&reached).collect();
        assert!(lacking.is_empty(), "no command reaches {lacking:?}");
        let gone: Vec<_> = reached.difference(&functions).collect();
        assert!(gone.is_empty(), "no route has {gone:?}");
        assert_eq!(reached.len(), REACHED.len(), "a function is there twice");
    }

    #[test]
    fn each_command_is_there_and_each_function_is_called() {
        let sources: String = sources().split_whitespace().collect();
        for (function, command) in REACHED {
            let root = Cli::command();
            let at = command.split(' ').fold(&root, |at, word| {
                at.find_subcommand(word)
                    .unwrap_or_else(|| panic!("{function}: there is no command {command}"))
            });
            assert!(
                !at.has_subcommands() || at.get_name() == "notifications",
                "{command} is no whole command"
            );
            let called =
                WITHIN.iter().find(|(within, _)| within == function).map_or(*function, |(_, by)| *by);
            assert!(sources.contains(&format!(".{called}(")), "no command calls {called}");
        }
    }
}
