//! `DELETE /api/roles/{id}`.

use ajet_protocol::{Code, Event, PageQuery, Permission, Reason};

use super::support::{allow, deny, give, made};
use crate::support::{World, audit, code, id_of, next, next_event};

#[tokio::test]
async fn a_role_goes_with_all_that_it_gave() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let bob = id_of(&world.bob).await;
    let carol = id_of(&world.join("carol").await).await;
    let crew = made(&world, "crew", &[Permission::MuteMembers], 5).await;
    give(&world, &world.bob, &[crew.id]).await;
    world.ann.set_overwrite(general, crew.id, &allow(&[Permission::ManageMessages])).await.expect("sets");
    world.ann.set_overwrite(general, community, &deny(&[Permission::SetTopic])).await.expect("sets");
    world.bob.unmute(community, carol, &Reason::default()).await.expect("may");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    assert_eq!(code(world.bob.delete_role(crew.id).await), Code::Forbidden);
    world.ann.delete_role(crew.id).await.expect("deletes");
    assert_eq!(code(world.bob.unmute(community, carol, &Reason::default()).await), Code::Forbidden);
    let Some(Event::RoleDeleted(gone)) = next_event(&mut bobs, "role.deleted").await else {
        panic!("members hear of it")
    };
    assert_eq!(gone.role_id, crew.id);
    assert!(world.ann.member(community, bob).await.expect("is there").roles.is_empty());
    assert!(world.bob.roles(community, &PageQuery::default()).await.expect("lists").items.is_empty());
    let left = world.bob.overwrites(general, &PageQuery::default()).await.expect("lists").items;
    assert_eq!(left.iter().map(|one| one.target_id).collect::<Vec<_>>(), [community.0]);
    world.ann.delete_role(crew.id).await.expect("again changes nothing");
    assert_eq!(code(world.bob.delete_role(crew.id).await), Code::NotFound);
    let lines = audit(&world).await;
    assert_eq!(lines.iter().filter(|(action, _)| action == "role.delete").count(), 1);
    world.end().await;
}
