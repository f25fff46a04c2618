//! By what a session was opened at a provider: it is kept with the session, so that the one ends with the other.

use ajet_chatd::store::sessions::{NewSession, NotOpened, Origin};
use ajet_protocol::{CreateCommunity, OauthAccountId, PageQuery, SessionId};
use uuid::Uuid;

use super::set_up::{added, browser, client, me, oidc, person, signed_in, world_of};
use crate::support::browser::Browser;
use crate::support::issuer::Issuer;
use crate::support::requests::http;
use crate::support::{Unfounded, World, connect, db, eventually, sessions_of, sql};

/// The provider and its own session of a person's sessions here.
async fn origins(world: &World, username: &str) -> Vec<(String, Option<String>)> {
    let all = sqlx::query_as(
        "select a.provider, o.provider_session from session_origins o
         join oauth_accounts a on a.id = o.account_id join users u on u.id = a.user_id where u.username = $1",
    );
    all.bind(username.to_owned()).fetch_all(&mut db(world).await).await.expect("reads")
}

#[tokio::test]
async fn a_session_that_can_not_be_tied_to_its_account_is_not_opened() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    assert_eq!(origins(&world, "carol").await, [("it".to_owned(), None)]);
    sql(&world, "alter table session_origins add constraint closed check (false) not valid").await;
    let before = carol.token().map(str::to_owned);
    let answer = carol.signs_in("it", "").await;
    assert!(answer.status().is_server_error() || answer.status().is_client_error(), "{}", answer.status());
    assert_eq!((sessions_of(&world, "carol").await, carol.token().map(str::to_owned)), (1, before));
    sql(&world, "alter table session_origins drop constraint closed").await;
    world.end().await;
}

/// As one that was unlinked while its person was at the provider.
#[tokio::test]
async fn an_account_that_is_gone_opens_nothing() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let now = ajet_protocol::Timestamp::from_unix_millis(0);
    let origins =
        [Origin::Account(OauthAccountId(Uuid::nil()), None), Origin::Session(SessionId(Uuid::nil()))];
    for origin in origins {
        let session = NewSession {
            id: SessionId(Uuid::new_v4()),
            user: bob,
            token_hash: b"a hash",
            created_at: now,
            expires_at: ajet_protocol::Timestamp::FAR,
            device: None,
            origin,
        };
        let opened = world.server.app().store.open_session(&session, 10).await.expect("asks");
        assert_eq!(opened, Err(NotOpened::Over), "{origin:?}");
    }
    assert_eq!(sessions_of(&world, "bob").await, 1);
    world.end().await;
}

/// Opened by a statement that has not ended when the account is unlinked.
#[tokio::test]
async fn a_session_that_is_opened_while_its_account_is_unlinked_ends_with_it() {
    let (issuer, other) = (Issuer::new().await, Issuer::new().await);
    let world = world_of(&issuer).await;
    world.ann.create_oauth_provider(&added(&other, "Other")).await.expect("adds");
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    assert_eq!(carol.links("other").await, 303);
    let carol = client(&world, &carol);
    let all = carol.accounts(&PageQuery::default()).await.expect("lists").items;
    let linked = all.iter().find(|one| one.provider == "other").expect("is linked").id;
    let mut opening = db(&world).await;
    sqlx::query("begin").execute(&mut opening).await.expect("begins");
    let opened = sqlx::query(
        "with opened as (
           insert into sessions (id, user_id, token_hash, created_at, expires_at)
           select gen_random_uuid(), user_id, 'opened', now(), now() + interval '1 day' from oauth_accounts
           where provider = 'other' returning id
         )
         insert into session_origins (session_id, account_id)
         select o.id, a.id from opened o, oauth_accounts a where a.provider = 'other'",
    );
    opened.execute(&mut opening).await.expect("opens");
    let unlinking = tokio::spawn(async move { carol.unlink_account(linked).await });
    let waits =
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    eventually("the other one waits", async || sql(&world, waits).await > 0).await;
    sqlx::query("commit").execute(&mut opening).await.expect("commits");
    unlinking.await.expect("ends").expect("unlinks");
    assert_eq!(sql(&world, "select 1 from sessions where token_hash = 'opened'").await, 0);
    world.end().await;
}

/// The session that the owner of the system is given in place of the one in which they founded.
#[tokio::test]
async fn the_session_of_who_founds_stays_tied_to_its_account() {
    let issuer = Issuer::new().await;
    let provider = oidc(&issuer);
    let first = Unfounded::with(|config| drop(config.oauth.insert("it".into(), provider))).await;
    let base = format!("http://{}", first.server.addr());
    let mut person = person("carol");
    person["sid"] = serde_json::json!("s1");
    issuer.seats(person);
    let mut carol = Browser::new(&base);
    assert_eq!(carol.signs_in("it", "").await.status().as_u16(), 200);
    let before = carol.token().expect("is signed in").to_owned();
    let community =
        CreateCommunity { name: "Ferris".into(), slug: "ferris".into(), client_mutation_id: None };
    let founding = http().post(format!("{base}/api/communities")).header("origin", &base);
    let founding = founding.header("cookie", format!("ajet_session={before}")).json(&community);
    let founded = founding.send().await.expect("answers");
    assert_eq!(founded.status().as_u16(), 201);
    assert!(!founded.headers()["set-cookie"].to_str().expect("text").contains(&before), "another token");
    let kept: Vec<Option<String>> = sqlx::query_scalar("select provider_session from session_origins")
        .fetch_all(&mut connect(&first.config).await)
        .await
        .expect("reads");
    assert_eq!(kept, [Some("s1".to_owned())]);
    first.end().await;
}

#[tokio::test]
async fn a_session_that_a_sign_in_replaces_is_told_apart_from_one_that_was_signed_out() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    carol.signs_in("it", "").await;
    let line =
        "select 1 from system_audit where action = 'session.end' and details ->> 'reason' = 'replaced'";
    assert_eq!(sql(&world, line).await, 1);
    assert_eq!(me(&world, &carol).await.user.username, "carol");
    let mut other = browser(&world);
    other.signs_in("it", "").await;
    assert_eq!(
        (sql(&world, line).await, sessions_of(&world, "carol").await),
        (1, 2),
        "another browser replaces nothing"
    );
    world.end().await;
}
