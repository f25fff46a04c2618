//! What the file of an export holds: all that is its person's, and of others ids and reasons alone.

use std::io::Read;

use ajet_client::Client;
use ajet_protocol::{
    AskForExport, CreateInvite, Export, ExportStatus, KeepDraft, MessageId, NotificationReason, NotifyLevel,
    PageQuery, PostMessage, PostPoll, RunCommand, SaveMessage, ScheduleMessage, UpdateMe, UserId,
};
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, eventually, id_of, sql, text};

/// Asks for an export, and waits until it is ready.
pub async fn exported(client: &Client) -> Export {
    let id = client.ask_for_export(&AskForExport::default()).await.expect("is asked for").id;
    let ready = async || client.export(id).await.expect("is there").status == ExportStatus::Ready;
    eventually("the export is ready", ready).await;
    client.export(id).await.expect("is there")
}

/// The lines of an export's file.
pub async fn lines(client: &Client, export: &Export) -> Vec<Value> {
    let file = client.export_file(export.url.as_deref().expect("an address")).await.expect("the file");
    assert_eq!(export.size_bytes, i64::try_from(file.len()).ok());
    let mut plain = String::new();
    GzDecoder::new(file.as_slice()).read_to_string(&mut plain).expect("is packed by gzip");
    plain.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The lines of one kind.
fn of<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

async fn said(client: &Client, world: &World, body: &str) -> MessageId {
    client.post(world.general.id, &text(body)).await.expect("posts").id
}

/// Ann says something, with a file and with a poll, and begins to say more.
async fn speaks(world: &World) {
    let (ann, general) = (&world.ann, world.general.id);
    let file = uploaded(ann, general, ("plan.png", &png(30, 10))).await;
    ann.post(general, &with_files("with a file", &[&file])).await.expect("posts");
    let draft = KeepDraft { body_md: "anns draft".into(), parent_id: None };
    ann.keep_draft(general, &draft).await.expect("keeps");
    let poll = PostPoll {
        question: "Tea?".into(),
        options: vec!["yes".into(), "no".into()],
        multiple: false,
        closes_at: None,
    };
    let asked = PostMessage { poll: Some(poll), ..text("anns poll") };
    let asked = ann.post(general, &asked).await.expect("posts").id;
    ann.vote(asked, &[1]).await.expect("votes");
}

/// What Ann makes of a message of Bob's.
async fn marks(world: &World) -> MessageId {
    let ann = &world.ann;
    let bobs = said(&world.bob, world, "bobs own words").await;
    ann.react(bobs, "👍").await.expect("reacts");
    ann.react(bobs, "🎉").await.expect("reacts");
    ann.pin(bobs).await.expect("pins");
    ann.follow(bobs).await.expect("follows");
    ann.save(bobs, &SaveMessage { note: Some("anns note".into()), remind_at: None }).await.expect("saves");
    bobs
}

/// What Ann keeps for herself, sets, and what is done to others: all by her.
async fn settles(world: &World, dave: UserId) {
    let (ann, general) = (&world.ann, world.general.id);
    ann.block(dave).await.expect("blocks");
    ann.set_avatar(&png(300, 300)).await.expect("sets a picture");
    ann.notify_community(world.community.id, NotifyLevel::Mentions).await.expect("sets");
    let send_at = world.server.app().context.now().plus_seconds(3600);
    let later =
        ScheduleMessage { body_md: "anns plan".into(), parent_id: None, send_at, client_mutation_id: None };
    ann.schedule(general, &later).await.expect("schedules");
    ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    let text = "/remind 2h anns tea".into();
    let remind = RunCommand { channel_id: general, text, client_mutation_id: None };
    ann.run_command(&remind).await.expect("sets a reminder");
    let act = "insert into system_audit (actor_id, action, target_type, details, created_at)
               select id, 'settings.update', 'system', '{}', now() from users where username = 'ann'";
    sql(world, act).await;
}

#[tokio::test]
async fn an_export_has_all_of_its_person_and_nothing_of_others() {
    let world = World::new().await;
    let dave = id_of(&world.join("dave").await).await;
    let named = UpdateMe { display_name: Some("Robert Canary".into()), ..UpdateMe::default() };
    world.bob.update_me(&named).await.expect("is named");
    // Boxed: all that she does is more than fits on a test's stack.
    Box::pin(speaks(&world)).await;
    let bobs = Box::pin(marks(&world)).await;
    Box::pin(settles(&world, dave)).await;
    let export = exported(&world.ann).await;
    let lines = lines(&world.ann, &export).await;
    let only = |kind: &str| match of(&lines, kind)[..] {
        [one] => one,
        ref others => panic!("{kind}: {others:?}"),
    };
    assert_eq!(only("account")["username"], "ann");
    let texts: Vec<_> = of(&lines, "message").iter().map(|line| line["body_md"].clone()).collect();
    assert!(texts.contains(&"with a file".into()) && texts.contains(&"anns poll".into()), "{texts:?}");
    let with_file = of(&lines, "message").into_iter().find(|line| line["body_md"] == "with a file");
    assert_eq!(with_file.expect("is there")["attachments"][0]["filename"], "plan.png");
    let emoji: Vec<_> = of(&lines, "reaction").iter().map(|line| line["emoji"].clone()).collect();
    assert!(emoji.len() == 2 && emoji.contains(&"🎉".into()), "{emoji:?}");
    for kind in ["pin", "thread", "saved_message"] {
        assert_eq!(only(kind)["message_id"], bobs.0.to_string(), "{kind}");
    }
    assert_eq!(only("saved_message")["note"], "anns note");
    assert_eq!(only("draft")["body_md"], "anns draft");
    assert_eq!(only("vote")["options"], serde_json::json!([1]));
    assert_eq!(only("block")["blocked_id"], dave.0.to_string());
    assert_eq!(only("community")["role"], "owner");
    assert_eq!(only("scheduled_message")["body_md"], "anns plan");
    assert_eq!(only("reminder")["text"], "anns tea");
    assert_eq!(only("community_preference")["notify"], "mentions");
    // Besides her own one those by which Bob and Dave came.
    assert_eq!(of(&lines, "invite").len(), 3);
    assert!(of(&lines, "act").iter().any(|line| line["action"] == "invite.create"), "{lines:?}");
    assert_eq!(only("system_act")["action"], "settings.update");
    assert!(of(&lines, "access_log").iter().any(|line| line["action"] == "session.open"));
    assert!(!of(&lines, "channel").is_empty() && !of(&lines, "session").is_empty());
    assert_eq!(only("picture")["content_type"], "image/jpeg");
    let whole = Value::from(lines).to_string();
    let code = world.ann.invites(world.community.id, &PageQuery::default()).await.expect("lists").items[0]
        .code
        .clone();
    assert!(!whole.contains(&code), "what lets others in");
    for secret in ["bobs own words", "Robert Canary", "_hash", world.ann.token().expect("a token")] {
        assert!(!whole.contains(secret), "{secret}");
    }
    // Bob's file has what he wrote, and nothing of Ann's.
    let bobs = exported(&world.bob).await;
    let bobs = Value::from(self::lines(&world.bob, &bobs).await).to_string();
    assert!(bobs.contains("bobs own words") && !bobs.contains("anns"), "{bobs}");
    world.end().await;
}

/// Pages go on behind the last key, of whatever kind it is.
#[tokio::test]
async fn an_export_has_all_however_much_it_is() {
    let world = World::new().await;
    said(&world.ann, &world, "the first one").await;
    let more = "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
                select gen_random_uuid(), m.channel_id, m.author_id, 'copy ' || n, '', 1000 + n, 'copy ' || n, 0, now()
                from messages m, generate_series(1, 450) n where m.body_md = 'the first one'";
    assert_eq!(sql(&world, more).await, 450);
    let more = "insert into reactions (message_id, emoji, user_id, created_at)
                select m.id, e, m.author_id, now() from messages m, unnest(array['👍', '🎉', '🚀']) e where m.body_md like 'copy %'";
    assert_eq!(sql(&world, more).await, 1350);
    let export = exported(&world.ann).await;
    let lines = lines(&world.ann, &export).await;
    let mut ids: Vec<_> = of(&lines, "message").iter().map(|line| line["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), of(&lines, "message").len()), (451, 451), "each once");
    assert_eq!(of(&lines, "reaction").len(), 1350, "each once");
    // What no client wrote is in no stream.
    sql(&world, "delete from reactions").await;
    sql(&world, "delete from messages where body_md like 'copy %'").await;
    world.end().await;
}

#[tokio::test]
async fn its_person_is_told_once_that_an_export_is_ready() {
    let world = World::new().await;
    let export = exported(&world.ann).await;
    eventually("is told", async || sql(&world, "select 1 from due_notices").await == 0).await;
    let told = world.ann.notifications(false, &PageQuery::default()).await.expect("lists").items;
    let told: Vec<_> = told.iter().filter(|one| one.reason == NotificationReason::ExportReady).collect();
    let [told] = told[..] else { panic!("one: {told:?}") };
    assert_eq!((told.source_id, told.channel_id, told.community_id), (export.id.0, None, None));
    assert_eq!(told.preview.as_deref(), Some("Your data is ready to be downloaded"));
    let others = world.bob.notifications(false, &PageQuery::default()).await.expect("lists").items;
    assert!(others.is_empty(), "{others:?}");
    world.end().await;
}
