//! What a shop configures, and what roles may do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::EntryId;
use crate::lang::Lang;
use crate::limits;
use crate::routing::{self, Routing};
use crate::trigger::CampaignRule;

/// A console account's rights; each includes the previous one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Supervisor,
    Admin,
}

/// A site's settings, as the operator API takes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub name: String,
    /// Languages the panel offers, the first one being the site's own. Never empty.
    pub languages: Vec<Lang>,
    /// Origins whose pages may use the widget: `https://shop.example`, exactly as browsers send them.
    pub origins: Vec<String>,
    /// The first words of the panel, per language; missing ones fall back to the widget's own greeting.
    #[serde(default)]
    pub greeting: BTreeMap<Lang, String>,
    /// `#rrggbb` of launcher and buttons.
    #[serde(default = "default_accent")]
    pub accent: String,
    /// Entries offered when the panel opens.
    #[serde(default)]
    pub topics: Vec<EntryId>,
    /// How the knowledge base's topics are called, per language; others are called as it calls them.
    #[serde(default)]
    pub topic_names: BTreeMap<String, BTreeMap<Lang, String>>,
    #[serde(default)]
    pub campaigns: Vec<CampaignRule>,
    /// Whether a language model, where the operator has bound one, may draft answers from the entries it is given.
    #[serde(default)]
    pub drafts: bool,
    /// Which skill group gets what, and how soon.
    #[serde(default)]
    pub routing: Routing,
}

fn default_accent() -> String {
    "#0f766e".into()
}

/// Why settings are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    #[error("name must have 1 to 200 characters")]
    Name,
    #[error("languages must name at least one language, each once")]
    Languages,
    #[error("an origin must be scheme://host[:port] in lower case, without a path")]
    Origin,
    #[error("accent must be #rrggbb")]
    Accent,
    #[error("a text is longer than 4000 characters")]
    Text,
    #[error("the routing has faults")]
    Routing,
}

impl Settings {
    /// Refuses what could not work or would be unsafe to serve.
    pub fn check(&self) -> Result<(), BadSettings> {
        let name_len = self.name.chars().count();
        if name_len == 0 || name_len > limits::SHORT_CHARS {
            return Err(BadSettings::Name);
        }
        let unique = self.languages.iter().collect::<std::collections::BTreeSet<_>>().len();
        if self.languages.is_empty() || unique != self.languages.len() {
            return Err(BadSettings::Languages);
        }
        if !self.origins.iter().all(|o| is_origin(o)) {
            return Err(BadSettings::Origin);
        }
        let hex = self.accent.strip_prefix('#').unwrap_or_default();
        if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(BadSettings::Accent);
        }
        let names = self.topic_names.values().flat_map(BTreeMap::values);
        let texts = self.greeting.values().chain(self.campaigns.iter().flat_map(|c| c.text.values()));
        let texts = texts.chain(names);
        if texts.into_iter().any(|t| t.chars().count() > limits::TEXT_CHARS) {
            return Err(BadSettings::Text);
        }
        if !routing::check(&self.routing).is_empty() {
            return Err(BadSettings::Routing);
        }
        Ok(())
    }

    /// How shoppers read a topic of the knowledge base.
    #[must_use]
    pub fn topic_name<'a>(&'a self, topic: &'a str, lang: Lang) -> &'a str {
        let Some(names) = self.topic_names.get(topic) else { return topic };
        let kin = || names.iter().find(|(l, _)| l.is_kin(lang)).map(|(_, name)| name);
        let own = || names.get(&self.first_language());
        names.get(&lang).or_else(kin).or_else(own).map_or(topic, String::as_str)
    }

    /// Whether a page of `origin` may use the widget.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|o| o == origin)
    }

    /// The site's own language.
    #[must_use]
    pub fn first_language(&self) -> Lang {
        self.languages.first().copied().unwrap_or(Lang::En)
    }

    /// The site's language nearest to `wanted`: itself, its kin, English if offered, or the site's own.
    #[must_use]
    pub fn nearest_language(&self, wanted: Option<Lang>) -> Lang {
        let Some(wanted) = wanted else { return self.first_language() };
        let has = |l: Lang| self.languages.contains(&l);
        if has(wanted) {
            return wanted;
        }
        let kin = self.languages.iter().copied().find(|l| l.is_kin(wanted));
        kin.or_else(|| has(Lang::En).then_some(Lang::En)).unwrap_or_else(|| self.first_language())
    }
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    matches!(scheme, "http" | "https")
        && (1..=255).contains(&host.len())
        && host.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':' | b'[' | b']')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            name: "Tidewater Audio".into(),
            languages: vec![Lang::En, Lang::ZhCn],
            origins: vec!["https://shop.example".into()],
            greeting: BTreeMap::new(),
            accent: default_accent(),
            topics: vec![],
            topic_names: BTreeMap::new(),
            campaigns: vec![],
            drafts: false,
            routing: Routing::default(),
        }
    }

    #[test]
    fn sound_settings_pass() {
        assert_eq!(settings().check(), Ok(()));
    }

    #[test]
    fn unsound_settings_say_why() {
        let check = |change: fn(&mut Settings), why| {
            let mut s = settings();
            change(&mut s);
            assert_eq!(s.check(), Err(why));
        };
        check(|s| s.name.clear(), BadSettings::Name);
        check(|s| s.languages.clear(), BadSettings::Languages);
        check(|s| s.languages.push(Lang::En), BadSettings::Languages);
        check(|s| s.origins.push("https://shop.example/".into()), BadSettings::Origin);
        check(|s| s.origins.push("*".into()), BadSettings::Origin);
        check(|s| s.accent = "red;}".into(), BadSettings::Accent);
    }

    #[test]
    fn origins_match_exactly() {
        let s = settings();
        assert!(s.allows_origin("https://shop.example"));
        assert!(!s.allows_origin("http://shop.example"));
        assert!(!s.allows_origin("https://shop.example.evil.example"));
        assert!(!s.allows_origin("null"));
    }

    #[test]
    fn nearest_language_prefers_kin_then_english() {
        let s = settings();
        assert_eq!(s.nearest_language(Some(Lang::ZhTw)), Lang::ZhCn);
        assert_eq!(s.nearest_language(Some(Lang::Ja)), Lang::En);
        assert_eq!(s.nearest_language(None), Lang::En);
    }

    #[test]
    fn the_demo_shops_settings_are_sound() {
        use crate::protocol::http::{KbLine, PutAgent};

        let site: Settings = serde_json::from_str(include_str!("../../data/tidewater/site.json")).unwrap();
        assert_eq!(site.check(), Ok(()));
        assert!(site.languages.iter().all(|l| site.greeting.contains_key(l)), "a greeting per language");
        for campaign in &site.campaigns {
            for lang in &site.languages {
                assert!(campaign.text[lang].contains("{product}"), "{} in {lang}", campaign.id);
            }
        }
        let lines = include_str!("../../data/tidewater/kb.jsonl").lines();
        let kb: Vec<KbLine> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        for topic in &site.topics {
            assert!(kb.iter().any(|line| line.id == *topic), "{topic} is an entry");
        }
        // Each account is a `PutAgent` beside the id of its path.
        let agents: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../data/tidewater/agents.json")).unwrap();
        for agent in agents {
            crate::ids::AgentId::new(agent["id"].as_str().unwrap()).unwrap();
            let account: PutAgent = serde_json::from_value(agent).unwrap();
            assert!(account.password.is_some() && account.capacity > 0);
        }
    }

    #[test]
    fn the_demo_shops_plans_are_sound() {
        use crate::roster::{Fault, Member, Roster};
        use crate::routing::Condition;

        let mut plans: serde_json::Value =
            serde_json::from_str(include_str!("../../data/tidewater/plans.json")).unwrap();
        let routing: Routing = serde_json::from_value(plans["routing"].take()).unwrap();
        assert_eq!(routing::check(&routing), []);
        let kb = include_str!("../../data/tidewater/kb.jsonl");
        for rule in &routing.rules {
            for condition in &rule.when {
                let Condition::Entry { any } = condition else { continue };
                for pattern in any {
                    let begins = format!("\"id\": \"{}", pattern.trim_end_matches('*'));
                    assert!(kb.contains(&begins) || kb.contains(&begins.replace(": ", ":")), "{pattern}");
                }
            }
        }
        let groups: BTreeMap<crate::ids::AgentId, Vec<crate::ids::GroupId>> =
            serde_json::from_value(plans["groups"].take()).unwrap();
        let members: Vec<Member> =
            groups.into_iter().map(|(agent, groups)| Member { agent, groups, capacity: 3 }).collect();
        let roster: Roster = serde_json::from_value(plans["roster"].take()).unwrap();
        let faults = roster.faults(&members, crate::time::Millis(1_780_000_000_000));
        assert!(faults.iter().all(Fault::is_notice), "{faults:?}");
    }
}
