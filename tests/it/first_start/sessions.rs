//! Sessions: when they end, by rows that are moved in time, and when their token changes.
//!
//! Each look is another node's, which remembers nothing of the session.

use ajet_chatd::config::Config;
use ajet_chatd::usecases::sign_in_links::make;
use ajet_protocol::Code;
use reqwest::Response;
use serde_json::json;

use super::forms::submit;
use crate::support::requests::{answer, cookie, http};
use crate::support::{Unfounded, World, code, db, in_production, serve, sessions_of, sql};

/// Moves bob's session to where it is so many days old, and ends in so many.
async fn moved(world: &World, age: f64, left: f64) {
    let moving = sqlx::query(
        "update sessions set created_at = now() - make_interval(secs => $1::float8 * 86400),
                             expires_at = now() + make_interval(secs => $2::float8 * 86400)
         where user_id = (select id from users where username = 'bob')",
    );
    let done = moving.bind(age).bind(left).execute(&mut db(world).await).await.expect("moves");
    assert_eq!(done.rows_affected(), 1);
}

/// In how many days bob's session ends.
async fn left(world: &World) -> f64 {
    sqlx::query_scalar(
        "select (extract(epoch from expires_at - now()) / 86400)::float8 from sessions
         where user_id = (select id from users where username = 'bob')",
    )
    .fetch_one(&mut db(world).await)
    .await
    .expect("is there")
}

/// Whether bob is signed in, as a node says that has just started.
async fn is_signed_in(world: &World, config: &Config) -> bool {
    let mut config = config.clone();
    // It has no streams that would go elsewhere.
    config.http.spread_s = 0;
    let node = serve(&config).await;
    let asked = world.bob.at(&format!("http://{}", node.addr())).me().await;
    node.stop().await;
    match asked {
        Ok(_) => true,
        refused => {
            assert_eq!(code(refused), Code::Unauthenticated);
            false
        }
    }
}

fn about(days: f64, expected: f64) {
    assert!((days - expected).abs() < 0.05, "{days} days, not {expected}");
}

#[tokio::test]
async fn a_session_ends_after_a_while_without_use() {
    let world = World::with(|config| (config.sessions.idle_days, config.sessions.max_days) = (10, 30)).await;
    about(left(&world).await, 10.0);
    moved(&world, 10.0, -0.001).await;
    assert!(!is_signed_in(&world, &world.config).await);
    about(left(&world).await, -0.001);
    world.end().await;
}

#[tokio::test]
async fn use_moves_the_end_on_and_never_past_the_longest_life() {
    let world = World::with(|config| (config.sessions.idle_days, config.sessions.max_days) = (10, 30)).await;
    for (age, left_before, left_after) in [
        (5.0, 5.0, 10.0),
        (19.5, 1.0, 10.0),
        (25.0, 1.0, 5.0),
        // Within a day nothing is written.
        (5.0, 9.5, 9.5),
        (29.5, 0.5, 0.5),
    ] {
        moved(&world, age, left_before).await;
        assert!(is_signed_in(&world, &world.config).await, "after {age} days");
        about(left(&world).await, left_after);
    }
    moved(&world, 30.0, 5.0).await;
    assert!(!is_signed_in(&world, &world.config).await, "however much it is used");
    world.end().await;
}

#[tokio::test]
async fn a_longest_life_that_was_made_shorter_holds_for_sessions_from_before() {
    let world = World::new().await;
    let mut shorter = world.config.clone();
    shorter.sessions.max_days = 30;
    moved(&world, 29.0, 100.0).await;
    assert!(is_signed_in(&world, &shorter).await);
    about(left(&world).await, 1.0);
    moved(&world, 31.0, 100.0).await;
    assert!(!is_signed_in(&world, &shorter).await);
    world.end().await;
}

async fn status(base: &str, cookie: &str) -> u16 {
    answer(http().get(format!("{base}/api/me")).header("cookie", cookie)).await.status().as_u16()
}

/// Signs somebody in as a browser does; the cookie.
async fn signed_in(base: &str, name: &str) -> String {
    let signing_in = http().post(format!("{base}/auth/dev")).json(&json!({ "username": name }));
    cookie(&answer(signing_in).await).expect("a cookie")
}

/// Founds a community as a browser does, by a page or the API.
async fn founds(base: &str, cookie: &str, by_page: bool, slug: &str) -> Response {
    let founding =
        |path: &str| http().post(format!("{base}{path}")).header("cookie", cookie).header("origin", base);
    let asked = if by_page {
        let form = founding("/communities").header("content-type", "application/x-www-form-urlencoded");
        form.body(format!("name=Ferris&slug={slug}"))
    } else {
        founding("/api/communities").json(&json!({ "name": "Ferris", "slug": slug }))
    };
    let answer = answer(asked).await;
    assert!([201, 303].contains(&answer.status().as_u16()), "{}", answer.status());
    answer
}

#[tokio::test]
async fn who_becomes_the_owner_of_the_system_gets_another_token() {
    for by_page in [true, false] {
        let first = Unfounded::new().await;
        let base = format!("http://{}", first.server.addr());
        let before = signed_in(&base, "ann").await;
        let answer = founds(&base, &before, by_page, "ferris").await;
        let after = cookie(&answer).expect("another cookie");
        assert_ne!(after, before);
        assert_eq!((status(&base, &before).await, status(&base, &after).await), (401, 200));
        let further = founds(&base, &after, by_page, "further").await;
        assert_eq!(cookie(&further), None, "what the owner does as such changes nothing");
        assert_eq!(status(&base, &after).await, 200);
        first.end().await;
    }
}

/// No browser sends it by itself.
#[tokio::test]
async fn a_bearer_token_stays_that_of_its_program() {
    let world = World::new().await;
    world.ann.me().await.expect("founded with it, and has it still");
    assert_eq!(sessions_of(&world, "ann").await, 1);
    world.end().await;
}

#[tokio::test]
async fn each_sign_in_has_a_token_of_its_own() {
    let world = World::new().await;
    let base = world.base();
    let (one, other) = (signed_in(&base, "carol").await, signed_in(&base, "carol").await);
    assert_ne!(one, other);
    assert_eq!(
        sql(&world, "select from sessions s join users u on u.id = s.user_id where u.username = 'carol'")
            .await,
        2
    );
    world.end().await;
}

/// S-M6d, of a cookie with a token in it.
#[tokio::test]
async fn in_production_a_sign_in_sets_a_cookie_for_this_host_alone() {
    let world = World::new().await;
    let prod = serve(&in_production(&world.config)).await;
    let link = make(&world.server.app().store, "", Some("bob")).await.expect("makes");
    // As a browser behind the proxy sends it, which ends TLS and passes the host on.
    let opening = http().post(format!("http://{}{}", prod.addr(), link.address));
    let opening = opening
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    let opened = answer(opening).await;
    assert_eq!(opened.status().as_u16(), 303);
    let given = opened.headers()["set-cookie"].to_str().expect("text");
    let parts: Vec<_> = given.split("; ").collect();
    assert!(parts[0].starts_with("__Host-ajet_session=") && parts[0].len() > 40, "{given}");
    for part in ["Secure", "Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=15552000"] {
        assert!(parts.contains(&part), "{part} in {given}");
    }
    assert!(!given.contains("Domain="), "{given}");
    assert_eq!(submit(&world.base(), &link.address, &[]).await.0, 404, "used on another node");
    prod.stop().await;
    world.end().await;
}
