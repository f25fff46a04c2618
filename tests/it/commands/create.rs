//! `POST` and `GET /api/communities/{id}/commands`.

use ajet_protocol::{BotId, Code, CreateCommand, PageQuery, Reason};
use uuid::Uuid;

use super::{bot, made, run};
use crate::support::{World, code, sql};

fn request(name: &str, bot_id: BotId) -> CreateCommand {
    CreateCommand { name: name.into(), description: "Deploys.".into(), bot_id, client_mutation_id: None }
}

#[tokio::test]
async fn a_command_is_made_once_and_listed() {
    let world = World::new().await;
    let (here, bot) = (world.community.id, bot(&world, "deployer", &["commands:write"]).await);
    let keyed = CreateCommand { client_mutation_id: Some("k".into()), ..request("deploy", bot.id) };
    let made = world.ann.create_command(here, &keyed).await.expect("makes it");
    assert_eq!((made.name.as_str(), made.bot_id), ("deploy", bot.id));
    assert_eq!(world.ann.create_command(here, &keyed).await.expect("the same"), made);
    let other = CreateCommand { description: "Other.".into(), ..keyed };
    assert_eq!(code(world.ann.create_command(here, &other).await), Code::Conflict);
    assert_eq!(code(world.ann.create_command(here, &request("deploy", bot.id)).await), Code::Conflict);
    assert_eq!(world.bob.custom_commands(here, &PageQuery::default()).await.expect("lists").items, [made]);
    let shown = world.bob.commands(Some(here)).await.expect("lists").items;
    assert_eq!(shown.last().map(|one| (one.name.as_str(), one.bot_id)), Some(("deploy", Some(bot.id))));
    assert_eq!(sql(&world, "select from audit_log where action = 'command.create'").await, 1);
    world.end().await;
}

#[tokio::test]
async fn who_manages_bots_makes_commands_of_bots_that_are_there() {
    let world = World::new().await;
    let (here, bot) = (world.community.id, bot(&world, "deployer", &["commands:write"]).await);
    let made = async |name: &str, bot_id| world.ann.create_command(here, &request(name, bot_id)).await;
    assert_eq!(code(world.bob.create_command(here, &request("deploy", bot.id)).await), Code::Forbidden);
    assert_eq!(code(bot.client.create_command(here, &request("deploy", bot.id)).await), Code::Forbidden);
    for (name, bot_id) in [
        ("deploy", BotId(Uuid::nil())),
        ("join", bot.id),
        ("webhook", bot.id),
        ("Deploy!", bot.id),
        ("", bot.id),
        ("x2345678901234567890123456789012x", bot.id),
    ] {
        assert_eq!(code(made(name, bot_id).await), Code::Invalid, "{name}");
    }
    world.end().await;
}

#[tokio::test]
async fn commands_are_bounded() {
    let world = World::new().await;
    let (here, bot) = (world.community.id, bot(&world, "deployer", &["commands:write"]).await);
    sql(
        &world,
        "insert into commands (id, community_id, name, description, bot_id, created_by, created_at)
         select gen_random_uuid(), c.id, 'c' || n, '', gen_random_uuid(), gen_random_uuid(), now()
         from communities c, generate_series(1, 100) n",
    )
    .await;
    assert_eq!(code(world.ann.create_command(here, &request("deploy", bot.id)).await), Code::Limit);
    world.end().await;
}

/// Its name is free again, and it counts no more.
#[tokio::test]
async fn a_command_ends_with_its_bot() {
    let world = World::new().await;
    let (here, first) = (world.community.id, bot(&world, "deployer", &["commands:write"]).await);
    let other = bot(&world, "roller", &["commands:write"]).await;
    made(&world, &other, "roll").await;
    made(&world, &first, "deploy").await;
    let path = format!("/api/bots/{}", first.id);
    world.ann.send_empty(reqwest::Method::DELETE, &path).await.expect("deletes it");
    let left = async || {
        let left = world.ann.custom_commands(here, &PageQuery::default()).await.expect("lists").items;
        left.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(left().await, ["roll"]);
    assert_eq!(code(run(&world, &world.bob, "/deploy prod").await), Code::Invalid);
    assert_eq!(sql(&world, "select from commands").await, 1);
    let next = bot(&world, "deployer", &["commands:write"]).await;
    made(&world, &next, "deploy").await;
    world.ann.remove_member(here, next.user_id, &Reason::default()).await.expect("kicks it");
    assert_eq!((left().await, sql(&world, "select from commands").await), (vec!["roll".to_owned()], 1));
    world.end().await;
}
