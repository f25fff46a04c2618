//! `POST /api/dms`, `GET /api/dms`: the same people have one direct message, however they ask, and it is theirs alone.

use std::collections::HashSet;

use ajet_client::Client;
use ajet_protocol::{Channel, ChannelId, ChannelType, Code, Community, PageQuery, UserId, Visibility};
use futures::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::cluster::{Cluster, base};
use crate::support::requests::{ann, answer, fields, http, problem, status};
use crate::support::{World, code, db, id_of, sql, text};

/// The ids of some people.
pub async fn ids_of(people: &[&Client]) -> Vec<UserId> {
    join_all(people.iter().map(|person| id_of(person))).await
}

/// Somebody who is in no community.
pub async fn signed_in(world: &World, name: &str) -> Client {
    world.nobody.sign_in(name).await.expect("signs in").0
}

/// The direct messages that a person is shown, on one page.
pub async fn listed(person: &Client) -> Vec<ChannelId> {
    let page = person.dms(&PageQuery::default()).await.expect("lists");
    page.items.into_iter().map(|dm| dm.id).collect()
}

#[tokio::test]
async fn two_people_have_a_direct_message_and_more_have_a_group() {
    let world = World::new().await;
    let carol = signed_in(&world, "carol").await;
    let [ann_id, bob, carol_id]: [UserId; 3] =
        ids_of(&[&world.ann, &world.bob, &carol]).await.try_into().expect("three");
    let dm = world.ann.open_dm(&[bob, ann_id, bob]).await.expect("opens");
    assert_eq!((dm.kind, dm.visibility, dm.community_id), (ChannelType::Dm, Visibility::Private, None));
    let group = world.ann.open_dm(&[carol_id, bob]).await.expect("opens");
    assert_eq!((group.kind, group.name.as_str()), (ChannelType::GroupDm, ""));
    assert_ne!(dm.id, group.id);
    let mut expected = vec![ann_id, bob, carol_id];
    expected.sort_unstable();
    let people = |channel: &Channel| channel.members.iter().map(|person| person.id).collect::<Vec<_>>();
    assert_eq!(people(&group), expected);
    // Any of them may ask, in any order.
    assert_eq!(world.bob.open_dm(&[ann_id]).await.expect("finds").id, dm.id);
    assert_eq!(carol.open_dm(&[ann_id, bob]).await.expect("finds").id, group.id);
    let shown: Channel = carol.get(&format!("/api/channels/{}", group.id)).await.expect("is there");
    assert_eq!((people(&shown), shown.kind), (expected, ChannelType::GroupDm));
    assert!(listed(&carol).await.is_empty(), "nobody has written in it");
    assert!(!carol.sync().await.expect("starts").dms.iter().any(|one| one.channel.id == group.id));
    assert_eq!(listed(&world.ann).await.len(), 2, "its founder finds it");
    world.ann.post(group.id, &text("hello")).await.expect("posts");
    assert_eq!(listed(&carol).await, [group.id]);
    assert_eq!(carol.sync().await.expect("starts").dms.len(), 1);
    let all = world.bob.dms(&PageQuery::default()).await.expect("lists").items;
    assert_eq!(all.iter().map(|one| one.id).collect::<HashSet<_>>(), HashSet::from([dm.id, group.id]));
    assert!(all.iter().all(|one| one.members.len() == if one.id == dm.id { 2 } else { 3 }), "{all:?}");
    assert_eq!(sql(&world, "select 1 from channels where community_id is null").await, 2);
    world.end().await;
}

/// The status of an answer, and which direct message it has.
async fn opened(request: RequestBuilder) -> (u16, ChannelId) {
    let answer = answer(request).await;
    let status = answer.status().as_u16();
    let found: Channel = answer.json().await.expect("a channel");
    (status, found.id)
}

/// I2: a set of people has one channel, also when ten requests on two nodes are the first ones.
#[tokio::test]
async fn asked_for_ten_times_at_once_there_is_one_and_each_gets_it() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let bob = ids_of(&[&world.bob]).await;
    let requests = (0..5).flat_map(|_| cluster.nodes()).map(|node| {
        let token = world.ann.token().expect("a token");
        let request = http().request(Method::POST, format!("{}/api/dms", base(node)));
        opened(request.bearer_auth(token).json(&json!({"user_ids": bob})))
    });
    let answers = join_all(requests).await;
    let ids: HashSet<ChannelId> = answers.iter().map(|(_, id)| *id).collect();
    assert_eq!((answers.len(), ids.len()), (10, 1), "{answers:?}");
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| [200, 201].contains(status)), "{answers:?}");
    let id = *ids.iter().next().expect("one");
    for one in cluster.everywhere(&world.bob) {
        assert_eq!(listed(&one).await, [id]);
        one.post(id, &text("here")).await.expect("posts");
    }
    cluster.end().await;
}

/// All rows of a founding are in one commit, and the first event is number 1 of its stream.
#[tokio::test]
async fn a_founding_writes_its_people_its_rights_and_its_first_event() {
    let world = World::new().await;
    let bob = ids_of(&[&world.bob]).await;
    let dm = world.ann.open_dm(&bob).await.expect("opens");
    let whole = "select 1 from channels ch join streams s on s.id = ch.id and s.head = 1
                 join acl a on a.scope = ch.id and a.version = 1
                 join events e on e.stream = ch.id and e.seq = 1 and e.type = 'channel.created' and e.topic = ch.id
                 join channel_members m on m.channel_id = ch.id
                 join acl_changes c on c.scope = ch.id and c.affects = 3 and c.id = m.user_id
                 where ch.type = 'dm' and ch.community_id is null and ch.created_by is not null";
    assert_eq!(sql(&world, whole).await, 2, "once for each of the two");
    assert_eq!(dm.id.0.get_version_num(), 8, "a digest of its people");
    world.end().await;
}

#[tokio::test]
async fn who_can_be_talked_with() {
    let world = World::new().await;
    let [ann_id, bob]: [UserId; 2] = ids_of(&[&world.ann, &world.bob]).await.try_into().expect("two");
    let none = UserId(Uuid::from_u128(rand::random()));
    let asked = async |ids: Value| {
        let (status, told) =
            problem(ann(&world, Method::POST, "/api/dms").json(&json!({"user_ids": ids}))).await;
        let errors = fields(&told);
        (status, errors.first().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())))
    };
    let refused = |field: &str, code: &str| (422, Some((field.to_owned(), code.to_owned())));
    assert_eq!(asked(json!([])).await, refused("user_ids", "bad_length"));
    assert_eq!(asked(json!([ann_id])).await, refused("user_ids", "yourself"));
    assert_eq!(asked(json!([bob, none])).await, refused("user_ids[1]", "not_found"));
    let mut many = Vec::new();
    for n in 0..10 {
        many.push(id_of(&signed_in(&world, &format!("p{n}")).await).await);
    }
    assert_eq!(asked(json!(many)).await, refused("user_ids", "bad_length"), "ten others");
    many.push(ann_id);
    assert_eq!(asked(json!(many)).await, refused("user_ids", "bad_length"), "eleven ids");
    let nine = world.ann.open_dm(&many[..9]).await.expect("ten people are enough for a group");
    assert_eq!(nine.members.len(), 10);
    let out = world.ann.send_empty(Method::PUT, &format!("/api/users/{bob}/deactivated")).await;
    out.expect("the system's owner may");
    assert_eq!(asked(json!([bob])).await, refused("user_ids[0]", "deactivated"));
    world.end().await;
}

/// I2: a key is spent by the direct message that it made.
#[tokio::test]
async fn a_key_makes_one_direct_message() {
    let world = World::new().await;
    let (bob, carol) = (ids_of(&[&world.bob]).await, signed_in(&world, "carol").await);
    let both = ids_of(&[&world.bob, &carol]).await;
    let ask = |ids: &[UserId]| {
        let body = json!({"user_ids": ids, "client_mutation_id": "k"});
        ann(&world, Method::POST, "/api/dms").json(&body)
    };
    assert_eq!((status(ask(&bob)).await, status(ask(&bob)).await), (201, 200));
    assert_eq!(status(ask(&both)).await, 409, "it made another one");
    assert_eq!(sql(&world, "select 1 from channels where community_id is null").await, 1);
    world.end().await;
}

/// I2: the same key never stands for two direct messages, be the first one found or founded.
#[tokio::test]
async fn a_key_that_found_a_direct_message_makes_no_other() {
    let world = World::new().await;
    let (bob, carol) = (ids_of(&[&world.bob]).await, signed_in(&world, "carol").await);
    let carols = ids_of(&[&carol]).await;
    world.ann.open_dm(&bob).await.expect("opens");
    let spent = "select 1 from mutations where key like 'dms:%'";
    let before = sql(&world, spent).await;
    world.ann.open_dm(&bob).await.expect("finds");
    assert_eq!(sql(&world, spent).await, before, "a request without a key has nothing to spend");
    let ask = |ids: &[UserId]| {
        let body = json!({"user_ids": ids, "client_mutation_id": "k"});
        ann(&world, Method::POST, "/api/dms").json(&body)
    };
    assert_eq!((status(ask(&bob)).await, status(ask(&bob)).await), (200, 200));
    assert_eq!(sql(&world, spent).await, before + 1);
    assert_eq!(status(ask(&carols)).await, 409, "it found another one");
    assert_eq!(sql(&world, "select 1 from channels where community_id is null").await, 1);
    assert!(listed(&carol).await.is_empty());
    world.end().await;
}

/// I6: what two people say to each other is nothing to those who own their community, or the system.
#[tokio::test]
async fn it_is_not_there_for_who_owns_the_community() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let carols = ids_of(&[&carol]).await;
    let dm = world.bob.open_dm(&carols).await.expect("opens");
    let said = carol.post(dm.id, &text("between us")).await.expect("posts");
    assert_eq!(code(world.ann.get::<Channel>(&format!("/api/channels/{}", dm.id)).await), Code::NotFound);
    assert_eq!(code(world.ann.messages(dm.id, &PageQuery::default()).await), Code::NotFound);
    assert_eq!(code(world.ann.message(said.id).await), Code::NotFound);
    assert_eq!(code(world.ann.post(dm.id, &text("hello")).await), Code::NotFound);
    assert_eq!(code(world.ann.hide_dm(dm.id).await), Code::NotFound);
    assert_eq!(code(world.ann.join(dm.id).await), Code::NotFound);
    assert!(listed(&world.ann).await.is_empty());
    let channels = world.ann.channels(world.community.id).await.expect("lists").items;
    assert!(channels.iter().all(|one| one.id != dm.id));
    assert_eq!(
        code(world.bob.get::<Community>(&format!("/api/communities/{}", dm.id)).await),
        Code::NotFound
    );
    world.end().await;
}

/// The list is complete page by page, and counts what is unread.
#[tokio::test]
async fn the_list_comes_in_pages() {
    let world = World::new().await;
    let mut all = HashSet::new();
    for n in 0..5 {
        let other = signed_in(&world, &format!("p{n}")).await;
        let dm = world.ann.open_dm(&ids_of(&[&other]).await).await.expect("opens");
        other.post(dm.id, &text("hi")).await.expect("posts");
        all.insert(dm.id);
    }
    let mut query = PageQuery { limit: Some(2), ..PageQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = world.ann.dms(&query).await.expect("lists");
        assert!(page.items.iter().all(|dm| dm.unread.count == 1 && dm.last_message_id.is_some()));
        query.after = page.items.last().map(|dm| dm.id.0);
        seen.extend(page.items.into_iter().map(|dm| dm.id));
        if !page.has_more {
            break;
        }
    }
    assert!(seen.is_sorted() && seen.len() == 5, "{seen:?}");
    assert_eq!(seen.iter().copied().collect::<HashSet<_>>(), all);
    let before = PageQuery { before: Some(seen[3].0), limit: Some(2), ..PageQuery::default() };
    let page = world.ann.dms(&before).await.expect("lists");
    assert_eq!(page.items.iter().map(|dm| dm.id).collect::<Vec<_>>(), seen[1..3]);
    assert!(page.has_more);
    world.end().await;
}

/// The same people keep their direct message when the database is restored under another identity.
#[tokio::test]
async fn a_database_under_another_identity_has_the_same_direct_messages() {
    let world = World::new().await;
    let bob = ids_of(&[&world.bob]).await;
    let dm = world.ann.open_dm(&bob).await.expect("opens");
    let world = world.restarted(|_| {}).await;
    sqlx::query("update log_horizon set database_id = gen_random_uuid()")
        .execute(&mut db(&world).await)
        .await
        .expect("writes");
    assert_eq!(world.ann.open_dm(&bob).await.expect("finds").id, dm.id);
    world.end().await;
}
