//! Categories of channels.

mod create;
mod delete;
mod list;
mod order;
mod update;

use ajet_protocol::{Category, CreateCategory};

use crate::support::World;

/// Ann makes a category.
async fn category(world: &World, name: &str) -> Category {
    let request = CreateCategory { name: name.into(), position: None, client_mutation_id: None };
    world.ann.create_category(world.community.id, &request).await.expect("creates")
}
