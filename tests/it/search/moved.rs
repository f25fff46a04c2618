//! New words are moved into their index beside the commits that bring them.

use super::found;
use crate::support::{World, db, eventually, sql, text};

/// Messages whose words are more than a node lets wait, and fewer than a commit would move: some 120 pages.
const MESSAGES: u32 = 60;
/// Words of each, all different.
const WORDS: u32 = 500;
/// Pages that may be left: those of the last messages.
const LEFT: i64 = 40;

async fn pages_of_the_list(world: &World) -> i64 {
    let pages = "select pending_pages::int8 from pgstatginindex('message_search_idx')";
    sqlx::query_scalar(pages).fetch_one(&mut db(world).await).await.expect("counts")
}

#[tokio::test]
async fn a_node_moves_new_words_before_a_commit_has_to() {
    let world = World::new().await;
    sql(&world, "create extension pgstattuple").await;
    for message in 0..MESSAGES {
        let words: Vec<String> = (0..WORDS).map(|word| format!("w{message}x{word}")).collect();
        world.ann.post(world.general.id, &text(&words.join(" "))).await.expect("posts");
    }
    eventually("the node has them moved", async || pages_of_the_list(&world).await < LEFT).await;
    for word in ["w0x0", "w59x499"] {
        assert_eq!(found(&world.bob, word).await.len(), 1, "{word}");
    }
    world.end().await;
}
