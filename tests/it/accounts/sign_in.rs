//! Signing in.

use ajet_client::Client;
use ajet_protocol::Code;
use serde_json::json;

use crate::support::bots::made;
use crate::support::requests::{http, problem, status};
use crate::support::{DEADLINE, World, code, db, next, serve, sessions_of, sql};

#[tokio::test]
async fn a_sign_in_needs_no_good_cookie_but_a_page_of_ours() {
    let world = World::new().await;
    let base = world.base();
    let sign_in = |headers: &[(&str, &str)]| {
        let sent = http().post(format!("{base}/auth/dev")).json(&json!({"username": "bob"}));
        headers.iter().fold(sent, |sent, (name, value)| sent.header(*name, *value))
    };
    let stale = format!("ajet_session={}", "s".repeat(43));
    let token = world.bob.token().expect("a token");
    let good = format!("ajet_session={token}");
    assert_eq!(status(sign_in(&[("cookie", &stale)])).await, 200, "a cookie that is over");
    assert_eq!(status(sign_in(&[("cookie", &good)])).await, 200, "no browser sends so little");
    world.bob.me().await.expect("and so it ends no session");
    let none: &[(&str, &str)] = &[];
    for elsewhere in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "null")] {
        for cookie in [none, &[("cookie", stale.as_str())], &[("cookie", good.as_str())]] {
            let headers: Vec<_> = cookie.iter().copied().chain([elsewhere]).collect();
            let (status, problem) = problem(sign_in(&headers)).await;
            assert_eq!((status, problem["code"].as_str()), (403, Some("csrf")), "{elsewhere:?} {cookie:?}");
        }
    }
    assert_eq!(status(sign_in(&[("cookie", &good), ("sec-fetch-site", "same-origin")])).await, 200);
    assert!(world.bob.me().await.is_err(), "in a browser the new session takes the place of the old one");
    world.end().await;
}

#[tokio::test]
async fn of_many_sessions_the_ones_used_longest_ago_make_room() {
    let world = World::with(|config| config.sessions.per_person = 3).await;
    let mut clients: Vec<Client> = Vec::new();
    for _ in 0..5 {
        clients.push(world.nobody.sign_in("carol").await.expect("signs in").0);
        sqlx::query("update sessions set expires_at = expires_at - interval '1 hour'")
            .execute(&mut db(&world).await)
            .await
            .expect("ages");
    }
    assert_eq!(sessions_of(&world, "carol").await, 3);
    for (n, client) in clients.iter().enumerate() {
        assert_eq!(client.me().await.is_ok(), n >= 2, "{n}");
    }
    world.end().await;
}

/// I14, on another node.
#[tokio::test]
async fn a_session_that_makes_room_is_worth_nothing_and_its_streams_end() {
    let world = World::with(|config| config.sessions.per_person = 1).await;
    let other = serve(&world.config).await;
    let (first, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let first = first.at(&format!("http://{}", other.addr()));
    let mut live = first.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (second, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(first.me().await), Code::Unauthenticated, "from the answer on");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "its stream ends");
    second.me().await.expect("is signed in");
    other.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let base = world.base();
    let sign_in = async |cookie: Option<&str>| {
        let mut request =
            http.post(format!("{base}/auth/dev")).json(&serde_json::json!({"username": "dora"}));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie).header("origin", &base);
        }
        let answer = request.send().await.expect("answers");
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned()
    };
    let first = sign_in(None).await;
    let second = sign_in(Some(&first)).await;
    let status = async |cookie: &str| {
        let asking = http.get(format!("{base}/api/me")).header("cookie", cookie);
        asking.send().await.expect("answers").status().as_u16()
    };
    assert_eq!((status(&first).await, status(&second).await), (401, 200));
    assert_eq!(sessions_of(&world, "dora").await, 1);
    world.end().await;
}

/// What looks like somebody's name is no name for somebody else, and who has a name signs in by it as before.
#[tokio::test]
async fn user_names_that_look_alike_are_one() {
    let world = World::new().await;
    let (_, modem) = world.nobody.sign_in("modem").await.expect("signs in");
    for alike in ["modern", "rnodem", "Rnodern"] {
        assert_eq!(code(world.nobody.sign_in(alike).await), Code::Conflict, "{alike}");
    }
    world.nobody.sign_in("paypa1").await.expect("looks like no other");
    assert_eq!(code(world.nobody.sign_in("PayPal").await), Code::Conflict);
    let (_, again) = world.nobody.sign_in("MODEM").await.expect("signs in");
    assert_eq!(again.id, modem.id);
    let bot = made(&world, "robo").await;
    world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    assert_eq!(
        sql(&world, "select from users where username_key is null").await,
        0,
        "each account has its key"
    );
    let robo = world.ann.user(bot.user_id).await.expect("is there").username;
    let found = sqlx::query("select from users where username_key = $1")
        .bind(ajet_protocol::names::key(&robo))
        .execute(&mut db(&world).await)
        .await
        .expect("looks");
    assert_eq!(found.rows_affected(), 1);
    world.end().await;
}

/// Accounts of before, and those that a node of a release before made.
#[tokio::test]
async fn accounts_without_a_key_are_given_one_and_keep_their_names() {
    let world = World::new().await;
    let (_, modem) = world.nobody.sign_in("modem").await.expect("signs in");
    sql(&world, "update users set username_key = null").await;
    sql(
        &world,
        "insert into users (id, username, display_name, created_at)
         select gen_random_uuid(), name, name, now() + interval '1 second' from unnest(array['modern', 'x1', 'xl']) as name",
    )
    .await;
    let options = ajet_chatd::store::connect_options(&world.config.db);
    assert_eq!(ajet_schema::up(&options).await.expect("is up to date"), 0);
    assert_eq!(sql(&world, "select from users where username_key is null").await, 0);
    for name in ["modem", "modern", "x1", "xl"] {
        let (_, one) = world.nobody.sign_in(name).await.expect("signs in as before");
        assert_eq!((one.username.as_str(), one.id == modem.id), (name, name == "modem"));
    }
    for alike in ["rnodem", "rnodern", "Xl1"] {
        let is_taken = world.nobody.sign_in(alike).await.is_err();
        assert_eq!(is_taken, alike != "Xl1", "{alike}");
    }
    world.end().await;
}
