//! In which channel a message is: remembered where it was posted, or asked for.

use ajet_protocol::MessageId;
use sqlx::Connection;
use uuid::Uuid;

use crate::support::{World, connect, text};

/// A reaction, an edit or a vote asks no database for it.
#[tokio::test]
async fn where_a_recent_message_is_takes_no_query() {
    let world = World::new().await;
    let general = world.general.id;
    let first = world.ann.post(general, &text("first")).await.expect("posts").id;
    let world = world.restarted(|_| {}).await;
    let posted = world.ann.post(general, &text("posted")).await.expect("posts").id;
    let places = world.server.app().context.places.clone();
    assert_eq!(places.of(first).await.expect("looks"), Some(general));
    let nowhere = MessageId(Uuid::from_u128(1));
    assert_eq!(places.of(nowhere).await.expect("looks"), None);

    let mut db = connect(&world.config).await;
    let mut locked = db.begin().await.expect("begins");
    sqlx::query("lock table messages in access exclusive mode").execute(&mut *locked).await.expect("locks");
    for known in [first, posted] {
        assert_eq!(places.of(known).await.expect("knows"), Some(general));
    }
    assert!(places.of(nowhere).await.is_err(), "what is not there is not remembered");
    locked.rollback().await.expect("ends");
    world.end().await;
}
