//! The setting `sign_up` says who may have a new account at a provider, and changes nothing for those who have one.

use ajet_client::Client;
use ajet_protocol::{CreateCommunity, CreateInvite, Invite, SignUp, UpdateSettings};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::access::set_up::{browser, oidc, person, world_of};
use crate::support::browser::Browser;
use crate::support::issuer::Issuer;
use crate::support::{Unfounded, World, sessions_of, sql};

async fn lets_in(world: &World, sign_up: SignUp, domains: &[&str]) {
    let sign_up_domains = Some(domains.iter().map(|domain| (*domain).to_owned()).collect());
    let update = UpdateSettings { sign_up: Some(sign_up), sign_up_domains, ..UpdateSettings::default() };
    world.ann.update_settings(&update).await.expect("changes");
}

async fn invited(world: &World, terms: CreateInvite) -> Invite {
    world.ann.create_invite(world.community.id, &terms).await.expect("invites")
}

/// Signs somebody in whom the issuer has before it, on the way to `next`; the status of the answer.
async fn sign_in(base: &str, issuer: &Issuer, who: Value, next: &str) -> u16 {
    issuer.seats(who);
    Browser::new(base).signs_in("it", &format!("?return_to={next}")).await.status().as_u16()
}

/// Browsers of these people that have been at the issuer, with the addresses that they were sent back to.
async fn at_issuer(world: &World, issuer: &Issuer, people: &[&str], next: &str) -> Vec<(String, Browser)> {
    let mut backs = Vec::new();
    for name in people {
        issuer.seats(person(name));
        let mut one = browser(world);
        let address = one.begin("it", &format!("?return_to={next}")).await;
        backs.push((one.at_provider(&address).await, one));
    }
    backs
}

/// The statuses of their answers, who all come back at once.
async fn come_back(mut backs: Vec<(String, Browser)>) -> Vec<u16> {
    let all = backs.iter_mut().map(|(back, one)| {
        let back = back.clone();
        async move { one.get(&back, "cross-site").await.status().as_u16() }
    });
    join_all(all).await
}

#[tokio::test]
async fn who_founds_comes_in_by_themselves_and_others_by_an_invite_until_the_settings_say_otherwise() {
    let issuer = Issuer::new().await;
    let provider = oidc(&issuer);
    let first = Unfounded::with(|config| drop(config.oauth.insert("it".into(), provider))).await;
    let base = format!("http://{}", first.server.addr());
    issuer.seats(person("olga"));
    let mut browser = Browser::new(&base);
    assert_eq!(browser.signs_in("it", "").await.status().as_u16(), 200, "no one could invite her");
    let olga: Client = first.nobody.with_token(browser.token().expect("is signed in"));
    let ferris = CreateCommunity { name: "Ferris".into(), slug: "ferris".into(), client_mutation_id: None };
    olga.create_community(&ferris).await.expect("founds");
    assert_eq!(sign_in(&base, &issuer, person("carol"), "/").await, 403);
    assert_eq!(sign_in(&base, &issuer, person("olga"), "/").await, 200, "who has an account keeps it");
    first.nobody.sign_in("bob").await.expect("by name, on a development server");
    let open = UpdateSettings { sign_up: Some(SignUp::Open), ..UpdateSettings::default() };
    olga.update_settings(&open).await.expect("changes");
    assert_eq!(sign_in(&base, &issuer, person("carol"), "/").await, 200);
    first.end().await;
}

#[tokio::test]
async fn by_invitation_a_new_account_takes_an_invite_that_still_lets_in() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (_, dora) = world.nobody.sign_in("dora").await.expect("signs in");
    let good = invited(&world, CreateInvite::default()).await;
    let revoked = invited(&world, CreateInvite::default()).await;
    world.ann.revoke_invite(&revoked.code).await.expect("revokes");
    let for_dora = invited(&world, CreateInvite { user_id: Some(dora.id), ..CreateInvite::default() }).await;
    lets_in(&world, SignUp::Invite, &[]).await;
    let none = ["/".to_owned(), "/invite/nonsense".to_owned(), format!("/c/{}", good.code)];
    let (base, carol) = (world.base(), || person("carol"));
    for next in none.into_iter().chain([revoked.code, for_dora.code].map(|code| format!("/invite/{code}"))) {
        assert_eq!(sign_in(&base, &issuer, carol(), &next).await, 403, "{next}");
    }
    assert_eq!(sql(&world, "select 1 from users where username = 'carol'").await, 0, "no account was made");
    assert_eq!(sign_in(&base, &issuer, carol(), &format!("/invite/{}", good.code)).await, 200);
    assert_eq!(sessions_of(&world, "carol").await, 1);
    world.end().await;
}

/// An invite for three people is worth three accounts, however many come at once.
#[tokio::test]
async fn twenty_new_accounts_at_once_by_an_invite_for_three_are_three() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let invite = invited(&world, CreateInvite { max_uses: Some(3), ..CreateInvite::default() }).await;
    lets_in(&world, SignUp::Invite, &[]).await;
    let names: Vec<_> = (0..20).map(|n| format!("newcomer{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let backs = at_issuer(&world, &issuer, &names, &format!("/invite/{}", invite.code)).await;
    let answers = come_back(backs).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 3, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 403].contains(status)), "{answers:?}");
    assert_eq!(sql(&world, "select 1 from users where username like 'newcomer%'").await, 3);
    world.end().await;
}

#[tokio::test]
async fn by_domains_only_a_verified_address_lets_in() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let invite = invited(&world, CreateInvite::default()).await;
    let said = |sub: &str, email: &str, verified: bool| json!({ "sub": sub, "preferred_username": sub, "email": email, "email_verified": verified });
    let by_invite = format!("/invite/{}", invite.code);
    let base = world.base();
    lets_in(&world, SignUp::Domains, &[]).await;
    assert_eq!(sign_in(&base, &issuer, said("carol", "carol@example.org", true), &by_invite).await, 403);
    lets_in(&world, SignUp::Domains, &["example.org"]).await;
    for (email, verified) in [("carol@example.org", false), ("carol@mail.example.org", true)] {
        assert_eq!(sign_in(&base, &issuer, said("carol", email, verified), &by_invite).await, 403, "{email}");
    }
    assert_eq!(sign_in(&base, &issuer, said("carol", "carol@example.org", true), "/").await, 200);
    lets_in(&world, SignUp::Domains, &[]).await;
    assert_eq!(
        sign_in(&base, &issuer, said("carol", "carol@example.net", false), "/").await,
        200,
        "who has one keeps it"
    );
    world.end().await;
}
