//! Who may use the queue's tables: roles that were given the rights on ours.

use ajet_chatd::store::connect_options;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::support::{World, db};

#[tokio::test]
async fn who_may_use_our_tables_may_use_the_queue() {
    let world = World::new().await;
    let mut db = db(&world).await;
    let role = format!("app_{}", Uuid::new_v4().simple());
    for statement in [
        format!("create role {role}"),
        format!(
            "alter default privileges in schema public grant select, insert, update, delete on tables to {role}"
        ),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut db).await.expect("makes the role");
    }
    assert_eq!(ajet_schema::up(&connect_options(&world.config.db)).await.expect("runs again"), 0);
    sqlx::query(AssertSqlSafe(format!("set role {role}"))).execute(&mut db).await.expect("is the role");
    let added = "select id from graphile_worker.add_job('channel:paint', '{}'::json, job_key => 'painted')";
    let id: i64 = sqlx::query_scalar(added).fetch_one(&mut db).await.expect("adds");
    for statement in [
        "select id from graphile_worker.jobs where id = $1",
        "select id from graphile_worker._private_jobs where id = $1 for update",
        "select id from graphile_worker.permanently_fail_jobs(array[$1], 'why')",
        "select id from graphile_worker.complete_jobs(array[$1])",
    ] {
        let found: i64 = sqlx::query_scalar(statement).bind(id).fetch_one(&mut db).await.expect("finds it");
        assert_eq!(found, id, "{statement}");
    }
    for statement in ["reset role".to_owned(), format!("drop owned by {role}"), format!("drop role {role}")] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut db).await.expect("removes the role");
    }
    world.end().await;
}
