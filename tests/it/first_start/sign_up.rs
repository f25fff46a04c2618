//! The setting `sign_up` says who may have a new account at a provider, and changes nothing for those who have one.

use ajet_chatd::store::oauth_accounts::{Creation, NewPerson, ShownAccount};
use ajet_client::Client;
use ajet_protocol::{
    CreateCommunity, CreateInvite, Invite, OauthAccountId, ProviderType, SignUp, Timestamp, UpdateSettings,
    User, UserId,
};
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::sign_in::set_up::{browser, oidc, person, world_of};
use crate::support::browser::Browser;
use crate::support::issuer::Issuer;
use crate::support::{Unfounded, World, db, sessions_of, sql};

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

/// A person who comes in many tabs at once takes one place.
#[tokio::test]
async fn first_sign_ins_of_one_person_at_once_count_once_for_their_invite() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let invite = invited(&world, CreateInvite { max_uses: Some(2), ..CreateInvite::default() }).await;
    lets_in(&world, SignUp::Invite, &[]).await;
    let next = format!("/invite/{}", invite.code);
    let backs = at_issuer(&world, &issuer, &["carol"; 8], &next).await;
    assert_eq!(come_back(backs).await, [200; 8]);
    assert_eq!(sign_in(&world.base(), &issuer, person("dave"), &next).await, 200);
    assert_eq!(sign_in(&world.base(), &issuer, person("erin"), &next).await, 403, "it is used up");
    world.end().await;
}

/// As one that was revoked, or expired, while somebody was let in.
#[tokio::test]
async fn an_invite_is_looked_at_again_when_the_account_is_made() {
    let world = World::new().await;
    let now = Timestamp::from_unix_millis(0);
    let invites =
        ["good", "revoked", "expired"].map(|_| CreateInvite { max_uses: Some(1), ..CreateInvite::default() });
    for (number, terms) in invites.into_iter().enumerate() {
        let invite = invited(&world, terms).await;
        match number {
            0 => {}
            1 => world.ann.revoke_invite(&invite.code).await.expect("revokes"),
            _ => {
                let past = sqlx::query("update invites set expires_at = now() where code = $1");
                past.bind(invite.code.clone()).execute(&mut db(&world).await).await.expect("ends it");
            }
        }
        let username = format!("newcomer{number}");
        let user = User {
            id: UserId(Uuid::new_v4()),
            username: username.clone(),
            display_name: username.clone(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: now,
        };
        let person = NewPerson { user: &user, email: None, invite: Some(&invite.code) };
        let account = ShownAccount {
            provider: "it",
            kind: ProviderType::Oidc,
            issuer: "https://id.example.org",
            subject: &username,
            username: &username,
            at: now,
        };
        let store = &world.server.app().store;
        let made =
            store.create_person(&person, OauthAccountId(Uuid::new_v4()), &account).await.expect("asks");
        assert_eq!(made, if number == 0 { Creation::Made } else { Creation::NotNow }, "{number}");
    }
    assert_eq!(sql(&world, "select 1 from users where username like 'newcomer%'").await, 1);
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
