//! Marking a channel as read.

use ajet_protocol::{Code, MessageId};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{World, sql, text};

/// The one function that counts, as one that can't.
const NO_COUNT: &str = "create function unread_after(in_channel uuid, reader uuid, read_to uuid, most bigint)
    returns table (count bigint, mentions bigint) language plpgsql stable as
    $$ begin raise exception 'counted'; end $$";

/// C-M10: marking a channel as read counts what comes after the message, for the event, and nothing where it is refused.
#[tokio::test]
async fn a_refusal_to_mark_a_channel_as_read_counts_nothing() {
    let world = World::new().await;
    world.expects_errors(&["store fault"]);
    let first = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    world.ann.post(world.general.id, &text("two")).await.expect("posts");
    let unread = async || {
        let channels = world.bob.channels(world.community.id).await;
        channels.map(|page| page.items[0].unread.count)
    };
    let mark = async |message: MessageId| {
        let path = format!("/api/channels/{}/read", world.general.id);
        world.bob.send::<Value>(Method::PUT, &path, Some(&json!({"message_id": message})), false).await
    };
    assert_eq!(unread().await.expect("counts"), 2);
    sql(&world, "alter function unread_after(uuid, uuid, uuid, bigint) rename to unread_as_it_was").await;
    sql(&world, NO_COUNT).await;
    unread().await.expect_err("can't count");
    let refused = mark(MessageId(Uuid::nil())).await.expect_err("no such message");
    assert_eq!(refused.code(), Some(Code::Invalid), "nothing was counted");
    sql(&world, "drop function unread_after(uuid, uuid, uuid, bigint)").await;
    sql(&world, "alter function unread_as_it_was(uuid, uuid, uuid, bigint) rename to unread_after").await;
    mark(first.id).await.expect("marks");
    assert_eq!(unread().await.expect("counts"), 1);
    world.end().await;
}
