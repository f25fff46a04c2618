//! `PUT /api/communities/{id}/bans/{user_id}`.

use ajet_protocol::{Code, CreateInvite, Event, PageQuery, Reason};

use crate::support::{World, audit, code, keyed, next_event, read_until, text};

fn why(text: &str) -> Reason {
    Reason { reason: Some(text.into()) }
}

/// I6: from the answer on the person does nothing here and hears of nothing, and an invite does not let them in.
#[tokio::test]
async fn a_banned_person_is_out_from_the_answer_on() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let carol = world.join("carol").await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    let mut carols = carol.live(None).await.expect("opens");
    world.ann.post(general, &text("together")).await.expect("posts");
    read_until(&mut bobs, "together").await;
    let repeated = keyed("mine", "k");
    world.bob.post(general, &repeated).await.expect("posts");
    world.ann.ban(community, bob, &why("spam")).await.expect("bans");
    world.ann.post(general, &text("without bob")).await.expect("posts");
    assert_eq!(code(world.bob.post(general, &text("let me in")).await), Code::NotFound);
    assert_eq!(code(world.bob.messages(general, &PageQuery::default()).await), Code::NotFound);
    assert_eq!(code(world.bob.post(general, &repeated).await), Code::NotFound, "nor what they once made");
    let invite = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    assert_eq!(code(world.bob.accept_invite(&invite.code).await), Code::Banned);
    let Some(Event::MemberBanned(gone)) = next_event(&mut carols, "member.banned").await else {
        panic!("the others hear of it")
    };
    assert_eq!(gone.user_id, bob);
    read_until(&mut carols, "without bob").await;
    // Lifted, and back again: what bob's stream brings next is from after that.
    world.ann.unban(community, bob, &Reason::default()).await.expect("lifts");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.ann.post(general, &text("welcome back")).await.expect("posts");
    let heard = read_until(&mut bobs, "welcome back").await;
    assert!(!heard.contains(&"without bob".to_owned()), "{heard:?}");
    assert_eq!(audit(&world).await[0], ("member.ban".to_owned(), Some("spam".to_owned())));
    world.end().await;
}

/// No one bans an owner or themselves; a member may not ban at all; a stranger can be banned before they come.
#[tokio::test]
async fn who_may_be_banned() {
    let world = World::new().await;
    let community = world.community.id;
    let ann = world.ann.me().await.expect("me").user.id;
    let (_, stranger) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.ban(community, stranger.id, &Reason::default()).await), Code::Forbidden);
    assert_eq!(code(world.ann.ban(community, ann, &Reason::default()).await), Code::Invalid);
    for reason in ["first", "second"] {
        world.ann.ban(community, stranger.id, &why(reason)).await.expect("bans, again too");
    }
    let bans = world.ann.bans(community).await.expect("lists").items;
    assert_eq!((bans.len(), bans[0].reason.as_deref()), (1, Some("second")));
    assert_eq!(bans[0].actor.as_ref().map(|actor| actor.id), Some(ann));
    world.end().await;
}
