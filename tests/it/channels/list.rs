//! The list of channels, with what is unread in each.

use ajet_protocol::Page;

use crate::support::{World, db};

/// C-M10: unread messages are counted up to a thousand.
#[tokio::test]
async fn counting_unread_stops_at_a_thousand() {
    let world = World::new().await;
    let member: (uuid::Uuid,) = sqlx::query_as("select id from users where username = 'ann'")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("is there");
    sqlx::query(
        "insert into messages (id, channel_id, author_id, body_md, body_html, mentions, seq, client_mutation_id, fingerprint, created_at)
         select ('ffffffff-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, $2, 'x', 'x',
                jsonb_build_array(jsonb_build_object('type', 'user', 'target_id', (select id from users where username = 'bob'))),
                n + 10, 'k' || n, 1, now() from generate_series(1, 1500) n",
    )
    .bind(world.general.id.0)
    .bind(member.0)
    .execute(&mut db(&world).await)
    .await
    .expect("fills");
    let channels: Page<ajet_protocol::Channel> = world.bob.channels(world.community.id).await.expect("lists");
    let unread = channels.items[0].unread;
    assert_eq!((unread.count, unread.mentions), (1000, 1000), "M10: counted up to a thousand");
    world.end().await;
}
