//! SQL in one place: rows become types here and nowhere else.

pub(crate) mod accounts;
pub(crate) mod archive;
pub(crate) mod cells;
pub(crate) mod exchange;
pub(crate) mod hooks;
pub(crate) mod hours;
pub(crate) mod index;
pub(crate) mod kb;
pub(crate) mod messages;
pub(crate) mod migrations;
pub(crate) mod questions;
pub(crate) mod roster;
pub(crate) mod seats;
pub(crate) mod single;
pub(crate) mod tokens;
pub(crate) mod transaction;

use serde::de::DeserializeOwned;
use worker::{SqlStorage, SqlStorageValue};

use crate::error::Result;

/// Runs a statement.
pub(crate) fn run(sql: &SqlStorage, query: &str, values: Vec<SqlStorageValue>) -> Result<()> {
    sql.exec(query, values)?;
    Ok(())
}

/// All rows of a query.
pub(crate) fn rows<T: DeserializeOwned>(
    sql: &SqlStorage,
    query: &str,
    values: Vec<SqlStorageValue>,
) -> Result<Vec<T>> {
    Ok(sql.exec(query, values)?.to_array()?)
}

/// The first row of a query.
pub(crate) fn first<T: DeserializeOwned>(
    sql: &SqlStorage,
    query: &str,
    values: Vec<SqlStorageValue>,
) -> Result<Option<T>> {
    Ok(rows(sql, query, values)?.into_iter().next())
}

/// A count, sequence or time as SQL holds it. All of ours stay below 2^53.
pub(crate) fn int(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

/// A text as SQL holds it.
pub(crate) fn text(value: impl Into<String>) -> SqlStorageValue {
    SqlStorageValue::String(value.into())
}
