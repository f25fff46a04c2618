//! Whether the SDK has a function for each operation of the document.

use std::collections::BTreeSet;

use ajet_client::{OPERATIONS, WITHOUT_FUNCTION};

use super::walk::{Walk, operations};
use crate::support::World;

#[tokio::test]
async fn the_sdk_has_each_operation() {
    let world = World::new().await;
    let Walk { document, .. } = Walk::through(&world.base()).await;
    let all = operations(&document);
    let described: BTreeSet<&str> =
        all.iter().filter_map(|(.., operation)| operation["operationId"].as_str()).collect();
    let named: BTreeSet<&str> = OPERATIONS.iter().chain(WITHOUT_FUNCTION).map(|(id, _)| *id).collect();
    let lacking: Vec<_> = described.difference(&named).collect();
    assert!(lacking.is_empty(), "crates/client/src/operations.rs names no function for {lacking:?}");
    let gone: Vec<_> = named.difference(&described).collect();
    assert!(gone.is_empty(), "the document does not have {gone:?}");
    world.end().await;
}
