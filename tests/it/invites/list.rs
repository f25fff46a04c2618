//! `GET /api/communities/{id}/invites`.

use ajet_protocol::{Code, CreateInvite, Invite, Page, PageQuery};

use crate::support::{World, code, sql};

fn codes(page: &Page<Invite>) -> Vec<&str> {
    page.items.iter().map(|invite| invite.code.as_str()).collect()
}

#[tokio::test]
async fn managers_list_all_invites_and_members_their_own() {
    let world = World::new().await;
    let community = world.community.id;
    sql(&world, "delete from invites").await;
    let anns = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    let bobs = world.bob.create_invite(community, &CreateInvite::default()).await.expect("invites");
    let all = world.ann.invites(community, &PageQuery::default()).await.expect("lists");
    assert_eq!(all.items, [anns.clone(), bobs.clone()], "with their addresses");
    let own = world.bob.invites(community, &PageQuery::default()).await.expect("lists").items;
    assert_eq!(own, std::slice::from_ref(&bobs));
    let (stranger, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(stranger.invites(community, &PageQuery::default()).await), Code::NotFound);
    world.ann.revoke_invite(&anns.code).await.expect("revokes");
    let left = world.ann.invites(community, &PageQuery::default()).await.expect("lists");
    assert_eq!(codes(&left), [bobs.code.as_str()]);
    world.end().await;
}

/// The cursor of this list is a code, since people see no other id of an invite.
#[tokio::test]
async fn the_list_goes_on_after_a_code() {
    let world = World::new().await;
    let community = world.community.id;
    sql(&world, "delete from invites").await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites").code);
    }
    let path = format!("/api/communities/{community}/invites");
    let page = async |query: String| -> Page<Invite> {
        world.ann.get(&format!("{path}?{query}")).await.expect("lists")
    };
    let first = page("limit=2".to_owned()).await;
    assert_eq!((codes(&first), first.has_more), (vec![made[0].as_str(), &made[1]], true));
    let rest = world.ann.invites_after(community, &made[1], Some(2)).await.expect("lists");
    assert_eq!((codes(&rest), rest.has_more), (vec![made[2].as_str()], false));
    let before = page(format!("limit=2&before={}", made[2])).await;
    assert_eq!(codes(&before), [&made[0], &made[1]]);
    let unknown = world.ann.get::<Page<Invite>>(&format!("{path}?after=no-code")).await;
    assert_eq!(code(unknown), Code::Invalid);
    world.end().await;
}

#[tokio::test]
async fn a_community_has_so_many_invites_that_let_people_in() {
    let world = World::new().await;
    let community = world.community.id;
    let fill = "insert into invites (id, community_id, code, created_at)
                select gen_random_uuid(), c.id, 'x' || n, now() from communities c, generate_series(1, 1000) n";
    assert_eq!(sql(&world, fill).await, 1000);
    let one_more = world.ann.create_invite(community, &CreateInvite::default()).await;
    assert_eq!(code(one_more), Code::Limit);
    sql(&world, "update invites set revoked_at = now() where code = 'x1'").await;
    sql(&world, "delete from invites where code not like 'x%'").await;
    world.ann.create_invite(community, &CreateInvite::default()).await.expect("there is room again");
    world.end().await;
}

/// One member leaves the others room.
#[tokio::test]
async fn a_person_has_so_many_invites_in_a_community() {
    let world = World::new().await;
    let community = world.community.id;
    let fill = "insert into invites (id, community_id, code, created_by, created_at, expires_at)
                select gen_random_uuid(), c.id, 'x' || n, u.id, now(), case when n > 100 then now() end
                from communities c, users u, generate_series(1, 101) n where u.username = 'bob'";
    assert_eq!(sql(&world, fill).await, 101);
    let one_more = world.bob.create_invite(community, &CreateInvite::default()).await;
    assert_eq!(code(one_more), Code::Limit);
    world.ann.create_invite(community, &CreateInvite::default()).await.expect("others have room");
    world.bob.revoke_invite("x1").await.expect("revokes");
    world.bob.create_invite(community, &CreateInvite::default()).await.expect("there is room again");
    world.end().await;
}
