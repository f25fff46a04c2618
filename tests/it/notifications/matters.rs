//! What people are told of besides messages: invites, what is done to them, and sign-ins from new devices.

use ajet_client::Client;
use ajet_protocol::{
    CreateInvite, MuteMember, Notification, NotificationReason, NotificationType, Reason, Role,
    UpdateCommunity, UpdateMember, Visibility,
};
use reqwest::header::USER_AGENT;
use serde_json::{Value, json};
use uuid::Uuid;

use super::kinds::all_is_told;
use super::told::{all_of, unread_of};
use crate::support::requests::http;
use crate::support::{World, id_of, next, next_event, sql};

/// What somebody was told last.
async fn last(reader: &Client) -> Option<Notification> {
    all_of(reader).await.pop()
}

/// What somebody's notifications say.
async fn lines(reader: &Client) -> Vec<String> {
    all_of(reader).await.into_iter().map(|one| one.preview.unwrap_or_default()).collect()
}

fn because(reason: &str) -> Reason {
    Reason { reason: Some(reason.into()) }
}

#[tokio::test]
async fn who_is_invited_to_a_community_or_brought_into_a_channel_is_told() {
    let world = World::new().await;
    let (stranger, user) = world.nobody.sign_in("stranger").await.expect("signs in");
    let direct = CreateInvite { user_id: Some(user.id), ..CreateInvite::default() };
    let invite = world.ann.create_invite(world.community.id, &direct).await.expect("invites");
    all_is_told(&world).await;
    let told = last(&stranger).await.expect("is told");
    assert_eq!((told.kind, told.reason), (NotificationType::Invite, NotificationReason::CommunityInvite));
    assert_eq!((told.community_id, told.channel_id), (Some(world.community.id), None));
    assert_eq!(told.preview, Some(format!("You were invited to {}", world.community.name)));
    assert_eq!(unread_of(&stranger).await.len(), 1);
    stranger.accept_invite(&invite.code).await.expect("accepts");
    assert_eq!(unread_of(&stranger).await, [told], "it stays");
    let room = world.channel("room", Visibility::Private).await;
    world.ann.add_to_channel(room.id, user.id).await.expect("brings them in");
    all_is_told(&world).await;
    let told = last(&stranger).await.expect("is told");
    assert_eq!((told.reason, told.channel_id), (NotificationReason::ChannelInvite, Some(room.id)));
    assert_eq!(told.preview.as_deref(), Some("You were brought into #room"));
    world.ann.remove_from_channel(room.id, user.id).await.expect("puts them out");
    assert_eq!(all_of(&stranger).await.len(), 1, "I6: nothing of a channel that one is not in");
    world.end().await;
}

/// I6: what a community is called later is told to those who are in it, and to those whom it still invites.
#[tokio::test]
async fn who_is_out_reads_no_later_name_of_the_community() {
    let world = World::new().await;
    let (bob, community) = (id_of(&world.bob).await, world.community.id);
    let (stranger, user) = world.nobody.sign_in("stranger").await.expect("signs in");
    let direct = CreateInvite { user_id: Some(user.id), ..CreateInvite::default() };
    let invite = world.ann.create_invite(community, &direct).await.expect("invites");
    let mute = MuteMember { seconds: Some(60), reason: None };
    world.ann.mute(community, bob, &mute).await.expect("mutes");
    all_is_told(&world).await;
    let renamed = |name: &str| UpdateCommunity { name: Some(name.into()), ..UpdateCommunity::default() };
    world.ann.update_community(community, &renamed("Crabs")).await.expect("renames");
    assert_eq!(lines(&world.bob).await, ["You were muted in Crabs"]);
    assert_eq!(lines(&stranger).await, ["You were invited to Crabs"]);
    world.ann.remove_member(community, bob, &because("spam")).await.expect("removes");
    world.ann.revoke_invite(&invite.code).await.expect("revokes");
    all_is_told(&world).await;
    world.ann.update_community(community, &renamed("Secret plans")).await.expect("renames");
    assert_eq!(
        lines(&world.bob).await,
        ["You were muted in a community", "You were removed from a community: spam"]
    );
    assert_eq!(lines(&stranger).await, ["You were invited to a community"]);
    world.end().await;
}

#[tokio::test]
async fn who_is_muted_changed_removed_or_banned_is_told_and_why() {
    let world = World::new().await;
    let (bob, community) = (id_of(&world.bob).await, world.community.id);
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let mute = MuteMember { seconds: Some(60), reason: Some("too loud".into()) };
    world.ann.mute(community, bob, &mute).await.expect("mutes");
    let heard = next_event(&mut live, "notification.new").await;
    assert!(heard.is_some(), "on one's own stream");
    world.ann.unmute(community, bob, &Reason::default()).await.expect("unmutes");
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &admin).await.expect("makes an admin");
    all_is_told(&world).await;
    world.ann.remove_member(community, bob, &because("spam")).await.expect("removes");
    all_is_told(&world).await;
    let invite = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.ann.ban(community, bob, &because("spam again")).await.expect("bans");
    all_is_told(&world).await;
    world.ann.unban(community, bob, &Reason::default()).await.expect("lifts the ban");
    all_is_told(&world).await;
    let told = lines(&world.bob).await;
    // The first two may come in either order.
    assert_eq!(told.len(), 5, "a lifted ban is not told: {told:?}");
    for expected in [
        "You were muted in a community: too loud",
        "You may write in a community again",
        "Your roles in a community were changed",
        "You were removed from a community: spam",
        "You were banned from a community: spam again",
    ] {
        assert!(told.iter().any(|one| one == expected), "{expected}: {told:?}");
    }
    assert_eq!(world.bob.sync().await.expect("reads").notifications.unread, 5, "counted as listed");
    let all = ajet_protocol::ReadNotifications { ids: None, all: Some(true) };
    assert_eq!(world.bob.read_notifications(&all).await.expect("reads").unread, 0);
    assert!(all_of(&world.ann).await.is_empty(), "not of one's own acts");
    world.end().await;
}

#[tokio::test]
async fn a_mute_that_is_repeated_is_told_once() {
    let world = World::new().await;
    let (bob, community) = (id_of(&world.bob).await, world.community.id);
    let mute = MuteMember { seconds: None, reason: None };
    for _ in 0..2 {
        world.ann.mute(community, bob, &mute).await.expect("mutes");
    }
    all_is_told(&world).await;
    assert_eq!(all_of(&world.bob).await.len(), 1, "until it is lifted, as before");
    let shorter = MuteMember { seconds: Some(60), reason: None };
    world.ann.mute(community, bob, &shorter).await.expect("mutes");
    all_is_told(&world).await;
    assert_eq!(all_of(&world.bob).await.len(), 2, "another end is news");
    world.end().await;
}

/// Signs in as a program that calls itself so.
async fn signs_in(world: &World, name: &str, user_agent: &str) -> Client {
    let request = http().post(format!("{}/auth/dev", world.base())).header(USER_AGENT, user_agent);
    let answer = request.json(&json!({ "username": name })).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    world.nobody.with_token(answer["token"].as_str().expect("a token"))
}

#[tokio::test]
async fn a_sign_in_from_a_new_device_is_told_once() {
    let world = World::new().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let newer = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
    let first = signs_in(&world, "zoe", firefox).await;
    all_is_told(&world).await;
    assert!(all_of(&first).await.is_empty(), "the first device of all is no news");
    signs_in(&world, "zoe", newer).await;
    all_is_told(&world).await;
    assert!(all_of(&first).await.is_empty(), "the same device");
    for _ in 0..2 {
        signs_in(&world, "zoe", "curl/8.15.0").await;
        all_is_told(&world).await;
        let [told] = &all_of(&first).await[..] else { panic!("one") };
        assert_eq!((told.kind, told.reason), (NotificationType::System, NotificationReason::SignedIn));
        assert_eq!(told.preview.as_deref(), Some("New sign-in: curl"));
        assert_eq!((told.actor.id, told.channel_id), (id_of(&first).await, None));
        assert_ne!(told.source_id, Uuid::nil());
    }
    assert_eq!(sql(&world, "select 1 from known_devices").await, 2);
    world.end().await;
}
