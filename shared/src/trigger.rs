//! When the widget speaks first: rules, and the machine that decides from what a page reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::CampaignId;
use crate::lang::Lang;
use crate::site::Settings;
use crate::time::Millis;

/// A trigger with its message and limits, in every language the shop wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRule {
    pub id: CampaignId,
    pub trigger: Trigger,
    /// Texts per language; `{product}` stands for the page's product.
    pub text: BTreeMap<Lang, String>,
}

/// When to speak. All conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Only on pages whose schema.org data names a product.
    pub on_product: bool,
    /// The page must have been visible for this long, in milliseconds, without the visitor opening the panel.
    pub dwell: u64,
    /// Not once the visitor has put something in the cart on this page.
    pub unless_added_to_cart: bool,
}

/// A campaign as one widget gets it: in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub trigger: Trigger,
    pub text: String,
}

/// The settings' campaigns that have a text in `lang`, its kin, or the site's own language.
#[must_use]
pub fn campaigns_in(settings: &Settings, lang: Lang) -> Vec<Campaign> {
    let text = |rule: &CampaignRule| {
        let kin = || rule.text.iter().find(|(l, _)| l.is_kin(lang)).map(|(_, t)| t);
        rule.text.get(&lang).or_else(kin).or_else(|| rule.text.get(&settings.first_language())).cloned()
    };
    settings
        .campaigns
        .iter()
        .filter_map(|rule| {
            Some(Campaign { id: rule.id.clone(), trigger: rule.trigger.clone(), text: text(rule)? })
        })
        .collect()
}

/// The text with the product's name put in.
#[must_use]
pub fn fill(text: &str, product: Option<&str>) -> String {
    // `str::replace` would bring the searching of any text in any other to every shopper.
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.strip_prefix("product}") {
            Some(rest) => {
                out.push_str(product.unwrap_or_default());
                out.push_str(rest);
            }
            None => {
                out.push('{');
                out.push_str(part);
            }
        }
    }
    out
}

/// What a page has reported so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageWatch {
    product: Option<String>,
    added_to_cart: bool,
    spoken: bool,
    visible_since: Option<Millis>,
    visible_before: u64,
}

impl PageWatch {
    /// A page was opened at `now`, visible or not, with this product.
    #[must_use]
    pub fn new(now: Millis, visible: bool, product: Option<String>) -> Self {
        Self { product, visible_since: visible.then_some(now), ..Self::default() }
    }

    /// The page was shown or hidden.
    pub fn handle_visibility(&mut self, now: Millis, visible: bool) {
        self.visible_before = self.visible_for(now);
        self.visible_since = visible.then_some(now);
    }

    /// The visitor put something in the cart.
    pub fn handle_cart(&mut self) {
        self.added_to_cart = true;
    }

    /// The panel was opened or something was said: nothing more is said first on this page.
    pub fn handle_engaged(&mut self) {
        self.spoken = true;
    }

    /// The campaign to speak now, if any; it is returned once.
    pub fn handle_tick<'a>(
        &mut self,
        now: Millis,
        campaigns: &'a [Campaign],
    ) -> Option<(&'a Campaign, String)> {
        let campaign = campaigns.iter().find(|c| self.wait(now, &c.trigger) == Some(0))?;
        self.spoken = true;
        Some((campaign, fill(&campaign.text, self.product.as_deref())))
    }

    /// Milliseconds until a campaign may fire if nothing changes; `None` when none can.
    #[must_use]
    pub fn next_tick(&self, now: Millis, campaigns: &[Campaign]) -> Option<u64> {
        campaigns.iter().filter_map(|c| self.wait(now, &c.trigger)).min()
    }

    fn wait(&self, now: Millis, trigger: &Trigger) -> Option<u64> {
        let never = self.spoken
            || (trigger.on_product && self.product.is_none())
            || (trigger.unless_added_to_cart && self.added_to_cart);
        let left = trigger.dwell.saturating_sub(self.visible_for(now));
        (!never && (self.visible_since.is_some() || left == 0)).then_some(left)
    }

    fn visible_for(&self, now: Millis) -> u64 {
        self.visible_before + self.visible_since.map_or(0, |since| now.since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(dwell: u64) -> Vec<Campaign> {
        let trigger = Trigger { on_product: true, dwell, unless_added_to_cart: true };
        vec![Campaign { id: CampaignId::new("c").unwrap(), trigger, text: "About {product}?".into() }]
    }

    #[test]
    fn a_products_name_is_put_in_and_nothing_else_changes() {
        for (text, product, filled) in [
            ("{product}? {product}!", Some("C {product}"), "C {product}? C {product}!"),
            ("About {product}", None, "About "),
            ("a {b} {product {{product}", Some("C"), "a {b} {product {C"),
            ("", Some("C"), ""),
        ] {
            assert_eq!(fill(text, product), filled);
        }
    }

    #[test]
    fn speaks_once_after_visible_dwell_with_the_products_name() {
        let rules = campaign(5_000);
        let mut page = PageWatch::new(Millis(0), true, Some("Current 2".into()));
        assert_eq!(page.next_tick(Millis(1_000), &rules), Some(4_000));
        assert!(page.handle_tick(Millis(4_999), &rules).is_none());
        assert_eq!(page.handle_tick(Millis(5_000), &rules).map(|(_, t)| t), Some("About Current 2?".into()));
        assert!(page.handle_tick(Millis(9_000), &rules).is_none());
    }

    #[test]
    fn hidden_time_does_not_count() {
        let rules = campaign(5_000);
        let mut page = PageWatch::new(Millis(0), true, Some("p".into()));
        page.handle_visibility(Millis(3_000), false);
        assert_eq!(page.next_tick(Millis(60_000), &rules), None);
        assert!(page.handle_tick(Millis(60_000), &rules).is_none());
        page.handle_visibility(Millis(60_000), true);
        assert_eq!(page.next_tick(Millis(60_000), &rules), Some(2_000));
        assert!(page.handle_tick(Millis(62_000), &rules).is_some());
    }

    #[test]
    fn silent_without_a_product_after_the_cart_and_once_engaged() {
        let rules = campaign(0);
        assert!(PageWatch::new(Millis(0), true, None).handle_tick(Millis(9), &rules).is_none());
        let mut page = PageWatch::new(Millis(0), true, Some("p".into()));
        page.handle_cart();
        assert!(page.handle_tick(Millis(9), &rules).is_none());
        let mut page = PageWatch::new(Millis(0), true, Some("p".into()));
        page.handle_engaged();
        assert!(page.handle_tick(Millis(9), &rules).is_none());
    }
}
