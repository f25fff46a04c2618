//! A direct message is a channel: its people post, read, hear and mark, and for everybody else it is not there. Its rows are made by hand
//! here, since some of what must hold needs people who come and go. How they are founded is in `dms`.

use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::{Line, Store, journal_options};
use ajet_client::{Client, LiveEvent};
use ajet_domain::Scope;
use ajet_domain::journal::{Outcome, Rests};
use ajet_protocol::events::{PreferencesPayload, ReadPayload, RightsChanged};
use ajet_protocol::ops::ClusterReport;
use ajet_protocol::{
    Channel, ChannelId, Code, Community, CommunityId, Event, Member, Message, MessageId, MuteChannel,
    NotifyLevel, Page, PageQuery, Reason, StreamId, Unread, UserId,
};
use uuid::Uuid;

use crate::notifications::told::{all_of, mention, unread_of};
use crate::support::activation::{Activation, append, committed};
use crate::support::cluster::{Cluster, base};
use crate::support::{
    OPS, World, assert_one_order, code, created, db, eventually, everything_before_now, frames_past, history,
    id_of, keyed, next, next_event, post_in_the_end, read_to, read_until, serve, text,
};

/// Of this many direct messages one lives on the other of two nodes, as good as certainly.
const TO_TRY: usize = 64;

const SILENT: MuteChannel = MuteChannel { muted: true };

/// A direct message of two people, as its founding writes it but for its first event.
async fn direct(world: &World, people: [&Client; 2]) -> ChannelId {
    let (mut db, id) = (db(world).await, Uuid::from_u128(rand::random()));
    for statement in [
        "insert into channels (id, name, type, visibility, created_at) values ($1, '', 'dm', 'private', now())",
        "insert into streams (id) values ($1)",
        "insert into acl (scope, version) values ($1, 1)",
    ] {
        sqlx::query(statement).bind(id).execute(&mut db).await.expect("writes");
    }
    for person in people {
        sqlx::query("insert into channel_members (channel_id, user_id, joined_at) values ($1, $2, now())")
            .bind(id)
            .bind(id_of(person).await.0)
            .execute(&mut db)
            .await
            .expect("writes");
    }
    ChannelId(id)
}

/// Who belongs to a direct message changes, with whose rights that alters, as the journal writes it.
async fn changes(world: &World, room: ChannelId, person: UserId, rows: &'static str) {
    let mut db = db(world).await;
    let raise = "with raised as (update acl set version = version + 1 where scope = $1 returning scope, version)
                 insert into acl_changes (scope, version, affects, id) select scope, version, 3, $2 from raised";
    sqlx::query("begin").execute(&mut db).await.expect("begins");
    for statement in [rows, raise] {
        let done = sqlx::query(statement).bind(room.0).bind(person.0).execute(&mut db).await.expect("writes");
        assert_eq!(done.rows_affected(), 1, "{statement}");
    }
    sqlx::query("commit").execute(&mut db).await.expect("commits");
}

async fn removes(world: &World, room: ChannelId, person: UserId) {
    changes(world, room, person, "delete from channel_members where channel_id = $1 and user_id = $2").await;
}

async fn adds(world: &World, room: ChannelId, person: UserId) {
    let row = "insert into channel_members (channel_id, user_id, joined_at) values ($1, $2, now())";
    changes(world, room, person, row).await;
}

/// The channel as one of its people gets it.
async fn shown(client: &Client, room: ChannelId) -> Channel {
    client.get(&format!("/api/channels/{room}")).await.expect("is there")
}

fn is_of(frame: &LiveEvent, room: ChannelId) -> bool {
    frame.envelope().is_some_and(|event| event.stream == StreamId::from(room))
}

/// It is not there, whatever is asked of it.
async fn is_not_there_for(client: &Client, room: ChannelId, message: MessageId) {
    let (channel, query) = (format!("/api/channels/{room}"), PageQuery::default());
    assert_eq!(code(client.get::<Channel>(&channel).await), Code::NotFound);
    assert_eq!(code(client.post(room, &text("let me in")).await), Code::NotFound);
    assert_eq!(code(client.messages(room, &query).await), Code::NotFound);
    assert_eq!(code(client.message(message).await), Code::NotFound);
    assert_eq!(code(client.edit(message, "mine now").await), Code::NotFound);
    assert_eq!(code(client.delete(message).await), Code::NotFound);
    assert_eq!(code(client.react(message, "👍").await), Code::NotFound);
    assert_eq!(code(client.mark_read(room, message).await), Code::NotFound);
    assert_eq!(code(client.mute_channel(room, &SILENT).await), Code::NotFound);
    assert_eq!(code(client.join(room).await), Code::NotFound, "one does not come to it by oneself");
    assert_eq!(code(client.leave(room).await), Code::NotFound);
    let unread = client.unread().await.expect("lists").items;
    assert!(!unread.iter().any(|one| one.channel_id == room), "{unread:?}");
}

/// Trap 1 of direct messages: one activates, writes and is delivered as any channel, to its people alone, on whichever node they are.
#[tokio::test]
async fn two_people_talk_on_two_nodes_and_a_third_finds_nothing() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let carol = world.join("carol").await;
    let room = direct(world, [&world.ann, &world.bob]).await;
    let (ann, bob) = (&world.ann, world.bob.at(&base(&cluster.others[0])));
    let (mut anns, mut bobs) = (ann.live(None).await.expect("opens"), bob.live(None).await.expect("opens"));
    let mut carols = carol.live(None).await.expect("opens");
    for live in [&mut anns, &mut bobs, &mut carols] {
        assert_eq!(next(live).await.name, "ready");
    }
    let first = ann.post(room, &text("from ann")).await.expect("posts");
    bob.post(room, &text("from bob")).await.expect("posts");
    for live in [&mut anns, &mut bobs] {
        for (seq, said) in [(1, "from ann"), (2, "from bob")] {
            let event = read_to(live, said).await.envelope().expect("an envelope");
            assert_eq!((event.stream, event.seq), (room.into(), Some(seq)));
            assert_eq!((event.community_id, event.channel_id), (None, Some(room)), "its topic is its own");
        }
    }
    for one in cluster.everywhere(ann).into_iter().chain(cluster.everywhere(&world.bob)) {
        let said: Vec<_> =
            history(&one, &shown(&one, room).await).await.into_iter().map(|one| one.body_md).collect();
        assert_eq!(said, ["from ann", "from bob"], "I5: any node says so");
    }
    assert_eq!(ann.edit(first.id, "from ann, at first").await.expect("edits").body_md, "from ann, at first");
    bob.react(first.id, "👍").await.expect("reacts");
    assert_eq!(code(bob.delete(first.id).await), Code::Forbidden, "it is hers");
    for one in cluster.everywhere(&carol) {
        is_not_there_for(&one, room, first.id).await;
    }
    let barrier = everything_before_now(world).await;
    let heard = frames_past(&mut carols, world, &barrier).await;
    assert!(!heard.iter().any(|frame| is_of(frame, room)), "{heard:?}");
    cluster.end().await;
}

/// I6: a direct message is no community. By its id nothing of one is there, not even for its people.
#[tokio::test]
async fn its_id_is_not_taken_for_that_of_a_community() {
    let world = World::new().await;
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let (community, bob) = (CommunityId(room.0), id_of(&world.bob).await);
    let (address, why) = (format!("/api/communities/{community}"), Reason::default());
    let members = format!("{address}/members");
    // Its rights are known by then, and are so when it is read as what it is.
    world.ann.post(room, &text("hi")).await.expect("posts");
    assert_eq!(shown(&world.bob, room).await.unread.count, 1);
    for client in [&world.ann, &world.bob] {
        assert_eq!(code(client.get::<Community>(&address).await), Code::NotFound);
        assert_eq!(code(client.get::<Page<Member>>(&members).await), Code::NotFound);
        assert_eq!(code(client.channels(community).await), Code::NotFound);
        assert_eq!(code(client.bans(community).await), Code::NotFound);
        assert_eq!(code(client.create_invite(community, &Default::default()).await), Code::NotFound);
        assert_eq!(code(client.remove_member(community, bob, &why).await), Code::NotFound);
    }
    world.bob.post(room, &text("still here")).await.expect("posts");
    let unread = world.ann.unread().await.expect("lists").items;
    assert!(unread.iter().any(|one| (one.channel_id, one.count) == (room, 1)), "{unread:?}");
    world.end().await;
}

/// What one has read is one's own: it is looked up by the rights of the direct message, and counted in it.
#[tokio::test]
async fn its_messages_count_as_unread_until_they_are_marked() {
    let world = World::new().await;
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let mut posted = Vec::new();
    for said in ["one", "two"] {
        posted.push(world.ann.post(room, &text(said)).await.expect("posts"));
    }
    let listed = async |client: &Client| {
        let items = client.unread().await.expect("lists").items;
        items.into_iter().find(|one| one.channel_id == room).map(|one| (one.count, one.last_read_id))
    };
    assert_eq!(listed(&world.bob).await, Some((2, None)));
    assert_eq!(listed(&world.ann).await, None, "her own are read");
    for (message, left) in [(&posted[0], 1), (&posted[1], 0)] {
        world.bob.mark_read(room, message.id).await.expect("marks");
        let unread = Unread { count: left, mentions: 0 };
        let expected = ReadPayload { channel_id: room, message_id: Some(message.id), unread };
        assert_eq!(next_event(&mut live, "read.updated").await, Some(Event::ReadUpdated(expected)));
        let known = (left > 0).then_some((left, Some(message.id)));
        assert_eq!(listed(&world.bob).await, known);
        assert_eq!(shown(&world.bob, room).await.unread.count, left);
    }
    world.end().await;
}

/// What its people are told of on their own streams, and set there, goes by the rights of the direct message.
#[tokio::test]
async fn who_is_mentioned_in_it_is_told_and_may_mute_it() {
    let world = World::new().await;
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (message, told) = mention(&world.ann, room, &world.bob, "hi").await;
    let name = world.bob.me().await.expect("me").user.display_name;
    assert_eq!((told.channel_id, told.read), (Some(room), false));
    assert_eq!(told.preview, Some(format!("@{name} hi")), "with the names of its people");
    let heard = next_event(&mut live, "notification.new").await;
    assert!(
        matches!(&heard, Some(Event::NotificationNew(new)) if new.notification.id == told.id),
        "{heard:?}"
    );
    world.bob.mute_channel(room, &SILENT).await.expect("mutes");
    let (notify, hidden) = (NotifyLevel::All, false);
    let expected = PreferencesPayload { channel_id: room, muted: true, notify, hidden };
    assert_eq!(next_event(&mut live, "channel.preferences").await, Some(Event::ChannelPreferences(expected)));
    assert!(shown(&world.bob, room).await.muted && !shown(&world.ann, room).await.muted);
    world.bob.mark_read(room, message.id).await.expect("marks");
    assert!(unread_of(&world.bob).await.is_empty());
    assert!(all_of(&world.bob).await.iter().any(|one| one.id == told.id));
    removes(&world, room, id_of(&world.bob).await).await;
    is_not_there_for(&world.bob, room, message.id).await;
    assert!(all_of(&world.bob).await.is_empty(), "I6");
    world.end().await;
}

/// I6: the version of a direct message fences its writes as that of a community does.
#[tokio::test]
async fn a_write_that_rests_on_who_belonged_before_is_stale() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let store = Store::new(&world.config.db);
    let journal = Journal::start(&journal_options(&world.config.db), &Line::default(), 1);
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let mut one = Activation::of(&world, &store, room).await;
    let before = one.append("before");
    let rests = Rests { scope: Scope::from(room), person: ann, version: 1 };
    assert_eq!((before.acl.scope, before.acl.rests_on.as_slice()), (rests.scope, [rests].as_slice()));
    assert_eq!(committed(&append(&journal, before).await), Some(1));
    one.appended += 1;
    let of_ann = one.append("beside it");
    removes(&world, room, bob).await;
    assert_eq!(committed(&append(&journal, of_ann).await), Some(2), "his rights are none of hers");
    let mut rival = Activation::of(&world, &store, room).await;
    let fenced = one.append("from before the takeover");
    assert_eq!(append(&journal, fenced).await, Outcome::Fenced);
    let of_ann = rival.append("too late");
    removes(&world, room, ann).await;
    assert_eq!(append(&journal, of_ann).await, Outcome::StaleAcl);
    world.end().await;
}

/// I6, I14: from the removal on nothing of it is there for the person, and what they come back with says so.
#[tokio::test]
async fn who_is_removed_finds_and_hears_nothing_more() {
    let world = World::new().await;
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let (mut anns, mut bobs) =
        (world.ann.live(None).await.expect("opens"), world.bob.live(None).await.expect("opens"));
    let first = world.bob.post(room, &text("first")).await.expect("posts, and is remembered here");
    let last = read_to(&mut bobs, "first").await;
    removes(&world, room, id_of(&world.bob).await).await;
    is_not_there_for(&world.bob, room, first.id).await;
    world.ann.post(room, &text("without bob")).await.expect("posts");
    read_to(&mut anns, "without bob").await;
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut bobs, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| is_of(frame, room)), "{heard:?}");
    drop(bobs);
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    // Out of the window, and by a node that has none.
    let other = serve(&world.config).await;
    for bob in [world.bob.clone(), world.bob.at(&base(&other))] {
        let mut live = bob.live(Some(&last.cursor)).await.expect("opens");
        let mut frames = Vec::new();
        while frames.last().and_then(created).as_deref() != Some("for all") {
            frames.push(next(&mut live).await);
        }
        assert!(!frames.iter().any(|frame| is_of(frame, room)), "{frames:?}");
        let told = frames.iter().find(|frame| frame.name == "rights").expect("where rights changed");
        let changed: RightsChanged = serde_json::from_str(&told.data).expect("its data");
        assert!(
            changed.channels.contains(&room) && !changed.communities.iter().any(|one| one.0 == room.0),
            "{changed:?}"
        );
    }
    world.end().await;
    other.stop().await;
}

/// A session that is open hears of a direct message that its person comes to, with all that was said since.
#[tokio::test]
async fn who_comes_to_it_hears_it_from_then_on() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let carol_id = id_of(&carol).await;
    adds(&world, room, carol_id).await;
    world.ann.post(room, &text("welcome")).await.expect("posts");
    read_to(&mut live, "welcome").await;
    carol.post(room, &text("thanks")).await.expect("posts");
    read_to(&mut live, "thanks").await;
    world.end().await;
}

/// I4: who comes back gets what was said in it meanwhile, out of the window, and after a restart from the log.
#[tokio::test]
async fn what_was_missed_is_replayed_and_all_of_it_outlives_a_restart() {
    let world = World::new().await;
    let room = direct(&world, [&world.ann, &world.bob]).await;
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(room, &text("seen")).await.expect("posts");
    let last = read_to(&mut live, "seen").await;
    drop(live);
    let missed = world.ann.post(room, &text("missed")).await.expect("posts");
    let comes_back = async |bob: &Client| {
        let mut live = bob.live(Some(&last.cursor)).await.expect("opens");
        let heard = read_until(&mut live, "missed").await;
        assert!(heard.iter().all(|said| said == "missed" || said == "seen"), "{heard:?}");
    };
    comes_back(&world.bob).await;
    let world = world.restarted(|_| {}).await;
    comes_back(&world.bob).await;
    world.bob.post(room, &text("after")).await.expect("posts");
    let all = history(&world.ann, &shown(&world.ann, room).await).await;
    assert_one_order(&all);
    assert_eq!(all.iter().map(|one| one.seq).collect::<Vec<_>>(), [1, 2, 3]);
    world.bob.mark_read(room, missed.id).await.expect("marks");
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    is_not_there_for(&carol, room, missed.id).await;
    world.end().await;
}

/// A direct message that lives on another node; `None` where none of many does.
async fn elsewhere(cluster: &Cluster) -> Option<Channel> {
    let world = &cluster.world;
    let ops = world.nobody.with_token(OPS);
    let here = ops.get::<ClusterReport>("/ops/cluster").await.expect("reports").asked;
    for _ in 0..TO_TRY {
        let room = shown(&world.ann, direct(world, [&world.ann, &world.bob]).await).await;
        if cluster.owner(&room).await.owner != here {
            return Some(room);
        }
    }
    None
}

/// I1, I3: the node that it lives on goes, or its activation is killed; nothing that was acknowledged is lost.
#[tokio::test]
async fn it_goes_on_where_its_activation_or_its_node_ends() {
    let mut cluster = Cluster::of(2).await;
    cluster.world.expects_crashes();
    let room = elsewhere(&cluster).await.expect("one of many lives there");
    let mut live = cluster.world.bob.live(None).await.expect("opens");
    let ann = cluster.world.ann.clone();
    let mut posted: Vec<Message> = vec![ann.post(room.id, &text("there")).await.expect("posts")];
    let killed = async || cluster.others[0].app().node.channels.kill(room.id, true);
    eventually("there is an activation to kill", killed).await;
    posted.push(post_in_the_end(&ann, &room, &keyed("there again", "again")).await);
    cluster.world.law.outbox_drains().await;
    cluster.others.remove(0).stop().await;
    posted.push(post_in_the_end(&ann, &room, &keyed("here", "here")).await);
    assert_eq!(read_until(&mut live, "here").await, ["there", "there again", "here"]);
    let all = history(&cluster.world.bob, &room).await;
    assert_one_order(&all);
    assert_eq!(
        all.iter().map(|one| one.id).collect::<Vec<_>>(),
        posted.iter().map(|one| one.id).collect::<Vec<_>>()
    );
    cluster.end().await;
}
