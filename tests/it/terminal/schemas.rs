//! `--json` of each command, held against what the document says that the server answers.

use ajet_protocol::Visibility;
use serde_json::Value;

use super::ran::ran;
use crate::docs::operations;
use crate::docs::validate::misfits;
use crate::support::{World, text};

/// Commands that print what an operation answers; `$M` is a message.
const SHOWN: &[(&[&str], &str)] = &[
    (&["whoami"], "me.get"),
    (&["me", "show"], "me.get"),
    (&["status", "busy"], "me.update"),
    (&["me", "set", "--quiet-hours", "22:00-07:00", "--time-zone", "Europe/Berlin"], "me.update"),
    (&["presence", "set", "auto"], "me.update"),
    (&["session", "list"], "sessions.list"),
    (&["account", "list"], "accounts.list"),
    (&["communities", "list"], "communities.list"),
    (&["communities", "show"], "communities.get"),
    (&["communities", "set", "--name", "Ferris & friends"], "communities.update"),
    (&["channels", "list"], "channels.list"),
    (&["channels", "show", "general"], "channels.get"),
    (&["create", "fresh", "--topic", "new"], "channels.create"),
    (&["topic", "fresh", "newer"], "channels.update"),
    (&["channels", "set", "fresh", "--name", "fresher"], "channels.update"),
    (&["join", "general"], "channels.join"),
    (&["channels", "members", "general"], "channel_members.list"),
    (&["dms", "open", "bob"], "dms.open"),
    (&["dms", "list"], "dms.list"),
    (&["members", "list"], "members.list"),
    (&["members", "show", "bob"], "members.get"),
    (&["members", "set", "bob", "--nickname", "bobby"], "members.update"),
    (&["category", "create", "Work"], "categories.create"),
    (&["category", "list"], "categories.list"),
    (&["category", "set", "Work", "--position", "1"], "categories.update"),
    (&["invite", "create", "--max-uses", "2"], "invites.create"),
    (&["invite", "list"], "invites.list"),
    (&["send", "general", "said"], "messages.post"),
    (&["send", "general", "later", "--at", "2h"], "scheduled.create"),
    (&["scheduled", "list", "general"], "scheduled.list"),
    (&["read", "general"], "messages.list"),
    (&["read", "general", "--top-level"], "messages.list"),
    (&["message", "show", "$M"], "messages.get"),
    (&["edit", "$M", "better"], "messages.edit"),
    (&["thread", "show", "$M"], "threads.replies"),
    (&["pins", "general"], "pins.list"),
    (&["reactions", "$M", "👍"], "reactions.list"),
    (&["saved", "add", "$M", "--note", "read it"], "saved.set"),
    (&["saved", "list"], "saved.list"),
    (&["draft", "keep", "general", "begun"], "drafts.set"),
    (&["draft", "show", "general"], "drafts.get"),
    (&["unread"], "unread.list"),
    (&["notifications"], "notifications.list"),
    (&["notifications", "read", "--all"], "notifications.read"),
    (&["search", "better"], "search.find"),
    (&["users", "list", "bo"], "users.list"),
    (&["users", "show", "bob"], "users.get"),
    (&["blocks", "list"], "blocks.list"),
    (&["presence", "list"], "presence.list"),
    (&["bans"], "bans.list"),
    (&["role", "create", "Helpers", "--permissions", "pin_messages"], "roles.create"),
    (&["role", "list"], "roles.list"),
    (&["role", "set", "Helpers", "--position", "2"], "roles.update"),
    (&["role", "give", "Helpers", "bob"], "members.update"),
    (&["overwrite", "set", "general", "@bob", "--deny", "attach_files"], "overwrites.set"),
    (&["overwrite", "list", "general"], "overwrites.list"),
    (&["webhook", "create", "general", "CI"], "webhooks.create"),
    (&["webhook", "list", "general"], "webhooks.list"),
    (&["webhook", "list"], "webhooks.list_of_community"),
    (&["webhook", "set", "CI", "--name", "builds"], "webhooks.update"),
    (&["outgoing", "create", "https://hooks.example.org/x", "message.created"], "outgoing_webhooks.create"),
    (&["outgoing", "list"], "outgoing_webhooks.list"),
    (&["outgoing", "deliveries", "https://hooks.example.org/x"], "deliveries.list"),
    (&["bot", "create", "robo", "messages:read", "commands:write"], "bots.create"),
    (&["bot", "list"], "bots.list"),
    (&["token", "create", "robo"], "tokens.create"),
    (&["token", "list", "robo"], "tokens.list"),
    (&["command", "list"], "commands.list"),
    (&["command", "create", "deploy", "robo", "ships it"], "commands.create"),
    (&["command", "own"], "commands.list_of_community"),
    (&["/shrug"], "commands.run"),
    (&["emoji", "list"], "emoji.list"),
    (&["audit"], "audit.list"),
    (&["audit", "--own"], "audit.own"),
    (&["audit", "--system"], "audit.system"),
    (&["provider", "offered"], "auth.providers"),
    (&["provider", "list"], "oauth_providers.list"),
    (&["system", "settings"], "settings.get"),
    (&["system", "set", "--link-previews", "false"], "settings.update"),
    (&["system", "keys"], "services.keys"),
    (&["system", "snapshot"], "me.sync"),
    (&["cluster", "status"], "ops.cluster"),
    (&["cluster", "parked"], "ops.parked"),
    (&["cluster", "jobs"], "ops.jobs"),
    (&["purge", "general", "1", "--yes"], "messages.purge"),
];

/// Commands whose operation answers nothing.
const DONE: &[&[&str]] = &[
    &["react", "$M", "👍"],
    &["unreact", "$M", "👍"],
    &["pin", "$M"],
    &["unpin", "$M"],
    &["thread", "follow", "$M"],
    &["thread", "unfollow", "$M"],
    &["mark", "read", "general"],
    &["mark", "unread", "$M"],
    &["channels", "mute", "general"],
    &["channels", "unmute", "general"],
    &["channels", "notify", "general", "mentions"],
    &["communities", "notify", "mentions"],
    &["presence", "heartbeat"],
    &["presence", "typing", "general"],
    &["blocks", "add", "bob"],
    &["blocks", "remove", "bob"],
    &["mute", "bob", "--for", "10m", "--reason", "noise"],
    &["unmute", "bob"],
    &["archive", "other"],
    &["unarchive", "other"],
    &["message", "strip", "$M"],
    &["delete", "$M"],
];

/// The schema of the first success of an operation.
fn schema<'a>(document: &'a Value, id: &str) -> &'a Value {
    let found = operations(document).into_iter().find(|(.., operation)| operation["operationId"] == id);
    let (.., operation) = found.unwrap_or_else(|| panic!("{id} is not described"));
    let answers = ["200", "201", "202"]
        .map(|status| &operation["responses"][status]["content"]["application/json"]["schema"]);
    answers.into_iter().find(|schema| !schema.is_null()).unwrap_or_else(|| panic!("{id} answers no JSON"))
}

async fn document(world: &World) -> Value {
    world.nobody.get("/api/openapi.json").await.expect("the document")
}

fn filled<'a>(line: &[&'a str], message: &'a str) -> Vec<&'a str> {
    let words = line.iter().map(|word| if *word == "$M" { message } else { *word });
    // A slash command takes all words behind it.
    ["--json"].into_iter().chain(words).collect()
}

#[tokio::test]
async fn what_is_printed_as_json_is_what_the_server_answers() {
    let world = World::new().await;
    let document = document(&world).await;
    let message = world.ann.post(world.general.id, &text("hello")).await.expect("posts").id.to_string();
    for (line, operation) in SHOWN {
        let words = filled(line, &message);
        let json = ran(&world, &world.ann, &words).await.json();
        let found = misfits(&document, schema(&document, operation), &json, operation);
        assert!(found.is_empty(), "{line:?}: {found:#?}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_answers_nothing_is_said_to_be_done() {
    let world = World::new().await;
    world.channel("other", Visibility::Public).await;
    let message = world.ann.post(world.general.id, &text("hello")).await.expect("posts").id.to_string();
    for line in DONE {
        let words = filled(line, &message);
        let json = ran(&world, &world.ann, &words).await.json();
        assert_eq!(json, serde_json::json!({ "ok": true }), "{line:?}");
    }
    world.end().await;
}
