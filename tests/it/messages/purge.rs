//! `POST /api/channels/{id}/messages/purge`: the newest messages go at once.

use ajet_protocol::{Code, Event, MessageId, PageQuery, PurgeMessages, Visibility};

use crate::support::{World, audit, code, next, next_event, sql, text};

async fn left(world: &World) -> Vec<MessageId> {
    let page = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("reads");
    page.items.into_iter().filter(|one| !one.deleted).map(|one| one.id).collect()
}

#[tokio::test]
async fn the_newest_messages_are_deleted_and_each_is_told() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        let author = if n % 2 == 0 { &world.ann } else { &world.bob };
        ids.push(author.post(world.general.id, &text(&format!("{n}"))).await.expect("posts").id);
    }
    world.ann.react(ids[3], "👍").await.expect("reacts");
    world.ann.pin(ids[3]).await.expect("pins");
    world.ann.delete(ids[4]).await.expect("deletes");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.ann.purge(world.general.id, 2).await.expect("purges");
    for id in [ids[3], ids[5]] {
        let Some(Event::MessageDeleted(told)) = next_event(&mut bobs, "message.deleted").await else {
            panic!("each is told")
        };
        assert_eq!(told.message_id, id, "a deleted one does not count");
    }
    assert_eq!(left(&world).await, ids[..3]);
    assert_eq!(
        (sql(&world, "select 1 from reactions").await, sql(&world, "select 1 from pins").await),
        (0, 0)
    );
    world.ann.purge(world.general.id, 100).await.expect("purges");
    assert_eq!(left(&world).await, []);
    world.ann.purge(world.general.id, 1).await.expect("finds nothing");
    let actions: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    // Each is repeated under its key, so the one that found nothing is noted as well.
    assert_eq!(actions.iter().filter(|action| *action == "message.purge").count(), 3);
    let counted =
        "select 1 from audit_log where action = 'message.purge' and details ->> 'count' in ('2', '3')";
    assert_eq!(sql(&world, counted).await, 2);
    world.end().await;
}

/// I2: a moderator whose answer was lost asks once more, and takes no other messages with it.
#[tokio::test]
async fn a_purge_that_is_repeated_under_its_key_deletes_nothing_more() {
    let world = World::new().await;
    let general = world.general.id;
    for n in 0..4 {
        world.bob.post(general, &text(&format!("{n}"))).await.expect("posts");
    }
    let under = |count, key: &str| PurgeMessages { count, client_mutation_id: Some(key.into()) };
    world.ann.purge_by(general, &under(2, "k")).await.expect("purges");
    assert_eq!(left(&world).await.len(), 2);
    world.bob.post(general, &text("since")).await.expect("posts");
    world.ann.purge_by(general, &under(2, "k")).await.expect("is answered");
    assert_eq!(left(&world).await.len(), 3, "two of before, and the new one");
    assert_eq!(code(world.ann.purge_by(general, &under(1, "k")).await), Code::Conflict);
    // Also by another activation, which remembers no key.
    let world = world.restarted(|_| {}).await;
    let (ann, _) = world.nobody.sign_in("ann").await.expect("signs in");
    ann.purge_by(general, &under(2, "k")).await.expect("is answered");
    let there = "select 1 from messages where deleted_at is null";
    assert_eq!(sql(&world, there).await, 3);
    ann.purge_by(general, &under(100, "l")).await.expect("purges");
    assert_eq!(sql(&world, there).await, 0);
    // One that finds nothing has been done as well.
    ann.purge_by(general, &under(100, "m")).await.expect("finds nothing");
    ann.post(general, &text("after it")).await.expect("posts");
    ann.purge_by(general, &under(100, "m")).await.expect("is answered");
    let stands = "select 1 from messages where body_md = 'after it' and deleted_at is null";
    assert_eq!(sql(&world, stands).await, 1);
    let counted =
        "select 1 from audit_log where action = 'message.purge' and details ->> 'count' in ('2', '3')";
    assert_eq!(sql(&world, counted).await, 2, "as many as were deleted");
    world.end().await;
}

/// I6.
#[tokio::test]
async fn who_may_purge() {
    let world = World::new().await;
    let (general, secret) = (world.general.id, world.channel("secret", Visibility::Private).await.id);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    world.ann.post(general, &text("stays")).await.expect("posts");
    for (person, channel, refusal) in [
        (&world.bob, general, Code::Forbidden),
        (&world.bob, secret, Code::NotFound),
        (&stranger, general, Code::NotFound),
        (&world.nobody, general, Code::Unauthenticated),
    ] {
        assert_eq!(code(person.purge(channel, 1).await), refusal);
    }
    for count in [0, -1, 101] {
        assert_eq!(code(world.ann.purge(general, count).await), Code::Invalid, "{count}");
    }
    assert_eq!(left(&world).await.len(), 1);
    world.end().await;
}

/// What one takes back of one's own is not audited; what a moderator takes of others is.
#[tokio::test]
async fn the_deletion_of_what_others_wrote_is_audited() {
    let world = World::new().await;
    let own = world.ann.post(world.general.id, &text("mine")).await.expect("posts").id;
    let theirs = world.bob.post(world.general.id, &text("yours")).await.expect("posts").id;
    world.ann.delete(own).await.expect("deletes");
    world.ann.delete(theirs).await.expect("deletes");
    world.ann.delete(theirs).await.expect("again changes nothing");
    let actions: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, ["message.delete"]);
    world.end().await;
}
