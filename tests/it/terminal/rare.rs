//! Commands that need what is rarely there: an export, a provider, a delivery, a use of a command, a second node, something parked, a dead job.

use ajet_protocol::{TokenScope, Visibility};
use serde_json::{Value, json};

use super::ran::{Ran, piped, ran};
use super::schemas::assert_fits;
use crate::sign_in::set_up::{client, person, signed_in, world_of_two};
use crate::support::cluster::Cluster;
use crate::support::{DEADLINE, NONE, Target, World, bots, eventually, sql, text};

async fn document(world: &World) -> Value {
    world.nobody.get("/api/openapi.json").await.expect("the document")
}

/// What Ann's command prints as JSON.
async fn printed(world: &World, line: &[&str]) -> Value {
    ran(world, &world.ann, &[&["--json"][..], line].concat()).await.json()
}

/// The exit code of Ann's command.
async fn code(world: &World, line: &[&str]) -> u8 {
    ran(world, &world.ann, line).await.code
}

fn field(thing: &Value, name: &str) -> String {
    thing[name].as_str().expect("a text").to_owned()
}

fn is_done(ran: Ran) {
    assert_eq!(ran.json(), json!({ "ok": true }));
}

#[tokio::test]
async fn ones_own_data_is_written_where_it_is_asked_for() {
    let world = World::new().await;
    let id = field(&printed(&world, &["export", "start"]).await, "id");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.jsonl.gz");
    let line = ["export", "download", &id, "--output", &file.display().to_string()];
    // It says that there is nothing yet, until there is.
    eventually("it is downloaded", async || {
        let ran = ran(&world, &world.ann, &line).await;
        assert!(ran.code == 0 || ran.err.contains("nothing to download"), "{ran:?}");
        ran.code == 0
    })
    .await;
    let bytes = std::fs::read(&file).expect("is written");
    assert_eq!(bytes[..2], [0x1f, 0x8b], "packed by gzip");
    let again = ran(&world, &world.ann, &line).await;
    assert!(again.code == 2 && again.err.contains("is there already"), "{again:?}");
    world.end().await;
}

#[tokio::test]
async fn a_provider_is_added_changed_and_removed() {
    let world = World::new().await;
    let document = document(&world).await;
    let line = [
        "provider",
        "create",
        "gitea",
        "Forge",
        "an-id",
        "--base-url",
        "https://git.example.org",
        "--organization",
        "crew",
        "--json",
    ];
    let made = piped(&world, &world.ann, &line, "ajet-canary-7f3a\n").await;
    assert!(!made.out.contains("canary") && !made.err.contains("canary"), "{made:?}");
    let made = made.json();
    assert_fits(&document, "oauth_providers.create", &made);
    assert_eq!((&made["name"], &made["enabled"]), (&json!("Forge"), &json!(true)), "{made}");
    let unnamed = piped(&world, &world.ann, &["provider", "create", "saml", "x", "y"], "z").await;
    assert!(unnamed.code == 2 && unnamed.err.contains("KIND"), "{unnamed:?}");
    let changed =
        printed(&world, &["provider", "set", "forge", "--name", "Smithy", "--enabled", "false"]).await;
    assert_fits(&document, "oauth_providers.update", &changed);
    let expected = (&made["id"], &json!("Smithy"), &json!(false));
    assert_eq!((&changed["id"], &changed["name"], &changed["enabled"]), expected);
    let listed = printed(&world, &["provider", "list"]).await;
    assert_fits(&document, "oauth_providers.list", &listed);
    assert_eq!(listed["items"][0]["id"], made["id"]);
    assert_eq!(code(&world, &["provider", "delete", "Smithy"]).await, 2, "it has to be meant");
    is_done(ran(&world, &world.ann, &["provider", "delete", "Smithy", "--yes", "--json"]).await);
    assert_eq!(printed(&world, &["provider", "list"]).await["items"], json!([]));
    assert_eq!(code(&world, &["provider", "delete", "Smithy", "--yes"]).await, 4);
    world.end().await;
}

/// Whether the one delivery of a webhook was taken.
async fn is_delivered(world: &World, webhook: &str) -> bool {
    let list = printed(world, &["outgoing", "deliveries", webhook, "--status", "delivered"]).await;
    list["items"].as_array().expect("a list").len() == 1
}

#[tokio::test]
async fn a_delivery_is_tried_again() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = printed(&world, &["outgoing", "create", &target.url, "message.created"]).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    let id = field(&hook, "id");
    eventually("it is delivered", async || is_delivered(&world, &id).await).await;
    let list = printed(&world, &["outgoing", "deliveries", &target.url]).await;
    assert_fits(&document(&world).await, "deliveries.list", &list);
    let delivery = field(&list["items"][0], "id");
    is_done(ran(&world, &world.ann, &["outgoing", "replay", &delivery, "--json"]).await);
    target.hears(2).await;
    eventually("it is delivered once more", async || is_delivered(&world, &id).await).await;
    assert_eq!(code(&world, &["outgoing", "replay", NONE]).await, 4);
    assert_eq!(code(&world, &["outgoing", "replay", "the last one"]).await, 2);
    world.end().await;
}

#[tokio::test]
async fn a_bot_answers_a_use_of_its_command() {
    let world = World::new().await;
    let (_, robo) = bots::signed_in(&world, "robo", TokenScope::ALL).await;
    printed(&world, &["command", "create", "deploy", "robo", "ships it"]).await;
    let used = async |text: &str| {
        let line = ["--json", "--in", "general", "/deploy", text];
        field(&ran(&world, &world.bob, &line).await.json()["effect"], "id")
    };
    let id = used("prod").await;
    is_done(ran(&world, &robo, &["command", "respond", &id, "on its way", "--json"]).await);
    let id = used("test").await;
    piped(&world, &robo, &["command", "respond", &id, "-", "--private"], "for bob alone\n").await.done();
    let again = ran(&world, &robo, &["command", "respond", &id, "another", "--private"]).await;
    assert_eq!(again.code, 4, "it was answered: {}", again.err);
    let not_his = ran(&world, &world.bob, &["command", "respond", &id, "mine"]).await;
    assert_eq!(not_his.code, 4, "{}", not_his.err);
    let said: Vec<String> = world.history().await.into_iter().map(|message| message.body_md).collect();
    assert_eq!(said, ["on its way"]);
    world.end().await;
}

#[tokio::test]
async fn an_account_at_a_provider_is_unlinked() {
    let (world, issuer, other) = world_of_two().await;
    let (mut browser, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("lina"));
    assert_eq!(browser.links("other").await, 303);
    let carol = client(&world, &browser);
    let accounts = async || ran(&world, &carol, &["account", "list", "--json"]).await.json();
    let list = accounts().await;
    assert_fits(&document(&world).await, "accounts.list", &list);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    is_done(ran(&world, &carol, &["account", "unlink", "lina", "--json"]).await);
    let left = accounts().await;
    assert_eq!(
        (left["items"].as_array().map(Vec::len), &left["items"][0]["provider"]),
        (Some(1), &json!("it"))
    );
    assert_eq!(ran(&world, &carol, &["account", "unlink", "lina"]).await.code, 4);
    let last = field(&left["items"][0], "id");
    assert_eq!(ran(&world, &carol, &["account", "unlink", &last]).await.code, 6, "the only way in");
    world.end().await;
}

#[tokio::test]
async fn operators_kill_an_activation_and_drain_a_node() {
    let mut cluster = Cluster::of(1).await;
    let mut config = cluster.world.config.clone();
    config.node.name = "second".to_owned();
    cluster.join_as(&config).await;
    let world = &cluster.world;
    world.expects_crashes();
    let channel = world.channel("fresh", Visibility::Public).await;
    let id = channel.id.to_string();
    for mode in [&[][..], &["--panic"][..]] {
        world.ann.post(channel.id, &text("one")).await.expect("posts");
        let before = printed(world, &["cluster", "actor", "channel", &id]).await;
        let line = [&["cluster", "kill-actor", "channel", &id, "--json"][..], mode].concat();
        is_done(ran(world, &world.ann, &line).await);
        world.ann.post(channel.id, &text("two")).await.expect("is taken again");
        let after = printed(world, &["cluster", "actor", "channel", &id]).await;
        assert!(after["epoch"].as_u64() > before["epoch"].as_u64(), "{mode:?}: {before} {after}");
    }
    let unknown = ran(world, &world.ann, &["cluster", "kill-actor", "planet", &id]).await;
    assert!(unknown.code == 2 && unknown.err.contains("KIND"), "{}", unknown.err);
    assert_eq!(code(world, &["cluster", "drain", "third"]).await, 4);
    let drained = ran(world, &world.ann, &["cluster", "drain", "sec"]).await;
    assert!(drained.code == 0 && drained.err.contains("second is stopping"), "{}", drained.err);
    tokio::time::timeout(DEADLINE, cluster.others[0].drain_asked()).await.expect("told");
    cluster.end().await;
}

#[tokio::test]
async fn what_is_parked_is_tried_again() {
    let world = World::new().await;
    let document = document(&world).await;
    world.bob.post(world.general.id, &text("hello")).await.expect("posts");
    eventually("everybody is told", async || sql(&world, "select from due_notices").await == 0).await;
    let parked = "insert into parked_events (stream, seq, event_id, reason, attempts)
         (select stream, seq, id, 'refused', 1 from events limit 1)
         union all values ('0197f000-0000-7000-8000-000000000001'::uuid, 1, gen_random_uuid(), 'refused', 1)";
    sql(&world, parked).await;
    let unnotified =
        "insert into due_notices (message_id, channel_id, created_at, attempts, reason, parked_at)
         select id, channel_id, created_at, 10, 'refused', now() from messages limit 1";
    sql(&world, unnotified).await;
    let list = printed(&world, &["cluster", "parked"]).await;
    assert_fits(&document, "ops.parked", &list);
    let kept = list["items"].as_array().expect("a list").iter().find(|one| !one["type"].is_null());
    let kept = kept.expect("the log has it");
    let (stream, seq) = (field(kept, "stream"), kept["seq"].to_string());
    let message = field(&list["messages"][0], "message_id");
    let lines = ran(&world, &world.ann, &["cluster", "parked"]).await.done();
    assert!(lines.contains(&stream) && lines.contains(&message), "{lines}");
    let hints = ran(&world, &world.ann, &["cluster", "status"]).await.err;
    assert!(hints.contains("2 events are parked") && hints.contains("1 messages are parked"), "{hints}");
    eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
    let queued = printed(&world, &["cluster", "replay-parked", &stream, &seq]).await;
    assert_fits(&document, "ops.replay_parked", &queued);
    assert_eq!(queued["outcome"], "queued");
    let gone = printed(&world, &["cluster", "replay-parked", NONE, "1"]).await;
    assert_eq!(gone["outcome"], "past_retention");
    assert_eq!(code(&world, &["cluster", "replay-parked", NONE, "1"]).await, 4);
    let queued = printed(&world, &["cluster", "replay-parked-message", &message]).await;
    assert_fits(&document, "ops.replay_parked_message", &queued);
    assert_eq!(queued["outcome"], "queued");
    assert_eq!(code(&world, &["cluster", "replay-parked-message", NONE]).await, 4);
    eventually("nothing is parked any more", async || {
        let list = printed(&world, &["cluster", "parked"]).await;
        (&list["items"], &list["messages"]) == (&json!([]), &json!([]))
    })
    .await;
    world.end().await;
}

#[tokio::test]
async fn a_dead_job_is_tried_again_or_given_up() {
    let world = World::new().await;
    let document = document(&world).await;
    let asked = r#"select graphile_worker.add_job('channel:delete', '{"channel_id": "0197f000-0000-7000-8000-000000000001"}'::json,
                                                  job_key => dead, run_at => now() + interval '1 hour')
                   from unnest(array['retried', 'given up']) dead"#;
    sql(&world, asked).await;
    let failed = "select graphile_worker.permanently_fail_jobs(
                    array(select id from graphile_worker.jobs where key in ('retried', 'given up')), 'internal: refused')";
    sql(&world, failed).await;
    let list = printed(&world, &["cluster", "jobs"]).await;
    assert_fits(&document, "ops.jobs", &list);
    let number = |key: &str| {
        let job = list["items"].as_array().expect("a list").iter().find(|job| job["key"] == key);
        job.expect("is listed")["id"].to_string()
    };
    let (retried, given_up) = (number("retried"), number("given up"));
    let hints = ran(&world, &world.ann, &["cluster", "status"]).await.err;
    assert!(hints.contains("2 jobs are dead"), "{hints}");
    is_done(ran(&world, &world.ann, &["cluster", "retry-job", &retried, "--json"]).await);
    assert_eq!(code(&world, &["cluster", "retry-job", "0"]).await, 4);
    assert_eq!(code(&world, &["cluster", "discard-job", &given_up]).await, 2, "it has to be meant");
    is_done(ran(&world, &world.ann, &["cluster", "discard-job", &given_up, "--yes", "--json"]).await);
    assert_eq!(code(&world, &["cluster", "discard-job", &given_up, "--yes"]).await, 4);
    eventually("neither is there any more", async || {
        let list = printed(&world, &["cluster", "jobs"]).await;
        let jobs = list["items"].as_array().expect("a list");
        jobs.iter().all(|job| job["key"] != "retried" && job["key"] != "given up")
    })
    .await;
    world.end().await;
}
