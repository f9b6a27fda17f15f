//! Compiles a folder of locale files (`en.json`, `zh-CN.json`, …: one flat object of key → text) into Rust.
//!
//! Called from the `build.rs` of a crate with texts for people. `en.json` is the reference: a locale that lacks one
//! of its keys, has one more, or uses other `{placeholders}` fails the build with the file and key named.
//! The output is meant for `include!(concat!(env!("OUT_DIR"), "/texts.rs"))` and defines `Text` (an enum of
//! keys), `LOCALES` and `Text::in_lang`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use shared::lang::Lang;

type Catalog = BTreeMap<String, String>;

/// Why the locale files do not compile.
#[derive(Debug, thiserror::Error)]
pub enum LocaleError {
    #[error("{0}: {1}")]
    Read(String, std::io::Error),
    #[error("{0}: not a flat JSON object of texts: {1}")]
    Parse(String, serde_json::Error),
    #[error("{0}: the file's name is no known language")]
    Language(String),
    #[error("{locale}.json: missing {missing:?}, unknown {unknown:?}")]
    Keys { locale: Lang, missing: Vec<String>, unknown: Vec<String> },
    #[error("{locale}.json: {key:?} uses other placeholders than en.json")]
    Placeholders { locale: Lang, key: String },
    #[error("{locale}.json: {key:?} is empty")]
    Empty { locale: Lang, key: String },
    #[error("{0}: {1:?} stands in another file too")]
    Twice(String, String),
    #[error("no en.json")]
    NoReference,
}

/// Reads `dir` and the folders in it, checks what they come to together, and returns the Rust source.
pub fn compile(dir: &Path) -> Result<String, LocaleError> {
    let mut catalogs = BTreeMap::new();
    gather(dir, &mut catalogs)?;
    check(&catalogs)?;
    Ok(emit(&catalogs))
}

/// Adds the texts of a folder. A page with many has a folder of its own.
fn gather(dir: &Path, catalogs: &mut BTreeMap<Lang, Catalog>) -> Result<(), LocaleError> {
    let listing = std::fs::read_dir(dir).map_err(|e| LocaleError::Read(dir.display().to_string(), e))?;
    for path in listing.filter_map(|f| f.ok().map(|f| f.path())) {
        if path.is_dir() {
            gather(&path, catalogs)?;
            continue;
        }
        let name = path.display().to_string();
        let Some(stem) = path.file_stem().and_then(|s| s.to_str()) else { continue };
        let lang =
            Lang::parse(stem).filter(|l| l.tag() == stem).ok_or(LocaleError::Language(name.clone()))?;
        let text = std::fs::read_to_string(&path).map_err(|e| LocaleError::Read(name.clone(), e))?;
        let catalog: Catalog =
            serde_json::from_str(&text).map_err(|e| LocaleError::Parse(name.clone(), e))?;
        let all = catalogs.entry(lang).or_default();
        for (key, text) in catalog {
            if all.insert(key.clone(), text).is_some() {
                return Err(LocaleError::Twice(name, key));
            }
        }
    }
    Ok(())
}

/// [`compile`] for a `build.rs`: reads `locales/`, writes `$OUT_DIR/texts.rs`, watches the folder.
pub fn compile_for_build() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=locales");
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("texts.rs"), compile(Path::new("locales"))?)?;
    Ok(())
}

fn check(catalogs: &BTreeMap<Lang, Catalog>) -> Result<(), LocaleError> {
    let reference = catalogs.get(&Lang::En).ok_or(LocaleError::NoReference)?;
    for (&locale, catalog) in catalogs {
        let absent = |from: &Catalog, other: &Catalog| -> Vec<String> {
            from.keys().filter(|k| !other.contains_key(*k)).cloned().collect()
        };
        let (missing, unknown) = (absent(reference, catalog), absent(catalog, reference));
        if !missing.is_empty() || !unknown.is_empty() {
            return Err(LocaleError::Keys { locale, missing, unknown });
        }
        for (key, text) in catalog {
            if text.trim().is_empty() {
                return Err(LocaleError::Empty { locale, key: key.clone() });
            }
            if placeholders(text) != placeholders(&reference[key]) {
                return Err(LocaleError::Placeholders { locale, key: key.clone() });
            }
        }
    }
    Ok(())
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

fn emit(catalogs: &BTreeMap<Lang, Catalog>) -> String {
    let reference = &catalogs[&Lang::En];
    let mut code = String::from(
        "/// A text for people, by its key in the locale files.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub enum Text {\n",
    );
    for (key, text) in reference {
        let _ = writeln!(code, "    #[doc = {text:?}]\n    {},", variant(key));
    }
    let tags: Vec<String> = catalogs.keys().map(|l| format!("::shared::lang::Lang::{l:?}")).collect();
    let _ = write!(
        code,
        "}}\n\n/// The languages there are texts in.\npub const LOCALES: &[::shared::lang::Lang] = &[{}];\n\n\
         static TEXTS: [[&str; {}]; {}] = [\n",
        tags.join(", "),
        reference.len(),
        catalogs.len()
    );
    for catalog in catalogs.values() {
        let texts: Vec<String> = catalog.values().map(|t| format!("{t:?}")).collect();
        let _ = writeln!(code, "    [{}],", texts.join(", "));
    }
    let english = catalogs.keys().position(|&l| l == Lang::En).unwrap_or(0);
    let _ = write!(
        code,
        "];\n\nimpl Text {{\n\
         \x20   /// The text in `lang`, its kin, or English.\n\
         \x20   #[must_use]\n\
         \x20   pub fn in_lang(self, lang: ::shared::lang::Lang) -> &'static str {{\n\
         \x20       let exact = LOCALES.iter().position(|&l| l == lang);\n\
         \x20       let place = exact.or_else(|| LOCALES.iter().position(|l| l.is_kin(lang))).unwrap_or({english});\n\
         \x20       TEXTS[place][self as usize]\n    }}\n\n\
         \x20   /// The text in `lang` with `{{name}}` replaced for each pair.\n\
         \x20   #[must_use]\n\
         \x20   pub fn fill(self, lang: ::shared::lang::Lang, pairs: &[(&str, &str)]) -> String {{\n\
         \x20       let mut out = String::new();\n\
         \x20       let mut rest = self.in_lang(lang);\n\
         \x20       while let Some((before, after)) = rest.split_once('{{') {{\n\
         \x20           out.push_str(before);\n\
         \x20           let Some((name, tail)) = after.split_once('}}') else {{ rest = after; break }};\n\
         \x20           if let Some((_, value)) = pairs.iter().find(|(n, _)| *n == name) {{ out.push_str(value) }}\n\
         \x20           rest = tail;\n        }}\n\
         \x20       out.push_str(rest);\n        out\n    }}\n}}\n"
    );
    code
}

/// `queue_position` → `QueuePosition`.
fn variant(key: &str) -> String {
    key.split(['_', '-', '.'])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let mut chars = part.chars();
            chars
                .next()
                .map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + chars.as_str())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogs(zh: &[(&str, &str)]) -> BTreeMap<Lang, Catalog> {
        let to = |pairs: &[(&str, &str)]| pairs.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
        BTreeMap::from([(Lang::En, to(&[("hi", "Hi {name}"), ("bye", "Bye")])), (Lang::ZhCn, to(zh))])
    }

    #[test]
    fn a_missing_or_unknown_key_fails() {
        let error = check(&catalogs(&[("hi", "你好 {name}"), ("by", "x")])).unwrap_err();
        assert_eq!(error.to_string(), "zh-CN.json: missing [\"bye\"], unknown [\"by\"]");
    }

    #[test]
    fn other_placeholders_and_empty_texts_fail() {
        let error = check(&catalogs(&[("hi", "你好 {n}"), ("bye", "再见")])).unwrap_err();
        assert!(matches!(error, LocaleError::Placeholders { .. }), "{error}");
        let error = check(&catalogs(&[("hi", "你好 {name}"), ("bye", " ")])).unwrap_err();
        assert!(matches!(error, LocaleError::Empty { .. }), "{error}");
    }

    #[test]
    fn sound_catalogs_become_an_enum_and_a_table() {
        let sound = catalogs(&[("hi", "你好 {name}"), ("bye", "再见")]);
        check(&sound).unwrap();
        let code = emit(&sound);
        assert!(
            code.contains("Bye,") && code.contains("Hi,") && code.contains("[\"再见\", \"你好 {name}\"]"),
            "{code}"
        );
    }
}
