//! `DELETE /api/commands/{id}`.

use ajet_protocol::{Code, CommandId};
use uuid::Uuid;

use super::{bot, made, run};
use crate::support::{World, code, sql};

#[tokio::test]
async fn a_command_goes_once() {
    let world = World::new().await;
    let bot = bot(&world, "deployer", &["commands:write"]).await;
    let id = made(&world, &bot, "deploy").await;
    assert_eq!(code(world.bob.delete_command(id).await), Code::Forbidden);
    world.ann.delete_command(id).await.expect("deletes it");
    world.ann.delete_command(id).await.expect("again changes nothing");
    assert_eq!(code(world.bob.delete_command(id).await), Code::NotFound);
    assert_eq!(code(world.ann.delete_command(CommandId(Uuid::nil())).await), Code::NotFound);
    assert_eq!(code(run(&world, &world.bob, "/deploy").await), Code::Invalid);
    assert_eq!(sql(&world, "select from audit_log where action = 'command.delete'").await, 1);
    world.end().await;
}
