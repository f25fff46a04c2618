//! `POST|GET /api/communities/{id}/roles`.

use ajet_protocol::{Code, CreateRole, Event, PageQuery, Permission};
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{give, made, role};
use crate::support::{World, audit, code, next, next_event, requests, sql};

#[tokio::test]
async fn a_role_is_made_and_members_hear_of_it() {
    let world = World::new().await;
    let community = world.community.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let crew = made(&world, " crew ", &[Permission::KickMembers, Permission::ViewAudit], 7).await;
    assert_eq!((crew.community_id, crew.name.as_str(), crew.position), (community, "crew", 7));
    assert_eq!(crew.permissions, [Permission::KickMembers, Permission::ViewAudit]);
    let Some(Event::RoleCreated(told)) = next_event(&mut bobs, "role.created").await else {
        panic!("members hear of it")
    };
    assert_eq!(told.role, crew);
    let plain = CreateRole { name: "plain".into(), ..CreateRole::default() };
    let plain = world.ann.create_role(community, &plain).await.expect("creates");
    assert_eq!((plain.permissions.len(), plain.position), (0, 0));
    let listed = world.bob.roles(community, &PageQuery::default()).await.expect("every member lists");
    assert_eq!(listed.items, [crew.clone(), plain.clone()]);
    let first = PageQuery { limit: Some(1), ..PageQuery::default() };
    let page = world.bob.roles(community, &first).await.expect("lists");
    assert_eq!((page.items, page.has_more), (vec![crew.clone()], true));
    let rest = PageQuery { after: Some(crew.id.0), ..first };
    assert_eq!(world.bob.roles(community, &rest).await.expect("lists").items, [plain]);
    let audited = audit(&world).await.into_iter().filter(|(action, _)| action == "role.create").count();
    assert_eq!(audited, 2);
    world.end().await;
}

#[tokio::test]
async fn a_key_makes_one_role() {
    let world = World::new().await;
    let community = world.community.id;
    let request = CreateRole { client_mutation_id: Some("k".into()), ..role("crew", &[], 1) };
    let first = world.ann.create_role(community, &request).await.expect("creates");
    let again = world.ann.create_role(community, &request).await.expect("the same");
    assert_eq!(first, again);
    let other = CreateRole { name: "other".into(), ..request };
    assert_eq!(code(world.ann.create_role(community, &other).await), Code::Conflict);
    assert_eq!(world.ann.roles(community, &PageQuery::default()).await.expect("lists").items.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn roles_that_look_alike_are_one() {
    let world = World::new().await;
    made(&world, "crew", &[], 1).await;
    for alike in ["CREW", "\u{441}rew", " crew "] {
        let taken = world.ann.create_role(world.community.id, &role(alike, &[], 1)).await;
        assert_eq!(code(taken), Code::Conflict, "{alike:?}");
    }
    world.end().await;
}

/// No one gets more by managing roles than they have.
#[tokio::test]
async fn a_manager_makes_roles_below_their_own_with_what_they_have() {
    let world = World::new().await;
    let community = world.community.id;
    let (stranger, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(world.bob.create_role(community, &role("bobs", &[], 0)).await), Code::Forbidden);
    assert_eq!(code(stranger.create_role(community, &role("daves", &[], 0)).await), Code::NotFound);
    assert_eq!(code(stranger.roles(community, &PageQuery::default()).await), Code::NotFound);
    let manager = made(&world, "manager", &[Permission::ManageRoles], 10).await;
    give(&world, &world.bob, &[manager.id]).await;
    world.bob.create_role(community, &role("low", &[Permission::SendMessages], 9)).await.expect("may");
    let ban = [Permission::BanMembers];
    let wrong: [(&str, &[Permission], i64); 3] = [("equal", &[], 10), ("high", &[], 11), ("ban", &ban, 1)];
    for (name, permissions, position) in wrong {
        let refused = world.bob.create_role(community, &role(name, permissions, position)).await;
        assert_eq!(code(refused), Code::Forbidden, "{name}");
    }
    give(&world, &world.bob, &[]).await;
    assert_eq!(code(world.bob.create_role(community, &role("late", &[], 0)).await), Code::Forbidden);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_role_is_refused() {
    let world = World::new().await;
    let path = format!("/api/communities/{}/roles", world.community.id);
    for wrong in [
        json!({}),
        json!({ "name": " " }),
        json!({ "name": "x".repeat(81) }),
        json!({ "name": "x", "position": -1 }),
        json!({ "name": "x", "position": 1001 }),
        json!({ "name": "x", "position": 5_000_000_000_i64 }),
        json!({ "name": "x", "permissions": "kick_members" }),
        json!({ "name": "x", "colour": "red" }),
    ] {
        let answer = world.ann.send::<Value>(Method::POST, &path, Some(&wrong), false).await;
        assert_eq!(code(answer), Code::Invalid, "{wrong}");
    }
    let unknown = json!({ "name": "x", "permissions": ["kick_members", "fly"] });
    let (status, problem) =
        requests::problem(requests::ann(&world, Method::POST, &path).json(&unknown)).await;
    let fields = requests::fields(&problem);
    assert!(status == 422 && fields.iter().all(|(field, _)| field.starts_with("permissions")), "{fields:?}");
    world.end().await;
}

#[tokio::test]
async fn a_community_has_only_so_many_roles() {
    let world = World::new().await;
    sql(
        &world,
        "insert into roles (id, community_id, name, name_key, permissions, position, created_at)
         select gen_random_uuid(), c.id, 'r' || n, 'r' || n, 0, 0, now() from communities c, generate_series(1, 249) n",
    )
    .await;
    made(&world, "the last", &[], 0).await;
    let one_more = world.ann.create_role(world.community.id, &role("one more", &[], 0)).await;
    assert_eq!(code(one_more), Code::Limit);
    world.end().await;
}
