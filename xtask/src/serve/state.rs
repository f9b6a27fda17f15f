//! A state directory and who may use it.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Takes `state` for this process, making it where needed; two servers on one state would destroy it.
pub(super) fn lock(state: &Path) -> Result<File> {
    fs::create_dir_all(state).with_context(|| format!("cannot make {}", state.display()))?;
    let lock = File::create(state.join("lock"))?;
    if lock.try_lock().is_err() {
        bail!("another server runs on {}; end it first", state.display());
    }
    Ok(lock)
}

/// Forgets everything, unless somebody is using it.
pub(crate) fn clear(state: &Path) -> Result<()> {
    let _lock = lock(state)?;
    for entry in fs::read_dir(state)? {
        let path = entry?.path();
        if path.is_dir() {
            fs::remove_dir_all(&path)?;
        } else if path.file_name().is_some_and(|name| name != "lock") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_in_use_is_neither_shared_nor_cleared() {
        let state = std::env::temp_dir().join(format!("edgedesk-state-{}", std::process::id()));
        let held = lock(&state).unwrap();
        fs::write(state.join("operator-token"), "x").unwrap();
        assert!(lock(&state).is_err());
        assert!(clear(&state).is_err());
        drop(held);
        clear(&state).unwrap();
        assert!(!state.join("operator-token").exists());
        fs::remove_dir_all(&state).unwrap();
    }
}
