//! Which scope a token needs for each operation: the one table of it. A test sends a request to each of them, so that it says what the
//! handlers ask for (`tests/it/docs/scopes.rs`).

use ajet_protocol::{EventType, TokenScope};
use serde_json::{Map, Value, json};

/// What `x-scope` says where no token is enough.
const SESSION: &str = "session";

/// The operations that take a token, by its scope, and those that take a signed-in session.
static OPERATIONS: [(Option<TokenScope>, &[&str]); 12] = [
    (
        Some(TokenScope::MessagesRead),
        &[
            "attachments.get",
            "events.stream",
            "messages.get",
            "messages.list",
            "pins.list",
            "reactions.list",
            "search.find",
            "threads.replies",
        ],
    ),
    (
        Some(TokenScope::MessagesWrite),
        &[
            "messages.delete",
            "messages.edit",
            "messages.post",
            "messages.purge",
            "pins.lift",
            "pins.set",
            "previews.strip",
            "threads.follow",
            "threads.unfollow",
        ],
    ),
    (Some(TokenScope::ReactionsWrite), &["polls.vote", "reactions.add", "reactions.remove"]),
    (
        Some(TokenScope::ChannelsRead),
        &[
            "categories.list",
            "channels.get",
            "channels.list",
            "communities.get",
            "communities.list",
            "dms.list",
            "emoji.list",
            "me.sync",
            "overwrites.list",
            "unread.list",
        ],
    ),
    (
        Some(TokenScope::ChannelsWrite),
        &[
            "categories.create",
            "categories.delete",
            "categories.order",
            "categories.update",
            "channel_members.add",
            "channel_members.remove",
            "channels.archive",
            "channels.create",
            "channels.delete",
            "channels.join",
            "channels.leave",
            "channels.mark_read",
            "channels.mark_unread",
            "channels.mute",
            "channels.notify",
            "channels.order",
            "channels.slow_mode",
            "channels.update",
            "dms.hide",
            "dms.open",
            "dms.show",
            "overwrites.remove",
            "overwrites.set",
        ],
    ),
    (
        Some(TokenScope::MembersRead),
        &[
            "bans.list",
            "channel_members.list",
            "invites.list",
            "invites.preview",
            "members.get",
            "members.list",
            "presence.list",
            "roles.list",
            "users.get",
            "users.list",
        ],
    ),
    (
        Some(TokenScope::MembersWrite),
        &[
            "bans.lift",
            "bans.set",
            "invites.create",
            "invites.revoke",
            "members.remove",
            "members.remove_avatar",
            "members.set_avatar",
            "members.update",
            "mutes.lift",
            "mutes.set",
            "roles.create",
            "roles.delete",
            "roles.update",
        ],
    ),
    (
        Some(TokenScope::FilesWrite),
        &[
            "attachments.add",
            "attachments.delete",
            "attachments.describe",
            "uploads.begin",
            "uploads.complete",
        ],
    ),
    (
        Some(TokenScope::CommandsWrite),
        &["commands.list", "commands.list_of_community", "commands.respond", "commands.run"],
    ),
    (
        Some(TokenScope::WebhooksWrite),
        &[
            "deliveries.list",
            "deliveries.replay",
            "outgoing_webhooks.create",
            "outgoing_webhooks.delete",
            "outgoing_webhooks.list",
            "outgoing_webhooks.update",
            "webhooks.create",
            "webhooks.delete",
            "webhooks.list",
            "webhooks.list_of_community",
            "webhooks.remove_avatar",
            "webhooks.set_avatar",
            "webhooks.update",
        ],
    ),
    (Some(TokenScope::PresenceWrite), &["presence.heartbeat", "presence.typing"]),
    (
        None,
        &[
            "accounts.list",
            "accounts.unlink",
            "audit.list",
            "audit.own",
            "audit.system",
            "auth.logout",
            "blocks.lift",
            "blocks.list",
            "blocks.set",
            "bots.create",
            "bots.delete",
            "bots.list",
            "bots.remove_avatar",
            "bots.set_avatar",
            "commands.create",
            "commands.delete",
            "communities.create",
            "communities.delete",
            "communities.notify",
            "communities.remove_avatar",
            "communities.set_avatar",
            "communities.update",
            "drafts.get",
            "drafts.remove",
            "drafts.set",
            "emoji.create",
            "emoji.delete",
            "exports.create",
            "exports.get",
            "invites.accept",
            "me.get",
            "me.remove_avatar",
            "me.set_avatar",
            "me.update",
            "notifications.list",
            "notifications.read",
            "oauth_providers.create",
            "oauth_providers.delete",
            "oauth_providers.list",
            "oauth_providers.update",
            "push.add",
            "push.list",
            "push.remove",
            "saved.list",
            "saved.remove",
            "saved.set",
            "scheduled.cancel",
            "scheduled.create",
            "scheduled.list",
            "scheduled.update",
            "sessions.end",
            "sessions.end_others",
            "sessions.list",
            "settings.get",
            "settings.update",
            "tokens.create",
            "tokens.list",
            "tokens.revoke",
            "users.deactivate",
            "users.reactivate",
        ],
    ),
];

/// Says in an operation what a token needs for it: `x-scope`, and a sentence of its description. Operations that ask for no sign-in say nothing.
pub fn add(operation: &mut Value) {
    let Some(id) = operation["operationId"].as_str() else { return };
    let Some((needed, _)) = OPERATIONS.iter().find(|(_, operations)| operations.contains(&id)) else {
        return;
    };
    let text = match needed {
        Some(scope) => format!("A token needs the scope `{}`.", scope.as_str()),
        None => "This takes a signed-in session: no token may do it.".to_owned(),
    };
    let own = operation["description"].as_str().filter(|own| !own.is_empty());
    let description = own.map_or_else(|| text.clone(), |own| format!("{own}\n\n{text}"));
    operation["description"] = json!(description);
    operation["x-scope"] = named(*needed);
}

/// The scope of each type of event, for `x-event-scopes`.
pub fn of_events() -> Value {
    let all = EventType::ALL.iter().map(|kind| (kind.as_str().to_owned(), named(kind.scope())));
    Value::Object(all.collect::<Map<_, _>>())
}

fn named(scope: Option<TokenScope>) -> Value {
    json!(scope.map_or(SESSION, TokenScope::as_str))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_scope_has_one_line_and_each_operation_one_place() {
        let scopes: HashSet<_> = OPERATIONS.iter().map(|(scope, _)| scope).collect();
        assert_eq!((scopes.len(), OPERATIONS.len()), (TokenScope::ALL.len() + 1, TokenScope::ALL.len() + 1));
        let mut seen = HashSet::new();
        for operation in OPERATIONS.iter().flat_map(|(_, operations)| *operations) {
            assert!(seen.insert(operation), "{operation} is there twice");
        }
    }

    #[test]
    fn an_operation_says_what_a_token_needs() {
        let mut list = json!({ "operationId": "messages.list", "description": "Oldest first." });
        add(&mut list);
        assert_eq!(list["x-scope"], "messages:read");
        assert_eq!(list["description"], "Oldest first.\n\nA token needs the scope `messages:read`.");
        let (mut own, mut open) =
            (json!({ "operationId": "me.get" }), json!({ "operationId": "health.live" }));
        add(&mut own);
        add(&mut open);
        assert_eq!((&own["x-scope"], open.get("x-scope")), (&json!(SESSION), None));
    }
}
