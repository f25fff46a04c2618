//! What the audit tells of accounts at providers, and of those who were not signed in.

use ajet_chatd::usecases::sign_in_links::make;
use ajet_client::{AuditQuery, Client};
use ajet_protocol::{AuditEntry, SignUp, UpdateSettings};
use serde_json::json;

use super::set_up::{browser, client, oidc, person, signed_in, world_of, world_of_two};
use crate::support::issuer::{Issuer, Lies};
use crate::support::requests::{http, status};
use crate::support::{World, sql};

fn told(lines: &[AuditEntry]) -> Vec<(&str, Option<&str>)> {
    lines.iter().map(|line| (line.action.as_str(), line.details.get("reason").map(String::as_str))).collect()
}

async fn own(client: &Client) -> Vec<AuditEntry> {
    client.own_audit(&AuditQuery::default()).await.expect("reads").items
}

/// Lines of the system about sign-ins that were refused, oldest first: why, and at which provider.
async fn refusals(world: &World) -> Vec<(String, Option<String>)> {
    let query = AuditQuery { action: Some("sign_in.refuse".into()), ..AuditQuery::default() };
    let mut lines = world.ann.system_audit(&query).await.expect("reads").items;
    lines.reverse();
    let of = |line: AuditEntry, name: &str| line.details.get(name).cloned();
    lines
        .into_iter()
        .map(|line| (of(line.clone(), "reason").expect("a reason"), of(line, "provider")))
        .collect()
}

#[tokio::test]
async fn what_becomes_of_an_account_is_told_to_its_person() {
    let (world, issuer, other) = world_of_two().await;
    let (mut carol, _) = signed_in(&world, &issuer, "carol").await;
    other.seats(person("carolyn"));
    assert_eq!(carol.links("other").await, 303);
    let mut second = browser(&world);
    second.signs_in("other", "").await;
    let carol = client(&world, &carol);
    let accounts = carol.accounts(&ajet_protocol::PageQuery::default()).await.expect("lists").items;
    let linked = accounts.iter().find(|one| one.provider == "other").expect("is linked").id;
    carol.unlink_account(linked).await.expect("unlinks");
    let lines = own(&carol).await;
    let mut last: Vec<_> = told(&lines)[..2].to_vec();
    last.sort_unstable();
    assert_eq!(last, [("account.unlink", None), ("session.end", Some("unlinked"))]);
    let before =
        [("session.open", None), ("account.link", None), ("session.open", None), ("account.create", None)];
    assert_eq!(told(&lines)[2..], before);
    assert!(
        lines
            .iter()
            .filter(|line| line.action.starts_with("account.l"))
            .all(|line| line.target.id == Some(linked.0))
    );
    world.end().await;
}

#[tokio::test]
async fn a_session_that_a_provider_ended_is_told_as_such() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    signed_in(&world, &issuer, "carol").await;
    let told_by = issuer.logout_token(&[("sub", json!("carol"))]);
    let telling = http().post(format!("{}/auth/it/backchannel-logout", world.base()));
    assert_eq!(status(telling.form(&[("logout_token", told_by)])).await, 204);
    let (again, _) = signed_in(&world, &issuer, "carol").await;
    let lines = own(&client(&world, &again)).await;
    assert_eq!(told(&lines)[1], ("session.end", Some("provider")));
    assert_eq!(lines[1].actor, None, "no one here did it");
    world.end().await;
}

/// A line for each reason, and one a minute.
#[tokio::test]
async fn who_is_not_signed_in_is_told_to_the_owner_of_the_system() {
    let (issuer, other) = (Issuer::new().await, Issuer::new().await);
    let (one, mut two) = (oidc(&issuer), oidc(&other));
    two.claims = Some("groups=chat".into());
    let world = World::with(|config| {
        config.oauth.insert("it".into(), one);
        config.oauth.insert("choosy".into(), two);
    })
    .await;
    let by_invite = UpdateSettings { sign_up: Some(SignUp::Invite), ..UpdateSettings::default() };
    world.ann.update_settings(&by_invite).await.expect("changes");
    issuer.seats(person("carol"));
    other.seats(person("carol"));
    for _ in 0..3 {
        let mut carol = browser(&world);
        let address = url::Url::parse(&carol.begin("it", "").await).expect("an address");
        let state = address.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
        let iss: String = url::form_urlencoded::byte_serialize(issuer.url.as_bytes()).collect();
        carol
            .get(&format!("/auth/it/callback?error=access_denied&state={state}&iss={iss}"), "cross-site")
            .await;
        assert_eq!(browser(&world).signs_in("it", "").await.status().as_u16(), 403);
        let link = format!("{}/sign-in/link/{}", world.base(), "A".repeat(43));
        assert_eq!(status(http().get(link)).await, 404);
        issuer.lies(Lies { claims: vec![("nonce", json!("of-another-sign-in"))], ..Lies::default() });
        assert_eq!(browser(&world).signs_in("it", "").await.status().as_u16(), 403);
        issuer.lies(Lies::default());
        assert_eq!(browser(&world).signs_in("choosy", "").await.status().as_u16(), 403);
    }
    let good = make(&world.server.app().store, "", Some("bob")).await.expect("makes").address;
    assert_eq!(status(http().get(format!("{}{good}", world.base()))).await, 200);
    let expected = [
        ("declined", Some("it")),
        ("not_let_in", Some("it")),
        ("wrong_link", None),
        ("not_believed", Some("it")),
        ("not_admitted", Some("choosy")),
    ]
    .map(|(reason, provider)| (reason.to_owned(), provider.map(str::to_owned)));
    assert_eq!(refusals(&world).await, expected);
    sql(
        &world,
        "update system_audit set id = time_ordered_id(now() - interval '2 minutes') where action = 'sign_in.refuse'",
    )
    .await;
    assert_eq!(browser(&world).signs_in("it", "").await.status().as_u16(), 403);
    assert_eq!(refusals(&world).await.len(), 6, "again after a minute");
    world.end().await;
}

/// What comes back from a provider, and is refused before the provider is asked who that is.
#[tokio::test]
async fn an_answer_of_another_provider_or_of_no_sign_in_is_told_to_the_owner_of_the_system() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    let mut carol = browser(&world);
    let address = carol.begin("it", "").await;
    let back = carol.at_provider(&address).await;
    let (answer, _) = back.split_once("&iss=").expect("it names itself");
    let of_another = format!("{answer}&iss=https%3A%2F%2Faccounts.example");
    assert_eq!(carol.get(&of_another, "cross-site").await.status().as_u16(), 403);
    let line = |reason: &str| (reason.to_owned(), Some("it".to_owned()));
    assert_eq!(refusals(&world).await, [line("not_believed")]);
    let unknown = browser(&world).get("/auth/nowhere/callback?code=c&state=s", "cross-site").await;
    assert_eq!(unknown.status().as_u16(), 404);
    assert_eq!(refusals(&world).await.len(), 1, "no provider, no line");
    for (name, address) in [
        ("used before", back.as_str()),
        ("no state", "/auth/it/callback?code=c"),
        ("no answer", "/auth/it/callback"),
    ] {
        assert_eq!(carol.get(address, "cross-site").await.status().as_u16(), 403, "{name}");
        assert_eq!(refusals(&world).await, [line("not_believed"), line("not_begun")], "{name}");
    }
    world.end().await;
}
