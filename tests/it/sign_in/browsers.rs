//! Browsers that come back with what is not theirs, or twice, and addresses that lead elsewhere.

use ajet_protocol::limits;
use futures::future::join_all;
use serde_json::Value;

use super::set_up::{browser, me, oidc, person, refused, world_of};
use crate::support::issuer::Issuer;
use crate::support::requests::{answer, fields, http, part_of, problem};
use crate::support::{World, in_production, serve, sessions_of, sql};

/// Carol, at the issuer.
async fn carol() -> (Issuer, World) {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    (issuer, world)
}

/// The cookie that binds a sign-in to its browser is sent to this host alone, over TLS alone, and shown to no script.
#[tokio::test]
async fn production_binds_a_sign_in_by_a_cookie_of_its_host() {
    let (_issuer, world) = carol().await;
    let prod = serve(&in_production(&world.config)).await;
    let answer = http().get(format!("http://{}/auth/it/start", prod.addr())).send().await.expect("answers");
    assert_eq!(answer.status().as_u16(), 302);
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("__Host-ajet_sign_in=") && !cookie.contains("Domain="), "{cookie}");
    for part in ["Secure", "Path=/", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.split("; ").any(|one| one == part), "{part} in {cookie}");
    }
    prod.stop().await;
    world.end().await;
}

#[tokio::test]
async fn an_answer_signs_in_once() {
    let (issuer, world) = carol().await;
    let mut carol = browser(&world);
    let address = carol.begin("it", "").await;
    let back = carol.at_provider(&address).await;
    let mut same = carol.clone();
    assert_eq!(carol.get(&back, "cross-site").await.status().as_u16(), 200);
    let again = same.get(&back, "cross-site").await;
    assert_eq!(refused(&same, again).await, 403, "the state was used");
    assert_eq!(issuer.asked("/token"), 1);
    // A used code under a state of another sign-in of the same browser.
    let address = same.begin("it", "").await;
    let fresh = same.at_provider(&address).await;
    let reused = fresh.replace(&part_of(&fresh, "code"), &part_of(&back, "code"));
    let again = same.get(&reused, "cross-site").await;
    assert_eq!(refused(&same, again).await, 403, "the code was used");
    world.end().await;
}

/// Of 50 answers at once one signs in.
#[tokio::test]
async fn of_answers_at_once_one_signs_in() {
    let (issuer, world) = carol().await;
    let mut carol = browser(&world);
    let address = carol.begin("it", "").await;
    let back = carol.at_provider(&address).await;
    let mut browsers: Vec<_> = (0..50).map(|_| carol.clone()).collect();
    let answers = join_all(browsers.iter_mut().map(|one| one.get(&back, "cross-site"))).await;
    let signed_in = answers.iter().filter(|answer| answer.status().as_u16() == 200).count();
    assert_eq!((signed_in, issuer.asked("/token")), (1, 1));
    world.end().await;
}

/// Who is sent the address that somebody else's sign-in came back to does not go on as them.
#[tokio::test]
async fn another_browser_finishes_nothing() {
    let (issuer, world) = carol().await;
    let mut mallory = browser(&world);
    let address = mallory.begin("it", "").await;
    let back = mallory.at_provider(&address).await;
    let mut without = browser(&world);
    let answer = without.get(&back, "cross-site").await;
    assert_eq!(refused(&without, answer).await, 403, "a browser that began nothing");
    let mut other = browser(&world);
    other.begin("it", "").await;
    let answer = other.get(&back, "cross-site").await;
    assert_eq!(refused(&other, answer).await, 403, "a browser that began another sign-in");
    assert_eq!(issuer.asked("/token"), 0);
    // The browser that it belongs to is not kept from it by that.
    assert_eq!(mallory.get(&back, "cross-site").await.status().as_u16(), 200);
    world.end().await;
}

/// An address that names no provider takes nothing of what is under way.
#[tokio::test]
async fn an_answer_at_no_providers_address_takes_no_sign_in_away() {
    let (_issuer, world) = carol().await;
    let mut carol = browser(&world);
    let address = carol.begin("it", "").await;
    let back = carol.at_provider(&address).await;
    for name in ["none", "%00", "a%00b"] {
        let answer = carol.get(&back.replace("/auth/it/", &format!("/auth/{name}/")), "cross-site").await;
        assert_eq!(answer.status().as_u16(), 404, "{name}");
    }
    assert_eq!(carol.get(&back, "cross-site").await.status().as_u16(), 200);
    world.end().await;
}

#[tokio::test]
async fn what_took_too_long_signs_no_one_in() {
    let (_issuer, world) = carol().await;
    let mut carol = browser(&world);
    let address = carol.begin("it", "").await;
    let back = carol.at_provider(&address).await;
    sql(&world, "update oauth_flows set expires_at = now()").await;
    let answer = carol.get(&back, "cross-site").await;
    assert_eq!(refused(&carol, answer).await, 403);
    world.server.app().store.forget_past_flows().await.expect("forgets");
    assert_eq!(sql(&world, "delete from oauth_flows").await, 0);
    world.end().await;
}

/// Each that begins is a row, and nothing has to be shown for it.
#[tokio::test]
async fn an_address_begins_so_many_sign_ins_and_the_system_holds_so_many() {
    let issuer = Issuer::new().await;
    let provider = oidc(&issuer);
    let world = World::with(|config| {
        config.limits.guesses_per_minute = 100_000;
        config.oauth.insert("it".into(), provider);
    })
    .await;
    sql(
        &world,
        "insert into oauth_flows (state_hash, browser_hash, provider, return_to, links, expires_at)
         select int4send(n), '', 'it', '/', false, now() + interval '1 minute' from generate_series(1, 100000) n",
    )
    .await;
    let (http, address) = (http(), format!("{}/auth/it/start", world.base()));
    let begin = async || answer(http.get(&address)).await.status().as_u16();
    assert_eq!(begin().await, 503);
    sql(&world, "truncate oauth_flows").await;
    for _ in 1..limits::SIGN_INS_OF_NETWORK {
        assert_eq!(begin().await, 302);
    }
    assert_eq!(begin().await, 429);
    world.end().await;
}

#[tokio::test]
async fn several_tabs_of_a_browser_sign_in() {
    let (_issuer, world) = carol().await;
    let mut carol = browser(&world);
    let first = carol.begin("it", "?return_to=/first").await;
    let second = carol.begin("it", "?return_to=/second").await;
    let back = carol.at_provider(&second).await;
    let mut other_tab = carol.clone();
    assert!(carol.get(&back, "cross-site").await.text().await.expect("text").contains("url=/second"));
    let back = other_tab.at_provider(&first).await;
    assert!(other_tab.get(&back, "cross-site").await.text().await.expect("text").contains("url=/first"));
    world.end().await;
}

/// A provider on our own site lets the browser show its session when it sends it back: of two tabs the later one ends what the earlier one opened.
#[tokio::test]
async fn two_tabs_leave_one_session() {
    let (_issuer, world) = carol().await;
    let mut carol = browser(&world);
    let (first, second) = (carol.begin("it", "").await, carol.begin("it", "").await);
    let backs = [carol.at_provider(&first).await, carol.at_provider(&second).await];
    let mut tab = carol.clone();
    assert_eq!(carol.get(&backs[0], "same-site").await.status().as_u16(), 200);
    tab.cookies.insert("ajet_session".to_owned(), carol.token().expect("a session").to_owned());
    assert_eq!(tab.get(&backs[1], "same-site").await.status().as_u16(), 200);
    assert_ne!(tab.token(), carol.token());
    assert_eq!(sessions_of(&world, "carol").await, 1);
    assert_eq!(me(&world, &tab).await.user.username, "carol");
    world.end().await;
}

/// A link in a message is on our own site as well, and would sign who follows it in as another person without a word.
#[tokio::test]
async fn who_is_signed_in_is_asked_before_a_link_signs_them_in_again() {
    let (issuer, world) = carol().await;
    let mut carol = browser(&world);
    carol.signs_in("it", "").await;
    let before = carol.token().expect("a session").to_owned();
    issuer.seats(person("mallory"));
    carol.cookies.remove("ajet_sign_in");
    for site in ["same-origin", "none"] {
        let asked = carol.get("/auth/it/start?return_to=/c/ferris", site).await;
        assert_eq!(asked.status().as_u16(), 200, "{site}");
        let asked = asked.text().await.expect("text");
        let form = r#"<form method="post" action="/sign-in/at/it"><input type="hidden" name="return_to" value="/c/ferris">"#;
        assert!(asked.contains("@carol") && asked.contains(form), "{asked}");
    }
    for site in ["cross-site", "same-site"] {
        let again = carol.get("/auth/it/start?return_to=/c/ferris", site).await.text().await.expect("text");
        assert!(again.contains("url=/auth/it/start?return_to=/c/ferris"), "{site}: with its cookie: {again}");
    }
    assert!(!carol.cookies.contains_key("ajet_sign_in"), "nothing was begun");
    let elsewhere =
        http().post(format!("{}/sign-in/at/it", world.base())).header("sec-fetch-site", "cross-site");
    assert_eq!(answer(elsewhere.form(&[("return_to", "/")])).await.status().as_u16(), 403);
    let page =
        carol.submits("/sign-in/at/it", &[("return_to", "/c/ferris")]).await.text().await.expect("text");
    let address = page.split_once("content=\"0;url=").expect("goes on").1.split_once('"').expect("its end").0;
    let back = carol.at_provider(&address.replace("&amp;", "&")).await;
    assert!(carol.get(&back, "cross-site").await.text().await.expect("text").contains("url=/c/ferris"));
    assert_eq!(me(&world, &carol).await.user.username, "mallory", "as they have said");
    assert_ne!(carol.token(), Some(before.as_str()));
    assert_eq!(sessions_of(&world, "carol").await, 0);
    world.end().await;
}

#[tokio::test]
async fn what_was_declined_is_told() {
    let (issuer, world) = carol().await;
    let mut carol = browser(&world);
    let state = part_of(&carol.begin("it", "").await, "state");
    let issuer_url: String = url::form_urlencoded::byte_serialize(issuer.url.as_bytes()).collect();
    let back = format!("/auth/it/callback?error=access_denied&state={state}&iss={issuer_url}");
    let answer = carol.get(&back, "cross-site").await;
    assert_eq!(refused(&carol, answer).await, 403);
    for nothing in ["/auth/it/callback", "/auth/it/callback?state=x&code=y", "/auth/it/callback?code=y"] {
        let answer = carol.get(nothing, "cross-site").await;
        assert_eq!(refused(&carol, answer).await, 403, "{nothing}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_sign_in_leads_to_pages_of_ours_alone() {
    let (_issuer, world) = carol().await;
    for elsewhere in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r\nlocation: https://evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        // Another sign-in, or a link, that the person has not asked for.
        "/auth/it/start?link=true",
        "/./auth/it/start?link=true",
        "/c/../auth/it/start",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
        let request = http().get(format!("{}/auth/it/start?return_to={encoded}", world.base()));
        let (status, problem): (u16, Value) = problem(request).await;
        assert_eq!((status, fields(&problem)), (422, vec![("return_to", "not_ours")]), "{elsewhere:?}");
    }
    let undecided = http().get(format!("{}/auth/it/start?link=maybe", world.base()));
    let (status, problem): (u16, Value) = problem(undecided).await;
    assert_eq!((status, fields(&problem)), (422, vec![("link", "bad_type")]));
    let address = format!("{}/auth/it/start?return_to=/c/ferris%3Fa=b", world.base());
    assert_eq!(answer(http().get(address)).await.status().as_u16(), 302);
    world.end().await;
}

/// What the start refuses, the pages before it neither take nor offer.
#[tokio::test]
async fn pages_lead_a_sign_in_where_its_start_may_lead_it_alone() {
    let (_issuer, world) = carol().await;
    let mut carol = browser(&world);
    carol.signs_in("it", "").await;
    for elsewhere in ["//evil.example", "/auth/it/start?link=true", "/c/../auth/it/start", ""] {
        let encoded: String = url::form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
        let offered = carol.get(&format!("/sign-in?next={encoded}"), "same-origin").await;
        let offered = offered.text().await.expect("text");
        assert!(offered.contains(r#"href="/auth/it/start?return_to=%2F""#), "{elsewhere:?}: {offered}");
        for path in ["/sign-in/at/it", "/accounts/link/it"] {
            let answer = carol.submits(path, &[("return_to", elsewhere)]).await;
            assert_eq!(answer.status().as_u16(), 422, "{path} {elsewhere:?}");
        }
        let page = carol.get(&format!("/accounts/link/it?return_to={encoded}"), "same-origin").await;
        assert_eq!(page.status().as_u16(), 422, "{elsewhere:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_page_offers_the_providers_and_leads_back() {
    let (_issuer, world) = carol().await;
    let mut carol = browser(&world);
    let page = carol.get("/sign-in?next=/c/ferris", "same-origin").await.text().await.expect("text");
    assert!(page.contains(r#"href="/auth/it/start?return_to=%2Fc%2Fferris""#), "{page}");
    carol.signs_in("it", "?return_to=/c/ferris").await;
    assert_eq!(me(&world, &carol).await.user.username, "carol");
    assert_eq!(
        carol.get("/", "same-origin").await.status().as_u16(),
        200,
        "the page that it goes on to knows the session"
    );
    world.end().await;
}
