//! `PUT /api/messages/{id}/votes`: who may, what is counted, and what is heard of it.

use ajet_client::{Client, Live};
use ajet_protocol::{ChannelId, Code, MessageId, MuteMember, Reason, Visibility};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{asked, read, votes};
use crate::support::cluster::{Cluster, base};
use crate::support::requests::{ann, fields, problem};
use crate::support::{World, code, eventually, next, serve, sql, text};

/// People who vote at the same time.
const AT_ONCE: usize = 12;

/// The next event about a poll: its message and its poll, as they are written.
async fn next_votes(live: &mut Live) -> Value {
    loop {
        let frame = next(live).await;
        if frame.name == "poll.updated" {
            let payload = frame.envelope().expect("an envelope").payload;
            return serde_json::from_str(payload.get()).expect("JSON");
        }
    }
}

/// The payload of an event after these votes.
fn told(id: MessageId, votes: [i64; 3]) -> Value {
    let options: Vec<Value> = ["red", "green", "blue"]
        .iter()
        .zip(votes)
        .map(|(text, votes)| json!({ "text": text, "votes": votes }))
        .collect();
    let poll = json!({ "question": "Which?", "options": options, "multiple": false, "closes_at": null, "closed": false });
    json!({ "message_id": id, "poll": poll })
}

#[tokio::test]
async fn a_vote_is_answered_with_the_message_and_told_to_the_joined() {
    let world = World::new().await;
    let posted = asked(&world.ann, world.general.id, false).await;
    let mut live = world.ann.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let steps: [(&[i64], [i64; 3], [bool; 3]); 5] = [
        (&[0], [1, 0, 0], [true, false, false]),
        (&[0], [1, 0, 0], [true, false, false]),
        (&[2, 2], [0, 0, 1], [false, false, true]),
        (&[], [0, 0, 0], [false; 3]),
        (&[], [0, 0, 0], [false; 3]),
    ];
    for (chosen, counted, mine) in steps {
        let answer = world.bob.vote(posted.id, chosen).await.expect("votes");
        assert_eq!(answer.id, posted.id);
        assert_eq!(votes(&answer.poll.expect("a poll")), (counted.to_vec(), mine.to_vec()), "{chosen:?}");
    }
    world.ann.vote(posted.id, &[1]).await.expect("votes");
    for counted in [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0]] {
        assert_eq!(
            next_votes(&mut live).await,
            told(posted.id, counted),
            "to say the same again tells nothing"
        );
    }
    assert_eq!(votes(&read(&world.bob, posted.id).await), (vec![0, 1, 0], vec![false; 3]));
    assert_eq!(votes(&read(&world.ann, posted.id).await), (vec![0, 1, 0], vec![false, true, false]));
    world.end().await;
}

#[tokio::test]
async fn several_options_where_the_poll_takes_them() {
    let world = World::new().await;
    let posted = asked(&world.ann, world.general.id, true).await;
    world.bob.vote(posted.id, &[2, 0]).await.expect("votes");
    world.ann.vote(posted.id, &[0]).await.expect("votes");
    assert_eq!(votes(&read(&world.bob, posted.id).await), (vec![2, 0, 1], vec![true, false, true]));
    world.bob.vote(posted.id, &[1]).await.expect("chooses otherwise");
    assert_eq!(votes(&read(&world.bob, posted.id).await), (vec![1, 1, 0], vec![false, true, false]));
    world.end().await;
}

#[tokio::test]
async fn what_can_not_be_chosen_is_refused() {
    let world = World::new().await;
    let posted = asked(&world.ann, world.general.id, false).await;
    let path = format!("/api/messages/{}/votes", posted.id);
    for (options, expected) in [
        (json!([3]), ("options", "out_of_range")),
        (json!([-1]), ("options", "out_of_range")),
        (json!([10]), ("options", "out_of_range")),
        (json!([0, 1]), ("options", "too_many")),
        (json!(vec![0; 11]), ("options", "too_many")),
    ] {
        let request = ann(&world, Method::PUT, &path).json(&json!({ "options": options }));
        let (status, told) = problem(request).await;
        assert_eq!((status, fields(&told)), (422, vec![expected]), "{options}");
    }
    let plain = world.ann.post(world.general.id, &text("no poll")).await.expect("posts");
    assert_eq!(code(world.ann.vote(plain.id, &[0]).await), Code::NotFound);
    assert_eq!(code(world.ann.vote(MessageId(Uuid::from_u128(1)), &[0]).await), Code::NotFound);
    world.end().await;
}

/// I6: voting takes what reacting takes.
#[tokio::test]
async fn who_may_vote() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let open = world.channel("open", Visibility::Public).await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let bob = world.bob.me().await.expect("me").user.id;
    let ask = async |channel: ChannelId| asked(&world.ann, channel, false).await.id;
    let (hidden, there, here) = (ask(secret.id).await, ask(open.id).await, ask(world.general.id).await);
    let refused = async |person: &Client, message: MessageId| code(person.vote(message, &[0]).await);
    assert_eq!(refused(&world.bob, hidden).await, Code::NotFound);
    assert_eq!(refused(&stranger, here).await, Code::NotFound);
    assert_eq!(refused(&world.nobody, here).await, Code::Unauthenticated);
    assert_eq!(refused(&world.bob, there).await, Code::Forbidden, "has not joined");
    world.ann.mute(world.community.id, bob, &MuteMember::default()).await.expect("mutes");
    assert_eq!(refused(&world.bob, here).await, Code::Muted);
    world.ann.unmute(world.community.id, bob, &Reason::default()).await.expect("lifts");
    world.bob.vote(here, &[0]).await.expect("may again");
    world.ann.delete(here).await.expect("deletes");
    assert_eq!(refused(&world.bob, here).await, Code::NotFound);
    assert_eq!(sql(&world, "select 1 from poll_votes").await, 0, "they went with the message");
    assert_eq!(sql(&world, "select 1 from poll_tallies").await, 0, "they went with the message");
    world.end().await;
}

/// I2: also of those who choose otherwise again and again.
#[tokio::test]
async fn those_who_vote_at_once_are_counted_once_each() {
    let world = World::new().await;
    let id = asked(&world.ann, world.general.id, false).await.id;
    let people = join_all((0..AT_ONCE).map(|n| {
        let world = &world;
        async move { world.join(&format!("p{n}")).await }
    }))
    .await;
    for round in 0..3 {
        let answers = join_all(people.iter().enumerate().map(|(at, person)| {
            let chosen = ((at + round) % 3) as i64;
            async move { person.vote(id, &[chosen]).await }
        }))
        .await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(votes(&read(&world.ann, id).await).0, [4, 4, 4], "in round {round}");
    }
    let answers = join_all((0..AT_ONCE).map(|_| world.bob.vote(id, &[0]))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(votes(&read(&world.bob, id).await), (vec![5, 4, 4], vec![true, false, false]));
    world.end().await;
}

/// I4: a reader that comes back has them, out of the node's window and from the log.
#[tokio::test]
async fn votes_that_were_missed_are_replayed() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    let posted = asked(&world.ann, world.general.id, false).await;
    world.ann.vote(posted.id, &[0]).await.expect("votes");
    world.ann.vote(posted.id, &[1]).await.expect("votes");
    let other = serve(&world.config).await;
    for node in [&world.server, &other] {
        let mut live = world.bob.at(&base(node)).live(Some(&cursor)).await.expect("opens");
        next_votes(&mut live).await;
        assert_eq!(next_votes(&mut live).await, told(posted.id, [0, 1, 0]), "the last one says how it is");
    }
    world.end().await;
    other.stop().await;
}

/// I5.
#[tokio::test]
async fn any_node_takes_a_vote_and_shows_it() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let bobs = cluster.everywhere(&world.bob);
    for n in 0..4 {
        let room = world.channel(&format!("c{n}"), Visibility::Public).await;
        bobs[n % 2].join(room.id).await.expect("joins");
        let posted = asked(&world.ann, room.id, false).await;
        bobs[n % 2].vote(posted.id, &[0]).await.expect("votes");
        bobs[(n + 1) % 2].vote(posted.id, &[2]).await.expect("votes");
        for bob in &bobs {
            assert_eq!(votes(&read(bob, posted.id).await), (vec![0, 0, 1], vec![false, false, true]));
        }
    }
    cluster.end().await;
}

/// I1: what was answered is there after the channel's activation has died, and only once.
#[tokio::test]
async fn votes_survive_their_channels_activation() {
    let world = World::new().await;
    world.expects_crashes();
    let posted = asked(&world.ann, world.general.id, true).await;
    let steps: [(&[i64], bool); 2] = [(&[0], false), (&[0, 1], true)];
    for (chosen, panics) in steps {
        world.ann.vote(posted.id, chosen).await.expect("votes");
        let killed = async || world.server.app().node.channels.kill(world.general.id, panics);
        eventually("there is an activation to kill", killed).await;
        world.ann.vote(posted.id, chosen).await.expect("again changes nothing");
    }
    assert_eq!(votes(&read(&world.ann, posted.id).await), (vec![1, 1, 0], vec![true, true, false]));
    assert_eq!(sql(&world, "select 1 from events where type = 'poll.updated'").await, 2);
    assert_eq!(sql(&world, "select 1 from events where payload::text like '%Which%'").await, 0, "I19");
    world.end().await;
}
