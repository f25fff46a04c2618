//! Notifiers that die: one after another, each one step later than the one before. What each leaves is done by the next.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use ajet_chatd::followers::notifier::{self, Online};
use ajet_chatd::store::Store;
use ajet_protocol::{ChannelId, MuteMember, NotificationReason, PostMessage, UserId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

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

/// Acts, drops a notifier after n steps, has the world's own do the rest, and looks at what came of the act, for n = 1, 2, … until the
/// notifier ends by itself. Each of these people has as many notifications in the end.
async fn at_each_step<T>(
    world: &World,
    people: [UserId; 2],
    act: impl AsyncFn() -> T,
    look: impl AsyncFn(T, usize),
) {
    hold(world).await;
    let (store, stop) = (Store::new(&world.config.db), CancellationToken::new());
    stop.cancel();
    let mut steps = 0;
    loop {
        steps += 1;
        let made = act().await;
        // The world's own notifier is not woken.
        sql(world, "update due_notices set due_at = now()").await;
        let dying = notifier::run(work(world, &store, Arc::new(Some::<Vec<UserId>>)), stop.clone());
        let ended = dies_after(steps, dying).await;
        all_is_done(world).await;
        look(made, steps).await;
        if ended {
            break;
        }
    }
    // It counts rows, takes them, reads whom they concern, asks, and deletes the row. Some of that is ready at once on a busy machine.
    assert!(steps > 3, "{steps}");
    let expected = i64::try_from(steps).expect("few");
    assert_eq!((logged(world, people[0]).await, logged(world, people[1]).await), (expected, expected));
}

/// Ann posts this at each step. Each of these people is told of each message once, for this reason.
async fn each_is_told_once(
    world: &World,
    people: [UserId; 2],
    (channel, request): (ChannelId, PostMessage),
    reason: NotificationReason,
) {
    let presence = &world.server.app().context.presence;
    let post = async || {
        for person in people {
            presence.beat(person);
        }
        world.ann.post(channel, &request).await.expect("posts").id
    };
    let look = async |message, steps| {
        assert_eq!(told(world, message).await, people, "after {steps} steps");
    };
    at_each_step(world, people, post, look).await;
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

/// What is told besides messages, here of what a moderator did, is due for one person each.
#[tokio::test]
async fn a_notifier_that_dies_over_mutes_tells_each_person_of_each_once() {
    let world = World::new().await;
    let people = two(&world).await;
    let mute = async || {
        for person in people {
            let mute = MuteMember { seconds: Some(60), reason: None };
            world.ann.mute(world.community.id, person, &mute).await.expect("mutes");
        }
    };
    let look = async |(), steps| {
        let all: Vec<(Uuid, i64)> = sqlx::query_as(
            "select user_id, count(*) from notifications where reason = 'muted' group by user_id order by user_id",
        )
        .fetch_all(&mut db(&world).await)
        .await
        .expect("counts");
        let times = i64::try_from(steps).expect("few");
        assert_eq!(all, people.map(|person| (person.0, times)), "after {steps} steps");
    };
    at_each_step(&world, people, mute, look).await;
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
