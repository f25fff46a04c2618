//! Founding communities.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Instant;

use ajet_client::Client;
use ajet_protocol::{Code, Community, CreateCommunity};
use futures::future::{join, join_all};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::support::cluster::{Cluster, base};
use crate::support::requests::{ann, answer};
use crate::support::{
    DEADLINE, POLL, Unfounded, World, code, connect, db, eventually, next, proxy, read_until, serve, sql,
    stack, text,
};

/// People, or requests of one person, at the same time.
const AT_ONCE: usize = 20;

fn founding(slug: &str) -> CreateCommunity {
    CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None }
}

fn keyed(slug: &str, key: &str) -> CreateCommunity {
    CreateCommunity { client_mutation_id: Some(key.into()), ..founding(slug) }
}

#[tokio::test]
async fn only_the_system_owner_founds_further_communities() {
    let world = World::new().await;
    assert_eq!(code(world.bob.create_community(&founding("mine")).await), Code::Forbidden);
    assert_eq!(code(world.ann.create_community(&founding("ferris")).await), Code::Conflict);
    world.ann.create_community(&founding("second")).await.expect("founds");
    world.end().await;
}

/// DB-T5.
#[tokio::test]
async fn a_refused_founding_leaves_nothing_behind() {
    let world = World::new().await;
    let mut db = db(&world).await;
    let count = "select (select count(*) from communities) + (select count(*) from channels) + (select count(*) from streams)
                 + (select count(*) from events) + (select count(*) from mutations) + (select count(*) from acl)
                 + (select count(*) from acl_changes) + (select count(*) from community_members)";
    let before: i64 = sqlx::query_scalar(count).fetch_one(&mut db).await.expect("counts");
    world.ann.create_community(&keyed("ferris", "k")).await.expect_err("the slug is taken");
    world.bob.create_community(&keyed("bobs", "k")).await.expect_err("is not the system owner");
    let after: i64 = sqlx::query_scalar(count).fetch_one(&mut db).await.expect("counts");
    assert_eq!(before, after);
    // A key that made nothing is free.
    world.ann.create_community(&keyed("second", "k")).await.expect("founds");
    world.end().await;
}

/// I13: of those who found the first community at the same time one becomes the system owner.
#[tokio::test]
async fn of_many_first_founders_one_owns_the_system() {
    let server = Unfounded::new().await;
    let people = join_all((0..AT_ONCE).map(|n| {
        let nobody = server.nobody.clone();
        async move { nobody.sign_in(&format!("p{n}")).await.expect("signs in").0 }
    }))
    .await;
    let foundings = people
        .iter()
        .enumerate()
        .map(|(n, person)| async move { person.create_community(&founding(&format!("c{n}"))).await });
    let answers = join_all(foundings).await;
    let founders: Vec<&Client> =
        people.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(person, _)| person).collect();
    assert_eq!(founders.len(), 1, "{answers:?}");
    let owner = founders[0];
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), Code::Forbidden);
    }
    let stored: Vec<String> =
        sqlx::query_scalar("select value #>> '{}' from system_settings where key = 'system_owner'")
            .fetch_all(&mut connect(&server.config).await)
            .await
            .expect("reads");
    assert_eq!(stored, [owner.me().await.expect("me").user.id.to_string()]);
    let there: i64 = sqlx::query_scalar("select count(*) from communities")
        .fetch_one(&mut connect(&server.config).await)
        .await
        .expect("counts");
    assert_eq!(there, 1);
    let further = people
        .iter()
        .enumerate()
        .map(|(n, person)| async move { person.create_community(&founding(&format!("d{n}"))).await });
    let made = join_all(further).await.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(made, 1, "further ones are the owner's to found");
    server.end().await;
}

/// I2: also where the founding claims the system.
#[tokio::test]
async fn one_key_founds_one_community_however_often() {
    let server = Unfounded::new().await;
    let (ann, _) = server.nobody.sign_in("ann").await.expect("signs in");
    for slug in ["first", "second"] {
        let same = keyed(slug, slug);
        let answers = join_all((0..AT_ONCE).map(|_| ann.create_community(&same))).await;
        let ids: HashSet<_> =
            answers.into_iter().map(|answer| answer.expect("the same one again").id).collect();
        assert_eq!(ids.len(), 1, "{slug}");
        assert_eq!(code(ann.create_community(&keyed("other", slug)).await), Code::Conflict);
    }
    assert_eq!(ann.communities().await.expect("lists").items.len(), 2);
    server.end().await;
}

/// Many who found at once wait for each other in the database, and none of them for a connection that another one holds.
#[tokio::test]
async fn many_foundings_of_one_slug_are_one_and_conflicts() {
    let world = World::new().await;
    let request = founding("one-slug");
    let founded = join_all((0..40).map(|_| world.ann.create_community(&request))).await;
    let made = founded.iter().filter(|founding| founding.is_ok()).count();
    let conflicts =
        founded.into_iter().filter(Result::is_err).map(code).filter(|code| *code == Code::Conflict);
    assert_eq!((made, conflicts.count()), (1, 39));
    world.end().await;
}

/// I20: a founding that is refused holds up none that is committed with it.
#[tokio::test]
async fn a_taken_slug_among_foundings_is_refused_alone() {
    let world = World::new().await;
    let slugs: Vec<String> = (0..AT_ONCE).map(|n| format!("c{n}")).collect();
    let requests: Vec<_> = slugs.iter().map(|slug| founding(slug)).chain([founding("ferris")]).collect();
    let mut answers = join_all(requests.iter().map(|request| world.ann.create_community(request))).await;
    assert_eq!(code(answers.pop().expect("the last one")), Code::Conflict);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    world.end().await;
}

/// The founder's open streams hear of the community, on whichever node they are.
#[tokio::test]
async fn a_founders_streams_hear_of_the_community() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let anns = cluster.everywhere(&world.ann);
    let mut streams = join_all(anns.iter().map(|ann| async { ann.live(None).await.expect("opens") })).await;
    for live in &mut streams {
        assert_eq!(next(live).await.name, "ready");
    }
    let made = world.ann.create_community(&founding("second")).await.expect("founds");
    let general = world.ann.channels(made.id).await.expect("lists").items.remove(0);
    for live in &mut streams {
        loop {
            let frame = next(live).await;
            let community = frame.envelope().and_then(|envelope| envelope.community_id);
            if frame.name == "member.joined" && community == Some(made.id) {
                break;
            }
        }
    }
    world.ann.post(general.id, &text("first words")).await.expect("posts");
    for live in &mut streams {
        read_until(live, "first words").await;
    }
    cluster.end().await;
}

/// I3, I4: the first events of a community have its first numbers, and a founder who was away gets them.
#[tokio::test]
async fn the_events_of_a_founding_begin_its_stream_and_are_replayed() {
    let world = World::new().await;
    let mut live = world.ann.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    let made = world.ann.create_community(&founding("second")).await.expect("founds");
    let events: Vec<(i64, String)> =
        sqlx::query_as("select seq, type from events where stream = $1 order by seq")
            .bind(made.id.0)
            .fetch_all(&mut db(&world).await)
            .await
            .expect("reads");
    let expected = [(1, "member.joined"), (2, "channel.created")].map(|(seq, kind)| (seq, kind.to_owned()));
    assert_eq!(events, expected);
    let whole = "select 1 from communities c join streams s on s.id = c.id and s.head = 2
                 join acl a on a.scope = c.id and a.version = 1 and a.version = c.acl_version
                 join channels ch on ch.id = c.default_channel_id and ch.community_id = c.id and ch.name = 'general'
                 join streams cs on cs.id = ch.id and cs.head = 0
                 join channel_members cm on cm.channel_id = ch.id
                 join community_members m on m.community_id = c.id and m.user_id = cm.user_id and m.role = 'owner'
                 where c.slug = 'second'";
    assert_eq!(sql(&world, whole).await, 1, "all of its rows are there");
    let other = serve(&world.config).await;
    let mut live = world.ann.at(&base(&other)).live(Some(&cursor)).await.expect("opens");
    let mut wanted = vec!["member.joined", "channel.created"];
    while !wanted.is_empty() {
        let frame = next(&mut live).await;
        let community = frame.envelope().and_then(|envelope| envelope.community_id);
        if community == Some(made.id) {
            wanted.retain(|name| *name != frame.name);
        }
    }
    world.end().await;
    other.stop().await;
}

async fn found_with_status(world: &World, request: &CreateCommunity) -> (StatusCode, Uuid) {
    let answer = answer(ann(world, Method::POST, "/api/communities").json(request)).await;
    let status = answer.status();
    let made: Value = answer.json().await.expect("JSON");
    (status, made["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"))
}

/// I2: a repetition is answered with the community that is there, also by the next process.
#[tokio::test]
async fn a_repeated_founding_is_answered_with_what_is_there() {
    let world = World::new().await;
    let request = keyed("second", "k");
    let (status, made) = found_with_status(&world, &request).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(found_with_status(&world, &request).await, (StatusCode::OK, made));
    let world = world.restarted(|_| {}).await;
    assert_eq!(found_with_status(&world, &request).await, (StatusCode::OK, made));
    assert_eq!(code(world.ann.create_community(&keyed("third", "k")).await), Code::Conflict);
    world.end().await;
}

/// Asks again and again under a key, until there is an answer.
async fn found_in_the_end(client: &Client, request: &CreateCommunity) -> Community {
    let deadline = Instant::now() + DEADLINE;
    loop {
        match client.create_community(request).await {
            Ok(made) => return made,
            Err(error) => assert!(Instant::now() < deadline, "{} is not founded: {error}", request.slug),
        }
        tokio::time::sleep(POLL).await;
    }
}

/// I1, I2: whether or not the commit happened whose answer was lost, the community is there once.
#[tokio::test]
async fn a_founding_whose_answer_was_lost_is_there_once() {
    let world = World::new().await;
    let postgres = SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()));
    let (addr, rules) = proxy::start(postgres).await;
    let world = world.restarted(|config| config.db.port = addr.port()).await;
    let mut made = Vec::new();
    for round in 0..5 {
        let before = rules.cut.load(Ordering::SeqCst);
        rules.cut_answers.store(true, Ordering::SeqCst);
        let requests = [0, 1, 2].map(|n| keyed(&format!("c{round}-{n}"), &format!("k{round}-{n}")));
        let foundings = join_all(requests.iter().map(|request| found_in_the_end(&world.ann, request)));
        let healing = async {
            eventually("an answer is cut", async || rules.cut.load(Ordering::SeqCst) > before).await;
            rules.cut_answers.store(false, Ordering::SeqCst);
        };
        let (founded, ()) = join(foundings, healing).await;
        made.extend(founded);
    }
    let ids: HashSet<_> = made.iter().map(|community| community.id).collect();
    assert_eq!(ids.len(), 15);
    let listed: HashSet<_> =
        world.ann.communities().await.expect("lists").items.into_iter().map(|one| one.id).collect();
    assert!(ids.is_subset(&listed) && listed.len() == 16, "with the first one, and none besides: {listed:?}");
    world.end().await;
}
