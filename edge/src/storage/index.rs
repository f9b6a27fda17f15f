//! The index of what is published, as it was learned: bytes, in parts that a row can hold.

use worker::{SqlStorage, SqlStorageValue};

use super::{int, run};
use crate::error::Result;

/// Bytes in a row; the platform takes 2 MB.
const PART: usize = 1024 * 1024;

/// Replaces the index.
pub(crate) fn save(sql: &SqlStorage, bytes: &[u8]) -> Result<()> {
    run(sql, "DELETE FROM kb_index", vec![])?;
    for (part, bytes) in (0u64..).zip(bytes.chunks(PART)) {
        let values = vec![int(part), SqlStorageValue::Blob(bytes.to_vec())];
        run(sql, "INSERT INTO kb_index (part, bytes) VALUES (?, ?)", values)?;
    }
    Ok(())
}

/// The index; empty when there is none.
pub(crate) fn load(sql: &SqlStorage) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for row in sql.exec("SELECT bytes FROM kb_index ORDER BY part", None)?.raw() {
        for value in row? {
            if let SqlStorageValue::Blob(part) = value {
                all.extend(part);
            }
        }
    }
    Ok(all)
}
