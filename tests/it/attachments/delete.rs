//! `DELETE /api/attachments/{id}`.

use ajet_client::AuditQuery;
use ajet_protocol::{Code, Event};

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, next, next_event, sql};

#[tokio::test]
async fn a_file_goes_from_its_message() {
    let world = World::new().await;
    let one = uploaded(&world.bob, world.general.id, ("one.png", &png(8, 4))).await;
    let other = uploaded(&world.bob, world.general.id, ("other.png", &png(8, 4))).await;
    let carol = world.join("carol").await;
    let message = world.bob.post(world.general.id, &with_files("", &[&one, &other])).await.expect("posts");
    let mut carols = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut carols).await.name, "ready");
    assert_eq!(code(carol.delete_attachment(one.id).await), Code::Forbidden);
    world.ann.delete_attachment(one.id).await.expect("a moderator may");
    let Some(Event::MessageEdited(told)) = next_event(&mut carols, "message.edited").await else {
        panic!("told")
    };
    assert_eq!((told.message.id, told.message.attachments), (message.id, vec![other.clone()]));
    assert_eq!(world.history().await.pop().expect("is there").attachments, std::slice::from_ref(&other));
    assert_eq!(code(world.bob.download(one.id, false).await), Code::NotFound);
    world.ann.delete_attachment(one.id).await.expect("again changes nothing");
    assert_eq!(code(world.bob.delete_attachment(one.id).await), Code::NotFound, "who did not remove it");
    assert_eq!(code(world.bob.delete_attachment(other.id).await), Code::Conflict, "it says nothing else");
    let own = uploaded(&world.ann, world.general.id, ("own.png", &png(8, 4))).await;
    world.ann.post(world.general.id, &with_files("look", &[&own])).await.expect("posts");
    world.ann.delete_attachment(own.id).await.expect("may");
    let log = world.ann.audit(world.community.id, &AuditQuery::default()).await.expect("reads").items;
    let of_message = Some(message.id.0);
    let lines = log.iter().filter(|line| line.action == "message.remove_file");
    assert_eq!(
        lines.map(|line| line.target.id).collect::<Vec<_>>(),
        [of_message],
        "what others posted alone"
    );
    world.end().await;
}

#[tokio::test]
async fn a_file_that_is_not_posted_is_its_uploaders() {
    let world = World::new().await;
    let file = uploaded(&world.bob, world.general.id, ("one.png", &png(8, 4))).await;
    assert_eq!(code(world.ann.delete_attachment(file.id).await), Code::NotFound);
    world.bob.delete_attachment(file.id).await.expect("may");
    assert_eq!(code(world.bob.download(file.id, false).await), Code::NotFound);
    assert_eq!(sql(&world, "delete from attachments where deleted_at is not null").await, 1, "it is swept");
    world.bob.delete_attachment(file.id).await.expect("again changes nothing");
    assert_eq!(code(world.ann.delete_attachment(file.id).await), Code::NotFound);
    world.end().await;
}
