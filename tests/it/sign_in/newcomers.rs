//! Who gets an account by signing in for the first time, and under which name.

use std::collections::HashSet;

use ajet_protocol::{Code, CreateInvite, SignUp, UpdateSettings};
use futures::future::join_all;
use serde_json::json;

use super::set_up::{browser, client, me, person, refused, signed_in, world_of};
use crate::support::issuer::Issuer;
use crate::support::{code, eventually};

#[tokio::test]
async fn a_name_that_is_taken_gets_a_free_one() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let mut names = Vec::new();
    for sub in 0..4 {
        issuer.seats(json!({ "sub": sub.to_string(), "preferred_username": "BOB" }));
        let mut bob = browser(&world);
        bob.signs_in("it", "").await;
        names.push(me(&world, &bob).await.user.username);
    }
    assert_eq!(names, ["BOB-2", "BOB-3", "BOB-4", "BOB-5"], "bob is in the community");
    for (there, here) in [
        (json!("ann@corp.example"), "ann-2"),
        (json!("../../etc"), "etc"),
        (json!("modem"), "modem"),
        (json!("modern"), "modern-2"),
        (json!("\u{202e}evil"), "evil"),
        (json!(null), "user"),
    ] {
        issuer.seats(json!({ "sub": here, "preferred_username": there }));
        let mut one = browser(&world);
        one.signs_in("it", "").await;
        assert_eq!(me(&world, &one).await.user.username, here);
    }
    world.end().await;
}

/// Of many first sign-ins of one person at once one makes the account, and all are theirs.
#[tokio::test]
async fn first_sign_ins_at_once_make_one_person() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    let mut browsers: Vec<_> = (0..10).map(|_| browser(&world)).collect();
    let answers = join_all(browsers.iter_mut().map(|one| one.signs_in("it", ""))).await;
    assert!(answers.iter().all(|answer| answer.status().as_u16() == 200));
    let mut people = HashSet::new();
    for one in &browsers {
        people.insert(me(&world, one).await.user.id);
    }
    assert_eq!(people.len(), 1);
    world.end().await;
}

/// Of many people whose names there are equal each gets a name of their own.
#[tokio::test]
async fn equal_names_at_once_make_people_with_names_of_their_own() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let mut backs = Vec::new();
    for sub in 0..12 {
        issuer.seats(json!({ "sub": sub.to_string(), "preferred_username": "carol" }));
        let mut one = browser(&world);
        let address = one.begin("it", "").await;
        backs.push((one.at_provider(&address).await, one));
    }
    let all = backs.iter_mut().map(|(back, one)| {
        let back = back.clone();
        async move { one.get(&back, "cross-site").await.status().as_u16() }
    });
    assert!(join_all(all).await.iter().all(|status| *status == 200));
    let mut names = HashSet::new();
    for (_, one) in &backs {
        names.insert(me(&world, one).await.user.username);
    }
    assert_eq!(names.len(), 12);
    world.end().await;
}

#[tokio::test]
async fn where_people_come_by_an_invite_no_one_else_gets_an_account() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (known, _) = signed_in(&world, &issuer, "known").await;
    let update = UpdateSettings { sign_up: Some(SignUp::Invite), ..UpdateSettings::default() };
    world.ann.update_settings(&update).await.expect("changes");
    let invite = CreateInvite { max_uses: Some(1), ..CreateInvite::default() };
    let invite = world.ann.create_invite(world.community.id, &invite).await.expect("invites");
    issuer.seats(person("carol"));
    for elsewhere in ["", "?return_to=/invite/unknown", "?return_to=/c/ferris"] {
        let mut carol = browser(&world);
        let answer = carol.signs_in("it", elsewhere).await;
        assert_eq!(refused(&carol, answer).await, 403, "{elsewhere}");
    }
    let by_invite = format!("?return_to=/invite/{}", invite.code);
    let mut carol = browser(&world);
    carol.signs_in("it", &by_invite).await;
    client(&world, &carol).accept_invite(&invite.code).await.expect("joins");
    issuer.seats(person("dave"));
    let mut dave = browser(&world);
    let answer = dave.signs_in("it", &by_invite).await;
    assert_eq!(refused(&dave, answer).await, 403, "it is used up");
    let (again, _) = signed_in(&world, &issuer, "known").await;
    assert_eq!(
        me(&world, &again).await.user.id,
        me(&world, &known).await.user.id,
        "who has an account signs in"
    );
    world.end().await;
}

#[tokio::test]
async fn an_account_that_is_out_of_use_does_not_sign_in() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (before, carol) = signed_in(&world, &issuer, "carol").await;
    let before = client(&world, &before);
    world.ann.deactivate(carol.user.id).await.expect("takes out of use");
    assert_eq!(code(before.me().await), Code::Unauthenticated);
    let mut again = browser(&world);
    let answer = again.signs_in("it", "").await;
    assert_eq!(refused(&again, answer).await, 403);
    world.ann.reactivate(carol.user.id).await.expect("takes into use");
    eventually("carol is back", async || {
        let mut again = browser(&world);
        again.signs_in("it", "").await.status().as_u16() == 200
    })
    .await;
    world.end().await;
}
