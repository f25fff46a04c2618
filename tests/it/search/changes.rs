//! What changes of a message changes what it is found by, from the answer on (I19).

use ajet_protocol::{BeginUpload, Visibility, limits};

use super::{found, said};
use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, eventually, sql, text};

#[tokio::test]
async fn edited_and_deleted_texts_are_found_no_more() {
    let world = World::new().await;
    let message = said(&world, &["before"]).await.remove(0);
    assert_eq!(found(&world.bob, "before").await, ["before"], "at once");
    world.ann.edit(message.id, "afterwards").await.expect("edits");
    assert!(found(&world.bob, "before").await.is_empty());
    assert_eq!(found(&world.bob, "afterwards").await, ["afterwards"]);
    world.ann.delete(message.id).await.expect("deletes");
    for q in ["afterwards", "from:ann", "in:general"] {
        assert!(found(&world.bob, q).await.is_empty(), "{q}");
    }
    assert_eq!(words(&world, message.id.0).await, "", "nothing of it is stored");
    world.end().await;
}

async fn words(world: &World, id: uuid::Uuid) -> String {
    let mut db = crate::support::db(world).await;
    let words = sqlx::query_scalar::<_, String>("select tsv::text from message_search where message_id = $1");
    words.bind(id).fetch_one(&mut db).await.expect("a row")
}

#[tokio::test]
async fn removed_files_are_found_no_more() {
    let world = World::new().await;
    let file = uploaded(&world.ann, world.general.id, ("salaries.png", &png(8, 4))).await;
    world.ann.post(world.general.id, &with_files("look", &[&file])).await.expect("posts");
    for q in ["salaries", "has:file", "has:image"] {
        assert_eq!(found(&world.bob, q).await, ["look"], "{q}");
    }
    world.ann.delete_attachment(file.id).await.expect("removes");
    for q in ["salaries", "has:file", "has:image"] {
        assert!(found(&world.bob, q).await.is_empty(), "{q}");
    }
    assert_eq!(found(&world.bob, "look from:ann").await, ["look"]);
    world.end().await;
}

#[tokio::test]
async fn files_that_are_refused_are_found_no_more() {
    let world = World::new().await;
    // The bucket may be made just now.
    uploaded(&world.ann, world.general.id, ("first.png", &png(8, 4))).await;
    let script = b"<script>alert(1)</script>".to_vec();
    let upload = BeginUpload {
        filename: "salaries.png".into(),
        content_type: "image/png".into(),
        size_bytes: i64::try_from(script.len()).expect("is short"),
        alt: None,
        client_mutation_id: None,
    };
    let begun = world.ann.begin_upload(world.general.id, &upload).await.expect("begins");
    world.ann.put_upload(&begun, script).await.expect("puts");
    let with_it = with_files("look", &[&begun.attachment]);
    world.ann.post(world.general.id, &with_it).await.expect("posts");
    assert_eq!(found(&world.bob, "salaries").await, ["look"]);
    world.ann.complete_upload(begun.attachment.id).await.expect("is looked at");
    eventually("its name is not found", async || found(&world.bob, "salaries").await.is_empty()).await;
    assert!(found(&world.bob, "has:file").await.is_empty());
    assert_eq!(found(&world.bob, "look").await, ["look"]);
    world.end().await;
}

#[tokio::test]
async fn purged_messages_are_found_no_more() {
    let world = World::new().await;
    said(&world, &["spam one", "spam two", "spam three"]).await;
    world.ann.purge(world.general.id, 2).await.expect("purges");
    assert_eq!(found(&world.bob, "spam").await, ["spam one"]);
    world.end().await;
}

#[tokio::test]
async fn of_a_deleted_channel_no_words_are_left() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await;
    world.ann.post(room.id, &text("needle")).await.expect("posts");
    world.ann.delete_channel(room.id).await.expect("deletes");
    assert!(found(&world.ann, "needle").await.is_empty(), "at once");
    eventually("its rows are removed", async || {
        let mut db = crate::support::db(&world).await;
        let left = sqlx::query_scalar::<_, i64>("select count(*) from message_search where channel_id = $1");
        left.bind(room.id.0).fetch_one(&mut db).await.expect("counts") == 0
    })
    .await;
    world.end().await;
}

/// The longest text, of the longest words and of the most words, is taken and found.
#[tokio::test]
async fn no_text_is_too_long_for_the_index() {
    let world = World::new().await;
    let most = limits::BODY_CHARS;
    let texts = ["ё".repeat(most), "a ".repeat(most / 2), "\u{fdfa}".repeat(most), "東".repeat(most)];
    for text in &texts {
        said(&world, &[text]).await;
    }
    for (q, times) in [("ё".repeat(500), 1), ("\"a a a\"".to_owned(), 1), ("東東".to_owned(), 1)] {
        assert_eq!(found(&world.bob, &q).await.len(), times);
    }
    sql(&world, "analyze message_search").await;
    assert_eq!(found(&world.bob, "a").await.len(), 1, "whatever the plan");
    world.end().await;
}
