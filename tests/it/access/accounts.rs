//! `GET /api/me/accounts`, `DELETE /api/me/accounts/{id}`, and how accounts are linked.

use ajet_client::AuditQuery;
use ajet_protocol::{Code, OauthAccount, OauthAccountId, PageQuery};
use futures::future::join_all;
use uuid::Uuid;

use super::set_up::{browser, client, me, oidc, person, signed_in, world_of};
use crate::support::browser::Browser;
use crate::support::issuer::Issuer;
use crate::support::{DEADLINE, World, code, next};

async fn accounts(client: &ajet_client::Client) -> Vec<OauthAccount> {
    client.accounts(&PageQuery::default()).await.expect("lists").items
}

/// A world with two issuers, `it` and `other`.
async fn two() -> (World, Issuer, Issuer) {
    let (issuer, other) = (Issuer::new().await, Issuer::new().await);
    let (one, two) = (oidc(&issuer), oidc(&other));
    let world = World::with(|config| {
        config.oauth.insert("it".into(), one);
        config.oauth.insert("other".into(), two);
    })
    .await;
    (world, issuer, other)
}

/// Links the account of the person who sits before the other issuer.
async fn links(browser: &mut Browser) -> u16 {
    browser.signs_in("other", "?link=true&return_to=/").await.status().as_u16()
}

#[tokio::test]
async fn somebody_who_is_signed_in_links_further_accounts_and_signs_in_by_each() {
    let (world, issuer, other) = two().await;
    let (mut carol, before) = signed_in(&world, &issuer, "carol").await;
    let token = carol.token().map(str::to_owned);
    other.seats(person("carolyn"));
    assert_eq!(links(&mut carol).await, 200);
    assert_eq!(carol.token().map(str::to_owned), token, "the session goes on");
    assert_eq!(links(&mut carol).await, 200, "again changes nothing");
    let names: Vec<_> = accounts(&client(&world, &carol)).await.into_iter().map(|one| one.provider).collect();
    assert_eq!(names, ["it", "other"]);
    let mut elsewhere = browser(&world);
    elsewhere.signs_in("other", "").await;
    assert_eq!(me(&world, &elsewhere).await.user, before.user);
    let first = accounts(&client(&world, &carol)).await.remove(0).id;
    let page = PageQuery { after: Some(first.0), ..PageQuery::default() };
    assert_eq!(client(&world, &carol).accounts(&page).await.expect("lists").items.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn an_account_of_somebody_else_is_not_taken_over() {
    let (world, issuer, other) = two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("dave"));
    let mut dave = browser(&world);
    dave.signs_in("other", "").await;
    assert_eq!(links(&mut carol).await, 409);
    assert_eq!(accounts(&client(&world, &carol)).await.len(), 1);
    let mut again = browser(&world);
    again.signs_in("other", "").await;
    assert_eq!(me(&world, &again).await.user.username, "dave");
    world.end().await;
}

/// A page of another site can send the browser to the address that links. It asks in no one's name.
#[tokio::test]
async fn only_a_page_of_ours_links_and_only_for_who_is_signed_in() {
    let (world, issuer, other) = two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("mallory"));
    for site in ["cross-site", "same-site", "none"] {
        let answer = carol.get("/auth/other/start?link=true", site).await;
        assert_ne!(answer.status().as_u16(), 302, "{site}");
    }
    let mut unknown = browser(&world);
    let answer = unknown.get("/auth/other/start?link=true", "same-origin").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"] == "/sign-in"), (303, true));
    assert_eq!(accounts(&client(&world, &carol)).await.len(), 1);
    world.end().await;
}

/// Who signs out while the browser is at the provider, or has the session ended, links nothing any more.
#[tokio::test]
async fn a_session_that_is_over_links_nothing() {
    let (world, issuer, other) = two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let (elsewhere, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    let address = carol.begin("other", "?link=true").await;
    let back = carol.at_provider(&address).await;
    client(&world, &carol).sign_out().await.expect("signs out");
    let answer = carol.get(&back, "cross-site").await;
    assert_eq!(answer.status().as_u16(), 303, "to the sign-in");
    assert_eq!(accounts(&client(&world, &elsewhere)).await.len(), 1);
    world.end().await;
}

/// I14: what was opened by it ends with it, on all nodes, and the session that asks goes on.
#[tokio::test]
async fn an_account_that_is_unlinked_takes_its_sessions_along() {
    let (world, issuer, other) = two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    links(&mut carol).await;
    let mut lost = browser(&world);
    lost.signs_in("other", "").await;
    let (carol, lost) = (client(&world, &carol), client(&world, &lost));
    let node = crate::support::serve(&world.config).await;
    let lost = lost.at(&format!("http://{}", node.addr()));
    let mut live = lost.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let gone = accounts(&carol).await.into_iter().find(|one| one.provider == "other").expect("is linked").id;
    assert_eq!(code(world.bob.unlink_account(gone).await), Code::NotFound, "another person's");
    carol.unlink_account(gone).await.expect("unlinks");
    assert_eq!(code(lost.me().await), Code::Unauthenticated, "from the answer on");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "its stream ends");
    carol.me().await.expect("goes on");
    for nothing in [gone, OauthAccountId(Uuid::nil())] {
        assert_eq!(code(carol.unlink_account(nothing).await), Code::NotFound);
    }
    // Whose it is now is a new person.
    let mut new = browser(&world);
    new.signs_in("other", "").await;
    assert_ne!(me(&world, &new).await.user.id, carol.me().await.expect("reads").user.id);
    node.stop().await;
    world.end().await;
}

/// What else can sign in as somebody is what they want to find in their log.
#[tokio::test]
async fn links_and_what_ends_with_them_are_in_the_persons_log() {
    let (world, issuer, other) = two().await;
    let (mut carol, before) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    links(&mut carol).await;
    links(&mut carol).await;
    let mut lost = browser(&world);
    lost.signs_in("other", "").await;
    let carol = client(&world, &carol);
    let linked =
        accounts(&carol).await.into_iter().find(|one| one.provider == "other").expect("is linked").id;
    carol.unlink_account(linked).await.expect("unlinks");
    let lines = carol.own_audit(&AuditQuery::default()).await.expect("reads").items;
    let of = |action: &str| lines.iter().filter(|line| line.action == action).collect::<Vec<_>>();
    let (link, unlink, ended) = (of("account.link"), of("account.unlink"), of("session.end"));
    assert_eq!((link.len(), unlink.len(), ended.len()), (1, 1, 1), "{lines:?}");
    for line in [link[0], unlink[0]] {
        assert_eq!((line.target.kind.as_str(), line.target.id), ("account", Some(linked.0)));
        assert_eq!(line.details.get("provider").map(String::as_str), Some("other"));
    }
    assert_eq!(ended[0].details.get("reason").map(String::as_str), Some("unlinked"));
    assert!(lines.iter().all(|line| line.actor.as_ref() == Some(&before.user)));
    world.end().await;
}

#[tokio::test]
async fn the_last_way_to_sign_in_stays() {
    let (world, issuer, other) = two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let only = accounts(&client(&world, &carol)).await[0].id;
    assert_eq!(code(client(&world, &carol).unlink_account(only).await), Code::Conflict);
    other.seats(person("carolyn"));
    links(&mut carol).await;
    let carol = client(&world, &carol);
    let both: Vec<_> = accounts(&carol).await.into_iter().map(|one| one.id).collect();
    // Both at once: one of them is the last one.
    let done = join_all(both.iter().map(|id| carol.unlink_account(*id))).await;
    assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
    assert_eq!(accounts(&carol).await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn accounts_are_their_persons_alone() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    signed_in(&world, &issuer, "carol").await;
    assert_eq!(accounts(&world.bob).await, []);
    assert_eq!(code(world.nobody.accounts(&PageQuery::default()).await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn the_page_links_and_unlinks() {
    let (world, issuer, other) = two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let page = carol.get("/accounts", "same-origin").await.text().await.expect("text");
    assert!(page.contains("carol") && !page.contains("Unlink"), "{page}");
    let link = "/auth/other/start?link=true&return_to=/accounts";
    assert!(page.contains(&link.replace('&', "&amp;")), "{page}");
    other.seats(person("carolyn"));
    let begun = carol.get(link, "same-origin").await;
    let address = begun.headers()["location"].to_str().expect("text").to_owned();
    let back = carol.at_provider(&address).await;
    assert!(carol.get(&back, "cross-site").await.text().await.expect("text").contains("url=/accounts"));
    let page = carol.get("/accounts", "same-origin").await.text().await.expect("text");
    assert_eq!(page.matches("Unlink").count(), 2);
    let first = accounts(&client(&world, &carol)).await.remove(0).id;
    let send = async |site: &str| {
        let address = format!("{}/accounts/{first}/unlink", world.base());
        let cookie = format!("ajet_session={}", carol.token().expect("a session"));
        let request = crate::support::requests::http().post(address).header("cookie", cookie);
        request.header("sec-fetch-site", site).send().await.expect("answers").status().as_u16()
    };
    assert_eq!((send("cross-site").await, accounts(&client(&world, &carol)).await.len()), (403, 2));
    assert_eq!((send("same-origin").await, accounts(&client(&world, &carol)).await.len()), (303, 1));
    world.end().await;
}
