//! `GET /api/commands` and `/help`: each is shown what they may use.

use ajet_client::Client;
use ajet_protocol::{Code, CommandArgument, CommunityId, CompletionSource};
use uuid::Uuid;

use super::{bot, made, run};
use crate::support::{World, code};

async fn names(client: &Client, community: Option<CommunityId>) -> Vec<String> {
    client.commands(community).await.expect("lists").items.into_iter().map(|one| one.name).collect()
}

const OF_ALL: [&str; 12] =
    ["join", "leave", "topic", "msg", "me", "nick", "status", "invite", "remind", "poll", "shrug", "help"];

#[tokio::test]
async fn each_is_shown_what_they_may_use() {
    let world = World::new().await;
    let here = Some(world.community.id);
    let of_ann = names(&world.ann, here).await;
    assert!(["kick", "token create", "webhook list"].iter().all(|name| of_ann.iter().any(|one| one == name)));
    assert_eq!(names(&world.bob, here).await, OF_ALL);
    assert_eq!(
        names(&world.bob, None).await,
        ["msg", "me", "status", "remind", "poll", "shrug", "help"],
        "in direct messages"
    );
    let writer = bot(&world, "writer", &["commands:write", "messages:write"]).await;
    assert_eq!(names(&writer.client, here).await, ["me", "poll", "shrug", "help"]);
    let reader = bot(&world, "reader", &["messages:read"]).await;
    assert_eq!(code(reader.client.commands(here).await), Code::Forbidden);
    let (dave, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(dave.commands(here).await), Code::NotFound);
    assert_eq!(code(dave.commands(Some(CommunityId(Uuid::nil()))).await), Code::NotFound);
    world.end().await;
}

/// An argument as the table below has it: its name, what it is, and what completes it.
fn shown(argument: &CommandArgument) -> String {
    let CommandArgument { name, kind, required, repeated, completion, choices } = argument;
    let (optional, repeated) = (if *required { "" } else { "?" }, if *repeated { "\u{2026}" } else { "" });
    let from = match completion {
        Some(CompletionSource::Choices) => format!(" of {}", choices.join("|")),
        other => {
            assert!(choices.is_empty(), "{argument:?}");
            other.map(|source| format!(" from {source:?}")).unwrap_or_default()
        }
    };
    format!("{name}{optional}{repeated}: {kind:?}{from}")
}

/// What stands behind the name of each command of the server's own, and of one of a community's.
const ARGUMENTS: [(&str, &[&str]); 25] = [
    ("join", &["channel: Channel from Channels"]),
    ("leave", &[]),
    ("topic", &["text: Text"]),
    ("msg", &["person: Person from Users", "text: Text"]),
    ("me", &["text: Text"]),
    ("nick", &["name: Text"]),
    ("status", &["text: Text"]),
    ("invite", &["person: Person from Users"]),
    ("mute", &["person: Person from Members", "duration?: Duration"]),
    ("unmute", &["person: Person from Members"]),
    ("kick", &["person: Person from Members", "reason?: Text"]),
    ("ban", &["person: Person from Users", "reason?: Text"]),
    ("unban", &["person: Person from Bans"]),
    ("role", &["person: Person from Members", "role: Choice of admin|member"]),
    ("purge", &["channel: Channel from Channels", "count?: Number"]),
    ("remind", &["duration: Duration", "text: Text"]),
    ("poll", &["question: Word", "option\u{2026}: Word"]),
    ("token create", &["name: Word", SCOPES]),
    ("token revoke", &["id: Id from Tokens"]),
    ("webhook create", &["channel: Channel from Channels", "name: Text"]),
    ("webhook list", &[]),
    ("webhook revoke", &["id: Id from Webhooks"]),
    ("shrug", &["text?: Text"]),
    ("help", &["command?: Text from Commands"]),
    ("deploy", &["text?: Text"]),
];
const SCOPES: &str = "scopes?\u{2026}: Choice of messages:read|messages:write|reactions:write|channels:read|channels:write\
                      |members:read|members:write|files:write|commands:write|webhooks:write|presence:write";

#[tokio::test]
async fn a_command_says_how_it_is_written_and_completed() {
    let world = World::new().await;
    let deployer = bot(&world, "deployer", &["commands:write"]).await;
    made(&world, &deployer, "deploy").await;
    let all = world.ann.commands(Some(world.community.id)).await.expect("lists").items;
    let mute = all.iter().find(|one| one.name == "mute").expect("is there");
    assert_eq!(mute.usage, "/mute @person [duration]");
    let told: Vec<(&str, Vec<String>)> =
        all.iter().map(|one| (one.name.as_str(), one.arguments.iter().map(shown).collect())).collect();
    let expected: [(&str, Vec<String>); ARGUMENTS.len()] =
        ARGUMENTS.map(|(name, arguments)| (name, arguments.iter().map(|&one| one.to_owned()).collect()));
    assert_eq!(told, expected);
    world.end().await;
}

#[tokio::test]
async fn help_lists_and_explains() {
    let world = World::new().await;
    let deployer = bot(&world, "deployer", &["commands:write"]).await;
    made(&world, &deployer, "deploy").await;
    let help =
        async |text: &str| run(&world, &world.bob, text).await.expect("helps").reply_md.expect("an answer");
    let all = help("/help").await;
    assert!(all.contains("`/join #channel`") && all.contains("`/deploy [text]`"), "{all}");
    assert!(!all.contains("/kick"), "bob may not");
    assert!(help("/help /topic").await.contains("`/topic text`"));
    assert_eq!(code(run(&world, &world.bob, "/help kick").await), Code::Invalid);
    let of_ann = run(&world, &world.ann, "/help token").await.expect("helps").reply_md.expect("an answer");
    assert!(of_ann.contains("/token create") && of_ann.contains("/token revoke"), "{of_ann}");
    world.end().await;
}
