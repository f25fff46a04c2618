//! Notifiers that die: one after another, each one step later than the one before. What each leaves is done by the next.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use ajet_chatd::followers::notifier::{self, Online};
use ajet_chatd::store::Store;
use ajet_protocol::{ChannelId, NotificationReason, PostMessage, UserId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::due::{calling, due, hold, logged, release, told};
use crate::support::{POLL, World, db, eventually, id_of, sql, text};

/// Goes on with a task so often, and drops it then as a crash would; whether it had ended by itself.
async fn dies_after(polls: usize, task: impl Future<Output = ()>) -> bool {
    let mut task = pin!(task);
    let mut left = (0..polls).map(drop);
    poll_fn(|context| match left.next() {
        Some(()) => task.as_mut().poll(context).map(|()| true),
        None => Poll::Ready(false),
    })
    .await
}

/// Has the world's own notifier do what is due; again after two seconds, since what a dead one had sent may still have taken the row.
/// Not sooner: it ends the claim of a turn that is in progress, which then hands nothing to the broad lane. That one finds the row at its
/// next look, up to twelve seconds later.
async fn all_is_done(world: &World) {
    eventually("all people are notified", async || {
        release(world).await;
        for _ in 0..100 {
            if due(world).await == 0 {
                return true;
            }
            tokio::time::sleep(POLL).await;
        }
        false
    })
    .await;
}

/// A notifier beside the world's own, which looks once.
fn work(world: &World, store: &Store, online: Online) -> notifier::Work {
    let cluster = world.server.app().cluster.clone();
    notifier::Work { store: store.clone(), cluster, online, due: Arc::new(Notify::new()) }
}

/// Bob and carol, by their ids.
async fn two(world: &World) -> [UserId; 2] {
    let carol = world.join("carol").await;
    let mut people = [id_of(&world.bob).await, id_of(&carol).await];
    people.sort();
    people
}

/// Ann posts this again and again, until a notifier comes to its end. Each of these people is told of each message once, for this reason.
async fn each_is_told_once(
    world: &World,
    people: [UserId; 2],
    (channel, request): (ChannelId, PostMessage),
    reason: NotificationReason,
) {
    hold(world).await;
    let (store, stop) = (Store::new(&world.config.db), CancellationToken::new());
    stop.cancel();
    let presence = world.server.app().context.presence.clone();
    let mut steps = 0;
    loop {
        steps += 1;
        for person in people {
            presence.beat(person);
        }
        let message = world.ann.post(channel, &request).await.expect("posts");
        // The world's own notifier is not woken.
        sql(world, "update due_notices set due_at = now()").await;
        let dying = notifier::run(work(world, &store, Arc::new(Some::<Vec<UserId>>)), stop.clone());
        let ended = dies_after(steps, dying).await;
        all_is_done(world).await;
        assert_eq!(told(world, message.id).await, people, "after {steps} steps");
        if ended {
            break;
        }
    }
    // It counts rows, takes them, reads whom they concern, asks, and deletes the row. Some of that is ready at once on a busy machine.
    assert!(steps > 3, "{steps}");
    let expected = i64::try_from(steps).expect("few");
    assert_eq!((logged(world, people[0]).await, logged(world, people[1]).await), (expected, expected));
    let others: i64 = sqlx::query_scalar("select count(*) from notifications where reason <> $1")
        .bind(reason.as_str())
        .fetch_one(&mut db(world).await)
        .await
        .expect("counts");
    assert_eq!(others, 0, "all of them are told as {reason:?}");
}

#[tokio::test]
async fn a_notifier_that_dies_at_any_step_tells_each_person_once() {
    let world = World::new().await;
    let people = two(&world).await;
    let calls = (world.general.id, text(&calling(&people)));
    each_is_told_once(&world, people, calls, NotificationReason::User).await;
    world.end().await;
}

#[tokio::test]
async fn a_notifier_that_dies_over_a_reply_tells_each_follower_once() {
    let world = World::new().await;
    let people = two(&world).await;
    let parent = world.bob.post(world.general.id, &text("a question")).await.expect("posts");
    sqlx::query("insert into thread_followers (message_id, user_id, following) select $1, unnest($2), true")
        .bind(parent.id.0)
        .bind(people.map(|person| person.0).to_vec())
        .execute(&mut db(&world).await)
        .await
        .expect("follow");
    let reply = PostMessage { parent_id: Some(parent.id), ..text("an answer") };
    each_is_told_once(&world, people, (world.general.id, reply), NotificationReason::ThreadReply).await;
    world.end().await;
}

#[tokio::test]
async fn a_notifier_that_dies_over_a_direct_message_tells_each_person_once() {
    let world = World::new().await;
    let people = two(&world).await;
    let dm = world.ann.open_dm(&people).await.expect("opens").id;
    each_is_told_once(&world, people, (dm, text("psst")), NotificationReason::Dm).await;
    world.end().await;
}

#[tokio::test]
async fn a_notifier_that_dies_over_those_who_are_here_tells_each_person_once() {
    let world = World::new().await;
    let people = two(&world).await;
    let calls = (world.general.id, text("@<here> look"));
    each_is_told_once(&world, people, calls, NotificationReason::Here).await;
    world.end().await;
}

#[tokio::test]
async fn while_it_is_not_known_who_is_here_no_one_is_passed_over() {
    let world = World::new().await;
    let people = two(&world).await;
    hold(&world).await;
    let (store, stop) = (Store::new(&world.config.db), CancellationToken::new());
    stop.cancel();
    let message = world.ann.post(world.general.id, &text("@<here> look")).await.expect("posts");
    sql(&world, "update due_notices set due_at = now()").await;
    notifier::run(work(&world, &store, Arc::new(|_: Vec<UserId>| None::<Vec<UserId>>)), stop).await;
    assert_eq!((told(&world, message.id).await.len(), due(&world).await), (0, 1));
    for person in people {
        world.server.app().context.presence.beat(person);
    }
    all_is_done(&world).await;
    assert_eq!(told(&world, message.id).await, people);
    world.end().await;
}
