//! Links that sign one person in once: made on the machine alone, good for a quarter of an hour, and used by a click.

use ajet_chatd::usecases::sign_in_links::{NotMade, make};
use ajet_protocol::{UpdateSettings, limits};
use futures::future::join_all;
use reqwest::Method;

use super::forms::submit;
use crate::support::requests::{answer, http};
use crate::support::{Unfounded, World, connect, db, sessions_of, sql};

/// Makes a link; its path.
async fn link(world: &World, person: Option<&str>) -> String {
    let made = make(&world.server.app().store, "", person).await.expect("makes");
    assert!(!format!("{made:?}").contains(&made.address), "the address is printed by nothing else");
    made.address
}

/// How pages and programs that look at links ask for a page; the status.
async fn asked(world: &World, method: Method, path: &str) -> u16 {
    answer(http().request(method, format!("{}{path}", world.base()))).await.status().as_u16()
}

/// Somebody new uses a link under this name; the status.
async fn by_name(base: &str, path: &str, name: &str) -> u16 {
    submit(base, path, &[("username", name)]).await.0
}

/// Lines of the system's log: what was done, and to whom.
async fn lines(world: &World) -> Vec<(String, Option<String>, Option<String>)> {
    let said = sqlx::query_as(
        "select l.action, a.username, t.username from system_audit l
         left join users a on a.id = l.actor_id left join users t on t.id = l.target_id
         where l.action like 'sign_in_link.%' order by l.created_at",
    );
    said.fetch_all(&mut db(world).await).await.expect("reads")
}

#[tokio::test]
async fn a_link_is_used_by_a_click_and_not_by_a_look() {
    let world = World::new().await;
    let path = link(&world, Some("BOB")).await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(asked(&world, method, &path).await, 200);
    }
    let shown = super::forms::page(&world.base(), &path).await;
    assert!(shown.contains("@bob") && shown.contains(r#"method="post""#), "{shown}");
    let foreign = http().post(format!("{}{path}", world.base())).header("sec-fetch-site", "cross-site");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(answer(foreign).await.status().as_u16(), 403, "a page of another site signs no one in");
    let before = sessions_of(&world, "bob").await;
    assert_eq!(submit(&world.base(), &path, &[]).await, (303, Some("/".to_owned())));
    assert_eq!(sessions_of(&world, "bob").await, before + 1);
    assert_eq!(submit(&world.base(), &path, &[]).await.0, 404, "once");
    assert_eq!(asked(&world, Method::GET, &path).await, 404);
    let of_bob = |action: &str, actor: Option<&str>| {
        (action.to_owned(), actor.map(str::to_owned), Some("bob".to_owned()))
    };
    let expected = [of_bob("sign_in_link.create", None), of_bob("sign_in_link.use", Some("bob"))];
    assert_eq!(lines(&world).await, expected);
    world.end().await;
}

/// On one node; the database decides, so more of them change nothing.
#[tokio::test]
async fn fifty_uses_at_once_are_one_session() {
    let world = World::new().await;
    let (base, before) = (world.base(), sessions_of(&world, "bob").await);
    let path = link(&world, Some("bob")).await;
    let answers = join_all((0..50).map(|_| submit(&base, &path, &[]))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 303).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| [303, 404].contains(status)), "{answers:?}");
    assert_eq!(sessions_of(&world, "bob").await, before + 1);

    let path = link(&world, None).await;
    let names: Vec<_> = (0..50).map(|n| format!("newcomer{n}")).collect();
    let answers = join_all(names.iter().map(|name| by_name(&base, &path, name))).await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(sql(&world, "select from users where username like 'newcomer%'").await, 1);
    assert_eq!(
        sql(
            &world,
            "select from sessions s join users u on u.id = s.user_id where u.username like 'newcomer%'"
        )
        .await,
        1
    );
    world.end().await;
}

#[tokio::test]
async fn after_a_quarter_of_an_hour_a_link_is_worth_nothing() {
    let world = World::new().await;
    for person in [Some("bob"), None] {
        let path = link(&world, person).await;
        let aged = "update sign_in_links set expires_at = expires_at - interval '14 minutes 50 seconds'";
        assert_eq!(sql(&world, aged).await, 1);
        assert_eq!(asked(&world, Method::GET, &path).await, 200, "not yet");
        sql(&world, "update sign_in_links set expires_at = expires_at - interval '10 seconds'").await;
        assert_eq!(asked(&world, Method::GET, &path).await, 404);
        assert_eq!(submit(&world.base(), &path, &[("username", "carol")]).await.0, 404);
        let store = &world.server.app().store;
        store.forget_sign_in_links().await.expect("removes");
        assert_eq!(sql(&world, "update sign_in_links set expires_at = now() - interval '25 hours'").await, 1);
        store.forget_sign_in_links().await.expect("removes");
        assert_eq!(sql(&world, "select from sign_in_links").await, 0);
    }
    assert_eq!(sql(&world, "select from users where username = 'carol'").await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_name_that_is_taken_or_bad_leaves_the_link_as_it_is() {
    let world = World::new().await;
    let invited_only =
        UpdateSettings { sign_up: Some(ajet_protocol::SignUp::Invite), ..UpdateSettings::default() };
    world.ann.update_settings(&invited_only).await.expect("changes");
    let (base, path) = (world.base(), link(&world, None).await);
    world.nobody.sign_in("al").await.expect("signs in");
    // The last one looks like it.
    for name in ["bob", "Bob", "not a name", "", "a1"] {
        assert_eq!(
            submit(&base, &path, &[("username", name)]).await,
            (200, None),
            "{name:?}: the form again"
        );
    }
    assert_eq!(submit(&base, &path, &[]).await.0, 200, "somebody new needs a name");
    let named = [("username", "carol"), ("display_name", "Carol C")];
    assert_eq!(submit(&base, &path, &named).await.0, 303, "whatever the settings say of new accounts");
    assert_eq!(
        sql(&world, "select from users where username = 'carol' and display_name = 'Carol C'").await,
        1
    );
    assert_eq!(sessions_of(&world, "carol").await, 1);
    world.end().await;
}

#[tokio::test]
async fn only_the_hash_is_kept_and_what_is_no_link_is_not_there() {
    let world = World::new().await;
    let path = link(&world, Some("bob")).await;
    let token = path.rsplit('/').next().expect("a token");
    assert_eq!(token.len(), 43, "256 bits");
    let kept: Vec<u8> = sqlx::query_scalar("select token_hash from sign_in_links")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("is kept");
    assert_eq!(kept, ajet_chatd::sessions::tokens::hash(token));
    let unknown = format!("/sign-in/link/{}", "A".repeat(43));
    for other in [unknown.as_str(), "/sign-in/link/short", "/sign-in/link/%3Cscript%3E"] {
        assert_eq!(asked(&world, Method::GET, other).await, 404, "{other}");
        assert_eq!(submit(&world.base(), other, &[("username", "carol")]).await.0, 404, "{other}");
    }
    world.end().await;
}

#[tokio::test]
async fn links_are_made_for_people_whose_accounts_are_in_use() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let bob = world.bob.me().await.expect("me").user.id;
    let made_before = link(&world, Some("bob")).await;
    world.ann.deactivate(bob).await.expect("deactivates");
    assert!(matches!(make(store, "", Some("bob")).await, Err(NotMade::Deactivated(_))));
    assert!(matches!(make(store, "", Some("carol")).await, Err(NotMade::NoSuchPerson(_))));
    world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    let program: String = sqlx::query_scalar("select username from users where bot")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("the account of a webhook");
    assert!(matches!(make(store, "", Some(program.as_str())).await, Err(NotMade::Program(_))));
    assert_eq!(submit(&world.base(), &made_before, &[]).await.0, 403, "nor is one good that is older");
    assert_eq!(sessions_of(&world, "bob").await, 0);
    world.end().await;
}

/// The command itself, as an operator runs it: it needs the database alone.
#[tokio::test]
async fn the_first_owner_comes_in_by_the_command_and_founds_the_first_community() {
    let first = Unfounded::new().await;
    let base = format!("http://{}", first.server.addr());
    let (db, public_url) = (first.config.db.clone(), base.clone());
    let run = move |arguments: &[&str]| {
        let password = secrecy::ExposeSecret::expose_secret(&db.password).to_owned();
        std::process::Command::new(env!("CARGO_BIN_EXE_ajet-chatd"))
            .args(["admin", "invite"])
            .args(arguments)
            .env("AJET_HTTP_PUBLIC_URL", &public_url)
            .env("AJET_DB_PORT", db.port.to_string())
            .env("AJET_DB_DBNAME", &db.dbname)
            .env("AJET_DB_USER", &db.user)
            .env("AJET_DB_PASSWORD", password)
            .output()
            .expect("runs")
    };
    let (made, refused) = tokio::task::spawn_blocking(move || (run(&[]), run(&["--person", "carol"])))
        .await
        .expect("both runs");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(made.status.success(), "{}", said(&made.stderr));
    assert!(
        !refused.status.success() && said(&refused.stderr).contains("carol"),
        "{}",
        said(&refused.stderr)
    );
    assert!(refused.stdout.is_empty());
    let time = format!("within {} minutes", limits::SIGN_IN_LINK_SECONDS / 60);
    assert!(said(&made.stderr).contains(&time), "{}", said(&made.stderr));
    let address = said(&made.stdout).trim().to_owned();
    let path = address.strip_prefix(&base).expect("an address of the public one").to_owned();
    let signed_in = http().post(&address).header("origin", &base).body("username=olga");
    let signed_in = answer(signed_in.header("content-type", "application/x-www-form-urlencoded")).await;
    let cookie = signed_in.headers()["set-cookie"].to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    assert_eq!(submit(&base, &path, &[("username", "eve")]).await.0, 404, "once");
    let founding =
        http().post(format!("{base}/communities")).header("cookie", cookie).header("origin", &base);
    let founding = founding.header("content-type", "application/x-www-form-urlencoded");
    let founded = answer(founding.body("name=Ferris&slug=ferris")).await;
    assert_eq!(founded.headers()["location"], "/c/ferris");
    let owner: String = sqlx::query_scalar(
        "select u.username from users u join system_settings s on s.value #>> '{}' = u.id::text where s.key = 'system_owner'",
    )
    .fetch_one(&mut connect(&first.config).await)
    .await
    .expect("the system has an owner");
    assert_eq!(owner, "olga");
    first.end().await;
}
