//! What people were told of and have read, as the journal writes it and as their entities look it up.

use std::sync::Arc;

use ajet_chatd::clock;
use ajet_chatd::store::Store;
use ajet_chatd::store::lookup::Lookup;
use ajet_cluster::Kind;
use ajet_domain::Change;
use ajet_domain::Emit;
use ajet_domain::journal::Append;
use ajet_domain::need::{
    Ask, Facts, Joined, Needs, NoticeFacts, NoticeOf, UnreadNotices, UnreadNoticesOf, Wishes,
};
use ajet_protocol::events::NotificationsReadPayload;
use ajet_protocol::{
    ChannelId, Event, Mention, MentionType, MessageId, NotificationId, NotificationReason, UserId, Visibility,
};
use futures::FutureExt;
use uuid::Uuid;

use super::one_journal::{Taken, lane, of_person, people};
use crate::support::activation::{Activation, append, committed};
use crate::support::{DEADLINE, World, db, sql, text};

const ELSEWHERE: ChannelId = ChannelId(Uuid::from_u128(7));

fn message(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(n))
}

fn notice(n: u128) -> NotificationId {
    NotificationId(Uuid::from_u128(n))
}

/// The person is told of a message of somebody else.
fn told(person: &Taken, id: u128, channel_id: ChannelId, message: MessageId) -> Change {
    Change::AddNotification {
        id: notice(id),
        user_id: person.by,
        reason: NotificationReason::User,
        source_id: message.0,
        cause: None,
        community_id: None,
        channel_id: Some(channel_id),
        actor: UserId(Uuid::from_u128(1)),
        read: false,
        silent: false,
        at: clock::now(),
    }
}

fn marked(person: &Taken, channel_id: ChannelId, message_id: MessageId) -> Change {
    Change::MarkRead { user_id: person.by, channel_id, message_id }
}

/// The next append of a person with these rows. The event does not matter.
fn with_rows(person: &mut Taken, changes: Vec<Change>) -> Append<Change> {
    let none = NotificationsReadPayload::Ids { ids: Vec::new() };
    let append = person.append(Emit::new(&Event::NotificationRead(none)), changes, vec![]);
    person.head += 1;
    append
}

/// The ids of a person's notifications that are not read.
async fn unread(world: &World, person: &Taken) -> Vec<u128> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select id from notifications where user_id = $1 and read_at is null order by id")
            .bind(person.by.0)
            .fetch_all(&mut db(world).await)
            .await
            .expect("reads");
    ids.into_iter().map(|id| id.as_u128()).collect()
}

#[tokio::test]
async fn a_notification_is_there_once_and_is_read_by_id_by_channel_and_with_all() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (ann, bob) = people(&world).await;
    let (store, journal, here) = (Store::new(&world.config.db), lane(&world), world.general.id);
    let mut ann = Taken::over(&store, Kind::User, of_person(ann), ann).await;
    let mut bob = Taken::over(&store, Kind::User, of_person(bob), bob).await;
    let of_ann = vec![told(&ann, 11, here, message(1))];
    assert!(committed(&append(&journal, with_rows(&mut ann, of_ann)).await).is_some());
    let (user_id, at) = (bob.by, clock::now());
    let mut before = told(&bob, 14, ELSEWHERE, message(4));
    if let Change::AddNotification { read, .. } = &mut before {
        *read = true;
    }
    // The fourth append reads its channel up to the first message that it tells of there, and nothing elsewhere.
    let steps: [(Vec<Change>, &[u128]); 5] = [
        (
            vec![
                told(&bob, 11, here, message(1)),
                told(&bob, 12, here, message(2)),
                told(&bob, 13, ELSEWHERE, message(3)),
                before,
            ],
            &[11, 12, 13],
        ),
        (vec![told(&bob, 19, here, message(1))], &[11, 12, 13]),
        (vec![Change::ReadNotifications { user_id, ids: vec![notice(11), notice(99)], at }], &[12, 13]),
        (
            vec![
                told(&bob, 21, here, message(5)),
                marked(&bob, here, message(5)),
                told(&bob, 22, here, message(6)),
                told(&bob, 23, ELSEWHERE, message(0)),
            ],
            &[13, 22, 23],
        ),
        (vec![Change::ReadNotificationsBefore { user_id, newest: notice(21), at }], &[22, 23]),
    ];
    for (n, (changes, expected)) in steps.into_iter().enumerate() {
        let outcome = append(&journal, with_rows(&mut bob, changes)).await;
        assert!(committed(&outcome).is_some(), "{n}: {outcome:?}");
        assert_eq!(unread(&world, &bob).await, expected, "{n}");
    }
    assert_eq!(unread(&world, &ann).await, [11], "another person's are theirs");
    assert_eq!(sql(&world, "select 1 from notifications").await, 8, "each source once");
    world.end().await;
}

async fn gathered(store: &Store, person: &Taken, asked: &[NoticeOf]) -> Facts {
    let mut needs = Needs::default();
    asked.iter().for_each(|one| needs.ask(*one));
    Lookup::new(store, person.place).gather(needs).await.expect("reads")
}

#[tokio::test]
async fn a_person_is_told_of_what_others_say_where_they_are_and_of_nothing_else() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (_, bob) = people(&world).await;
    let (general, other) = (world.general.id, world.channel("other", Visibility::Public).await.id);
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut posted = Vec::new();
    for channel in [general, general, general, other] {
        posted.push(world.ann.post(channel, &text("by ann")).await.expect("posts").id);
    }
    let own = world.bob.post(general, &text("by bob")).await.expect("posts").id;
    world.ann.delete(posted[2]).await.expect("deletes");
    let version: i64 = sqlx::query_scalar("select version from acl where scope = $1")
        .bind(world.community.id.0)
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    let found = |told, read| {
        let joined = Joined { scope: world.community.id.into(), acl_version: version.unsigned_abs() };
        let (wishes, community) = (Wishes::default(), Some(world.community.id));
        Some(NoticeFacts { told, read, wishes, community, joined })
    };
    let mut person = Taken::over(&store, Kind::User, of_person(bob), bob).await;
    let rows = vec![told(&person, 11, general, posted[0]), marked(&person, general, posted[0])];
    assert!(committed(&append(&journal, with_rows(&mut person, rows)).await).is_some());
    let cases = [
        (general, posted[0], found(true, true)),
        (general, posted[1], found(false, false)),
        // Deleted; said where bob is not; not in that channel; his own; not there.
        (general, posted[2], None),
        (other, posted[3], None),
        (other, posted[0], None),
        (general, own, None),
        (general, message(1), None),
    ];
    let user = bob;
    let asked = cases.clone().map(|(channel, message, _)| NoticeOf { user, channel, message });
    let facts = gathered(&store, &person, &asked).await;
    for (one, (.., expected)) in asked.iter().zip(cases) {
        assert_eq!(facts.of(one), expected, "{one:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_unread_is_found_among_ids_and_the_newest_of_all() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (ann, bob) = people(&world).await;
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut person = Taken::over(&store, Kind::User, of_person(bob), bob).await;
    let rows = (1..=4).map(|n| told(&person, 10 + n, ELSEWHERE, message(n))).collect();
    assert!(committed(&append(&journal, with_rows(&mut person, rows)).await).is_some());
    let read =
        Change::ReadNotifications { user_id: bob, ids: vec![notice(12), notice(14)], at: clock::now() };
    assert!(committed(&append(&journal, with_rows(&mut person, vec![read])).await).is_some());
    let some =
        |user, ids: &[u128]| UnreadNoticesOf { user, ids: Some(ids.iter().copied().map(notice).collect()) };
    let cases = [
        (some(bob, &[11, 12, 13, 99]), vec![11, 13], None),
        (some(bob, &[12]), vec![], None),
        (some(ann, &[11]), vec![], None),
        (UnreadNoticesOf { user: bob, ids: None }, vec![], Some(13)),
        (UnreadNoticesOf { user: ann, ids: None }, vec![], None),
    ];
    let mut needs = Needs::default();
    cases.iter().for_each(|(asked, ..)| needs.ask(asked.clone()));
    let facts = Lookup::new(&store, person.place).gather(needs).await.expect("reads");
    for (asked, ids, newest) in cases {
        let ids = ids.into_iter().map(notice).collect();
        assert_eq!(facts.of(&asked), UnreadNotices { ids, newest: newest.map(notice) }, "{asked:?}");
    }
    world.end().await;
}

/// Nothing is lost if the node dies before anybody is told: the row is there with the message, also where the message stands alone in
/// its commit.
#[tokio::test]
async fn a_message_that_mentions_others_is_due_with_its_commit_and_wakes_the_notifier() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (_, bob) = people(&world).await;
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let due = journal.due();
    let mut channel = Activation::new(&world, &store).await;
    assert!(committed(&append(&journal, channel.append("silent")).await).is_some());
    channel.appended += 1;
    assert!(due.notified().now_or_never().is_none(), "no one is mentioned");
    let mut calling = channel.append("calling");
    let [Change::InsertMessage { message, .. }] = calling.changes.as_mut_slice() else {
        panic!("one message")
    };
    message.mentions.push(Mention { kind: MentionType::User, target_id: Some(bob.0) });
    let id = message.id;
    assert!(committed(&append(&journal, calling).await).is_some());
    tokio::time::timeout(DEADLINE, due.notified()).await.expect("is woken");
    // The world's own node may have told bob by now: then it has taken the row away after that.
    let left: Option<i32> = sqlx::query_scalar(
        "select 1 from due_notices where message_id = $1 union select 1 from notifications where source_id = $1",
    )
    .bind(id.0)
    .fetch_optional(&mut db(&world).await)
    .await
    .expect("reads");
    assert_eq!(left, Some(1));
    assert!(Arc::ptr_eq(&due, &journal.due()), "each who asks waits for the same");
    world.end().await;
}
