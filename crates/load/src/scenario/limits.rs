//! What the machine and the parts beneath us can do at best.

use std::time::Instant;

use ajet_devstack::Stack;
use sqlx::{Connection, PgConnection};

use crate::report::Spread;

const COMMITS: usize = 1000;

/// One row per commit, prepared, on one connection.
pub async fn bare_commits(stack: &Stack) -> anyhow::Result<Spread> {
    let mut db = PgConnection::connect(&stack.postgres.url(stack.postgres.database())).await?;
    sqlx::query("create table if not exists bare (id uuid primary key, body text not null)")
        .execute(&mut db)
        .await?;
    let mut times = Spread::default();
    for _ in 0..COMMITS {
        let began = Instant::now();
        sqlx::query("insert into bare (id, body) values ($1, $2)")
            .bind(uuid::Uuid::new_v4())
            .bind("x".repeat(120))
            .execute(&mut db)
            .await?;
        times.add(u64::try_from(began.elapsed().as_micros())?);
    }
    Ok(times)
}

/// So many rows per commit, in one statement.
pub async fn batched_rows(stack: &Stack, rows: usize) -> anyhow::Result<f64> {
    let mut db = PgConnection::connect(&stack.postgres.url(stack.postgres.database())).await?;
    sqlx::query("create table if not exists bare (id uuid primary key, body text not null)")
        .execute(&mut db)
        .await?;
    let bodies = vec!["x".repeat(120); rows];
    let began = Instant::now();
    for _ in 0..COMMITS / 4 {
        let ids: Vec<_> = (0..rows).map(|_| uuid::Uuid::new_v4()).collect();
        sqlx::query("insert into bare (id, body) select * from unnest($1::uuid[], $2::text[])")
            .bind(ids)
            .bind(&bodies)
            .execute(&mut db)
            .await?;
    }
    Ok((COMMITS / 4 * rows) as f64 / began.elapsed().as_secs_f64())
}
