//! Exports that are past their time, or can't be made.

use ajet_protocol::{AskForExport, Code, ExportStatus};

use super::file::exported;
use crate::support::{World, code, eventually, sql, tidied};

#[tokio::test]
async fn the_file_of_an_export_goes_after_its_time() {
    let world = World::new().await;
    let (ann, bob) = (exported(&world.ann).await, exported(&world.bob).await);
    sql(&world, "update exports set expires_at = now() - interval '1 second' where user_id = (select id from users where username = 'ann')")
        .await;
    assert_eq!(code(world.ann.export(ann.id).await), Code::NotFound, "from then on");
    tidied(&world).await;
    eventually("its row is gone", async || sql(&world, "select 1 from exports").await == 1).await;
    let blobs = &world.server.app().blobs;
    let stored = async |id| blobs.get(&format!("exports/{id}")).await.expect("asks").is_some();
    assert!(!stored(ann.id).await && stored(bob.id).await);
    assert_eq!(world.bob.export(bob.id).await.expect("is kept").status, ExportStatus::Ready);
    world.end().await;
}

/// Has the job of an export carried out once more.
async fn again(world: &World) {
    let job = "insert into job_requests (name, key, payload)
               select 'export:make', 'export:make:' || id, jsonb_build_object('user_id', user_id, 'export_id', id) from exports";
    sql(world, job).await;
    world.server.app().node.jobs().notify_one();
}

/// As if its last attempt had ended with its node.
const CUT_OFF: &str = "update exports set status = 'running', size_bytes = null, expires_at = null";

#[tokio::test]
async fn an_export_that_was_cut_off_is_made_again_and_told_once() {
    let world = World::new().await;
    let first = exported(&world.ann).await;
    again(&world).await;
    eventually("it is done", async || sql(&world, "select 1 from graphile_worker.jobs").await == 0).await;
    assert_eq!(
        world.ann.export(first.id).await.expect("is kept").expires_at,
        first.expires_at,
        "it is ready"
    );
    // Between the upload and the note that it is ready; and no notice was due yet.
    sql(&world, CUT_OFF).await;
    eventually("is told", async || sql(&world, "select 1 from due_notices").await == 0).await;
    sql(&world, "delete from notifications").await;
    again(&world).await;
    let ready = async || world.ann.export(first.id).await.expect("is there").status == ExportStatus::Ready;
    eventually("it is ready", ready).await;
    let second = world.ann.export(first.id).await.expect("is there");
    assert_eq!(super::file::lines(&world.ann, &second).await[0]["kind"], "account");
    eventually("is told", async || sql(&world, "select 1 from notifications").await == 1).await;
    world.end().await;
}

#[tokio::test]
async fn an_export_that_no_job_makes_any_more_has_failed_and_makes_room() {
    let world = World::new().await;
    let lost = exported(&world.ann).await;
    eventually("its job is gone", async || sql(&world, "select 1 from graphile_worker.jobs").await == 0)
        .await;
    sql(&world, CUT_OFF).await;
    assert_eq!(
        world.ann.ask_for_export(&AskForExport::default()).await.expect("is asked for").id,
        lost.id,
        "as far as is known"
    );
    tidied(&world).await;
    let failed = async || world.ann.export(lost.id).await.expect("is there").status == ExportStatus::Failed;
    eventually("it has failed", failed).await;
    let next = exported(&world.ann).await;
    assert_ne!(next.id, lost.id);
    sql(&world, "update exports set created_at = created_at - interval '49 hours' where status = 'failed'")
        .await;
    tidied(&world).await;
    eventually("its row is gone", async || sql(&world, "select 1 from exports").await == 1).await;
    assert_eq!(world.ann.export(next.id).await.expect("is kept").status, ExportStatus::Ready);
    world.end().await;
}
