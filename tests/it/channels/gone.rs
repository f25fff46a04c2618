//! A channel whose stream is gone: an answer, and not a look without end.

use ajet_protocol::{Code, Visibility};

use crate::support::{World, code, db, text};

#[tokio::test]
async fn a_channel_without_its_stream_is_not_there_whether_it_was_active_or_not() {
    let world = World::new().await;
    let cold = world.channel("cold", Visibility::Public).await.id;
    let active = world.channel("active", Visibility::Public).await.id;
    world.ann.post(active, &text("before")).await.expect("posts");
    for room in [cold, active] {
        let delete = sqlx::query("delete from streams where id = $1").bind(room.0);
        assert_eq!(delete.execute(&mut db(&world).await).await.expect("deletes").rows_affected(), 1);
    }
    for room in [cold, active] {
        assert_eq!(code(world.ann.post(room, &text("into nothing")).await), Code::NotFound);
    }
    world.ann.post(world.general.id, &text("beside it")).await.expect("the others go on");
    world.end().await;
}
