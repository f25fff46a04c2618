//! Floods of what somebody invents: tokens, webhooks' addresses, codes of invites and devices, links that sign in, answers of providers. Each is looked
//! up once, by a part of the connections that answer what those who are signed in need: however long that takes, they go on.

use ajet_protocol::{Code, DEVICE_GRANT};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::sign_in::set_up::world_of;
use crate::support::issuer::Issuer;
use crate::support::requests::{http, post_hook, status};
use crate::support::{World, db, eventually, next, read_until, text};

/// What a writer does meanwhile.
const EDITS: usize = 10;

/// How many of this test's look-ups wait for a lock: their statements hold these words.
async fn waiting(world: &World, words: &str) -> usize {
    let count: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and position($1 in query) > 0",
    )
    .bind(words)
    .fetch_one(&mut db(world).await)
    .await
    .expect("counts");
    usize::try_from(count).expect("a number")
}

/// Locks a table, so that none of its look-ups comes back, and has so much looked up there that a flood takes all connections that it gets. Who
/// writes goes on meanwhile, and so does a webhook where it is not its own table. Returns what the guesses came to.
async fn flooded<T, G>(
    world: &World,
    (table, words, part): (&str, &str, usize),
    guess: impl Fn(&World, usize) -> G,
) -> Vec<T>
where
    T: Send + 'static,
    G: Future<Output = T> + Send + 'static,
{
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.post(world.general.id, &text("before")).await.expect("posts");
    read_until(&mut live, "before").await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("an address");
    let mut lock = db(world).await;
    let locks = sqlx::AssertSqlSafe(format!("lock table {table} in access exclusive mode"));
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    sqlx::query(locks).execute(&mut lock).await.expect("locks");
    let connections = world.config.db.live_pool_size as usize;
    let flood: Vec<_> = (0..4 * connections).map(|n| tokio::spawn(guess(world, n))).collect();
    let share = connections.div_ceil(part);
    eventually("the flood waits", async || waiting(world, words).await >= share).await;
    if ["sessions", "api_tokens"].contains(&table) {
        assert_eq!(
            post_hook(&hook, &json!({ "text": "alert" })).await,
            200,
            "webhooks have turns of their own"
        );
    }
    let writing = async {
        let posted = world.ann.post(world.general.id, &text("meanwhile")).await.expect("is taken");
        read_until(&mut live, "meanwhile").await;
        // Where a message stands is looked up by the connections that look tokens up.
        for n in 0..EDITS {
            world.ann.edit(posted.id, &format!("edited {n}")).await.expect("is taken");
        }
    };
    // All the time: where a flood takes all connections, those who wait are let go after a while, and who writes gets on.
    let (mut writing, mut most) = (std::pin::pin!(writing), 0);
    loop {
        tokio::select! {
            () = &mut writing => break,
            now = waiting(world, words) => most = most.max(now),
        }
    }
    assert!(most <= share, "the flood takes {most} connections, more than its part of {share}");
    sqlx::query("rollback").execute(&mut lock).await.expect("ends");
    let mut told = Vec::new();
    for guess in flood {
        told.push(guess.await.expect("ends"));
    }
    let last = world.history().await.pop().expect("messages");
    assert_eq!(last.body_md, format!("edited {}", EDITS - 1));
    told
}

#[tokio::test]
async fn a_flood_of_random_tokens_keeps_no_writer_waiting() {
    let sessions = ("sessions", "from sessions s join users u on u.id = s.user_id where s.token_hash", 2);
    a_flood_of_random_tokens(sessions).await;
}

/// What is no session may be the token of a bot: the second statement has no more of the connections than the first.
#[tokio::test]
async fn a_flood_of_random_tokens_that_may_be_those_of_bots_keeps_no_writer_waiting() {
    let tokens = ("api_tokens", "from api_tokens t join users u on u.id = t.user_id", 2);
    a_flood_of_random_tokens(tokens).await;
}

async fn a_flood_of_random_tokens(held: (&str, &str, usize)) {
    let world = World::new().await;
    let guess = |world: &World, n: usize| {
        let guess = world.nobody.with_token(&format!("{n:043}"));
        async move { guess.me().await.map(drop) }
    };
    for told in flooded(&world, held, guess).await {
        let refused = told.expect_err("is no token");
        assert!(matches!(refused.code(), Some(Code::Unauthenticated | Code::Unavailable)), "{refused}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_flood_of_random_webhook_addresses_keeps_no_writer_waiting() {
    let world = World::new().await;
    let guess = |world: &World, n: usize| {
        let hook = format!("{}/hook/{}/{n:043}", world.base(), Uuid::new_v4());
        async move { post_hook(&hook, &json!({ "text": "x" })).await }
    };
    let told = flooded(&world, ("webhooks", "from webhooks w join users u", 4), guess).await;
    assert!(told.iter().all(|status| [404, 503].contains(status)), "{told:?}");
    world.end().await;
}

#[tokio::test]
async fn a_flood_of_random_invite_codes_keeps_no_writer_waiting() {
    let world = World::new().await;
    let guess = |world: &World, n: usize| {
        let preview = http().request(Method::GET, format!("{}/api/invites/{n:022}", world.base()));
        status(preview)
    };
    let told = flooded(&world, ("invites", "from invites i join communities c", 4), guess).await;
    assert!(told.iter().all(|status| [404, 503].contains(status)), "{told:?}");
    world.end().await;
}

#[tokio::test]
async fn a_flood_of_random_device_codes_keeps_no_writer_waiting() {
    let world = World::new().await;
    let guess = |world: &World, n: usize| {
        let code = format!("{n:043}");
        let form = [("grant_type", DEVICE_GRANT), ("device_code", code.as_str()), ("client_id", "guess")];
        status(http().post(format!("{}/auth/device/token", world.base())).form(&form))
    };
    let told =
        flooded(&world, ("device_sign_ins", "session_id, device from device_sign_ins", 4), guess).await;
    assert!(told.iter().all(|status| [400, 503].contains(status)), "{told:?}");
    world.end().await;
}

/// The link is looked up, and that it was none is noted in the audit: each by turns.
#[tokio::test]
async fn a_flood_of_random_links_keeps_no_writer_waiting() {
    let world = World::new().await;
    let guess =
        |world: &World, n: usize| status(http().get(format!("{}/sign-in/link/{n:043}", world.base())));
    for (table, words) in [
        ("sign_in_links", "select user_id from sign_in_links where token_hash"),
        ("system_audit", "'sign_in.refuse', case"),
    ] {
        let told = flooded(&world, (table, words, 4), guess).await;
        assert!(told.iter().all(|status| [404, 503].contains(status)), "{table}: {told:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_flood_of_random_answers_of_a_provider_keeps_no_writer_waiting() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let guess = |world: &World, n: usize| {
        let back = http().get(format!("{}/auth/it/callback?state={n:043}&code=x", world.base()));
        status(back.header("cookie", format!("ajet_sign_in={n:043}")))
    };
    let told = flooded(&world, ("oauth_flows", "returning return_to, user_id, session_id", 4), guess).await;
    assert!(told.iter().all(|status| [403, 503].contains(status)), "{told:?}");
    world.end().await;
}
