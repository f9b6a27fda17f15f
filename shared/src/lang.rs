//! The languages Edgedesk knows, as BCP 47 tags.

use serde::{Deserialize, Serialize};

macro_rules! langs {
    ($($name:ident $tag:literal $own:literal),* $(,)?) => {
        /// A language of texts, entries and panels. Serialised as its BCP 47 tag.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Lang { $(#[doc = $own] $name),* }

        impl Lang {
            /// Every language, in a fixed order.
            pub const ALL: &'static [Lang] = &[$(Lang::$name),*];

            /// The BCP 47 tag: `zh-CN`, `en`.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self { $(Lang::$name => $tag),* }
            }

            /// The language's name in itself: 简体中文, English.
            #[must_use]
            pub const fn own_name(self) -> &'static str {
                match self { $(Lang::$name => $own),* }
            }
        }
    };
}

langs! {
    ZhCn "zh-CN" "简体中文", ZhTw "zh-TW" "繁體中文", En "en" "English", Ja "ja" "日本語",
    Ko "ko" "한국어", Es "es" "Español", Fr "fr" "Français", De "de" "Deutsch", Pt "pt" "Português",
    It "it" "Italiano", Ru "ru" "Русский", Th "th" "ไทย", Vi "vi" "Tiếng Việt", Id "id" "Bahasa Indonesia",
    Ar "ar" "العربية",
}

impl Lang {
    /// The language of a tag as browsers and pages write it (`zh`, `zh-Hant-HK`, `EN_us`); `None` when unknown.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        if tag.len() > 35 {
            return None;
        }
        let mut parts = tag.split(['-', '_']);
        let first = parts.next()?.to_ascii_lowercase();
        if first == "zh" || first == "yue" {
            let traditional = first == "yue"
                || parts.any(|p| ["hant", "tw", "hk", "mo"].iter().any(|t| p.eq_ignore_ascii_case(t)));
            return Some(if traditional { Self::ZhTw } else { Self::ZhCn });
        }
        Self::ALL.iter().copied().find(|l| l.tag() == first)
    }

    /// Whether the language is written from right to left.
    #[must_use]
    pub const fn is_rtl(self) -> bool {
        matches!(self, Self::Ar)
    }

    /// Whether both are forms of one language (the two Chinese scripts).
    #[must_use]
    pub fn is_kin(self, other: Self) -> bool {
        self == other || (self.is_chinese() && other.is_chinese())
    }

    /// Whether this is Chinese in either script.
    #[must_use]
    pub const fn is_chinese(self) -> bool {
        matches!(self, Self::ZhCn | Self::ZhTw)
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

impl Serialize for Lang {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::parse(&tag).ok_or_else(|| serde::de::Error::custom("unknown language"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_as_the_world_writes_them() {
        for (tag, lang) in [
            ("zh", Lang::ZhCn),
            ("zh-Hans-SG", Lang::ZhCn),
            ("zh-Hant", Lang::ZhTw),
            ("zh_HK", Lang::ZhTw),
            ("EN-us", Lang::En),
            ("ja-JP", Lang::Ja),
        ] {
            assert_eq!(Lang::parse(tag), Some(lang), "{tag}");
        }
        for tag in ["", "xx", "e", "-", &"z".repeat(99)] {
            assert_eq!(Lang::parse(tag), None, "{tag}");
        }
    }

    #[test]
    fn every_tag_round_trips() {
        for &lang in Lang::ALL {
            assert_eq!(Lang::parse(lang.tag()), Some(lang));
        }
    }
}
