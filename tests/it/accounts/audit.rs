//! `GET /api/me/audit`, `GET /api/system/audit`: who came in, what ended, and that no address is kept.

use ajet_chatd::store::outbox::Past;
use ajet_client::{AuditQuery, Client};
use ajet_protocol::{AuditEntry, Code, PageQuery, SessionId, TokenScope};
use serde_json::json;

use crate::support::bots::{made, token_of};
use crate::support::requests::{answer, http};
use crate::support::{World, code, db, id_of, sessions_of, sql};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn own(client: &Client) -> Vec<AuditEntry> {
    client.own_audit(&AuditQuery::default()).await.expect("reads").items
}

fn actions(lines: &[AuditEntry]) -> Vec<&str> {
    lines.iter().map(|line| line.action.as_str()).collect()
}

fn reason(line: &AuditEntry) -> Option<&str> {
    line.details.get("reason").map(String::as_str)
}

async fn current(client: &Client) -> SessionId {
    let all = client.sessions(&PageQuery::default()).await.expect("lists").items;
    all.into_iter().find(|one| one.current).expect("the one that asks").id
}

#[tokio::test]
async fn one_sees_ones_sign_ins_and_the_ends_of_ones_sessions() {
    let world = World::new().await;
    let mut ids = Vec::new();
    let mut others = Vec::new();
    for _ in 0..3 {
        let (client, _) = world.nobody.sign_in("bob").await.expect("signs in");
        ids.push(current(&client).await);
        others.push(client);
    }
    others[0].sign_out().await.expect("signs out");
    world.bob.end_session(ids[1]).await.expect("ends it");
    world.bob.end_other_sessions().await.expect("ends it");
    let lines = own(&world.bob).await;
    let expected = [
        "session.end",
        "session.end",
        "session.end",
        "session.open",
        "session.open",
        "session.open",
        "session.open",
    ];
    assert_eq!(actions(&lines), expected, "newest first");
    let reasons: Vec<_> = lines[..3].iter().map(reason).collect();
    assert_eq!(reasons, [Some("ended"), Some("ended"), Some("signed_out")]);
    let targets: Vec<_> = lines.iter().map(|line| (line.target.kind.as_str(), line.target.id)).collect();
    let session = |n: usize| ("session", Some(ids[n].0));
    assert_eq!(targets[..6], [session(2), session(1), session(0), session(2), session(1), session(0)]);
    let bob = world.bob.me().await.expect("me").user;
    assert!(lines.iter().all(|line| line.actor.as_ref() == Some(&bob)));
    assert_eq!(actions(&own(&world.ann).await), ["session.open"], "each sees their own");
    assert_eq!(code(world.nobody.own_audit(&AuditQuery::default()).await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn where_somebody_was_is_told_by_their_device_alone() {
    let world = World::new().await;
    for agent in ["curl/8.5.0", FIREFOX] {
        let signing_in = http().post(format!("{}/auth/dev", world.base())).header("user-agent", agent);
        let signed_in = answer(signing_in.json(&json!({ "username": "bob" }))).await;
        assert_eq!(signed_in.status().as_u16(), 200);
    }
    let lines = own(&world.bob).await;
    assert_eq!(lines[0].details.get("device").map(String::as_str), Some("Firefox on Linux"));
    assert_eq!(lines[0].details.get("new_device").map(String::as_str), Some("true"));
    let known = ["device", "new_device"];
    assert!(lines.iter().flat_map(|line| line.details.keys()).all(|name| known.contains(&name.as_str())));
    assert_eq!(of_text(&world, "%127.0.0%").await, 0, "no address, and no part of one");
    world.end().await;
}

/// Lines in which something like this stands.
async fn of_text(world: &World, part: &str) -> u64 {
    let lines = sqlx::query("select 1 from system_audit l where l::text like $1").bind(part.to_owned());
    lines.execute(&mut db(world).await).await.expect("reads").rows_affected()
}

#[tokio::test]
async fn a_refused_sign_in_is_told_once_a_minute() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    world.ann.deactivate(bob).await.expect("deactivates");
    for _ in 0..5 {
        assert_eq!(code(world.nobody.sign_in("bob").await), Code::Forbidden);
    }
    let of_bob = AuditQuery { target: Some(bob.to_string()), ..AuditQuery::default() };
    let lines = world.ann.system_audit(&of_bob).await.expect("reads").items;
    let line = |action: &str| lines.iter().find(|line| line.action == action).expect("is noted");
    assert_eq!(lines.iter().filter(|line| line.action == "session.refuse").count(), 1, "once a minute");
    for by_itself in [line("session.refuse"), line("session.end")] {
        assert_eq!((by_itself.actor.as_ref(), reason(by_itself)), (None, Some("deactivated")));
    }
    assert_eq!(line("user.deactivate").actor.as_ref().map(|actor| actor.username.as_str()), Some("ann"));
    world.ann.reactivate(bob).await.expect("takes back");
    let (bob, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let told = own(&bob).await;
    let first = ["session.open", "user.reactivate", "session.refuse"];
    assert_eq!(actions(&told)[..3], first, "the person concerned is told all of it");
    assert!(["session.end", "user.deactivate"].iter().all(|one| actions(&told)[3..5].contains(one)));
    world.end().await;
}

#[tokio::test]
async fn tokens_that_one_makes_and_revokes_are_among_ones_lines() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let (token, _) = token_of(&world, &bot, TokenScope::ALL).await;
    world.ann.revoke_token(token.id).await.expect("revokes");
    let lines = own(&world.ann).await;
    assert_eq!(actions(&lines), ["token.revoke", "token.create", "session.open"]);
    assert!(lines[..2].iter().all(|line| line.target.kind == "token" && line.target.id == Some(token.id.0)));
    let tokens = AuditQuery { action: Some("token.create".into()), ..AuditQuery::default() };
    let all = world.ann.system_audit(&tokens).await.expect("reads").items;
    assert_eq!(actions(&all), ["token.create"]);
    assert!(own(&world.bob).await.iter().all(|line| line.target.kind != "token"));
    world.end().await;
}

/// Lines of two tables, in one order whichever way they are read.
#[tokio::test]
async fn ones_lines_are_read_page_by_page_in_both_directions() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    for _ in 0..3 {
        let (token, _) = token_of(&world, &bot, TokenScope::ALL).await;
        world.nobody.sign_in("ann").await.expect("signs in");
        world.ann.revoke_token(token.id).await.expect("revokes");
    }
    let read = async |page: PageQuery| {
        world.ann.own_audit(&AuditQuery { page, ..AuditQuery::default() }).await.expect("reads")
    };
    let all = own(&world.ann).await;
    assert!(all.len() == 10 && all.is_sorted_by(|one, next| one.id > next.id), "{all:?}");
    let (mut older, mut newer) = (Vec::new(), Vec::new());
    loop {
        let before = older.last().map(|line: &AuditEntry| line.id.0);
        let page = read(PageQuery { before, limit: Some(3), after: None }).await;
        older.extend(page.items);
        if !page.has_more {
            break;
        }
    }
    let mut after = Some(uuid::Uuid::nil());
    while after.is_some() {
        let page = read(PageQuery { after, limit: Some(3), before: None }).await;
        after = page.items.first().map(|line| line.id.0).filter(|_| page.has_more);
        newer = [page.items, newer].concat();
    }
    assert_eq!((&older, &newer), (&all, &all));
    world.end().await;
}

#[tokio::test]
async fn ones_lines_are_asked_for_by_who_did_it_and_to_what() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let session = current(&world.bob).await;
    world.ann.deactivate(bob).await.expect("deactivates");
    world.ann.reactivate(bob).await.expect("takes back");
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let asked = async |query: AuditQuery| again.own_audit(&query).await.expect("reads").items;
    let by = |actor| AuditQuery { actor: Some(actor), ..AuditQuery::default() };
    assert_eq!(actions(&asked(by(ann)).await), ["user.reactivate", "user.deactivate"]);
    assert_eq!(actions(&asked(by(bob)).await), ["session.open", "session.open"]);
    let to = |target: String| AuditQuery { target: Some(target), ..AuditQuery::default() };
    let own_session = asked(to(session.to_string())).await;
    assert_eq!(actions(&own_session), ["session.end", "session.open"]);
    let both = AuditQuery { actor: Some(bob), ..to(session.to_string()) };
    assert_eq!(actions(&asked(both).await), ["session.open"], "they narrow each other");
    assert_eq!(asked(to(ann.to_string())).await, [], "what is another's is not found");
    world.end().await;
}

#[tokio::test]
async fn the_owner_of_the_system_reads_of_all_page_by_page() {
    let world = World::new().await;
    assert_eq!(code(world.bob.system_audit(&AuditQuery::default()).await), Code::Forbidden);
    assert_eq!(code(world.nobody.system_audit(&AuditQuery::default()).await), Code::Unauthenticated);
    let bob = id_of(&world.bob).await;
    let of = |page: PageQuery| AuditQuery { page, ..AuditQuery::default() };
    let read = async |query: AuditQuery| world.ann.system_audit(&query).await.expect("reads");
    let newest = read(of(PageQuery { limit: Some(1), ..PageQuery::default() })).await;
    assert_eq!((actions(&newest.items), newest.has_more), (vec!["session.open"], true));
    assert_eq!(newest.items[0].actor.as_ref().map(|actor| actor.id), Some(bob));
    let before = PageQuery { before: Some(newest.items[0].id.0), limit: Some(50), after: None };
    let older = read(of(before)).await;
    assert!(!older.has_more && older.items.iter().all(|line| line.id < newest.items[0].id));
    let after = PageQuery { after: older.items.last().map(|line| line.id.0), limit: Some(50), before: None };
    let newer = read(of(after)).await;
    assert_eq!(newer.items.first(), newest.items.first());
    let bobs = read(AuditQuery { actor: Some(bob), ..AuditQuery::default() }).await;
    assert_eq!(actions(&bobs.items), ["session.open"]);
    world.end().await;
}

/// The line and what it tells of are one commit: where one can't be written, the other is not done.
#[tokio::test]
async fn nothing_is_done_that_can_not_be_audited() {
    let world = World::new().await;
    let before = sessions_of(&world, "bob").await;
    sql(
        &world,
        "alter table system_audit add constraint closed check (action not like 'session.%') not valid",
    )
    .await;
    assert!(world.nobody.sign_in("bob").await.is_err());
    assert!(world.bob.sign_out().await.is_err());
    assert!(world.bob.end_session(current(&world.bob).await).await.is_err());
    assert!(world.ann.end_other_sessions().await.is_ok(), "there was none");
    assert_eq!(sessions_of(&world, "bob").await, before);
    world.bob.me().await.expect("the session goes on");
    sql(&world, "alter table system_audit drop constraint closed").await;
    world.nobody.sign_in("bob").await.expect("signs in");
    world.end().await;
}

#[tokio::test]
async fn lines_about_sessions_go_after_90_days() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    world.ann.deactivate(bob).await.expect("deactivates");
    let store = &world.server.app().store;
    sql(&world, "update system_audit set created_at = now() - interval '89 days'").await;
    assert_eq!(store.remove_past(Past::SystemAudit, 100).await.expect("removes"), 0);
    let aged = sql(&world, "update system_audit set created_at = now() - interval '91 days'").await;
    assert_eq!(store.remove_past(Past::SystemAudit, 100).await.expect("removes"), aged - 1);
    assert_eq!(sql(&world, "select 1 from system_audit where action = 'user.deactivate'").await, 1);
    world.end().await;
}
