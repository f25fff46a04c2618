//! Who may ask for an export, and how often.

use ajet_client::Client;
use ajet_protocol::{AskForExport, Code, ExportId, ExportStatus, TokenScope};
use futures::future::join_all;
use uuid::Uuid;

use super::file::{exported, lines};
use crate::support::bots::signed_in;
use crate::support::requests::http;
use crate::support::{World, code, db, eventually, sql, text};

#[tokio::test]
async fn an_export_is_its_persons_alone() {
    let world = World::new().await;
    let export = exported(&world.ann).await;
    assert_eq!(code(world.bob.export(export.id).await), Code::NotFound);
    assert_eq!(code(world.ann.export(ExportId(Uuid::nil())).await), Code::NotFound);
    assert_eq!(code(world.nobody.export(export.id).await), Code::Unauthenticated);
    assert_eq!(code(world.nobody.ask_for_export(&AskForExport::default()).await), Code::Unauthenticated);
    let (_, bot) = signed_in(&world, "robo", TokenScope::ALL).await;
    assert_eq!(code(bot.ask_for_export(&AskForExport::default()).await), Code::Forbidden);
    assert_eq!(code(bot.export(export.id).await), Code::Forbidden);
    // The address is good for a minute, and for that file alone.
    let url = export.url.expect("an address");
    let other = url.replace(&export.id.to_string(), &Uuid::nil().to_string());
    for (url, status) in
        [(url.as_str(), 200), (other.as_str(), 403), (url.split('?').next().expect("a path"), 403)]
    {
        let answer = http().get(url).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{url}");
    }
    world.end().await;
}

#[tokio::test]
async fn who_asks_while_one_is_made_is_given_that_one_made_anew() {
    let world = World::new().await;
    let first = exported(&world.ann).await;
    sql(&world, "update exports set status = 'running', size_bytes = null, expires_at = null").await;
    let request = AskForExport::default();
    let asked = join_all((0..8).map(|_| world.ann.ask_for_export(&request))).await;
    for one in asked {
        let one = one.expect("is asked for");
        assert_eq!((one.id, one.status), (first.id, ExportStatus::Pending), "what it has read may be old");
    }
    assert_eq!(sql(&world, "select 1 from exports").await, 1);
    world.end().await;
}

#[tokio::test]
async fn requests_at_once_with_one_key_ask_for_one() {
    let world = World::new().await;
    let request = AskForExport { client_mutation_id: Some("k".into()) };
    let asked = join_all((0..8).map(|_| world.ann.ask_for_export(&request))).await;
    let mut ids: Vec<_> = asked.into_iter().map(|one| one.expect("is asked for").id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(sql(&world, "select 1 from exports").await, 1);
    world.end().await;
}

#[tokio::test]
async fn what_was_deleted_is_in_no_export_that_is_asked_for_later() {
    let world = World::new().await;
    let message = world.ann.post(world.general.id, &text("regretted")).await.expect("posts").id;
    let holds =
        async |export| lines(&world.ann, export).await.iter().any(|line| line["body_md"] == "regretted");
    let first = exported(&world.ann).await;
    assert!(holds(&first).await);
    world.ann.delete(message).await.expect("deletes");
    let second = exported(&world.ann).await;
    assert_ne!(second.id, first.id);
    assert!(!holds(&second).await);
    assert_eq!(
        code(world.ann.export(first.id).await),
        Code::NotFound,
        "the second takes the place of the first"
    );
    world.end().await;
}

#[tokio::test]
async fn what_was_deleted_while_one_is_made_is_not_in_it_for_who_asks_again() {
    let world = World::new().await;
    let message = world.ann.post(world.general.id, &text("regretted")).await.expect("posts").id;
    // The last that it reads: the messages stand before it.
    let mut lock = db(&world).await;
    sqlx::raw_sql("begin; lock table blocks in access exclusive mode")
        .execute(&mut lock)
        .await
        .expect("locks");
    let request = AskForExport::default();
    let first = world.ann.ask_for_export(&request).await.expect("is asked for");
    let waits = "select 1 from pg_locks where not granted and relation = 'blocks'::regclass";
    eventually("it has read the messages", async || sql(&world, waits).await == 1).await;
    world.ann.delete(message).await.expect("deletes");
    assert_eq!(world.ann.ask_for_export(&request).await.expect("is asked for").id, first.id);
    sqlx::raw_sql("rollback").execute(&mut lock).await.expect("lets go");
    let ready = async || world.ann.export(first.id).await.expect("is there").status == ExportStatus::Ready;
    eventually("it is ready", ready).await;
    let export = world.ann.export(first.id).await.expect("is there");
    assert!(!lines(&world.ann, &export).await.iter().any(|line| line["body_md"] == "regretted"));
    world.end().await;
}

#[tokio::test]
async fn a_key_finds_the_export_that_it_asked_for() {
    let world = World::new().await;
    let request = AskForExport { client_mutation_id: Some("k".into()) };
    let ask = async |client: &Client| client.ask_for_export(&request).await;
    let first = ask(&world.ann).await.expect("is asked for");
    let ready = async || ask(&world.ann).await.expect("is found").status == ExportStatus::Ready;
    eventually("it is ready", ready).await;
    let again = ask(&world.ann).await.expect("is found");
    assert_eq!((again.id, again.url.is_some()), (first.id, true));
    assert_ne!(ask(&world.bob).await.expect("is asked for").id, first.id, "a key is its person's");
    exported(&world.ann).await;
    assert_eq!(code(ask(&world.ann).await), Code::NotFound, "another one took its place");
    world.end().await;
}
