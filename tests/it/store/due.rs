//! Messages whose people are still to be notified: who is told, what a dead node leaves, and what can't be done.

use ajet_chatd::store::Store;
use ajet_chatd::store::due::{DueNotice, Lane};
use ajet_client::{Client, Error, LiveEvent};
use ajet_domain::person::{self, Notice};
use ajet_domain::{Asked, Caller, Via};
use ajet_protocol::ops::{ClusterReport, ParkedMessage, ParkedReplay, ParkedWork, ReplayOutcome};
use ajet_protocol::{
    ChannelId, Code, Event, Message, MessageId, Notification, NotificationType, UserId, Visibility,
};
use reqwest::Method;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::support::{
    OPS, World, connect, db, eventually, everything_before_now, frames_past, fresh_config, id_of, next, sql,
    stack, text,
};

/// What the server logs of a command that the store does not take, and when it parks a message.
const PARKED: [&str; 2] =
    ["a command can't be carried out, now or later", "people can't be notified of a message; it is parked"];

/// A text that calls these people.
pub(super) fn calling(people: &[UserId]) -> String {
    let mentions: Vec<_> = people.iter().map(|id| format!("@<user:{}>", id.0)).collect();
    format!("{} look", mentions.join(" "))
}

/// Who has a notification of a message, as often as they have one.
pub(super) async fn told(world: &World, message: MessageId) -> Vec<UserId> {
    let told: Vec<Uuid> =
        sqlx::query_scalar("select user_id from notifications where source_id = $1 order by user_id")
            .bind(message.0)
            .fetch_all(&mut db(world).await)
            .await
            .expect("reads");
    told.into_iter().map(UserId).collect()
}

/// How many messages are due or parked.
pub(super) async fn due(world: &World) -> u64 {
    sql(world, "select 1 from due_notices").await
}

async fn nothing_is_due(world: &World) {
    eventually("all people are notified", async || due(world).await == 0).await;
}

/// From now on due rows are as a node leaves them that took them and died, and whose claim never runs out.
pub(super) async fn hold(world: &World) {
    sql(world, "alter table due_notices alter column due_at set default 'infinity'").await;
}

/// Ends all claims, as if their nodes had died long ago, and has the notifier look.
pub(super) async fn release(world: &World) {
    sql(world, "update due_notices set due_at = now()").await;
    world.server.app().node.due().notify_one();
}

/// Asks a person's entity as the notifier does.
async fn notify(world: &World, person: UserId, message: &Message) {
    let verb =
        person::Notify { channel_id: message.channel_id, message_id: message.id, kind: Notice::Mention };
    let by = Caller { user: message.author.clone(), via: Via::System, scopes: None };
    world.server.app().cluster.ask(person, Asked { by, key: None, verb }).await.expect("is told");
}

/// The notification that a frame brings.
fn notification(frame: &LiveEvent) -> Option<Notification> {
    match frame.envelope()?.event() {
        Ok(Some(Event::NotificationNew(new))) => Some(new.notification),
        _ => None,
    }
}

/// How many notifications the log has of somebody.
pub(super) async fn logged(world: &World, person: UserId) -> i64 {
    sqlx::query_scalar("select count(*) from events where stream = $1 and type = 'notification.new'")
        .bind(person.0)
        .fetch_one(&mut db(world).await)
        .await
        .expect("counts")
}

#[tokio::test]
async fn who_is_mentioned_gets_one_notification_and_one_event() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await.id;
    world.bob.join(room).await.expect("joins");
    let carol = world.join("carol").await;
    let (ann_id, bob_id, carol_id) = (id_of(&world.ann).await, id_of(&world.bob).await, id_of(&carol).await);
    let mut lives = Vec::new();
    for client in [&world.ann, &world.bob, &carol] {
        let mut live = client.live(None).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
        lives.push(live);
    }
    // The author, one who has not joined the channel, and one who is nowhere.
    let called = calling(&[bob_id, ann_id, carol_id, UserId(Uuid::new_v4()), bob_id]);
    let message = world.ann.post(room, &text(&called)).await.expect("posts");
    nothing_is_due(&world).await;
    let plain = world.ann.post(room, &text("plain")).await.expect("posts");
    world.ann.edit(plain.id, &calling(&[bob_id])).await.expect("edits");
    assert_eq!(due(&world).await, 0, "an edit notifies no one");
    assert_eq!(told(&world, message.id).await, [bob_id]);
    assert!(told(&world, plain.id).await.is_empty());
    let barrier = everything_before_now(&world).await;
    let mut heard = Vec::new();
    for live in &mut lives {
        let frames = frames_past(live, &world, &barrier).await;
        heard.push(frames.iter().filter_map(notification).collect::<Vec<_>>());
    }
    let [anns, bobs, carols] = heard.as_slice() else { panic!("three streams") };
    assert!(anns.is_empty() && carols.is_empty(), "{anns:?} {carols:?}");
    let [one] = bobs.as_slice() else { panic!("one for bob: {bobs:?}") };
    assert_eq!((one.kind, one.source_id), (NotificationType::Mention, message.id.0));
    assert_eq!((one.channel_id, one.actor.id), (Some(room), ann_id));
    assert!(one.preview.is_none() && !one.read, "{one:?}");
    world.end().await;
}

/// Four messages, each left by a node that died at another step. The node's own look finds them, without a commit that wakes it.
#[tokio::test]
async fn a_crash_between_any_two_steps_ends_with_one_notification_each() {
    let world = World::new().await;
    let general = world.general.id;
    let carol = world.join("carol").await;
    let mut people = [id_of(&world.bob).await, id_of(&carol).await];
    people.sort();
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    hold(&world).await;
    let mut left = Vec::new();
    for _ in 0..4 {
        left.push(world.ann.post(general, &text(&calling(&people))).await.expect("posts"));
    }
    let [committed, taken, half, whole] = left.as_slice() else { panic!("four messages") };
    notify(&world, people[0], half).await;
    notify(&world, people[0], whole).await;
    notify(&world, people[1], whole).await;
    assert_eq!(due(&world).await, 4, "all rows are there");
    assert!(told(&world, committed.id).await.is_empty());
    assert!(told(&world, taken.id).await.is_empty());
    assert_eq!(told(&world, half.id).await, people[..1]);
    assert_eq!(told(&world, whole.id).await, people);
    sql(&world, "update due_notices set due_at = now()").await;
    nothing_is_due(&world).await;
    for message in &left {
        assert_eq!(told(&world, message.id).await, people);
    }
    assert_eq!((logged(&world, people[0]).await, logged(&world, people[1]).await), (4, 4));
    let barrier = everything_before_now(&world).await;
    let frames = frames_past(&mut live, &world, &barrier).await;
    let mut sources: Vec<_> = frames.iter().filter_map(notification).map(|one| one.source_id).collect();
    sources.sort();
    assert_eq!(sources, left.iter().map(|message| message.id.0).collect::<Vec<_>>());
    world.end().await;
}

/// I20: it is parked in the end, and its neighbours in the same turn are done at once.
#[tokio::test]
async fn a_message_that_cannot_be_read_holds_up_no_other() {
    let world = World::new().await;
    world.expects_errors(&PARKED[1..]);
    let (ops, bob) = (world.nobody.with_token(OPS), id_of(&world.bob).await);
    hold(&world).await;
    let mut posted = Vec::new();
    for _ in 0..3 {
        posted.push(world.ann.post(world.general.id, &text(&calling(&[bob]))).await.expect("posts").id);
    }
    let breaks = "update messages set mentions = '{}' where id = $1";
    sqlx::query(breaks).bind(posted[1].0).execute(&mut db(&world).await).await.expect("breaks");
    sql(&world, "update due_notices set attempts = 9").await;
    release(&world).await;
    eventually("the others are done, and it is parked", async || {
        due(&world).await == 1 && !parked(&ops).await.is_empty()
    })
    .await;
    let one = parked(&ops).await.remove(0);
    assert_eq!((one.message_id, one.reason.as_str()), (posted[1], "its message can't be read"));
    for (message, expected) in posted.iter().zip([&[bob][..], &[], &[bob]]) {
        assert_eq!(told(&world, *message).await, expected);
    }
    world.end().await;
}

/// The last step of all: everybody was told long ago, and only the row is left.
#[tokio::test]
async fn a_row_that_comes_back_tells_no_one_twice() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    let message = world.ann.post(world.general.id, &text(&calling(&[bob]))).await.expect("posts");
    nothing_is_due(&world).await;
    assert_eq!(told(&world, message.id).await, [bob]);
    sql(
        &world,
        "insert into due_notices (message_id, channel_id, created_at)
         select source_id, channel_id, created_at from notifications",
    )
    .await;
    world.server.app().node.due().notify_one();
    nothing_is_due(&world).await;
    assert_eq!(told(&world, message.id).await, [bob]);
    assert_eq!(logged(&world, bob).await, 1);
    world.end().await;
}

#[tokio::test]
async fn a_deleted_message_notifies_no_one() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    hold(&world).await;
    let message = world.ann.post(world.general.id, &text(&calling(&[bob]))).await.expect("posts");
    assert_eq!(due(&world).await, 1);
    world.ann.delete(message.id).await.expect("deletes");
    release(&world).await;
    nothing_is_due(&world).await;
    assert!(told(&world, message.id).await.is_empty());
    assert_eq!(logged(&world, bob).await, 0);
    world.end().await;
}

async fn parked(ops: &Client) -> Vec<ParkedMessage> {
    let work: ParkedWork = ops.get("/ops/parked").await.expect("lists");
    assert!(work.items.is_empty() && !work.more_messages, "{work:?}");
    work.messages
}

async fn replay(ops: &Client, message: MessageId) -> Result<ReplayOutcome, Error> {
    let path = format!("/ops/parked/messages/{message}/replay");
    let answer: Result<ParkedReplay, Error> = ops.send(Method::POST, &path, None::<&()>, false).await;
    answer.map(|replay| replay.outcome)
}

#[tokio::test]
async fn what_fails_ten_times_is_parked_listed_and_replayed() {
    let world = World::new().await;
    world.expects_errors(&PARKED);
    let (ops, bob) = (world.nobody.with_token(OPS), id_of(&world.bob).await);
    hold(&world).await;
    let message = world.ann.post(world.general.id, &text(&calling(&[bob]))).await.expect("posts");
    sql(&world, "alter table notifications add constraint takes_nothing check (false)").await;
    sql(&world, "update due_notices set attempts = 8").await;
    release(&world).await;
    eventually("it fails for the ninth time", async || {
        sql(&world, "select 1 from due_notices where attempts = 9 and parked_at is null").await == 1
    })
    .await;
    assert!(parked(&ops).await.is_empty(), "once is to come");
    eventually("it is parked", async || !parked(&ops).await.is_empty()).await;
    let one = parked(&ops).await.remove(0);
    assert_eq!((one.message_id, one.channel_id, one.attempts), (message.id, Some(world.general.id), 10));
    assert!(one.reason.contains("the store can't take"), "{one:?}");
    let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
    assert_eq!((report.parked, report.parked_messages), (Some(0), Some(1)));
    assert_eq!(replay(&ops, message.id).await.expect("taken"), ReplayOutcome::Queued);
    eventually("it fails once more", async || {
        parked(&ops).await.first().is_some_and(|one| one.attempts == 11)
    })
    .await;
    assert!(told(&world, message.id).await.is_empty());
    // The cause is gone.
    sql(&world, "alter table notifications drop constraint takes_nothing").await;
    let refused = replay(&world.ann, message.id).await.expect_err("a token of its own");
    assert_eq!(refused.code(), Some(Code::Unauthenticated));
    assert_eq!(replay(&ops, message.id).await.expect("taken"), ReplayOutcome::Queued);
    nothing_is_due(&world).await;
    assert_eq!(told(&world, message.id).await, [bob]);
    assert!(parked(&ops).await.is_empty());
    for gone in [message.id, MessageId(Uuid::new_v4())] {
        assert_eq!(replay(&ops, gone).await.expect_err("is not parked").code(), Some(Code::NotFound));
    }
    world.end().await;
}

fn numbered(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(n))
}

/// Writes due rows of messages with these numbers, each due for longer than those of greater ones.
async fn written(db: &mut PgConnection, numbers: &[u128]) {
    for n in numbers {
        sqlx::query(
            "insert into due_notices (message_id, channel_id, created_at, due_at)
             values ($1, $2, now() - interval '1 minute', now() - (60 - $3) * interval '1 s')",
        )
        .bind(numbered(*n).0)
        .bind(Uuid::from_u128(9))
        .bind(*n as f64)
        .execute(&mut *db)
        .await
        .expect("writes");
    }
}

/// Goes on by this many seconds: what is due, rests or is taken, and the claims on it.
async fn passes(db: &mut PgConnection, seconds: u32) {
    sqlx::query("update due_notices set due_at = due_at - $1 * interval '1 s'")
        .bind(f64::from(seconds))
        .execute(db)
        .await
        .expect("moves");
}

/// What a node takes, in order of the messages' ids.
async fn taken(store: &Store, limit: i64) -> Vec<DueNotice> {
    let mut taken = store.take_due_notices(Lane::Direct, limit).await.expect("takes");
    assert!(taken.iter().all(|one| one.channel_id == Some(ChannelId(Uuid::from_u128(9)))), "{taken:?}");
    taken.sort_by_key(|one| one.message_id);
    taken
}

fn ids(taken: &[DueNotice]) -> Vec<MessageId> {
    taken.iter().map(|one| one.message_id).collect()
}

#[tokio::test]
async fn a_row_belongs_to_one_node_and_comes_back() {
    let config = fresh_config(stack()).await;
    let (store, mut db) = (Store::new(&config.db), connect(&config).await);
    written(&mut db, &[3, 1, 4, 2]).await;
    let first = taken(&store, 2).await;
    assert_eq!(ids(&first), [numbered(1), numbered(2)], "due for longest");
    assert_eq!(ids(&taken(&store, 1).await), [numbered(3)], "not what is taken");
    // Given back, they rest.
    store.notice_later(&first[..1]).await.expect("writes");
    assert!(!store.notice_failed(&first[1], "refused").await.expect("writes"), "not parked");
    assert_eq!(ids(&taken(&store, 9).await), [numbered(4)]);
    passes(&mut db, 3).await;
    assert_eq!(ids(&taken(&store, 9).await), [numbered(1), numbered(2)], "before the other claims run out");
    passes(&mut db, 31).await;
    let all = taken(&store, 9).await;
    assert_eq!(all.len(), 4, "whose nodes have died");
    let second = all[1];
    assert_eq!((second.message_id, second.attempts), (numbered(2), 1));
    store.notice_done(&[all[0], all[2], all[3]]).await.expect("deletes");
    assert!(!store.notice_failed(&all[0], "refused").await.expect("writes"), "it is gone");
    assert!(!store.notice_failed(&second, "refused").await.expect("writes"), "for the second time");
    for attempt in 3..=10 {
        passes(&mut db, 3).await;
        let again = taken(&store, 9).await;
        let parked = store.notice_failed(&again[0], "refused again").await.expect("writes");
        assert_eq!(parked, attempt == 10, "{attempt}");
    }
    passes(&mut db, 3600).await;
    assert!(taken(&store, 9).await.is_empty(), "parked");
    let listed = store.parked_notices_page().await.expect("lists").items;
    assert_eq!((listed.len(), store.parked_notices().await.expect("counts")), (1, 1));
    assert_eq!((listed[0].attempts, listed[0].reason.as_str()), (10, "refused again"));
    assert!(!store.replay_parked_notice(numbered(1)).await.expect("writes"));
    assert!(store.replay_parked_notice(numbered(2)).await.expect("writes"));
    let replayed = taken(&store, 9).await;
    assert_eq!(ids(&replayed), [numbered(2)]);
    assert!(store.notice_failed(&replayed[0], "refused").await.expect("writes"), "once is enough now");
}

#[tokio::test]
async fn a_node_whose_claim_has_run_out_changes_nothing() {
    let config = fresh_config(stack()).await;
    let (slow, other) = (Store::new(&config.db), Store::new(&config.db));
    let mut db = connect(&config).await;
    written(&mut db, &[1]).await;
    let late = taken(&slow, 9).await;
    assert!(taken(&other, 9).await.is_empty(), "it is taken");
    passes(&mut db, 31).await;
    let held = taken(&other, 9).await;
    assert_eq!(ids(&late), ids(&held));
    slow.notice_later(&late).await.expect("writes");
    assert!(!slow.notice_failed(&late[0], "refused").await.expect("writes"));
    slow.notice_done(&late).await.expect("deletes");
    let counted: Vec<(i32, i32)> =
        sqlx::query_as("select tries, attempts from due_notices").fetch_all(&mut db).await.expect("reads");
    assert_eq!(counted, [(0, 0)], "it is there as before");
    passes(&mut db, 4).await;
    assert!(taken(&slow, 9).await.is_empty(), "the other's claim is as long as before");
    passes(&mut db, 31).await;
    other.notice_done(&taken(&other, 9).await).await.expect("deletes");
    assert_eq!(other.notices_left().await.expect("counts").due, 0);
}

#[tokio::test]
async fn what_cannot_be_done_now_rests_longer_each_time_and_is_counted() {
    let config = fresh_config(stack()).await;
    let (store, mut db) = (Store::new(&config.db), connect(&config).await);
    written(&mut db, &[1]).await;
    for expected in [3.0, 6.0, 12.0, 24.0, 48.0, 60.0, 60.0] {
        let held = taken(&store, 9).await;
        assert_eq!((held.len(), held[0].attempts), (1, 0));
        store.notice_later(&held).await.expect("writes");
        let rests = "select extract(epoch from due_at - clock_timestamp())::float8 from due_notices";
        let rests: f64 = sqlx::query_scalar(rests).fetch_one(&mut db).await.expect("reads");
        assert!(rests <= expected && rests > expected - 2.5, "{rests} of {expected}");
        passes(&mut db, 60).await;
    }
    written(&mut db, &[2]).await;
    let park = "update due_notices set parked_at = now() where message_id = $1";
    sqlx::query(park).bind(numbered(2).0).execute(&mut db).await.expect("parks");
    let left = store.notices_left().await.expect("counts");
    assert_eq!((left.parked, left.due), (1, 1));
    assert!((60..120).contains(&left.oldest.as_secs()), "{left:?}");
}

/// What a newer node wrote for a reason that this one does not know is left to such a node, and takes no other row's place.
#[tokio::test]
async fn a_reason_of_a_newer_version_keeps_no_other_row_waiting() {
    let config = fresh_config(stack()).await;
    let (store, mut db) = (Store::new(&config.db), connect(&config).await);
    written(&mut db, &[1, 2]).await;
    let newer =
        "update due_notices set user_id = gen_random_uuid(), told_as = 'of tomorrow' where message_id = $1";
    sqlx::query(newer).bind(numbered(1).0).execute(&mut db).await.expect("writes");
    assert_eq!(ids(&taken(&store, 1).await), [numbered(2)]);
    assert_eq!(store.notices_left().await.expect("counts").due, 2, "it is there, and counted");
}
