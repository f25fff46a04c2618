//! `GET /api/channels/{id}/overwrites`, `PUT|DELETE /api/channels/{id}/overwrites/{target_id}`.

use ajet_protocol::{
    Channel, Code, CreateInvite, Event, OverwriteTarget, PageQuery, Permission, Reason, SetOverwrite, UserId,
    Visibility,
};
use uuid::Uuid;

use super::support::{allow, deny, give, holding, made};
use crate::support::{World, audit, code, id_of, next, next_event, sql, text};

/// Everybody, then roles, of which an allowance wins, then the person.
#[tokio::test]
async fn everybody_then_roles_then_the_person() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = id_of(&world.bob).await;
    let send = [Permission::SendMessages];
    let crew = made(&world, "crew", &[], 1).await;
    let other = made(&world, "other", &[], 2).await;
    give(&world, &world.bob, &[crew.id, other.id]).await;
    let may = async || world.bob.post(general, &text("hi")).await.is_ok();
    assert!(may().await);
    let set = async |target: Uuid, request: &SetOverwrite| {
        world.ann.set_overwrite(general, target, request).await.expect("sets")
    };
    let everybody = set(community.0, &deny(&send)).await;
    assert_eq!((everybody.channel_id, everybody.target_id), (general, community.0));
    assert_eq!((everybody.target_type, &everybody.deny[..]), (OverwriteTarget::Role, &send[..]));
    assert!(!may().await);
    assert!(world.ann.post(general, &text("hi")).await.is_ok(), "an owner may all");
    set(crew.id.0, &allow(&send)).await;
    assert!(may().await);
    set(other.id.0, &deny(&send)).await;
    assert!(may().await, "of two roles the one that allows wins");
    let own = set(bob.0, &deny(&send)).await;
    assert_eq!(own.target_type, OverwriteTarget::User);
    assert!(!may().await);
    let listed = world.bob.overwrites(general, &PageQuery::default()).await.expect("lists").items;
    assert_eq!(listed.len(), 4);
    world.ann.remove_overwrite(general, bob).await.expect("removes");
    assert!(may().await);
    world.ann.remove_overwrite(general, bob).await.expect("again changes nothing");
    let actions: Vec<_> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions.iter().filter(|action| *action == "overwrite.set").count(), 4);
    assert_eq!(actions.iter().filter(|action| *action == "overwrite.delete").count(), 1);
    world.end().await;
}

/// I6: who may not view a channel any more is told that, and nothing of what comes after.
#[tokio::test]
async fn a_channel_that_is_denied_is_not_there_any_more() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await;
    world.bob.join(plans.id).await.expect("joins");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let everybody = world.community.id;
    world.ann.set_overwrite(plans.id, everybody, &deny(&[Permission::ViewChannel])).await.expect("sets");
    let seen = async || world.bob.get::<Channel>(&format!("/api/channels/{}", plans.id)).await;
    assert_eq!(code(seen().await), Code::NotFound);
    assert_eq!(code(world.bob.overwrites(plans.id, &PageQuery::default()).await), Code::NotFound);
    assert_eq!(code(world.bob.post(plans.id, &text("hi")).await), Code::NotFound);
    let Some(Event::OverwriteUpdated(told)) = next_event(&mut bobs, "overwrite.updated").await else {
        panic!("who loses a channel hears why")
    };
    assert_eq!(told.overwrite.channel_id, plans.id);
    world.ann.post(plans.id, &text("without bob")).await.expect("posts");
    world.ann.remove_overwrite(plans.id, everybody).await.expect("removes");
    assert_eq!(next(&mut bobs).await.name, "overwrite.deleted", "nothing of what was said meanwhile");
    seen().await.expect("is there again");
    world.end().await;
}

#[tokio::test]
async fn a_manager_gives_and_takes_what_they_have_to_who_stands_below() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let (ann, carol) = (id_of(&world.ann).await, id_of(&world.join("carol").await).await);
    let low = made(&world, "low", &[], 5).await;
    let manager = made(&world, "manager", &[Permission::ManageRoles], 10).await;
    let (send, ban) = ([Permission::SendMessages], [Permission::BanMembers]);
    let refused = code(world.bob.set_overwrite(general, low.id, &deny(&send)).await);
    assert_eq!(refused, Code::Forbidden);
    give(&world, &world.bob, &[manager.id]).await;
    for target in [low.id.0, carol.0] {
        world.bob.set_overwrite(general, target, &deny(&send)).await.expect("may");
        world.bob.remove_overwrite(general, target).await.expect("may");
    }
    for (target, request) in [
        (low.id.0, allow(&ban)),
        (low.id.0, deny(&ban)),
        (community.0, allow(&ban)),
        (manager.id.0, allow(&send)),
        (ann.0, deny(&send)),
    ] {
        let refused = world.bob.set_overwrite(general, target, &request).await;
        assert_eq!(code(refused), Code::Forbidden, "{target}: {request:?}");
    }
    world.ann.set_overwrite(general, low.id, &deny(&ban)).await.expect("may");
    assert_eq!(code(world.bob.remove_overwrite(general, low.id).await), Code::Forbidden);
    for unknown in [Uuid::from_u128(1), general.0] {
        assert_eq!(code(world.ann.set_overwrite(general, unknown, &deny(&send)).await), Code::NotFound);
    }
    let (stranger, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(stranger.set_overwrite(general, low.id, &deny(&send)).await), Code::NotFound);
    assert_eq!(code(stranger.remove_overwrite(general, low.id).await), Code::NotFound);
    let secret = world.channel("secret", Visibility::Private).await;
    assert_eq!(code(world.bob.set_overwrite(secret.id, low.id, &deny(&send)).await), Code::NotFound);
    // What is denied in the channel is not there to manage it by.
    world.ann.set_overwrite(general, manager.id, &deny(&[Permission::ManageRoles])).await.expect("may");
    assert_eq!(code(world.bob.set_overwrite(general, carol, &deny(&send)).await), Code::Forbidden);
    world.end().await;
}

/// What a person may do by a channel's overwrite alone is worth that channel, and no more there than they have.
#[tokio::test]
async fn no_one_raises_themselves_by_what_channels_allow() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let (bob, carol) = (id_of(&world.bob).await, id_of(&world.join("carol").await).await);
    let pins = made(&world, "pins", &[], 1).await;
    world.ann.set_overwrite(general, pins.id, &allow(&[Permission::PinMessages])).await.expect("sets");
    world.ann.set_overwrite(general, bob, &allow(&[Permission::ManageRoles])).await.expect("sets");
    let quiet = deny(&[Permission::SendMessages]);
    world.bob.set_overwrite(general, carol, &quiet).await.expect("manages roles here");
    for target in [bob.0, community.0] {
        assert_eq!(code(world.bob.set_overwrite(general, target, &quiet).await), Code::Forbidden, "{target}");
    }
    assert_eq!(code(world.bob.remove_overwrite(general, bob).await), Code::Forbidden);
    let manager = made(&world, "manager", &[Permission::ManageMembers, Permission::ManageRoles], 10).await;
    give(&world, &world.bob, &[manager.id]).await;
    world.bob.set_overwrite(general, community, &quiet).await.expect("manages roles everywhere");
    let given = async || world.bob.update_member(community, carol, &holding(&[pins.id])).await;
    assert_eq!(code(given().await), Code::Forbidden, "bob pins nothing there");
    world.ann.remove_overwrite(general, pins.id).await.expect("removes");
    given().await.expect("it allows nothing");
    give(&world, &world.bob, &[manager.id, pins.id]).await;
    assert_eq!(code(world.bob.delete_role(pins.id).await), Code::Forbidden, "bob holds it");
    world.end().await;
}

/// What was imposed on a person holds when they come back; what they were given does not.
#[tokio::test]
async fn roles_go_with_the_person_and_overwrites_stay() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = id_of(&world.bob).await;
    let crew = made(&world, "crew", &[Permission::KickMembers], 1).await;
    give(&world, &world.bob, &[crew.id]).await;
    world.ann.set_overwrite(general, bob, &deny(&[Permission::SendMessages])).await.expect("sets");
    assert_eq!(code(world.bob.post(general, &text("hi")).await), Code::Forbidden);
    world.ann.remove_member(community, bob, &Reason::default()).await.expect("kicks");
    assert_eq!(world.ann.overwrites(general, &PageQuery::default()).await.expect("lists").items.len(), 1);
    let invite = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    assert_eq!(code(world.bob.post(general, &text("back")).await), Code::Forbidden);
    assert!(world.bob.member(community, bob).await.expect("is there").roles.is_empty());
    assert_eq!(
        code(world.bob.remove_member(community, UserId(Uuid::from_u128(1)), &Reason::default()).await),
        Code::Forbidden
    );
    world.bob.remove_member(community, bob, &Reason::default()).await.expect("leaves");
    world.ann.remove_overwrite(general, bob).await.expect("lifts it meanwhile");
    assert_eq!(code(world.ann.set_overwrite(general, bob, &deny(&[])).await), Code::NotFound);
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.bob.post(general, &text("back")).await.expect("may");
    world.end().await;
}

#[tokio::test]
async fn a_channel_has_only_so_many_overwrites() {
    let world = World::new().await;
    let (general, community) = (world.general.id, world.community.id);
    sql(
        &world,
        "insert into channel_overwrites (channel_id, target_id, target_type, allow, deny)
         select c.id, gen_random_uuid(), 'role', 0, 0 from channels c, generate_series(1, 99) n",
    )
    .await;
    let send = [Permission::SendMessages];
    world.ann.set_overwrite(general, community, &deny(&send)).await.expect("the last one");
    world.ann.set_overwrite(general, community, &allow(&send)).await.expect("replaces it");
    let bob = id_of(&world.bob).await;
    assert_eq!(code(world.ann.set_overwrite(general, bob, &deny(&send)).await), Code::Limit);
    let page = world.bob.overwrites(general, &PageQuery::default()).await.expect("lists");
    assert_eq!((page.items.len(), page.has_more), (50, true));
    world.end().await;
}
