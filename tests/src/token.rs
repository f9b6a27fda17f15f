//! Visitor tokens of any age, signed as the edge signs them.

use std::path::{Path, PathBuf};

use shared::protocol::http::Started;
use shared::security::{Claims, from_base64url};
use shared::time::Millis;

/// The key of a site's visitor tokens. It lies in the site object's database and nowhere else, so it is read there,
/// from the one row that begins with the site's name; SQLite keeps short texts as they are.
#[must_use]
pub fn key(state: &Path, site: &str) -> Option<Vec<u8>> {
    let (begin, name) = (format!("\"site\":\"{site}\""), "\"key\":\"");
    files(state).into_iter().filter_map(|file| std::fs::read(file).ok()).find_map(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let row = &text[text.find(&begin)?..];
        let values = row.split(name).skip(1).filter_map(|rest| rest.split('"').next());
        values.filter_map(from_base64url).find(|key| key.len() == 32)
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Now.
#[must_use]
pub fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// What a token says, when it was signed with `key`.
#[must_use]
pub fn read(token: &str, key: &[u8]) -> Option<Claims> {
    Claims::verify(token, key, now()).ok()
}

/// The same visitor's token of the same conversation as it would be, had it been made so many milliseconds ago.
#[must_use]
pub fn aged(started: &Started, key: &[u8], age: u64) -> Option<Started> {
    let claims = Claims { issued: Millis(now().0.saturating_sub(age)), ..read(&started.token, key)? };
    Some(Started { token: claims.sign(key), ..started.clone() })
}

#[cfg(test)]
mod tests {
    use shared::security::base64url;

    use super::*;

    #[test]
    fn the_key_is_found_in_the_row_of_its_site() {
        let state = crate::server::state_dir("token-key");
        std::fs::create_dir_all(state.join("site")).unwrap();
        assert_eq!(key(&state, "a"), None);
        let row = |site: &str, byte| {
            format!("\u{1}{{\"site\":\"{site}\",\"version\":1,\"key\":\"{}\"}}", base64url(&[byte; 32]))
        };
        std::fs::write(state.join("site/1.sqlite"), [row("a", 1), row("b", 2)].concat()).unwrap();
        assert_eq!((key(&state, "a"), key(&state, "b")), (Some(vec![1; 32]), Some(vec![2; 32])));
        assert_eq!(key(&state, "c"), None);
    }
}
