//! `PUT|DELETE /api/communities/{id}/mutes/{user_id}`.

use ajet_protocol::{Code, Event, MuteMember, Reason, Role, Timestamp, UpdateMember};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, audit, code, eventually, next_event, text};

/// A muted member reads on and writes no more, from the answer on; an owner, oneself and a stranger can't be muted.
#[tokio::test]
async fn a_muted_member_reads_and_does_not_write() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let ann = world.ann.me().await.expect("me").user.id;
    world.bob.post(general, &text("before")).await.expect("posts");
    let mut live = world.ann.live(None).await.expect("opens");
    let mute = MuteMember { seconds: None, reason: Some("caps lock".into()) };
    world.ann.mute(community, bob, &mute).await.expect("mutes");
    assert_eq!(code(world.bob.post(general, &text("after")).await), Code::Muted);
    world.bob.messages(general, &Default::default()).await.expect("reads on");
    let Some(Event::MemberUpdated(update)) = next_event(&mut live, "member.updated").await else {
        panic!("no update of the member")
    };
    assert_eq!(update.member.muted_until, Some(Timestamp::FAR), "until it is lifted");
    for (by, whom, refusal) in [
        (&world.bob, bob, Code::Forbidden),
        (&world.bob, ann, Code::Forbidden),
        (&world.ann, ann, Code::Invalid),
    ] {
        assert_eq!(code(by.mute(community, whom, &mute).await), refusal, "{whom}");
    }
    world.ann.unmute(community, bob, &Reason::default()).await.expect("lifts");
    world.ann.unmute(community, bob, &Reason::default()).await.expect("again changes nothing");
    world.bob.post(general, &text("at last")).await.expect("posts");
    let said = audit(&world).await;
    assert_eq!(said, [("member.mute", Some("caps lock")), ("member.unmute", None)].map(said_so));
    world.end().await;
}

fn said_so((action, reason): (&str, Option<&str>)) -> (String, Option<String>) {
    (action.to_owned(), reason.map(str::to_owned))
}

/// A mute of one second is over a second later.
#[tokio::test]
async fn a_mute_for_a_time_ends_by_itself() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let mute = MuteMember { seconds: Some(1), reason: None };
    world.ann.mute(world.community.id, bob, &mute).await.expect("mutes");
    assert_eq!(code(world.bob.post(world.general.id, &text("early")).await), Code::Muted);
    eventually("the end of the mute", || async {
        world.bob.post(world.general.id, &text("late")).await.is_ok()
    })
    .await;
    world.end().await;
}

/// Else one would leave and come back to be heard.
#[tokio::test]
async fn a_mute_holds_for_who_leaves_and_comes_back() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    world.ann.mute(community, bob, &MuteMember { seconds: None, reason: None }).await.expect("mutes");
    let invite = world.ann.create_invite(community, &Default::default()).await.expect("invites");
    let mut live = world.ann.live(None).await.expect("opens");
    for by in [&world.bob, &world.ann] {
        by.remove_member(community, bob, &Reason::default()).await.expect("leaves, and is kicked");
        world.bob.accept_invite(&invite.code).await.expect("comes back");
        let Some(Event::MemberJoined(back)) = next_event(&mut live, "member.joined").await else {
            panic!("others hear of it")
        };
        assert_eq!(back.member.muted_until, Some(Timestamp::FAR));
        let member = world.ann.member(community, bob).await.expect("is there");
        assert_eq!(member.muted_until, Some(Timestamp::FAR));
        assert_eq!(code(world.bob.post(general, &text("heard?")).await), Code::Muted);
    }
    world.ann.unmute(community, bob, &Reason::default()).await.expect("lifts");
    world.bob.remove_member(community, bob, &Reason::default()).await.expect("leaves");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.bob.post(general, &text("heard")).await.expect("was lifted");
    world.end().await;
}

/// Names are read by others, as messages are.
#[tokio::test]
async fn a_muted_admin_names_nothing() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &admin).await.expect("raises");
    world.ann.mute(community, bob, &MuteMember { seconds: None, reason: None }).await.expect("mutes");
    for (method, path) in [
        (Method::POST, format!("/api/communities/{community}/channels")),
        (Method::POST, format!("/api/communities/{community}/categories")),
        (Method::POST, format!("/api/communities/{community}/roles")),
        (Method::POST, format!("/api/channels/{general}/webhooks")),
        (Method::PATCH, format!("/api/channels/{general}")),
        (Method::PATCH, format!("/api/communities/{community}")),
    ] {
        let named = world.bob.send::<Value>(method, &path, Some(&json!({ "name": "loud" })), true).await;
        assert_eq!(code(named), Code::Muted, "{path}");
    }
    world.end().await;
}
