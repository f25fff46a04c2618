//! `GET|DELETE /api/me/sessions`, `DELETE /api/me/sessions/{id}`.

use ajet_protocol::{Code, PageQuery, Session, SessionId};
use reqwest::RequestBuilder;
use uuid::Uuid;

use crate::support::requests::{answer, http};
use crate::support::{DEADLINE, World, code, next, serve, sql};

async fn sessions(client: &ajet_client::Client) -> Vec<Session> {
    client.sessions(&PageQuery::default()).await.expect("lists").items
}

#[tokio::test]
async fn one_sees_ones_own_sessions_and_which_one_asks() {
    let world = World::new().await;
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    sql(&world, "update sessions set last_used_at = null, device = 'Firefox on Linux'").await;
    let (first, second) = (sessions(&world.bob).await, sessions(&again).await);
    let currents = |list: &[Session]| list.iter().map(|one| one.current).collect::<Vec<_>>();
    assert_eq!((currents(&first), currents(&second)), (vec![true, false], vec![false, true]));
    assert_eq!(first[0].device.as_deref(), Some("Firefox on Linux"));
    assert!(first.iter().all(|one| one.last_used_at >= one.created_at), "{first:?}");
    let page = PageQuery { after: Some(first[0].id.0), limit: Some(1), ..PageQuery::default() };
    let page = world.bob.sessions(&page).await.expect("lists");
    assert_eq!((page.items[0].id, page.has_more), (first[1].id, false));
    assert_eq!(code(world.nobody.sessions(&PageQuery::default()).await), Code::Unauthenticated);
    world.end().await;
}

/// None of them is left out in silence.
#[tokio::test]
async fn sessions_are_read_in_pages_to_the_last() {
    let world = World::new().await;
    for _ in 0..4 {
        world.nobody.sign_in("bob").await.expect("signs in");
    }
    let (all, mut read) = (sessions(&world.bob).await, Vec::new());
    loop {
        let after = read.last().map(|one: &Session| one.id.0);
        let query = PageQuery { after, limit: Some(2), ..PageQuery::default() };
        let page = world.bob.sessions(&query).await.expect("lists");
        read.extend(page.items);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(read.len(), 5);
    assert_eq!(
        read.iter().map(|one| one.id).collect::<Vec<_>>(),
        all.iter().map(|one| one.id).collect::<Vec<_>>()
    );
    world.end().await;
}

#[tokio::test]
async fn the_use_of_a_session_is_noted_to_the_hour() {
    let world = World::new().await;
    sql(&world, "update sessions set last_used_at = now() - interval '2 hours', created_at = now() - interval '2 days'").await;
    let recently = "select from sessions where last_used_at > now() - interval '1 minute'";
    // Another node, which remembers nothing of the session.
    let other = serve(&world.config).await;
    let bob = world.bob.at(&format!("http://{}", other.addr()));
    bob.me().await.expect("is signed in");
    assert_eq!(sql(&world, recently).await, 1);
    other.stop().await;
    sql(&world, "update sessions set last_used_at = now() - interval '30 minutes'").await;
    let third = serve(&world.config).await;
    world.bob.at(&format!("http://{}", third.addr())).me().await.expect("is signed in");
    assert_eq!(sql(&world, recently).await, 0, "within the hour no use is noted");
    third.stop().await;
    world.end().await;
}

/// I14, on another node.
#[tokio::test]
async fn a_session_that_is_ended_is_worth_nothing_and_its_streams_end() {
    let world = World::new().await;
    let other = serve(&world.config).await;
    let (lost, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let lost = lost.at(&format!("http://{}", other.addr()));
    let mut live = lost.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let id = sessions(&lost).await.iter().find(|one| one.current).expect("asks").id;
    assert_eq!(code(world.ann.end_session(id).await), Code::NotFound, "another person's");
    world.bob.end_session(id).await.expect("ends");
    assert_eq!(code(lost.me().await), Code::Unauthenticated, "from the answer on");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "its stream ends");
    world.bob.end_session(id).await.expect("again changes nothing");
    assert_eq!(code(world.ann.end_session(id).await), Code::NotFound, "another person's, and over");
    assert_eq!(code(world.bob.end_session(SessionId(Uuid::nil())).await), Code::NotFound);
    let own = sessions(&world.bob).await[0].id;
    world.bob.end_session(own).await.expect("ends itself");
    assert_eq!(code(world.bob.me().await), Code::Unauthenticated);
    other.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_browser_whose_session_ends_itself_loses_the_cookie() {
    let world = World::new().await;
    let (again, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let cookie = format!("ajet_session={}", world.bob.token().expect("a token"));
    let listed = sessions(&world.bob).await;
    let own = listed.iter().find(|one| one.current).expect("asks").id;
    let other = listed.iter().find(|one| !one.current).expect("the other one").id;
    let ends = |id: SessionId| http().delete(format!("{}/api/me/sessions/{id}", world.base()));
    let by_cookie = |id| ends(id).header("cookie", &cookie).header("sec-fetch-site", "same-origin");
    let given = async |request: RequestBuilder| {
        let answered = answer(request).await;
        assert_eq!(answered.status().as_u16(), 204);
        answered.headers().get("set-cookie").map(|cookie| cookie.to_str().expect("text").to_owned())
    };
    assert_eq!(given(by_cookie(other)).await, None, "another one's end leaves it signed in");
    assert!(again.me().await.is_err());
    let cleared = given(by_cookie(own)).await.expect("a cookie");
    assert!(cleared.starts_with("ajet_session=;") && cleared.contains("Max-Age=0"), "{cleared}");
    let (program, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let own = sessions(&program).await[0].id;
    let by_token = ends(own).bearer_auth(program.token().expect("a token"));
    assert_eq!(given(by_token).await, None, "a program has no cookie");
    world.end().await;
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let world = World::new().await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(world.nobody.sign_in("bob").await.expect("signs in").0);
    }
    let mut live = others[0].live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.end_other_sessions().await.expect("ends them");
    for other in &others {
        assert_eq!(code(other.me().await), Code::Unauthenticated);
    }
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "their streams end");
    assert_eq!(sessions(&world.bob).await.len(), 1);
    world.ann.me().await.expect("those of others stay");
    world.bob.end_other_sessions().await.expect("again changes nothing");
    world.end().await;
}
