//! Messages that stood there before there was a search are indexed by `system:tidy`.

use super::found;
use crate::support::{World, db, eventually, sql, tidied};

/// An old message, as a node of an older release wrote it.
async fn written_before(world: &World, n: i32, body: &str) {
    let written = sqlx::query(
        "insert into messages (id, channel_id, author_id, body_md, body_html, seq, client_mutation_id, fingerprint, created_at)
         select ('018000000000700080000000' || lpad($2::text, 8, '0'))::uuid, $1, id, $3, $3, 0, 'old-' || $2::text, 0, now()
         from users where username = 'ann'",
    );
    let written = written.bind(world.general.id.0).bind(n).bind(body);
    written.execute(&mut db(world).await).await.expect("is written");
}

#[tokio::test]
async fn old_messages_are_indexed_once_and_deleted_ones_never() {
    let world = World::new().await;
    written_before(&world, 1, "needle").await;
    written_before(&world, 2, "needle too").await;
    // Deleted by this release before the job came: the row that this leaves stays as it is.
    sql(
        &world,
        "insert into message_search (message_id, channel_id, tsv)
         select id, channel_id, '' from messages where client_mutation_id = 'old-2'",
    )
    .await;
    assert!(found(&world.bob, "needle").await.is_empty());
    tidied(&world).await;
    eventually("old messages are found", async || found(&world.bob, "needle").await == ["needle"]).await;
    assert_eq!(found(&world.bob, "needle from:ann").await, ["needle"]);
    world.end().await;
}

/// Nodes of an older release edit and delete messages without their rows, also after they were indexed.
#[tokio::test]
async fn what_older_nodes_change_is_found_as_it_is() {
    let world = World::new().await;
    written_before(&world, 1, "needle").await;
    written_before(&world, 2, "secret").await;
    tidied(&world).await;
    eventually("both are found", async || {
        found(&world.bob, "needle").await.len() + found(&world.bob, "secret").await.len() == 2
    })
    .await;
    sql(
        &world,
        "update messages set body_md = 'thread', body_html = 'thread', edited_at = now() where client_mutation_id = 'old-1'",
    )
    .await;
    sql(
        &world,
        "update messages set body_md = '', body_html = '', deleted_at = now() where client_mutation_id = 'old-2'",
    )
    .await;
    tidied(&world).await;
    eventually("it is found by its present text", async || found(&world.bob, "thread").await == ["thread"])
        .await;
    assert!(found(&world.bob, "needle").await.is_empty());
    eventually("no word of the deleted one is stored", async || {
        sql(&world, "select 1 from message_search where tsv @@ 'secret'").await == 0
    })
    .await;
    world.end().await;
}
