//! Marking a channel as read.

use ajet_protocol::{Code, MessageId};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{World, sql, text};

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
    // No count works without this column.
    sql(&world, "alter table messages rename column deleted_at to removed_at").await;
    unread().await.expect_err("can't count");
    let refused = mark(MessageId(Uuid::nil())).await.expect_err("no such message");
    assert_eq!(refused.code(), Some(Code::Invalid), "where only the right to read is asked for");
    sql(&world, "alter table messages rename column removed_at to deleted_at").await;
    mark(first.id).await.expect("marks");
    assert_eq!(unread().await.expect("counts"), 1);
    world.end().await;
}
