//! `GET /api/me/accounts`, `DELETE /api/me/accounts/{id}`, and how accounts are linked.

use ajet_client::AuditQuery;
use ajet_protocol::{Code, NotificationReason, OauthAccount, OauthAccountId, PageQuery};
use futures::future::join_all;
use uuid::Uuid;

use super::set_up::{added, browser, client, disable, me, person, signed_in, world_of, world_of_two};
use crate::notifications::told::all_of;
use crate::support::issuer::Issuer;
use crate::support::requests::{answer, http, status};
use crate::support::{DEADLINE, code, eventually, next, sql};

async fn accounts(client: &ajet_client::Client) -> Vec<OauthAccount> {
    client.accounts(&PageQuery::default()).await.expect("lists").items
}

#[tokio::test]
async fn somebody_who_is_signed_in_links_further_accounts_and_signs_in_by_each() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, before) = signed_in(&world, &issuer, "carol").await;
    let token = carol.token().map(str::to_owned);
    other.seats(person("carolyn"));
    assert_eq!(carol.links("other").await, 303);
    assert_eq!(carol.token().map(str::to_owned), token, "the session goes on");
    assert_eq!(carol.links("other").await, 303, "again changes nothing");
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
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("dave"));
    let mut dave = browser(&world);
    dave.signs_in("other", "").await;
    assert_eq!(carol.links("other").await, 409);
    assert_eq!(accounts(&client(&world, &carol)).await.len(), 1);
    let mut again = browser(&world);
    again.signs_in("other", "").await;
    assert_eq!(me(&world, &again).await.user.username, "dave");
    world.end().await;
}

/// Whatever leads there, a page asks, and only its form goes on.
#[tokio::test]
async fn a_link_begins_no_linking() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("mallory"));
    let page = "/accounts/link/other?return_to=%2F";
    for site in ["cross-site", "same-site", "none", "same-origin"] {
        let answer = carol.get("/auth/other/start?link=true", site).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["location"].to_str().expect("text")),
            (303, page),
            "{site}"
        );
    }
    let asked = carol.get(page, "same-origin").await.text().await.expect("text");
    assert!(
        asked.contains("@carol") && asked.contains(r#"<form method="post" action="/accounts/link/other""#),
        "{asked}"
    );
    assert_eq!(other.asked("/.well-known/openid-configuration"), 0);
    assert!(!carol.cookies.contains_key("ajet_sign_in"), "nothing was begun");
    for path in ["/accounts/link/other", "/accounts/link"] {
        let cookie = format!("ajet_session={}", carol.token().expect("a session"));
        for site in ["cross-site", "same-site"] {
            let sent = http().post(format!("{}{path}", world.base())).header("cookie", &cookie);
            assert_eq!(
                status(sent.header("sec-fetch-site", site).form(&[("secret", "x")])).await,
                403,
                "{path} {site}"
            );
        }
    }
    let mut unknown = browser(&world);
    let answer = unknown.get(page, "same-origin").await;
    let next = "/sign-in?next=%2Faccounts%2Flink%2Fother%3Freturn_to%3D%252F";
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().expect("text")), (303, next));
    assert_eq!(accounts(&client(&world, &carol)).await.len(), 1);
    world.end().await;
}

/// Who is signed in at the provider as somebody else sees that before anything is linked.
#[tokio::test]
async fn what_comes_back_from_a_provider_is_linked_by_a_yes_alone() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let (mut elsewhere, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("mallory"));
    let address = carol.begins_to_link("other").await;
    let back = carol.at_provider(&address).await;
    let asked = carol.get(&back, "cross-site").await.text().await.expect("text");
    for told in ["mallory", "other", "@carol"] {
        assert!(asked.contains(told), "{told}: {asked}");
    }
    assert_eq!(accounts(&client(&world, &carol)).await.len(), 1, "nothing is linked by that");
    assert_eq!(elsewhere.confirms(&asked).await.status().as_u16(), 403, "another session");
    assert_eq!(carol.confirms(&asked).await.status().as_u16(), 303);
    assert_eq!(carol.confirms(&asked).await.status().as_u16(), 403, "once");
    assert_eq!(accounts(&client(&world, &carol)).await.len(), 2);
    world.end().await;
}

#[tokio::test]
async fn who_has_another_account_linked_is_told_of_it() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    carol.links("other").await;
    carol.links("other").await;
    let carol = client(&world, &carol);
    eventually("all are told", async || sql(&world, "select 1 from due_notices").await == 0).await;
    let told = all_of(&carol).await;
    let of_links: Vec<_> =
        told.iter().filter(|one| one.reason == NotificationReason::AccountLinked).collect();
    let [one] = &of_links[..] else { panic!("{told:?}") };
    assert_eq!(one.preview.as_deref(), Some("An account was linked to yours: carolyn at other"));
    let cookie = format!("ajet_session={}", carol.token().expect("a token"));
    let inbox = http().get(format!("{}/inbox", world.base())).header("cookie", cookie);
    let german = answer(inbox.header("accept-language", "de")).await.text().await.expect("text");
    assert!(german.contains("Ein Konto wurde mit deinem verknüpft: carolyn bei other"), "{german}");
    let lines = carol.own_audit(&AuditQuery::default()).await.expect("reads").items;
    assert_eq!(lines.iter().filter(|line| line.action == "account.link").count(), 1, "{lines:?}");
    world.end().await;
}

/// Who signs out while the browser is at the provider, or before the answer, or has the session ended, links nothing any more.
#[tokio::test]
async fn a_session_that_is_over_links_nothing() {
    let (world, issuer, other) = world_of_two().await;
    let (elsewhere, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    for is_asked in [false, true] {
        let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
        let address = carol.begins_to_link("other").await;
        let back = carol.at_provider(&address).await;
        let answer = if is_asked {
            let asked = carol.get(&back, "cross-site").await.text().await.expect("text");
            // The node remembers the session.
            let ended =
                "update sessions set expires_at = now() where id = (select session_id from oauth_links)";
            assert_eq!(sql(&world, ended).await, 1);
            carol.confirms(&asked).await.status().as_u16()
        } else {
            client(&world, &carol).sign_out().await.expect("signs out");
            carol.get(&back, "cross-site").await.status().as_u16()
        };
        assert_eq!(answer, if is_asked { 403 } else { 303 }, "to the sign-in");
    }
    assert_eq!(accounts(&client(&world, &elsewhere)).await.len(), 1);
    world.end().await;
}

/// Of links at once no more are made than there are places.
#[tokio::test]
async fn accounts_that_are_linked_at_once_are_no_more_than_there_may_be() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let filled = sql(
        &world,
        "insert into oauth_accounts (id, user_id, place, provider, kind, issuer, subject, username, created_at, last_used_at)
         select gen_random_uuid(), a.user_id, n, a.provider, a.kind, a.issuer, 'more ' || n, a.username, now(), now()
         from oauth_accounts a, generate_series(2, 19) n",
    )
    .await;
    assert_eq!(filled, 18);
    let mut asked = Vec::new();
    for sub in 0..4 {
        other.seats(person(&format!("further{sub}")));
        let address = carol.begins_to_link("other").await;
        let back = carol.at_provider(&address).await;
        asked.push((carol.get(&back, "cross-site").await.text().await.expect("text"), carol.clone()));
    }
    let answers = join_all(asked.iter_mut().map(|(page, browser)| browser.confirms(page))).await;
    let linked = answers.iter().filter(|answer| answer.status().as_u16() == 303).count();
    assert_eq!((linked, sql(&world, "select 1 from oauth_accounts").await), (1, 20));
    world.end().await;
}

/// I14: what was opened by it ends with it, on all nodes, and the session that asks goes on.
#[tokio::test]
async fn an_account_that_is_unlinked_takes_its_sessions_along() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    carol.links("other").await;
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
    carol.unlink_account(gone).await.expect("again changes nothing");
    assert_eq!(code(world.bob.unlink_account(gone).await), Code::NotFound, "another person's, and gone");
    assert_eq!(code(carol.unlink_account(OauthAccountId(Uuid::nil())).await), Code::NotFound);
    // Whose it is now is a new person.
    let mut new = browser(&world);
    new.signs_in("other", "").await;
    assert_ne!(me(&world, &new).await.user.id, carol.me().await.expect("reads").user.id);
    node.stop().await;
    world.end().await;
}

/// I14, also where the first request got no further than its commit. No scan finds the end here, so that the telling alone can close anything.
#[tokio::test]
async fn an_unlinking_that_is_repeated_tells_nodes_again() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    carol.links("other").await;
    let mut lost = browser(&world);
    lost.signs_in("other", "").await;
    let (carol, lost) = (client(&world, &carol), client(&world, &lost));
    let node = crate::support::serve(&world.config).await;
    let lost = lost.at(&format!("http://{}", node.addr()));
    lost.me().await.expect("known, and cached");
    let mut live = lost.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let gone = accounts(&carol).await.into_iter().find(|one| one.provider == "other").expect("is linked").id;
    let noted = sql(
        &world,
        r#"with gone as (
             delete from oauth_accounts where provider = 'other' returning id, user_id
           ), ended as (
             delete from sessions s using session_origins o, gone
             where o.account_id = gone.id and s.id = o.session_id returning s.id, s.user_id
           ), untied as (
             delete from session_origins o using gone where o.account_id = gone.id
           )
           insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
           select user_id, user_id, 'account.unlink', 'oauth_account', id, '{"provider": "other"}'::jsonb, clock_timestamp() from gone
           union all
           select user_id, user_id, 'session.end', 'session', id, '{"reason": "unlinked"}', clock_timestamp() from ended"#,
    )
    .await;
    assert_eq!(noted, 2);
    carol.unlink_account(gone).await.expect("again changes nothing");
    assert_eq!(code(lost.me().await), Code::Unauthenticated, "from the answer on");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "its stream ends");
    carol.me().await.expect("goes on");
    node.stop().await;
    world.end().await;
}

#[tokio::test]
async fn the_last_way_to_sign_in_stays() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let only = accounts(&client(&world, &carol)).await[0].id;
    assert_eq!(code(client(&world, &carol).unlink_account(only).await), Code::Conflict);
    other.seats(person("carolyn"));
    carol.links("other").await;
    let carol = client(&world, &carol);
    let both: Vec<_> = accounts(&carol).await.into_iter().map(|one| one.id).collect();
    // Both at once: one of them is the last one.
    let done = join_all(both.iter().map(|id| carol.unlink_account(*id))).await;
    assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
    assert_eq!(accounts(&carol).await.len(), 1);
    world.end().await;
}

/// An account at a provider that was disabled is no way in.
#[tokio::test]
async fn the_last_way_is_one_that_is_open() {
    let (issuer, other) = (Issuer::new().await, Issuer::new().await);
    let world = world_of(&issuer).await;
    let provider = world.ann.create_oauth_provider(&added(&other, "Other")).await.expect("adds");
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    assert_eq!(carol.links("other").await, 303);
    let first = accounts(&client(&world, &carol)).await.remove(0).id;
    disable(&world, provider.id).await;
    assert_eq!(code(client(&world, &carol).unlink_account(first).await), Code::Conflict);
    let page = carol.get("/accounts", "same-origin").await.text().await.expect("text");
    assert_eq!(page.matches("Unlink").count(), 1, "the other one: {page}");
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
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    let page = carol.get("/accounts", "same-origin").await.text().await.expect("text");
    assert!(page.contains("carol") && !page.contains("Unlink"), "{page}");
    assert!(page.contains(r#"<form method="post" action="/accounts/link/other">"#), "{page}");
    other.seats(person("carolyn"));
    let address = carol.begins_to_link("other").await;
    let back = carol.at_provider(&address).await;
    let asked = carol.get(&back, "cross-site").await.text().await.expect("text");
    assert_eq!(carol.confirms(&asked).await.headers()["location"], "/accounts");
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
