//! `DELETE /api/communities/{id}/members/{user_id}`, of somebody else.

use ajet_protocol::{Code, CreateInvite, Event, PageQuery, Reason};

use crate::support::{World, audit, code, next_event, read_until, text};

/// I6: from the answer on the person does nothing here and hears of nothing; an invite lets them come back.
#[tokio::test]
async fn a_kicked_person_is_out_and_may_come_back() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let carol = world.join("carol").await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    let mut carols = carol.live(None).await.expect("opens");
    world.ann.post(general, &text("together")).await.expect("posts");
    for live in [&mut bobs, &mut carols] {
        read_until(live, "together").await;
    }
    let why = Reason { reason: Some("noise".into()) };
    world.ann.remove_member(community, bob, &why).await.expect("kicks");
    world.ann.post(general, &text("without bob")).await.expect("posts");
    assert_eq!(code(world.bob.post(general, &text("let me in")).await), Code::NotFound);
    assert_eq!(code(world.bob.messages(general, &PageQuery::default()).await), Code::NotFound);
    let Some(Event::MemberKicked(gone)) = next_event(&mut carols, "member.kicked").await else {
        panic!("the others hear of it")
    };
    assert_eq!(gone.user_id, bob);
    read_until(&mut carols, "without bob").await;
    world.ann.remove_member(community, bob, &why).await.expect("again changes nothing");
    let invite = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.bob.post(general, &text("back")).await.expect("posts");
    let heard = read_until(&mut bobs, "back").await;
    assert!(!heard.contains(&"without bob".to_owned()), "{heard:?}");
    assert_eq!(audit(&world).await, [("member.kick".to_owned(), Some("noise".to_owned()))], "once");
    world.end().await;
}

#[tokio::test]
async fn who_may_be_kicked() {
    let world = World::new().await;
    let (community, no) = (world.community.id, Reason::default());
    let ann = world.ann.me().await.expect("me").user.id;
    let carol = world.join("carol").await.me().await.expect("me").user.id;
    let (stranger, strangers) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(world.bob.remove_member(community, carol, &no).await), Code::Forbidden);
    assert_eq!(code(world.bob.remove_member(community, ann, &no).await), Code::Forbidden);
    assert_eq!(code(world.bob.remove_member(community, strangers.id, &no).await), Code::Forbidden);
    assert_eq!(code(stranger.remove_member(community, carol, &no).await), Code::NotFound);
    world.ann.remove_member(community, strangers.id, &no).await.expect("is out already");
    let unknown = ajet_protocol::UserId(uuid::Uuid::from_u128(1));
    assert_eq!(code(world.ann.remove_member(community, unknown, &no).await), Code::NotFound);
    world.end().await;
}
