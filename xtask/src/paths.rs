//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where cargo puts what it builds for this workspace.
pub(crate) fn cargo_target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Intermediate files and stamps of these commands.
pub(crate) fn scratch() -> PathBuf {
    root().join("target/xtask")
}

/// The per-user folder of installed tools, kept between clones: `$EDGEDESK_TOOLS`, or the platform's cache folder.
pub(crate) fn tool_folder() -> PathBuf {
    if let Some(folder) = env::var_os("EDGEDESK_TOOLS") {
        return folder.into();
    }
    let home = PathBuf::from(env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).unwrap_or_default());
    let cache = match env::var_os("XDG_CACHE_HOME") {
        Some(folder) if !folder.is_empty() => folder.into(),
        _ if cfg!(target_os = "macos") => home.join("Library/Caches"),
        _ if cfg!(windows) => {
            env::var_os("LOCALAPPDATA").map_or_else(|| home.join("AppData/Local"), Into::into)
        }
        _ => home.join(".cache"),
    };
    cache.join("edgedesk").join("tools")
}

/// `name`, or `name.exe` on Windows.
pub(crate) fn exe(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
