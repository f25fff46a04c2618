//! Signing in at a provider of OpenID Connect.

use ajet_protocol::{Code, PageQuery};
use serde_json::json;

use super::set_up::{browser, client, me, oidc, person, refused, signed_in, world_of};
use crate::support::issuer::{Issuer, Lies};
use crate::support::{World, code, db, eventually, sessions_of};

#[tokio::test]
async fn somebody_new_signs_in_and_comes_back_as_the_same() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(json!({
        "sub": "4711", "preferred_username": "carol", "name": "Carol C", "email": "canary@example.org", "email_verified": true
    }));
    let mut first = browser(&world);
    let answer = first.signs_in("it", "?return_to=/c/ferris").await;
    assert_eq!(answer.status().as_u16(), 200);
    let page = answer.text().await.expect("text");
    assert!(page.contains(r#"http-equiv="refresh" content="0;url=/c/ferris""#), "{page}");
    assert!(!first.cookies.contains_key("ajet_sign_in"), "what bound the sign-in is gone");
    let carol = me(&world, &first).await;
    assert_eq!((carol.user.username.as_str(), carol.user.display_name.as_str()), ("carol", "Carol C"));
    assert_eq!(carol.email.as_deref(), Some("canary@example.org"));
    let mut second = browser(&world);
    issuer.seats(json!({ "sub": "4711", "preferred_username": "carolyn" }));
    second.signs_in("it", "").await;
    assert_eq!(me(&world, &second).await.user, carol.user, "by the id, whatever the name is now");
    let accounts = client(&world, &second).accounts(&PageQuery::default()).await.expect("lists").items;
    assert_eq!((accounts[0].provider.as_str(), accounts[0].username.as_str()), ("it", "carolyn"));
    world.end().await;
}

/// A sign-in gives a token that was never there before, and the session that the browser had is over.
#[tokio::test]
async fn a_sign_in_takes_the_place_of_the_browsers_session() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let (before, client) = (carol.token().map(str::to_owned), client(&world, &carol));
    carol.signs_in("it", "").await;
    assert_ne!(carol.token().map(str::to_owned), before);
    assert_eq!(code(client.me().await), Code::Unauthenticated, "the token of before");
    assert_eq!(sessions_of(&world, "carol").await, 1);
    world.end().await;
}

#[tokio::test]
async fn the_cookies_are_kept_from_scripts_and_the_session_from_other_sites() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    let mut carol = browser(&world);
    let answer = carol.get("/auth/it/start", "same-origin").await;
    let begun = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(begun.starts_with("ajet_sign_in=") && begun.contains("HttpOnly; SameSite=Lax"), "{begun}");
    let address = answer.headers()["location"].to_str().expect("text").to_owned();
    let secret = carol.cookies["ajet_sign_in"].clone();
    assert!(!address.contains(&secret), "the provider does not see what binds the sign-in");
    let back = carol.at_provider(&address).await;
    let answer = carol.get(&back, "cross-site").await;
    let mut cookies = answer.headers().get_all("set-cookie").iter().map(|one| one.to_str().expect("text"));
    let session = cookies.find(|one| one.starts_with("ajet_session=")).expect("a session");
    assert!(session.contains("HttpOnly; SameSite=Strict"), "{session}");
    world.end().await;
}

/// Who reads the database while a sign-in is under way can finish none.
#[tokio::test]
async fn the_database_holds_hashes_of_a_sign_in_alone() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let mut carol = browser(&world);
    let address = url::Url::parse(&carol.begin("it", "").await).expect("an address");
    let rows: Vec<String> = sqlx::query_scalar("select f::text from oauth_flows f")
        .fetch_all(&mut db(&world).await)
        .await
        .expect("reads");
    assert_eq!(rows.len(), 1);
    let mut secrets = vec![carol.cookies["ajet_sign_in"].clone()];
    secrets.extend(
        address
            .query_pairs()
            .filter(|(name, _)| name == "state" || name == "nonce")
            .map(|(_, value)| value.into_owned()),
    );
    assert_eq!(secrets.len(), 3);
    for secret in secrets {
        assert!(!rows[0].contains(&secret), "{secret} in {}", rows[0]);
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!rows[0].contains(&hex), "{secret} in {}", rows[0]);
    }
    world.end().await;
}

#[tokio::test]
async fn keys_follow_one_another() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    signed_in(&world, &issuer, "carol").await;
    let asked = issuer.asked("/jwks");
    signed_in(&world, &issuer, "carol").await;
    assert_eq!(issuer.asked("/jwks"), asked, "the keys are remembered");
    issuer.rotates();
    // A flood of invented keys has a provider asked once in a while: until then the new key is one of them.
    eventually("the new key is known", async || {
        let mut carol = browser(&world);
        carol.signs_in("it", "").await.status().as_u16() == 200
    })
    .await;
    assert!(issuer.asked("/jwks") > asked);
    world.end().await;
}

#[tokio::test]
async fn who_lacks_a_claim_that_is_asked_for_is_not_let_in() {
    let issuer = Issuer::new().await;
    let provider = ajet_chatd::config::ConfiguredProvider {
        claims: Some("groups=chat, beta=true".into()),
        ..oidc(&issuer)
    };
    let world = World::with(|config| drop(config.oauth.insert("it".into(), provider))).await;
    for claims in [
        json!({}),
        json!({ "groups": "chat" }),
        json!({ "groups": ["chatter"], "beta": true }),
        json!({ "groups": ["chat"], "beta": "no" }),
    ] {
        let mut person = person("carol");
        person.as_object_mut().expect("an object").extend(claims.as_object().expect("an object").clone());
        issuer.seats(person);
        let mut carol = browser(&world);
        let answer = carol.signs_in("it", "").await;
        assert_eq!(refused(&carol, answer).await, 403, "{claims}");
    }
    let mut let_in = person("carol");
    (let_in["groups"], let_in["beta"]) = (json!(["other", "chat"]), json!(true));
    issuer.seats(let_in);
    let mut carol = browser(&world);
    carol.signs_in("it", "").await;
    assert_eq!(me(&world, &carol).await.user.username, "carol");
    world.end().await;
}

/// As matrix-authentication-service, which refuses a sign-in that asks for `profile`, and has a name of its own for names.
#[tokio::test]
async fn a_provider_is_asked_for_no_more_than_it_knows() {
    let issuer = Issuer::new().await;
    let other = Issuer::new().await;
    other.lies(Lies { metadata: vec![("scopes_supported", json!(["openid", "email"]))], ..Lies::default() });
    let (one, two) = (oidc(&issuer), oidc(&other));
    let world = World::with(|config| {
        config.oauth.insert("it".into(), one);
        config.oauth.insert("other".into(), two);
    })
    .await;
    for (provider, expected) in [("it", "openid profile email"), ("other", "openid email")] {
        let address = browser(&world).begin(provider, "").await;
        let address = url::Url::parse(&address).expect("an address");
        let asked = address.query_pairs().find(|(name, _)| name == "scope").expect("a scope").1.into_owned();
        assert_eq!(asked, expected, "{provider}");
    }
    other.seats(json!({ "sub": "4711", "username": "carol" }));
    let mut carol = browser(&world);
    carol.signs_in("other", "").await;
    assert_eq!(me(&world, &carol).await.user.username, "carol");
    world.end().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        issuer.lies(Lies { endless: Some(path), ..Lies::default() });
        let mut carol = browser(&world);
        let answer = carol.get("/auth/it/start", "same-origin").await;
        assert!([403, 503].contains(&refused(&carol, answer).await), "{path}");
    }
    issuer.lies(Lies::default());
    signed_in(&world, &issuer, "carol").await;
    assert_eq!(code(world.nobody.get::<serde_json::Value>("/auth/none/start").await), Code::NotFound);
    world.end().await;
}
