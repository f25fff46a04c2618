//! Moves the words of new messages into their index before their list is full, so that no post has to.
//!
//! A search looks through the list as well: what is not moved, since a node has ended or the database refuses, is found all the same, and is
//! moved by the commit that finds the list full.

use std::sync::Arc;
use std::time::Duration;

use crate::store::Store;
use crate::store::journal::WaitingWords;

/// After a failure; until then commits move the words.
const REST: Duration = Duration::from_secs(60);

/// Moves them whenever as many wait as may. `nodes` tells how many write, this one among them.
pub async fn run(store: Store, words: Arc<WaitingWords>, nodes: impl Fn() -> usize) {
    loop {
        words.reached(nodes()).await;
        if let Err(error) = store.move_words().await {
            tracing::warn!(%error, "new words are not moved into their index; posts do it meanwhile, and some take longer");
            tokio::time::sleep(REST).await;
        }
    }
}
