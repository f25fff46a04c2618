//! The list of channels, with what is unread in each.

use ajet_chatd::store::Store;
use ajet_chatd::store::fence::{About, Fence, Fenced};
use ajet_domain::Scope;
use ajet_protocol::{ChannelId, Page};
use uuid::Uuid;

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

/// Of many channels a bounded number is counted in one statement. All of them are counted, and each once.
#[tokio::test]
async fn of_many_channels_each_is_counted() {
    let world = World::new().await;
    let (community, mut db) = (world.community.id, db(&world).await);
    for statement in [
        "insert into channels (id, community_id, name, type, visibility, created_at)
         select gen_random_uuid(), $1, 'many' || n, 'text', 'public', now() from generate_series(1, 230) n",
        "insert into channel_members (channel_id, user_id, joined_at)
         select c.id, u.id, now() from channels c, users u
         where c.community_id = $1 and c.name like 'many%' and u.username = 'bob'",
        "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select gen_random_uuid(), c.id, u.id, 'x', 'x', 1, c.name, 1, now() from channels c, users u
         where c.community_id = $1 and c.name like 'many%' and u.username = 'ann'",
    ] {
        sqlx::query(statement).bind(community.0).execute(&mut db).await.expect("fills");
    }
    let many: Vec<Uuid> = sqlx::query_scalar("select id from channels where name like 'many%' order by id")
        .fetch_all(&mut db)
        .await
        .expect("reads");
    let many: Vec<ChannelId> = many.into_iter().map(ChannelId).collect();
    let version: i64 = sqlx::query_scalar("select version from acl where scope = $1")
        .bind(community.0)
        .fetch_one(&mut db)
        .await
        .expect("reads");
    let person = world.bob.me().await.expect("me").user.id;
    let (scope, about, version) = (Scope::from(community), About::Channels, version.unsigned_abs());
    let fence = Fence { scope, about, person, version };
    let store = Store::new(&world.config.db);
    let found = store.unread_among(fence, &many).await.expect("reads");
    let Fenced::Holds(found) = found else { panic!("{found:?}") };
    let counted: Vec<_> = found.iter().map(|one| (one.channel_id, one.count)).collect();
    assert_eq!(counted, many.iter().map(|id| (*id, 1)).collect::<Vec<_>>());
    assert_eq!(store.unread_among(fence, &[]).await.expect("reads"), Fenced::Holds(Vec::new()));
    let start = store.start_of(person).await.expect("reads").expect("bob");
    let channels = start.communities.iter().flat_map(|one| &one.channels);
    assert_eq!(channels.filter(|one| one.channel.unread.count == 1).count(), 230);
    world.end().await;
}
