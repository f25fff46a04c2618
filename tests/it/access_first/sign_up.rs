//! The setting `sign_up` says who may have a new account, and changes nothing for those who have one.

use ajet_protocol::{Code, CreateInvite, Invite, SignUp, UpdateSettings};
use futures::future::join_all;

use super::submit;
use crate::support::{World, code, sessions_of, sql};

async fn lets_in(world: &World, sign_up: SignUp, domains: &[&str]) {
    let sign_up_domains = Some(domains.iter().map(|domain| (*domain).to_owned()).collect());
    let update = UpdateSettings { sign_up: Some(sign_up), sign_up_domains, ..UpdateSettings::default() };
    world.ann.update_settings(&update).await.expect("changes");
}

async fn invited(world: &World, terms: CreateInvite) -> Invite {
    world.ann.create_invite(world.community.id, &terms).await.expect("invites")
}

/// Signs in by the page's form, on the way to `next`; the status of the answer.
async fn sign_in(world: &World, username: &str, next: &str) -> u16 {
    submit(&world.base(), "/sign-in", &[("username", username), ("next", next)]).await.0
}

#[tokio::test]
async fn everybody_may_have_an_account_until_the_settings_say_otherwise() {
    let world = World::new().await;
    world.nobody.sign_in("carol").await.expect("signs in");
    lets_in(&world, SignUp::Invite, &[]).await;
    assert_eq!(code(world.nobody.sign_in("dave").await), Code::Forbidden);
    world.nobody.sign_in("carol").await.expect("who has an account keeps it");
    lets_in(&world, SignUp::Open, &[]).await;
    world.nobody.sign_in("dave").await.expect("signs in");
    world.end().await;
}

#[tokio::test]
async fn by_invitation_a_new_account_takes_an_invite_that_still_lets_in() {
    let world = World::new().await;
    let (_, dora) = world.nobody.sign_in("dora").await.expect("signs in");
    let good = invited(&world, CreateInvite::default()).await;
    let revoked = invited(&world, CreateInvite::default()).await;
    world.ann.revoke_invite(&revoked.code).await.expect("revokes");
    let for_dora = invited(&world, CreateInvite { user_id: Some(dora.id), ..CreateInvite::default() }).await;
    lets_in(&world, SignUp::Invite, &[]).await;
    let none = ["/".to_owned(), "/invite/nonsense".to_owned(), format!("/c/{}", good.code)];
    for next in none.into_iter().chain([revoked.code, for_dora.code].map(|code| format!("/invite/{code}"))) {
        assert_eq!(sign_in(&world, "carol", &next).await, 403, "{next}");
    }
    assert_eq!(sql(&world, "select from users where username = 'carol'").await, 0, "no account was made");
    assert_eq!(sign_in(&world, "carol", &format!("/invite/{}", good.code)).await, 303);
    assert_eq!(sessions_of(&world, "carol").await, 1);
    world.end().await;
}

/// An invite for three people is worth three accounts, however many come at once.
#[tokio::test]
async fn fifty_new_accounts_at_once_by_an_invite_for_three_are_three() {
    let world = World::new().await;
    let invite = invited(&world, CreateInvite { max_uses: Some(3), ..CreateInvite::default() }).await;
    lets_in(&world, SignUp::Invite, &[]).await;
    let next = format!("/invite/{}", invite.code);
    let names: Vec<_> = (0..50).map(|n| format!("newcomer{n}")).collect();
    let answers = join_all(names.iter().map(|name| sign_in(&world, name, &next))).await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 3, "{answers:?}");
    assert!(answers.iter().all(|status| [303, 403].contains(status)), "{answers:?}");
    assert_eq!(sql(&world, "select from users where username like 'newcomer%'").await, 3);
    world.end().await;
}

/// A sign-in by name tells of no address.
#[tokio::test]
async fn by_domains_only_a_verified_address_lets_in() {
    let world = World::new().await;
    let invite = invited(&world, CreateInvite::default()).await;
    let none: &[&str] = &[];
    for domains in [none, &["example.org"]] {
        lets_in(&world, SignUp::Domains, domains).await;
        assert_eq!(code(world.nobody.sign_in("carol@example.org").await), Code::Invalid);
        assert_eq!(code(world.nobody.sign_in("example.org").await), Code::Forbidden);
        assert_eq!(sign_in(&world, "carol", &format!("/invite/{}", invite.code)).await, 403);
    }
    world.nobody.sign_in("bob").await.expect("who has an account keeps it");
    world.end().await;
}
