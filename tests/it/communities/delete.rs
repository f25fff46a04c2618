//! `DELETE /api/communities/{id}`.

use ajet_protocol::{Code, CreateCommunity, CreateInvite, Event, MuteChannel, NotifyLevel, PageQuery};
use serde_json::{Value, json};

use crate::support::cluster::Cluster;
use crate::support::requests::post_hook;
use crate::support::{World, code, next, next_event, sql, text};

/// I6: from the answer on nothing of it is there for anybody, on any node, by any way in.
#[tokio::test]
async fn a_deleted_community_is_there_for_no_one() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (id, general) = (world.community.id, world.general.id);
    let invite = world.ann.create_invite(id, &CreateInvite::default()).await.expect("invites");
    let hook = world.ann.create_webhook(general, "CI").await.expect("makes").url.expect("an address");
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    for bob in cluster.everywhere(&world.bob) {
        bob.post(general, &text("hello")).await.expect("posts");
    }
    world.ann.delete_community(id).await.expect("deletes");
    for (ann, bob) in cluster.everywhere(&world.ann).into_iter().zip(cluster.everywhere(&world.bob)) {
        for person in [&ann, &bob] {
            assert_eq!(code(person.community(id).await), Code::NotFound);
            assert_eq!(code(person.messages(general, &PageQuery::default()).await), Code::NotFound);
            assert_eq!(code(person.post(general, &text("late")).await), Code::NotFound);
            assert_eq!(code(person.channels(id).await), Code::NotFound);
            assert!(person.communities().await.expect("lists").items.is_empty());
        }
        assert_eq!(code(ann.create_invite(id, &CreateInvite::default()).await), Code::NotFound);
        assert_eq!(code(ann.delete_community(id).await), Code::NotFound);
    }
    assert_eq!(code(carol.accept_invite(&invite.code).await), Code::NotFound);
    let preview = world.nobody.get::<Value>(&format!("/api/invites/{}", invite.code)).await;
    assert_eq!(code(preview), Code::NotFound);
    assert_eq!(post_hook(&hook, &json!({ "text": "late" })).await, 404);
    cluster.end().await;
}

/// I6: what people set and read for themselves rests on memberships, which a job removes only later.
#[tokio::test]
async fn nothing_is_read_or_set_in_a_deleted_community() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let general = world.general.id;
    let said = world.ann.post(general, &text("hello")).await.expect("posts").id;
    let bobs = cluster.everywhere(&world.bob);
    for bob in &bobs {
        bob.messages(general, &PageQuery::default()).await.expect("each node knows that bob is in");
    }
    world.ann.delete_community(world.community.id).await.expect("deletes");
    for bob in bobs.iter().rev() {
        assert_eq!(code(bob.mark_read(general, said).await), Code::NotFound);
        assert_eq!(code(bob.mute_channel(general, &MuteChannel { muted: true }).await), Code::NotFound);
        assert_eq!(code(bob.notify_channel(general, NotifyLevel::Nothing).await), Code::NotFound);
    }
    let told = "select 1 from events where type in ('read.updated', 'channel.preferences')";
    assert_eq!(sql(world, told).await, 0);
    cluster.end().await;
}

#[tokio::test]
async fn members_hear_that_their_community_is_deleted() {
    let world = World::new().await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.ann.delete_community(world.community.id).await.expect("deletes");
    let Some(Event::CommunityDeleted(gone)) = next_event(&mut bobs, "community.deleted").await else {
        panic!("the community")
    };
    assert_eq!(gone.community_id, world.community.id);
    world.end().await;
}

#[tokio::test]
async fn an_owner_deletes_and_no_one_else() {
    let world = World::new().await;
    let id = world.community.id;
    let (stranger, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.delete_community(id).await), Code::Forbidden);
    assert_eq!(code(stranger.delete_community(id).await), Code::NotFound);
    let admin = "with raised as (update acl set version = version + 1 from communities c where acl.scope = c.id
                                 returning scope, version),
                      kept as (update communities c set acl_version = r.version from raised r where c.id = r.scope),
                      changed as (insert into acl_changes (scope, version, affects, id)
                                  select r.scope, r.version, 3, u.id from raised r, users u where u.username = 'bob')
                 update community_members set role = 'admin' where user_id = (select id from users where username = 'bob')";
    assert_eq!(sql(&world, admin).await, 1);
    assert_eq!(code(world.bob.delete_community(id).await), Code::Forbidden, "admins do all but this");
    world.ann.community(id).await.expect("is there");
    world.end().await;
}

#[tokio::test]
async fn the_slug_of_a_deleted_community_is_free_and_its_rights_are_over() {
    let world = World::new().await;
    world.ann.delete_community(world.community.id).await.expect("deletes");
    // A statement updates a row once: the deletion and the ACL version stand in the same one.
    let half = "select 1 from communities c left join acl a on a.scope = c.id
                where c.deleted_at is null or c.acl_version < a.version or c.slug = 'ferris'";
    assert_eq!(sql(&world, half).await, 0);
    let request = CreateCommunity { name: "Ferris".into(), slug: "ferris".into(), client_mutation_id: None };
    let again = world.ann.create_community(&request).await.expect("founds");
    assert_ne!(again.id, world.community.id);
    world.end().await;
}
