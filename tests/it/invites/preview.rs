//! What an invite shows before it is accepted.

use ajet_protocol::{InvitePreview, limits};

use crate::support::{World, sql};

/// C-L7: an invite counts the members of its community up to a thousand.
#[tokio::test]
async fn an_invite_counts_members_up_to_a_thousand() {
    let world = World::new().await;
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    let path = format!("/api/invites/{}", invite.code);
    let members =
        async || world.nobody.get::<InvitePreview>(&path).await.expect("shows its community").member_count;
    assert_eq!(members().await, 2);
    sql(
        &world,
        "insert into users (id, username, display_name, created_at)
         select gen_random_uuid(), 'many-' || n, 'Many', now() from generate_series(1, 1500) n",
    )
    .await;
    sql(
        &world,
        "insert into community_members (community_id, user_id, role, joined_at)
         select c.id, u.id, 'member', now() from communities c, users u where u.username like 'many-%'",
    )
    .await;
    assert_eq!(members().await, limits::MEMBERS_COUNTED);
    world.end().await;
}
