//! `--json` of each command, held against what the document says that the server answers.

use std::collections::BTreeSet;

use ajet_cli::Cli;
use ajet_protocol::{AskForExport, MessageId, PageQuery, PostMessage, SearchQuery};
use clap::CommandFactory;
use serde_json::{Value, json};

use super::ran::ran;
use crate::docs::operations;
use crate::docs::validate::misfits;
use crate::support::pictures::{png, uploaded};
use crate::support::{World, eventually, id_of, text};

/// Commands in an order in which each finds what it needs, and the operation whose answer it prints; without one it prints that it is
/// done. A list stands behind what puts something on it. `$M` is a message, `$P` one with a poll, `$B` Bob's id, `$G` the id of a channel,
/// `$A` a file of the server, `$F` one of this machine, `$I` an invite, `$S` what is scheduled, `$T` a token, `$E` an export.
const LINES: &[(&[&str], &str)] = &[
    (&["whoami"], "me.get"),
    (&["me", "show"], "me.get"),
    (&["status", "busy"], "me.update"),
    (&["me", "set", "--quiet-hours", "22:00-07:00", "--time-zone", "Europe/Berlin"], "me.update"),
    (&["presence", "set", "auto"], "me.update"),
    (&["session", "list"], "sessions.list"),
    (&["account", "list"], "accounts.list"),
    (&["export", "start"], "exports.create"),
    (&["export", "show", "$E"], "exports.get"),
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
    (&["saved", "add", "$M", "--note", "read it"], "saved.set"),
    (&["saved", "list"], "saved.list"),
    (&["draft", "keep", "general", "begun"], "drafts.set"),
    (&["draft", "show", "general"], "drafts.get"),
    (&["draft", "list"], "drafts.get"),
    (&["notifications"], "notifications.list"),
    (&["notifications", "read", "--all"], "notifications.read"),
    (&["search", "look"], "search.find"),
    (&["users", "list", "bo"], "users.list"),
    (&["users", "show", "bob"], "users.get"),
    (&["presence", "list"], "presence.list"),
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
    (&["outgoing", "create", "https://ci.example/x", "channel.deleted"], "outgoing_webhooks.create"),
    (&["outgoing", "list"], "outgoing_webhooks.list"),
    (&["outgoing", "deliveries", "https://ci.example/x"], "deliveries.list"),
    (&["bot", "create", "robo", "messages:read", "commands:write"], "bots.create"),
    (&["bot", "list"], "bots.list"),
    (&["token", "create", "robo"], "tokens.create"),
    (&["token", "list", "robo"], "tokens.list"),
    (&["command", "list"], "commands.list"),
    (&["command", "create", "deploy", "robo", "ships it"], "commands.create"),
    (&["command", "own"], "commands.list_of_community"),
    (&["/shrug"], "commands.run"),
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
    (&["cluster", "actor", "channel", "$G"], "ops.entity"),
    (&["cluster", "parked"], "ops.parked"),
    (&["cluster", "jobs"], "ops.jobs"),
    (&["channels", "create", "second"], "channels.create"),
    (&["channels", "order", "second", "general"], ""),
    (&["outgoing", "set", "https://ci.example/x", "--enabled", "false"], "outgoing_webhooks.update"),
    (&["poll", "general", "Where to?", "sea", "hills"], "messages.post"),
    (&["vote", "$P", "1"], "polls.vote"),
    (&["invite", "show", "$I"], "invites.preview"),
    (&["invite", "accept", "$I"], "invites.accept"),
    (&["scheduled", "set", "$S", "--text", "even later"], "scheduled.update"),
    (&["upload", "general", "$F"], "attachments.add"),
    (&["attachment", "describe", "$A", "a square"], "attachments.describe"),
    (&["emoji", "add", "square", "$F"], "emoji.create"),
    (&["emoji", "list"], "emoji.list"),
    (&["me", "avatar", "$F"], "me.set_avatar"),
    (&["members", "avatar", "ann", "$F"], "members.set_avatar"),
    (&["communities", "avatar", "$F"], "communities.set_avatar"),
    (&["webhook", "avatar", "builds", "$F"], "webhooks.set_avatar"),
    (&["bot", "avatar", "robo", "$F"], "bots.set_avatar"),
    (&["role", "take", "Helpers", "bob"], "members.update"),
    (&["react", "$M", "👍"], ""),
    (&["reactions", "$M", "👍"], "reactions.list"),
    (&["unreact", "$M", "👍"], ""),
    (&["pin", "$M"], ""),
    (&["pins", "general"], "pins.list"),
    (&["unpin", "$M"], ""),
    (&["thread", "follow", "$M"], ""),
    (&["thread", "unfollow", "$M"], ""),
    (&["saved", "remove", "$M"], ""),
    (&["draft", "drop", "general"], ""),
    (&["mark", "read", "general"], ""),
    (&["mark", "unread", "$M"], ""),
    (&["unread"], "unread.list"),
    (&["scheduled", "cancel", "$S"], ""),
    (&["invite", "revoke", "$I"], ""),
    (&["attachment", "delete", "$A", "--yes"], ""),
    (&["channels", "mute", "general"], ""),
    (&["channels", "unmute", "general"], ""),
    (&["channels", "notify", "general", "mentions"], ""),
    (&["channels", "add", "second", "bob"], ""),
    (&["channels", "remove", "second", "bob"], ""),
    (&["archive", "second"], ""),
    (&["unarchive", "second"], ""),
    (&["leave", "fresher"], ""),
    (&["channels", "delete", "second", "--yes"], ""),
    (&["communities", "notify", "mentions"], ""),
    (&["category", "order", "Work"], ""),
    (&["category", "delete", "Work"], ""),
    (&["presence", "heartbeat"], ""),
    (&["presence", "typing", "general"], ""),
    (&["dms", "hide", "@bob"], ""),
    (&["dms", "show", "@bob"], ""),
    (&["blocks", "add", "bob"], ""),
    (&["blocks", "list"], "blocks.list"),
    (&["blocks", "remove", "bob"], ""),
    (&["overwrite", "remove", "general", "@bob"], ""),
    (&["role", "delete", "Helpers"], ""),
    (&["emoji", "delete", "square"], ""),
    (&["webhook", "delete", "builds"], ""),
    (&["outgoing", "delete", "https://ci.example/x"], ""),
    (&["command", "delete", "deploy"], ""),
    (&["token", "revoke", "$T"], ""),
    (&["bot", "delete", "robo", "--yes"], ""),
    (&["message", "strip", "$M"], ""),
    (&["delete", "$M"], ""),
    (&["purge", "general", "1", "--yes"], ""),
    (&["mute", "bob", "--for", "10m", "--reason", "noise"], ""),
    (&["unmute", "bob"], ""),
    (&["kick", "bob"], ""),
    (&["ban", "bob"], ""),
    (&["bans"], "bans.list"),
    (&["unban", "bob"], ""),
    (&["members", "remove", "cleo", "--reason", "noise"], ""),
    (&["session", "end", "--others"], ""),
    (&["users", "deactivate", "bob", "--yes"], ""),
    (&["users", "reactivate", "$B"], ""),
    // From here on each command would have to name its community.
    (&["communities", "create", "Second", "second"], "communities.create"),
    (&["communities", "delete", "second", "--yes"], ""),
];

/// Lists in which nothing may stand here, each with the reason: what an item looks like, these do not show.
const EMPTY: &[(&str, &str)] = &[
    ("account list", "rare.rs: a browser links accounts"),
    ("outgoing deliveries https://ci.example/x", "rare.rs: nothing is delivered here"),
    ("provider offered", "the tests of signing in: people can sign in at none here"),
    ("provider list", "rare.rs adds one"),
    ("cluster parked", "rare.rs: nothing is parked here"),
    ("cluster jobs", "rare.rs: a job is done soon"),
];

/// Commands that stand elsewhere, each with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    ("login", "signing_in.rs"),
    ("logout", "signing_in.rs"),
    ("profile list", "signing_in.rs: it is of this machine"),
    ("profile use", "signing_in.rs: it is of this machine"),
    ("profile community", "signing_in.rs: it is of this machine"),
    ("profile remove", "signing_in.rs: it is of this machine"),
    ("tail", "tailing.rs: a stream"),
    ("account unlink", "rare.rs: a browser links accounts"),
    ("command respond", "rare.rs: a bot answers"),
    ("download", "it prints bytes"),
    ("export download", "rare.rs: it writes bytes"),
    ("outgoing replay", "rare.rs: nothing is delivered here"),
    ("webhook post", "crates/cli: it asks another address"),
    ("provider create", "rare.rs: its secret is piped in"),
    ("provider set", "rare.rs"),
    ("provider delete", "rare.rs"),
    ("cluster drain", "rare.rs: it would stop the node"),
    ("cluster kill-actor", "rare.rs: it would crash an activation"),
    ("cluster replay-parked", "rare.rs: nothing is parked here"),
    ("cluster replay-parked-message", "rare.rs: nothing is parked here"),
    ("cluster retry-job", "rare.rs: no job is dead here"),
    ("cluster discard-job", "rare.rs: no job is dead here"),
    ("api", "crates/cli"),
    ("completions", "crates/cli"),
    ("man", "crates/cli"),
];

/// The words that name each whole command.
fn whole_commands(command: &clap::Command, before: &str, all: &mut Vec<String>) {
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        let name = format!("{before} {}", inner.get_name()).trim().to_owned();
        if inner.has_subcommands() {
            whole_commands(inner, &name, all);
        } else {
            all.push(name);
        }
    }
}

#[test]
fn each_command_is_held_against_the_document_or_says_why_not() {
    let mut all = Vec::new();
    whole_commands(&Cli::command(), "", &mut all);
    let lines: Vec<String> = LINES.iter().map(|(line, _)| line.join(" ").replace('/', "slash /")).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(name, _)| *name).collect();
    for name in &all {
        let here = lines.iter().any(|line| line == name || line.starts_with(&format!("{name} ")));
        assert!(here != elsewhere.contains(name.as_str()), "{name}");
    }
    let gone: Vec<_> = elsewhere.iter().filter(|name| all.iter().all(|own| own != *name)).collect();
    assert!(gone.is_empty(), "{gone:?}");
    for (name, _) in EMPTY {
        assert!(LINES.iter().any(|(line, _)| line.join(" ") == *name), "{name}");
    }
}

/// The schema of the first success of an operation.
pub fn schema<'a>(document: &'a Value, id: &str) -> &'a Value {
    let found = operations(document).into_iter().find(|(.., operation)| operation["operationId"] == id);
    let (.., operation) = found.unwrap_or_else(|| panic!("{id} is not described"));
    let answers = ["200", "201", "202"]
        .map(|status| &operation["responses"][status]["content"]["application/json"]["schema"]);
    answers.into_iter().find(|schema| !schema.is_null()).unwrap_or_else(|| panic!("{id} answers no JSON"))
}

/// Fails where an answer of an operation is not as the document says.
pub fn assert_fits(document: &Value, operation: &str, json: &Value) {
    let found = misfits(document, schema(document, operation), json, operation);
    assert!(found.is_empty(), "{operation}: {found:#?}");
}

/// Somebody who can be removed is there, and Bob has answered Ann and mentioned her: she is told, and finds what he said.
async fn said_to_ann(world: &World, message: MessageId) {
    let (ann, bob) = (&world.ann, &world.bob);
    world.join("cleo").await;
    let reply = PostMessage { parent_id: Some(message), ..text("yes?") };
    bob.post(world.general.id, &reply).await.expect("posts");
    let mention = text(&format!("@<user:{}> look", id_of(ann).await));
    bob.post(world.general.id, &mention).await.expect("posts");
    let query = SearchQuery { q: "look".into(), ..SearchQuery::default() };
    eventually("ann finds it", async || !ann.search(&query).await.expect("searches").items.is_empty()).await;
    let all = PageQuery::default();
    eventually("ann is told", async || {
        !ann.notifications(false, &all).await.expect("lists").items.is_empty()
    })
    .await;
}

/// What stands for the words with a dollar sign.
async fn things(world: &World, file: &str) -> Vec<(&'static str, String)> {
    let ann = &world.ann;
    let message = ann.post(world.general.id, &text("hello")).await.expect("posts");
    said_to_ann(world, message.id).await;
    let attachment = uploaded(ann, world.general.id, ("a.png", &png(8, 8))).await;
    let asked = ran(world, ann, &["--json", "poll", "general", "Which?", "one", "two"]).await.json();
    let invite = ran(world, ann, &["--json", "invite", "create"]).await.json();
    let scheduled = ran(world, ann, &["--json", "send", "general", "later", "--at", "3h"]).await.json();
    ran(world, ann, &["bot", "create", "helper", "messages:read"]).await.done();
    let token = ran(world, ann, &["--json", "token", "create", "helper"]).await.json();
    let field = |thing: &Value, name: &str| thing[name].as_str().expect("a text").to_owned();
    vec![
        ("$M", message.id.to_string()),
        ("$B", id_of(&world.bob).await.to_string()),
        ("$G", world.general.id.to_string()),
        ("$P", field(&asked, "id")),
        ("$A", attachment.id.to_string()),
        ("$F", file.to_owned()),
        ("$I", field(&invite, "code")),
        ("$S", field(&scheduled, "id")),
        ("$T", field(&token, "id")),
        ("$E", ann.ask_for_export(&AskForExport::default()).await.expect("is asked for").id.to_string()),
    ]
}

#[tokio::test]
async fn what_is_printed_as_json_is_what_the_server_answers() {
    let world = World::new().await;
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("the document");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.png");
    std::fs::write(&file, png(16, 16)).expect("is written");
    let things = things(&world, &file.display().to_string()).await;
    for (line, operation) in LINES {
        let named = |word: &&'static str| {
            let thing = things.iter().find(|(name, _)| name == word);
            thing.map_or(*word, |(_, thing)| thing.as_str())
        };
        // A slash command takes all words behind it.
        let words: Vec<&str> = ["--json"].into_iter().chain(line.iter().map(named)).collect();
        let mut json = ran(&world, &world.ann, &words).await.json();
        if line[0] == "upload" || line[..] == ["draft", "list"] {
            // A list of what each upload answers; and of drafts, of which each can be had by itself.
            assert_eq!(json["has_more"], false, "{line:?}");
            json = json["items"][0].take();
        }
        if operation.is_empty() {
            assert_eq!(json, json!({ "ok": true }), "{line:?}");
            continue;
        }
        let is_empty = json["items"].as_array().is_some_and(Vec::is_empty);
        let may_be = EMPTY.iter().any(|(name, _)| *name == line.join(" "));
        assert!(!is_empty || may_be, "{line:?}: no item to be looked at");
        let found = misfits(&document, schema(&document, operation), &json, operation);
        assert!(found.is_empty(), "{line:?}: {found:#?}");
    }
    world.end().await;
}
