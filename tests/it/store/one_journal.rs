//! Appends of all kinds of entities in one statement, and what becomes of those that can't go with the others.

use std::collections::HashSet;
use std::sync::Arc;

use ajet_chatd::clock;
use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::lookup::Lookup;
use ajet_chatd::store::{Line, Store, journal_options};
use ajet_cluster::Kind;
use ajet_domain::acl::Affected;
use ajet_domain::journal::{AclCheck, Append, DuplicateKey, Outcome, Rests};
use ajet_domain::need::{Ask, MarkerOf, Needs};
use ajet_domain::writer::SpentKey;
use ajet_domain::{Change, Emit, Numbered, Place, addressed};
use ajet_protocol::events::{ChannelPayload, MemberGone, MessageGone, ReadPayload};
use ajet_protocol::mint::Mint;
use ajet_protocol::{
    Channel, ChannelId, CommunityId, CreateCommunity, Event, EventId, MessageId, Reason, StreamId, Topic,
    Unread, UpdateChannel, UserId, Visibility,
};
use futures::future::join_all;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::support::activation::{Activation, append, committed};
use crate::support::{World, db, eventually, sql, text};

/// A journal of one lane, which takes all that waits.
pub(super) fn lane(world: &World) -> Journal {
    Journal::start(&journal_options(&world.config.db), &Line::default(), 1)
}

/// An entity that was taken over by hand, and appends whatever it is told, one event at a time.
pub(super) struct Taken {
    pub place: Place,
    epoch: u64,
    pub head: u64,
    mint: Mint,
    pub by: UserId,
    rests_on: Vec<Rests>,
}

impl Taken {
    pub async fn over(store: &Store, kind: Kind, place: Place, by: UserId) -> Self {
        let takeover = store.take_over(kind, place.stream).await.expect("asks").expect("is there");
        let mint = Mint::above(1, takeover.floor);
        Self { place, epoch: takeover.epoch, head: takeover.head, mint, by, rests_on: Vec::new() }
    }

    pub fn append(&mut self, emit: Emit, changes: Vec<Change>, raises: Vec<Affected>) -> Append<Change> {
        let now = clock::now();
        let id = EventId(self.mint.next(now, rand::random()));
        let numbered = Numbered { id, seq: self.head + 1, at: now, actor: self.by };
        Append {
            stream: self.place.stream,
            epoch: self.epoch,
            head: self.head,
            founds: false,
            acl: AclCheck { scope: self.place.scope(), rests_on: self.rests_on.clone() },
            events: Arc::new(vec![addressed(self.place, emit, numbered).expect("an audience")]),
            changes,
            raises,
        }
    }
}

fn of_community(id: CommunityId) -> Place {
    Place { stream: id.into(), topic: Topic::Community(id), community: Some(id), channel: None }
}

fn of_channel(id: ChannelId, community: CommunityId) -> Place {
    let topic = Topic::Community(community);
    Place { stream: id.into(), topic, community: Some(community), channel: Some(id) }
}

pub(super) fn of_person(id: UserId) -> Place {
    Place { stream: StreamId(id.0), topic: Topic::Person(id), community: None, channel: None }
}

/// Somebody leaves a channel: rows of the community, and their rights change.
fn leaving(community: &mut Taken, user_id: UserId, channel_id: ChannelId) -> Append<Change> {
    let emit = Emit::in_channel(&Event::MemberLeft(MemberGone { user_id }), channel_id);
    community.append(
        emit,
        vec![Change::LeaveChannel { channel_id, user_id }],
        vec![Affected::Person(user_id)],
    )
}

/// A person reads a channel up to a message.
fn reading(person: &mut Taken, channel_id: ChannelId, message_id: MessageId) -> Append<Change> {
    let read = ReadPayload { channel_id, message_id: Some(message_id), unread: Unread::default() };
    let emit = Emit::new(&Event::ReadUpdated(read));
    person.append(emit, vec![Change::MarkRead { user_id: person.by, channel_id, message_id }], vec![])
}

/// The same, resting on what is looked up now.
async fn looked_up(
    store: &Store,
    person: &mut Taken,
    channel: ChannelId,
    message: MessageId,
) -> Append<Change> {
    let mut needs = Needs::default();
    needs.ask(MarkerOf { user: person.by, channel, message });
    let facts = Lookup::new(store, person.place).gather(needs).await.expect("reads");
    person.rests_on = facts.rests_on(person.place.scope());
    reading(person, channel, message)
}

/// A channel of this name is added to a community.
fn adding(community: &mut Taken, channel: Channel) -> Append<Change> {
    let id = channel.id;
    let emit =
        Emit::in_channel(&Event::ChannelCreated(ChannelPayload { channel: channel.clone().into() }), id);
    let change = Change::AddChannel { channel: Box::new(channel), by: community.by };
    community.append(emit, vec![change], vec![Affected::Channel(id)])
}

/// What becomes of appends that wait together: they are handed in without an await between them, so that one lane takes them all.
async fn append_together(journal: &Journal, appends: Vec<Append<Change>>) -> Vec<Outcome> {
    let told = appends.into_iter().map(|append| {
        let (tell, told) = oneshot::channel();
        journal.append(append, Box::new(move |outcome| drop(tell.send(outcome))));
        told
    });
    let told: Vec<_> = told.collect();
    join_all(told).await.into_iter().map(|outcome| outcome.expect("an outcome")).collect()
}

fn events_of(appends: &[Append<Change>]) -> Vec<Uuid> {
    appends.iter().flat_map(|append| append.events.iter().map(|one| one.event.id.0)).collect()
}

/// In how many commits these events were written.
async fn commits(world: &World, events: &[Uuid]) -> i64 {
    sqlx::query_scalar("select count(distinct xid::text) from events where id = any($1)")
        .bind(events)
        .fetch_one(&mut db(world).await)
        .await
        .expect("counts")
}

/// Ann's id, and bob's.
pub(super) async fn people(world: &World) -> (UserId, UserId) {
    (world.ann.me().await.expect("me").user.id, world.bob.me().await.expect("me").user.id)
}

/// Channels that ann is in.
async fn rooms(world: &World, count: usize) -> Vec<Channel> {
    let mut rooms = Vec::with_capacity(count);
    for n in 0..count {
        rooms.push(world.channel(&format!("c{n}"), Visibility::Public).await);
    }
    rooms
}

#[tokio::test]
async fn appends_of_all_kinds_of_entities_are_one_commit() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (ann, bob) = people(&world).await;
    let general = world.general.id;
    let other = world.channel("other", Visibility::Public).await.id;
    world.bob.join(other).await.expect("joins");
    let posted = world.ann.post(general, &text("before")).await.expect("posts");
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut channel = Activation::new(&world, &store).await;
    let mut community = Taken::over(&store, Kind::Community, of_community(world.community.id), ann).await;
    let mut person = Taken::over(&store, Kind::User, of_person(bob), bob).await;
    let before: i64 = sqlx::query_scalar("select version from acl where scope = $1")
        .bind(world.community.id.0)
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    let appends = vec![
        channel.append("said"),
        leaving(&mut community, bob, other),
        reading(&mut person, general, posted.id),
    ];
    let events = events_of(&appends);
    let outcomes = append_together(&journal, appends).await;
    assert!(outcomes.iter().all(|outcome| committed(outcome).is_some()), "{outcomes:?}");
    assert_eq!(commits(&world, &events).await, 1);
    let raised = Outcome::Committed { acl_version: before.unsigned_abs() + 1 };
    assert_eq!(outcomes[1], raised, "the community's rights have changed");
    assert_eq!(world.history().await.last().map(|message| message.body_md.clone()), Some("said".into()));
    let rows = "select 1 from read_markers r join users u on u.id = r.user_id and u.username = 'bob'
                where not exists (select 1 from channel_members cm join channels ch on ch.id = cm.channel_id
                                  where cm.user_id = u.id and ch.name = 'other')";
    assert_eq!(sql(&world, rows).await, 1);
    let stamped = "select 1 from events e join acl a on a.scope = e.topic and a.version = e.acl_version
                   where e.type = 'member.left' or e.type = 'read.updated'";
    assert_eq!(sql(&world, stamped).await, 2, "each event has the version of its own scope");
    world.end().await;
}

/// I6: a mark that was looked up before the person was removed does not become durable after the answer to that.
#[tokio::test]
async fn a_mark_is_stale_after_its_person_was_removed_and_not_after_a_change_of_others() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (_, bob) = people(&world).await;
    let (community, general) = (world.community.id, world.general.id);
    let posted = world.ann.post(general, &text("before")).await.expect("posts").id;
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut person = Taken::over(&store, Kind::User, of_person(bob), bob).await;
    let before_a_join = looked_up(&store, &mut person, general, posted).await;
    let of_the_community = person.rests_on.iter().map(|one| (one.scope, one.person));
    assert!(of_the_community.eq([(community.into(), bob)]), "{:?}", person.rests_on);
    // Somebody joins, which does not alter where bob is.
    world.join("carol").await;
    let goes_through = append(&journal, before_a_join).await;
    assert!(committed(&goes_through).is_some(), "{goes_through:?}");
    person.head += 1;
    // What may be done in the channel changes, and perhaps who may view it: bob's place there is to be judged anew.
    let before_the_change = looked_up(&store, &mut person, general, posted).await;
    let hidden = UpdateChannel { visibility: Some(Visibility::Private), ..UpdateChannel::default() };
    world.ann.update_channel(general, &hidden).await.expect("changes");
    assert_eq!(append(&journal, before_the_change).await, Outcome::StaleAcl);
    let before_the_kick = looked_up(&store, &mut person, general, posted).await;
    world.ann.remove_member(community, bob, &Reason::default()).await.expect("kicks");
    // The server tells bob of it meanwhile, and then has taken his stream over.
    let after_the_kick = append(&journal, before_the_kick).await;
    assert!(matches!(after_the_kick, Outcome::StaleAcl | Outcome::Fenced), "{after_the_kick:?}");
    let marks = "select 1 from events e where e.type = 'read.updated'";
    assert_eq!(sql(&world, marks).await, 1, "nothing was written of it");
    looked_up(&store, &mut person, general, posted).await;
    assert!(person.rests_on.is_empty(), "a further look-up finds no membership");
    world.end().await;
}

/// I20: a lane that can't write a batch as a whole halves it, until the culprit is alone.
#[tokio::test]
async fn a_broken_constraint_refuses_one_append_of_many() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (ann, bob) = people(&world).await;
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut appends = Vec::new();
    for room in rooms(&world, 30).await {
        appends.push(Activation::of(&world, &store, room.id).await.append(&room.name));
    }
    let good = events_of(&appends);
    let mut community = Taken::over(&store, Kind::Community, of_community(world.community.id), ann).await;
    let taken = Channel { id: ChannelId(Uuid::new_v4()), ..world.general.clone() };
    appends.insert(17, adding(&mut community, taken));
    let mut outcomes = append_together(&journal, appends).await;
    assert_eq!(outcomes.remove(17), Outcome::Constraint("channels_name_key".into()));
    assert!(outcomes.iter().all(|outcome| committed(outcome).is_some()), "{outcomes:?}");
    let commits = commits(&world, &good).await;
    assert_eq!(commits, 1, "they share no statement with what may be refused");
    // Nothing was written of it: the community goes on where it was.
    let goes_on = append(&journal, leaving(&mut community, bob, world.general.id)).await;
    assert!(committed(&goes_on).is_some(), "{goes_on:?}");
    world.end().await;
}

/// I2, I6, I15, I20: what is fenced, stale or spent is left out of the commit, and the others are in it.
#[tokio::test]
async fn what_can_not_go_is_left_out_and_the_others_go() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (ann, bob) = people(&world).await;
    let posted = world.ann.post(world.general.id, &text("before")).await.expect("posts");
    let rooms = rooms(&world, 5).await;
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut first = Activation::of(&world, &store, rooms[0].id).await;
    assert!(committed(&append(&journal, first.append("again")).await).is_some());
    let spent = Activation::of(&world, &store, rooms[0].id).await.append("again");
    let mut stale = Activation::of(&world, &store, rooms[1].id).await.append("stale");
    stale.acl.rests_on[0].version += 1;
    let fenced = Activation::of(&world, &store, rooms[2].id).await.append("fenced");
    store.take_over(Kind::Channel, rooms[2].id.into()).await.expect("asks").expect("is there");
    let mut community = Taken::over(&store, Kind::Community, of_community(world.community.id), ann).await;
    let key = DuplicateKey::of_object(ann, "channels again");
    sqlx::query(
        "insert into mutations (author_id, key, object_id, fingerprint, created_at) values ($1, $2, $3, 1, now())",
    )
    .bind(ann.0)
    .bind(&key.key)
    .bind(Uuid::new_v4())
    .execute(&mut db(&world).await)
    .await
    .expect("writes");
    let mut keyed = leaving(&mut community, bob, world.general.id);
    let object = Uuid::new_v4();
    keyed.changes.push(Change::SpendKey(SpentKey {
        key: key.clone(),
        object,
        fingerprint: 1,
        at: clock::now(),
    }));
    let mut person = Taken::over(&store, Kind::User, of_person(bob), bob).await;
    let good = vec![
        Activation::of(&world, &store, rooms[3].id).await.append("one"),
        Activation::of(&world, &store, rooms[4].id).await.append("two"),
        reading(&mut person, world.general.id, posted.id),
    ];
    let events = events_of(&good);
    let mut appends = vec![spent, stale, fenced, keyed];
    appends.extend(good);
    let outcomes = append_together(&journal, appends).await;
    let said = DuplicateKey::of_message(ann, "again");
    let expected =
        [Outcome::Spent(vec![said]), Outcome::StaleAcl, Outcome::Fenced, Outcome::Spent(vec![key])];
    assert_eq!(outcomes[..4], expected);
    assert!(outcomes[4..].iter().all(|outcome| committed(outcome).is_some()), "{outcomes:?}");
    assert_eq!(commits(&world, &events).await, 1);
    let members =
        "select 1 from channel_members cm join users u on u.id = cm.user_id where u.username = 'bob'";
    assert_eq!(sql(&world, members).await, 1, "of what was left out no row was written");
    world.end().await;
}

/// Connections of journals to the database of a world.
async fn connections(world: &World) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and application_name = 'ajet-chat journal'",
    )
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts")
}

/// Two communities and a channel of each. What stands in a channel rests on the rights that its community's append raises.
async fn crossed(world: &World, store: &Store) -> [Taken; 4] {
    let (ann, _) = people(world).await;
    let request = CreateCommunity { name: "Else".into(), slug: "else".into(), client_mutation_id: None };
    let other = world.ann.create_community(&request).await.expect("founds");
    let there = world.ann.channels(other.id).await.expect("lists").items.remove(0);
    let (here, elsewhere) = (world.community.id, other.id);
    let mut taken = [
        Taken::over(store, Kind::Community, of_community(here), ann).await,
        Taken::over(store, Kind::Community, of_community(elsewhere), ann).await,
        Taken::over(store, Kind::Channel, of_channel(world.general.id, here), ann).await,
        Taken::over(store, Kind::Channel, of_channel(there.id, elsewhere), ann).await,
    ];
    for channel in &mut taken[2..] {
        let version: i64 = sqlx::query_scalar("select version from acl where scope = $1")
            .bind(channel.place.scope().0)
            .fetch_one(&mut db(world).await)
            .await
            .expect("reads");
        let (scope, version) = (channel.place.scope(), version.unsigned_abs());
        channel.rests_on = vec![Rests { scope, person: ann, version }];
    }
    taken
}

/// The next append of each. Communities raise the rights of somebody on whom nothing rests.
fn next_of(taken: &mut [Taken; 4], somebody: UserId) -> [Append<Change>; 4] {
    taken.each_mut().map(|one| match one.place.channel {
        None => {
            let event = Event::MemberLeft(MemberGone { user_id: somebody });
            one.append(Emit::new(&event), vec![], vec![Affected::Person(somebody)])
        }
        Some(channel) => {
            let event = Event::MessageDeleted(MessageGone { message_id: MessageId(Uuid::nil()) });
            one.append(Emit::in_channel(&event, channel), vec![], vec![])
        }
    })
}

/// Two lanes write the same streams at once, which their batches hold in opposite orders, and raise the rights that the other one
/// reads.
#[tokio::test]
async fn lanes_with_crossed_streams_do_not_deadlock() {
    const ROUNDS: u64 = 200;
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let store = Store::new(&world.config.db);
    let mut taken = crossed(&world, &store).await;
    let (before, somebody) = (connections(&world).await, UserId(Uuid::from_u128(1)));
    let (one, two) = (lane(&world), lane(&world));
    let heads = taken.each_ref().map(|one| one.head);
    for round in 0..ROUNDS {
        // The same place on each stream: of two appends one is committed.
        let [x, y, p, q] = next_of(&mut taken, somebody);
        let [x2, y2, p2, q2] = next_of(&mut taken, somebody);
        let (first, second) = tokio::join!(
            append_together(&one, vec![x, q, p, y]),
            append_together(&two, vec![y2, p2, q2, x2])
        );
        let streams = [
            [&first[0], &second[3]],
            [&first[3], &second[0]],
            [&first[2], &second[1]],
            [&first[1], &second[2]],
        ];
        for outcomes in streams {
            let made = outcomes.iter().filter(|outcome| committed(outcome).is_some()).count();
            let fenced = outcomes.iter().filter(|outcome| ***outcome == Outcome::Fenced).count();
            assert_eq!((made, fenced), (1, 1), "round {round}: {outcomes:?}");
        }
        taken.iter_mut().for_each(|one| one.head += 1);
    }
    for (one, head) in taken.iter().zip(heads) {
        assert_eq!(one.head, head + ROUNDS);
        let position = store.position_of(one.place.stream).await.expect("reads").expect("is there");
        assert_eq!(position.0, one.head, "I3: each number once");
    }
    // A lane that was refused for a deadlock tries again, and its callers do not notice. PostgreSQL counts what a connection has
    // met at its end.
    drop((one, two));
    eventually("the lanes have ended", async || connections(&world).await == before).await;
    let deadlocks: i64 =
        sqlx::query_scalar("select deadlocks from pg_stat_database where datname = current_database()")
            .fetch_one(&mut db(&world).await)
            .await
            .expect("reads");
    assert_eq!(deadlocks, 0);
    world.end().await;
}

/// A batch writes to many streams of one kind and of another: each is told of its own.
#[tokio::test]
async fn each_append_of_a_batch_is_told_its_own_outcome() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (store, journal) = (Store::new(&world.config.db), lane(&world));
    let mut people = Vec::new();
    let posted = world.ann.post(world.general.id, &text("before")).await.expect("posts");
    for n in 0..20 {
        let person = world.join(&format!("p{n}")).await.me().await.expect("me").user.id;
        people.push(Taken::over(&store, Kind::User, of_person(person), person).await);
    }
    let mut appends = Vec::new();
    for (n, person) in people.iter_mut().enumerate() {
        let mut append = reading(person, world.general.id, posted.id);
        append.epoch -= u64::from(n % 3 == 0);
        appends.push(append);
    }
    let outcomes = append_together(&journal, appends).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        let expected = if n % 3 == 0 { Outcome::Fenced } else { Outcome::Committed { acl_version: 1 } };
        assert_eq!(*outcome, expected, "{n}");
    }
    let marked: Vec<Uuid> = sqlx::query_scalar("select user_id from read_markers")
        .fetch_all(&mut db(&world).await)
        .await
        .expect("reads");
    let wanted = people.iter().enumerate().filter(|(n, _)| n % 3 != 0).map(|(_, one)| one.by.0);
    assert_eq!(marked.into_iter().collect::<HashSet<_>>(), wanted.collect());
    world.end().await;
}
