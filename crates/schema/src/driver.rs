//! Statements of graphile_worker on a connection of sqlx: its parameters bound, and rows as it reads them.
//!
//! Its own driver for sqlx would make sqlx know the times of two crates, which every checked query warns of.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use graphile_worker::{DbCell, DbError, DbParams, DbRow, DbValue};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::types::time::OffsetDateTime;
use sqlx::{AssertSqlSafe, Column, PgConnection, Postgres, Row, TypeInfo};

/// Runs a statement; how many rows it touched.
///
/// # Errors
/// What the connection met.
pub async fn execute(
    connection: &mut PgConnection,
    sql: &str,
    params: &DbParams,
) -> Result<u64, sqlx::Error> {
    Ok(bound(sql, params)?.execute(connection).await?.rows_affected())
}

/// Runs a statement and reads its rows.
///
/// # Errors
/// What the connection met, or a column of a type that the queue has nowhere.
pub async fn fetch_all(
    connection: &mut PgConnection,
    sql: &str,
    params: &DbParams,
) -> Result<Vec<DbRow>, sqlx::Error> {
    bound(sql, params)?.fetch_all(connection).await?.iter().map(row).collect()
}

/// An error as the queue knows it.
#[must_use]
pub fn error(error: &sqlx::Error) -> DbError {
    match error.as_database_error().and_then(|database| database.code()) {
        Some(code) => DbError::with_code(error.to_string(), code),
        None => DbError::new(error.to_string()),
    }
}

fn bound(sql: &str, params: &DbParams) -> Result<Query<'static, Postgres, PgArguments>, sqlx::Error> {
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in params.values() {
        query = match value {
            DbValue::Bool(value) => query.bind(*value),
            DbValue::BoolOpt(value) => query.bind(*value),
            DbValue::I16(value) => query.bind(*value),
            DbValue::I16Opt(value) => query.bind(*value),
            DbValue::I32(value) => query.bind(*value),
            DbValue::I32Opt(value) => query.bind(*value),
            DbValue::I64(value) => query.bind(*value),
            DbValue::I64Opt(value) => query.bind(*value),
            DbValue::Json(value) => query.bind(value.clone()),
            DbValue::JsonOpt(value) => query.bind(value.clone()),
            DbValue::Text(value) => query.bind(value.clone()),
            DbValue::TextOpt(value) => query.bind(value.clone()),
            DbValue::TextArray(value) => query.bind(value.clone()),
            DbValue::TextArrayOpt(value) => query.bind(value.clone()),
            DbValue::I32Array(value) => query.bind(value.clone()),
            DbValue::I64Array(value) => query.bind(value.clone()),
            DbValue::TimestampTz(value) => query.bind(stored(*value)?),
            DbValue::TimestampTzOpt(value) => query.bind(value.map(stored).transpose()?),
        };
    }
    Ok(query)
}

fn row(row: &PgRow) -> Result<DbRow, sqlx::Error> {
    let mut cells = HashMap::with_capacity(row.columns().len());
    for (index, column) in row.columns().iter().enumerate() {
        cells.insert(column.name().to_owned(), cell(row, index, column.type_info().name())?);
    }
    Ok(DbRow::new(cells))
}

fn cell(row: &PgRow, index: usize, kind: &str) -> Result<DbCell, sqlx::Error> {
    let cell = match kind {
        "BOOL" => row.try_get::<Option<bool>, _>(index)?.map(DbCell::Bool),
        "INT2" => row.try_get::<Option<i16>, _>(index)?.map(DbCell::I16),
        "INT4" => row.try_get::<Option<i32>, _>(index)?.map(DbCell::I32),
        "INT8" => row.try_get::<Option<i64>, _>(index)?.map(DbCell::I64),
        "JSON" | "JSONB" => row.try_get::<Option<serde_json::Value>, _>(index)?.map(DbCell::Json),
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" => row.try_get::<Option<String>, _>(index)?.map(DbCell::Text),
        "TIMESTAMPTZ" => {
            let at = row.try_get::<Option<OffsetDateTime>, _>(index)?;
            at.map(read).transpose()?.map(DbCell::TimestampTz)
        }
        other => return Err(sqlx::Error::Decode(format!("the queue has no type {other}").into())),
    };
    Ok(cell.unwrap_or(DbCell::Null))
}

fn stored(at: DateTime<Utc>) -> Result<OffsetDateTime, sqlx::Error> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.timestamp_micros()) * 1000)
        .map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

fn read(at: OffsetDateTime) -> Result<DateTime<Utc>, sqlx::Error> {
    let micros = i64::try_from(at.unix_timestamp_nanos() / 1000).ok();
    micros
        .and_then(DateTime::from_timestamp_micros)
        .ok_or_else(|| sqlx::Error::Decode("a time beyond all calendars".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_as_they_were() {
        for micros in [0, -1, 1_795_000_000_123_456] {
            let at = DateTime::from_timestamp_micros(micros).expect("a time");
            assert_eq!(read(stored(at).expect("is stored")).expect("is read"), at);
        }
    }
}
