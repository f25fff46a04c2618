//! How many searches one person has under way.

use ajet_client::Retries;
use ajet_protocol::Code;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use sqlx::Connection;

use super::{asked, bodies, said};
use crate::support::{World, code, db};

/// The first two wait for a table that is locked; the third is told to come again at once.
#[tokio::test]
async fn a_third_search_at_a_time_is_refused() {
    let world = World::new().await;
    said(&world, &["needle"]).await;
    let (query, bob) = (asked("needle"), world.bob.with_retries(Retries::none()));
    let mut db = db(&world).await;
    let mut locked = db.begin().await.expect("begins");
    sqlx::query("lock table message_search").execute(&mut *locked).await.expect("locks");
    let mut searches: FuturesUnordered<_> = (0..3).map(|_| bob.search(&query)).collect();
    assert_eq!(code(searches.next().await.expect("answers")), Code::RateLimited);
    locked.rollback().await.expect("gives it back");
    while let Some(found) = searches.next().await {
        assert_eq!(bodies(&found.expect("searches")), ["needle"]);
    }
    drop(searches);
    world.end().await;
}
