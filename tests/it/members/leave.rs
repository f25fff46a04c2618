//! `DELETE /api/communities/{id}/members/{user_id}`, of oneself.

use ajet_protocol::{Code, Envelope, Event, PageQuery, Reason, Role, UpdateMember};

use crate::support::{World, audit, code, next, read_until, sql, text};

/// The person and the others hear of it; nothing that comes after it reaches the person.
#[tokio::test]
async fn a_member_leaves_and_is_out() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let carol = world.join("carol").await;
    let mut streams = [world.bob.live(None).await.expect("opens"), carol.live(None).await.expect("opens")];
    world.ann.post(general, &text("together")).await.expect("posts");
    for live in &mut streams {
        read_until(live, "together").await;
    }
    world.bob.remove_member(community, bob, &Reason::default()).await.expect("leaves");
    world.ann.post(general, &text("without bob")).await.expect("posts");
    assert_eq!(code(world.bob.messages(general, &PageQuery::default()).await), Code::NotFound);
    assert!(world.bob.communities().await.expect("lists").items.is_empty());
    for live in &mut streams {
        let frame = next(live).await;
        assert_eq!(frame.name, "member.left");
        let envelope = Envelope::parse_shown(frame.data.as_bytes()).expect("an envelope");
        let Ok(Some(Event::MemberLeft(gone))) = envelope.event() else { panic!("{}", frame.data) };
        assert_eq!((gone.user_id, envelope.channel_id), (bob, None), "the community, with all its channels");
    }
    read_until(&mut streams[1], "without bob").await;
    let gone = world.bob.remove_member(community, bob, &Reason::default()).await;
    assert_eq!(code(gone), Code::NotFound, "it is not there for bob any more");
    let invite = world.ann.create_invite(community, &Default::default()).await.expect("invites");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.ann.post(general, &text("welcome back")).await.expect("posts");
    let heard = read_until(&mut streams[0], "welcome back").await;
    assert!(!heard.contains(&"without bob".to_owned()), "{heard:?}");
    assert!(audit(&world).await.is_empty(), "no moderator did it");
    world.end().await;
}

#[tokio::test]
async fn the_only_owner_cannot_leave() {
    let world = World::new().await;
    let community = world.community.id;
    let ann = world.ann.me().await.expect("me").user.id;
    let leave = async || world.ann.remove_member(community, ann, &Reason::default()).await;
    assert_eq!(code(leave().await), Code::Conflict);
    world.ann.post(world.general.id, &text("still here")).await.expect("posts");
    sql(&world, "update community_members set role = 'owner'").await;
    leave().await.expect("another owner stays");
    assert_eq!(code(world.ann.post(world.general.id, &text("late")).await), Code::NotFound);
    world.end().await;
}

/// An account that is out of use looks after nothing.
#[tokio::test]
async fn an_owner_out_of_use_is_no_other_owner() {
    let world = World::new().await;
    let community = world.community.id;
    let [ann, bob] = [world.ann.me().await.expect("me").user.id, world.bob.me().await.expect("me").user.id];
    let owner = UpdateMember { role: Some(Role::Owner), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &owner).await.expect("raises");
    world.ann.deactivate(bob).await.expect("deactivates");
    let leave = async || world.ann.remove_member(community, ann, &Reason::default()).await;
    assert_eq!(code(leave().await), Code::Conflict);
    let down = UpdateMember { role: Some(Role::Member), ..UpdateMember::default() };
    assert_eq!(code(world.ann.update_member(community, ann, &down).await), Code::Conflict);
    world.ann.reactivate(bob).await.expect("takes back");
    leave().await.expect("another owner stays");
    world.end().await;
}
