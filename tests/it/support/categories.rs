//! Categories that a test needs before it begins.

use ajet_protocol::{Category, CreateCategory};

use super::World;

/// Ann makes a category.
pub async fn category(world: &World, name: &str) -> Category {
    let request = CreateCategory { name: name.into(), position: None, client_mutation_id: None };
    world.ann.create_category(world.community.id, &request).await.expect("creates")
}
