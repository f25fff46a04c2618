//! `PATCH /api/communities/{id}/members/{user_id}`.

use ajet_client::Client;
use ajet_protocol::{
    Code, CreateRole, Event, MuteMember, Permission, Reason, Role, RoleId, UpdateMember, UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::cluster::Cluster;
use crate::support::{World, audit, code, id_of, next, next_event};

fn becomes(role: Role) -> UpdateMember {
    UpdateMember { role: Some(role), ..UpdateMember::default() }
}

fn called(nickname: &str) -> UpdateMember {
    UpdateMember { nickname: Some(nickname.into()), ..UpdateMember::default() }
}

fn holds(roles: &[RoleId]) -> UpdateMember {
    UpdateMember { roles: Some(roles.to_vec()), ..UpdateMember::default() }
}

/// What the audit log says of members, oldest first.
async fn audited(world: &World) -> Vec<String> {
    let all = audit(world).await.into_iter().map(|(action, _)| action);
    all.filter(|action| action.starts_with("member.")).collect()
}

#[tokio::test]
async fn owners_make_admins_and_owners_who_step_down_but_the_last() {
    let world = World::new().await;
    let community = world.community.id;
    let carol = world.join("carol").await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let (stranger, _) = world.nobody.sign_in("dave").await.expect("signs in");
    let change =
        async |by: &Client, person: UserId, role| by.update_member(community, person, &becomes(role)).await;
    assert_eq!(code(change(&world.bob, bob, Role::Admin).await), Code::Forbidden, "no one raises themselves");
    assert_eq!(code(change(&world.ann, ann, Role::Member).await), Code::Conflict, "the only owner");
    let mut carols = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut carols).await.name, "ready");
    let admin = change(&world.ann, bob, Role::Admin).await.expect("may");
    assert_eq!((admin.user.id, admin.role), (bob, Role::Admin));
    let Some(Event::MemberUpdated(told)) = next_event(&mut carols, "member.updated").await else {
        panic!("members hear of it")
    };
    assert_eq!(told.member, admin);
    let carol_id = id_of(&carol).await;
    for (by, person, role, refusal) in [
        (&world.bob, bob, Role::Owner, Code::Forbidden),
        (&world.bob, carol_id, Role::Admin, Code::Forbidden),
        (&world.bob, ann, Role::Member, Code::Forbidden),
        (&carol, bob, Role::Member, Code::Forbidden),
        (&stranger, bob, Role::Member, Code::NotFound),
    ] {
        assert_eq!(code(change(by, person, role).await), refusal, "{person} to {role:?}");
    }
    change(&world.ann, bob, Role::Owner).await.expect("a second owner");
    let named = UpdateMember { nickname: Some("Chief".into()), ..becomes(Role::Admin) };
    assert_eq!(
        code(world.ann.update_member(community, bob, &named).await),
        Code::Forbidden,
        "the role and nothing else"
    );
    change(&world.ann, bob, Role::Admin).await.expect("an owner unmakes another one");
    assert_eq!(code(change(&world.bob, ann, Role::Admin).await), Code::Forbidden, "from the answer on");
    change(&world.ann, bob, Role::Owner).await.expect("a second owner again");
    change(&world.ann, ann, Role::Member).await.expect("another owner stays");
    assert_eq!(code(change(&world.ann, carol_id, Role::Admin).await), Code::Forbidden);
    assert_eq!(code(change(&world.bob, bob, Role::Admin).await), Code::Conflict);
    assert_eq!(audited(&world).await, ["member.role"; 5]);
    world.end().await;
}

#[tokio::test]
async fn everybody_names_themselves_and_managers_name_others() {
    let world = World::new().await;
    let community = world.community.id;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let named = world.bob.update_member(community, bob, &called(" Bobby ")).await.expect("may");
    assert_eq!(named.nickname.as_deref(), Some("Bobby"));
    assert!(audited(&world).await.is_empty(), "what one is called is one's own");
    assert_eq!(code(world.bob.update_member(community, ann, &called("Annie")).await), Code::Forbidden);
    world.ann.update_member(community, bob, &called("Robert")).await.expect("may");
    let path = format!("/api/communities/{community}/members/{bob}");
    let patch = async |body: Value| {
        let answer = world.bob.send::<Value>(Method::PATCH, &path, Some(&body), false).await;
        answer.map(|member| member["nickname"].clone())
    };
    assert_eq!(patch(json!({})).await.expect("changes nothing"), "Robert");
    assert_eq!(patch(json!({ "nickname": null })).await.expect("takes it away"), Value::Null);
    for wrong in [
        json!({ "nickname": "x".repeat(81) }),
        json!({ "nickname": "a\u{202e}b" }),
        json!({ "role": "king" }),
        json!({ "roles": ["x"] }),
        json!({ "roles": vec![Uuid::nil(); 251] }),
        json!({ "name": "Bob" }),
    ] {
        assert_eq!(code(patch(wrong.clone()).await), Code::Invalid, "{wrong}");
    }
    world.ann.mute(community, bob, &MuteMember::default()).await.expect("mutes");
    assert_eq!(code(patch(json!({ "nickname": "loud" })).await), Code::Muted);
    assert_eq!(audited(&world).await, ["member.nickname", "member.mute"]);
    world.end().await;
}

#[tokio::test]
async fn custom_roles_are_given_by_who_stands_above_them() {
    let world = World::new().await;
    let community = world.community.id;
    let carol = id_of(&world.join("carol").await).await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let made = async |name: &str, permissions: &[Permission], position| {
        let (permissions, position) = (Some(permissions.to_vec()), Some(position));
        let request = CreateRole { name: name.into(), permissions, position, client_mutation_id: None };
        world.ann.create_role(community, &request).await.expect("creates").id
    };
    let low = made("low", &[Permission::SendMessages], 5).await;
    let strong = made("strong", &[Permission::BanMembers], 5).await;
    let high = made("high", &[], 11).await;
    let manager = made("manager", &[Permission::ManageMembers, Permission::MuteMembers], 10).await;
    assert_eq!(code(world.bob.update_member(community, bob, &holds(&[low])).await), Code::Forbidden);
    let given = world.ann.update_member(community, bob, &holds(&[manager, manager])).await.expect("gives");
    assert_eq!(given.roles, [manager]);
    let given = world.bob.update_member(community, carol, &holds(&[low])).await.expect("may");
    assert_eq!(given.roles, [low]);
    for (person, roles, why) in [
        (carol, &[low, strong][..], "what the manager may not do"),
        (carol, &[low, high][..], "a role above"),
        (carol, &[manager][..], "the manager's own"),
        (bob, &[manager, strong][..], "more for oneself"),
        (bob, &[][..], "one's own role"),
        (bob, &[manager, low][..], "a role below for oneself"),
        (ann, &[low][..], "an owner"),
    ] {
        let refused = world.bob.update_member(community, person, &holds(roles)).await;
        assert_eq!(code(refused), Code::Forbidden, "{why}");
    }
    let unknown = RoleId(Uuid::from_u128(1));
    assert_eq!(code(world.ann.update_member(community, carol, &holds(&[unknown])).await), Code::Invalid);
    // Who stands above the manager is out of their reach.
    world.ann.update_member(community, carol, &holds(&[high])).await.expect("gives");
    assert_eq!(code(world.bob.update_member(community, carol, &called("Caro")).await), Code::Forbidden);
    assert_eq!(code(world.bob.mute(community, carol, &MuteMember::default()).await), Code::Forbidden);
    world.ann.update_member(community, carol, &holds(&[])).await.expect("takes");
    world.bob.mute(community, carol, &MuteMember::default()).await.expect("may");
    world.ann.update_member(community, bob, &holds(&[])).await.expect("takes");
    assert_eq!(code(world.bob.unmute(community, carol, &Reason::default()).await), Code::Forbidden);
    world.end().await;
}

/// I6: a right that was taken away on one node is gone on all of them when that is answered.
#[tokio::test]
async fn an_admin_who_was_demoted_on_one_node_may_nothing_on_another() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let community = world.community.id;
    let (bob, carol) = (id_of(&world.bob).await, id_of(&world.join("carol").await).await);
    let (anns, bobs) = (cluster.everywhere(&world.ann), cluster.everywhere(&world.bob));
    for round in 0..4 {
        let (here, there) = (round % 2, (round + 1) % 2);
        anns[here].update_member(community, bob, &becomes(Role::Admin)).await.expect("may");
        bobs[there].mute(community, carol, &MuteMember::default()).await.expect("may");
        bobs[there].bans(community).await.expect("may read of them");
        anns[here].update_member(community, bob, &becomes(Role::Member)).await.expect("may");
        let refused = bobs[there].unmute(community, carol, &Reason::default()).await;
        assert_eq!(code(refused), Code::Forbidden, "round {round}");
        assert_eq!(code(bobs[there].bans(community).await), Code::Forbidden, "round {round}");
    }
    cluster.end().await;
}
