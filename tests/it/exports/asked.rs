//! Who may ask for an export, and how often.

use ajet_protocol::{Code, ExportId, ExportStatus, TokenScope};
use futures::future::join_all;
use uuid::Uuid;

use super::file::exported;
use crate::support::bots::signed_in;
use crate::support::requests::http;
use crate::support::{World, code, sql};

#[tokio::test]
async fn an_export_is_its_persons_alone() {
    let world = World::new().await;
    let export = exported(&world.ann).await;
    assert_eq!(code(world.bob.export(export.id).await), Code::NotFound);
    assert_eq!(code(world.ann.export(ExportId(Uuid::nil())).await), Code::NotFound);
    assert_eq!(code(world.nobody.export(export.id).await), Code::Unauthenticated);
    assert_eq!(code(world.nobody.ask_for_export().await), Code::Unauthenticated);
    let (_, bot) = signed_in(&world, "robo", TokenScope::ALL).await;
    assert_eq!(code(bot.ask_for_export().await), Code::Forbidden);
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
async fn who_asks_again_is_given_the_same_one_for_ten_minutes() {
    let world = World::new().await;
    let asked = join_all((0..8).map(|_| world.ann.ask_for_export())).await;
    let mut ids: Vec<_> = asked.into_iter().map(|one| one.expect("is asked for").id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "one, however many ask at once: {ids:?}");
    let first = exported(&world.ann).await;
    assert_eq!((first.id, first.status), (ids[0], ExportStatus::Ready));
    assert!(first.expires_at.expect("goes") > first.created_at);
    sql(&world, "update exports set created_at = created_at - interval '11 minutes'").await;
    let second = exported(&world.ann).await;
    assert_ne!(second.id, first.id);
    assert_eq!(code(world.ann.export(first.id).await), Code::NotFound, "it takes the place of the first one");
    world.end().await;
}
