//! Messages whose people are still to be notified: who is told, what a dead node leaves, and what can't be done.

use ajet_chatd::store::Store;
use ajet_client::{Client, Error, LiveEvent};
use ajet_domain::person::{self, Notice};
use ajet_domain::{Asked, Caller, Via};
use ajet_protocol::ops::{ClusterReport, ParkedMessage, ParkedReplay, ParkedWork, ReplayOutcome};
use ajet_protocol::{
    ChannelId, Code, Event, Message, MessageId, Notification, NotificationType, UserId, Visibility,
};
use reqwest::Method;
use uuid::Uuid;

use crate::support::{
    OPS, World, connect, db, eventually, everything_before_now, frames_past, fresh_config, next, sql, stack,
    text,
};

/// What the server logs of a command that the store does not take, and when it parks a message.
const PARKED: [&str; 2] =
    ["a command can't be carried out, now or later", "people can't be notified of a message; it is parked"];

async fn id_of(client: &Client) -> UserId {
    client.me().await.expect("me").user.id
}

/// A text that calls these people.
fn calling(people: &[UserId]) -> String {
    let mentions: Vec<_> = people.iter().map(|id| format!("@<user:{}>", id.0)).collect();
    format!("{} look", mentions.join(" "))
}

/// Who has a notification of a message, as often as they have one.
async fn told(world: &World, message: MessageId) -> Vec<UserId> {
    let told: Vec<Uuid> =
        sqlx::query_scalar("select user_id from notifications where source_id = $1 order by user_id")
            .bind(message.0)
            .fetch_all(&mut db(world).await)
            .await
            .expect("reads");
    told.into_iter().map(UserId).collect()
}

/// How many messages are due or parked.
async fn due(world: &World) -> u64 {
    sql(world, "select 1 from due_notices").await
}

async fn nothing_is_due(world: &World) {
    eventually("all people are notified", async || due(world).await == 0).await;
}

/// From now on due rows are as a node leaves them that took them and died, and whose claim never runs out.
async fn hold(world: &World) {
    sql(world, "alter table due_notices alter column taken_at set default 'infinity'").await;
}

/// Ends all claims, as if their nodes had died long ago, and has the notifier look.
async fn release(world: &World) {
    sql(world, "update due_notices set taken_at = now() - interval '31 seconds'").await;
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
async fn logged(world: &World, person: UserId) -> i64 {
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
    assert_eq!((one.channel_id, one.actor.id), (room, ann_id));
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
    // The first one was never taken; the claims on the others have run out.
    let ends =
        "update due_notices set taken_at = case when message_id <> $1 then now() - interval '31 seconds' end";
    sqlx::query(ends).bind(committed.id.0).execute(&mut db(&world).await).await.expect("runs");
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
    assert_eq!((one.message_id, one.channel_id, one.attempts), (message.id, world.general.id, 10));
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

/// The messages that a node takes, in order of their ids.
async fn take(store: &Store, limit: i64) -> Vec<MessageId> {
    let taken = store.take_due_notices(limit).await.expect("takes");
    assert!(taken.iter().all(|one| one.channel_id == ChannelId(Uuid::from_u128(9))), "{taken:?}");
    let mut ids: Vec<_> = taken.into_iter().map(|one| one.message_id).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_row_belongs_to_one_node_and_comes_back() {
    let config = fresh_config(stack()).await;
    let (store, mut db) = (Store::new(&config.db), connect(&config).await);
    for n in [3, 1, 4, 2] {
        sqlx::query("insert into due_notices (message_id, channel_id, created_at) values ($1, $2, now() + $3 * interval '1 s')")
            .bind(numbered(n).0)
            .bind(Uuid::from_u128(9))
            .bind(n as f64)
            .execute(&mut db)
            .await
            .expect("writes");
    }
    assert_eq!(take(&store, 2).await, [numbered(1), numbered(2)], "the oldest");
    assert_eq!(take(&store, 1).await, [numbered(3)], "not what is taken");
    // Given back, they rest.
    store.notice_later(&[numbered(1)]).await.expect("writes");
    assert!(!store.notice_failed(numbered(2), "refused").await.expect("writes"), "not parked");
    assert_eq!(take(&store, 9).await, [numbered(4)]);
    let mut moved = async |by: &'static str| {
        let moved = sqlx::query("update due_notices set taken_at = taken_at - $1::text::interval").bind(by);
        moved.execute(&mut db).await.expect("moves");
    };
    moved("3 seconds").await;
    assert_eq!(take(&store, 9).await, [numbered(1), numbered(2)], "before the claims of the others run out");
    moved("31 seconds").await;
    assert_eq!(take(&store, 9).await.len(), 4, "whose nodes have died");
    store.notice_done(&[numbered(1), numbered(3), numbered(4)]).await.expect("deletes");
    for attempt in 2..=10 {
        let parked = store.notice_failed(numbered(2), "refused again").await.expect("writes");
        assert_eq!(parked, attempt == 10, "{attempt}");
    }
    assert!(!store.notice_failed(numbered(1), "refused").await.expect("writes"), "it is gone");
    moved("1 hour").await;
    assert!(take(&store, 9).await.is_empty(), "parked");
    let listed = store.parked_notices_page().await.expect("lists").items;
    assert_eq!((listed.len(), store.parked_notices().await.expect("counts")), (1, 1));
    assert_eq!((listed[0].attempts, listed[0].reason.as_str()), (10, "refused again"));
    assert!(!store.replay_parked_notice(numbered(1)).await.expect("writes"));
    assert!(store.replay_parked_notice(numbered(2)).await.expect("writes"));
    assert_eq!(take(&store, 9).await, [numbered(2)]);
    assert!(store.notice_failed(numbered(2), "refused").await.expect("writes"), "once is enough now");
}
