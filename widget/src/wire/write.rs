//! What the edge, and a later page, will read.

use shared::link::{Draft, Pending};
use shared::protocol::http::StartConversation;
use shared::protocol::{ClientFrame, ErrorCode, PageContext, Product};

use crate::node::Node;
use crate::persist::{Saved, Session};

/// What can be written.
pub(crate) trait Write {
    fn node(&self) -> Node;
}

/// A map of these fields, without the absent ones.
pub(crate) fn map(fields: Vec<(&str, Node)>) -> Node {
    let there = fields.into_iter().filter(|(_, node)| *node != Node::Nothing);
    Node::Map(there.map(|(name, node)| (name.to_owned(), node)).collect())
}

/// A text.
pub(crate) fn text(text: impl AsRef<str>) -> Node {
    Node::Text(text.as_ref().to_owned())
}

fn maybe(value: Option<impl AsRef<str>>) -> Node {
    value.map_or(Node::Nothing, text)
}

fn number(n: u64) -> Node {
    Node::Number(n as f64)
}

fn some<T: Write>(value: Option<&T>) -> Node {
    value.map_or(Node::Nothing, Write::node)
}

impl Write for ClientFrame {
    fn node(&self) -> Node {
        let (kind, mut fields) = match self {
            Self::Hello { after, lang, page } => {
                let lang = maybe(lang.map(|l| l.tag()));
                ("hello", vec![("after", number(*after)), ("lang", lang), ("page", some(page.as_ref()))])
            }
            Self::Send { client_id, text: words } => {
                ("send", vec![("client_id", text(client_id.as_str())), ("text", text(words))])
            }
            Self::Pick { client_id, entry, title } => (
                "pick",
                vec![
                    ("client_id", text(client_id.as_str())),
                    ("entry", text(entry.as_str())),
                    ("title", text(title)),
                ],
            ),
            Self::Note { client_id, text: words } => {
                ("note", vec![("client_id", text(client_id.as_str())), ("text", text(words))])
            }
            Self::Typing { on } => ("typing", vec![("on", Node::Flag(*on))]),
            Self::Read { seq } => ("read", vec![("seq", number(*seq))]),
            Self::Delivered { seq } => ("delivered", vec![("seq", number(*seq))]),
            Self::Resume { after } => ("resume", vec![("after", number(*after))]),
            Self::Page { page } => ("page", vec![("page", page.node())]),
            Self::Language { lang } => ("language", vec![("lang", maybe(lang.map(|l| l.tag())))]),
            Self::Helpful { seq, yes, reason, comment } => (
                "helpful",
                vec![
                    ("seq", number(*seq)),
                    ("yes", Node::Flag(*yes)),
                    ("reason", maybe(reason.map(|r| r.name()))),
                    ("comment", maybe(comment.as_ref())),
                ],
            ),
            Self::Handoff => ("handoff", vec![]),
            Self::Choose { group } => ("choose", vec![("group", maybe(group.as_ref().map(|g| g.as_str())))]),
            Self::LeaveQueue => ("leave_queue", vec![]),
            Self::LeaveMessage { client_id, text: words, contact, call_back } => (
                "leave_message",
                vec![
                    ("client_id", text(client_id.as_str())),
                    ("text", text(words)),
                    ("contact", maybe(contact.as_ref())),
                    ("call_back", if *call_back { Node::Flag(true) } else { Node::Nothing }),
                ],
            ),
            Self::End => ("end", vec![]),
            Self::Rate { score, comment } => {
                ("rate", vec![("score", number((*score).into())), ("comment", maybe(comment.as_ref()))])
            }
        };
        fields.insert(0, ("type", text(kind)));
        map(fields)
    }
}

impl Write for PageContext {
    fn node(&self) -> Node {
        map(vec![
            ("url", text(&self.url)),
            ("title", text(&self.title)),
            ("product", some(self.product.as_ref())),
        ])
    }
}

impl Write for Product {
    fn node(&self) -> Node {
        map(vec![
            ("name", text(&self.name)),
            ("sku", maybe(self.sku.as_ref())),
            ("price", maybe(self.price.as_ref())),
            ("image", maybe(self.image.as_ref())),
        ])
    }
}

impl Write for StartConversation {
    fn node(&self) -> Node {
        map(vec![
            ("lang", text(self.lang.tag())),
            ("page", some(self.page.as_ref())),
            ("campaign", maybe(self.campaign.as_ref().map(|c| c.as_str()))),
            ("token", maybe(self.token.as_ref())),
        ])
    }
}

impl Write for Draft {
    fn node(&self) -> Node {
        // A draft is stored in the form in which it is sent, but for the name of plain words.
        let id = self.client_id().clone();
        let (kind, frame) = match self.clone() {
            Self::Text { text, .. } => ("text", ClientFrame::Send { client_id: id, text }),
            Self::Pick { entry, title, .. } => ("pick", ClientFrame::Pick { client_id: id, entry, title }),
            Self::Note { text, .. } => ("note", ClientFrame::Note { client_id: id, text }),
            Self::LeaveMessage { text, contact, call_back, .. } => {
                ("leave_message", ClientFrame::LeaveMessage { client_id: id, text, contact, call_back })
            }
        };
        let mut node = frame.node();
        if let Node::Map(fields) = &mut node {
            fields[0].1 = text(kind);
        }
        node
    }
}

impl Write for Pending {
    fn node(&self) -> Node {
        // Why it failed is told anew when it is tried anew.
        let failed =
            self.failed.map(|code| if code == ErrorCode::TooLarge { "too_large" } else { "internal" });
        map(vec![("draft", self.draft.node()), ("at", number(self.at.0)), ("failed", maybe(failed))])
    }
}

impl Write for Session {
    fn node(&self) -> Node {
        map(vec![("conversation", text(self.conversation.as_str())), ("token", text(&self.token))])
    }
}

impl Write for Saved {
    fn node(&self) -> Node {
        map(vec![
            ("v", number(Self::VERSION)),
            ("session", some(self.session.as_ref())),
            ("lang", text(self.lang.tag())),
            ("pinned", Node::Flag(self.pinned)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use shared::ids::{CampaignId, ClientId, EntryId, GroupId};
    use shared::lang::Lang;
    use shared::time::Millis;

    use super::*;

    /// What this module writes, the derived code reads.
    fn same<T: Write + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) {
        assert_eq!(serde_json::from_str::<T>(&value.node().json()).unwrap(), value);
    }

    fn page() -> PageContext {
        let product = Product {
            name: "Current 2".into(),
            sku: Some("C2".into()),
            price: Some("129.00 USD".into()),
            image: None,
        };
        PageContext { url: "https://shop.example/".into(), title: "“T”\\".into(), product: Some(product) }
    }

    #[test]
    fn frames_of_every_kind() {
        let client_id = || ClientId::new("m1").unwrap();
        let entry = EntryId::new("e1").unwrap();
        same(ClientFrame::Hello { after: 0, lang: None, page: None });
        same(ClientFrame::Hello { after: 7, lang: Some(Lang::ZhTw), page: Some(page()) });
        same(ClientFrame::Send { client_id: client_id(), text: "line\n\"two\" \u{7}".into() });
        same(ClientFrame::Pick { client_id: client_id(), entry, title: "t".into() });
        same(ClientFrame::Note { client_id: client_id(), text: "n".into() });
        same(ClientFrame::Typing { on: true });
        same(ClientFrame::Read { seq: 3 });
        same(ClientFrame::Delivered { seq: 3 });
        same(ClientFrame::Resume { after: 3 });
        same(ClientFrame::Page { page: page() });
        same(ClientFrame::Language { lang: None });
        same(ClientFrame::Language { lang: Some(Lang::Ar) });
        same(ClientFrame::Helpful { seq: 3, yes: true, reason: None, comment: None });
        for reason in shared::protocol::conversation::Reason::ALL {
            same(ClientFrame::Helpful {
                seq: 3,
                yes: false,
                reason: Some(reason),
                comment: Some("c".into()),
            });
        }
        same(ClientFrame::Handoff);
        same(ClientFrame::Choose { group: None });
        same(ClientFrame::Choose { group: GroupId::new("returns").ok() });
        same(ClientFrame::LeaveQueue);
        same(ClientFrame::End);
        for contact in [None, Some("a@b.example".to_owned())] {
            let call_back = contact.is_some();
            same(ClientFrame::LeaveMessage { client_id: client_id(), text: "x".into(), contact, call_back });
        }
        same(ClientFrame::Rate { score: 5, comment: None });
        same(ClientFrame::Rate { score: 1, comment: Some("slow".into()) });
    }

    #[test]
    fn the_start_of_a_conversation() {
        let campaign = Some(CampaignId::new("c").unwrap());
        same(StartConversation { lang: Lang::En, page: Some(page()), campaign, token: Some("t".into()) });
        same(StartConversation { lang: Lang::Ja, page: None, campaign: None, token: None });
    }

    #[test]
    fn drafts_of_every_kind() {
        let client_id = || ClientId::new("m1").unwrap();
        let entry = EntryId::new("e1").unwrap();
        for draft in [
            Draft::Text { client_id: client_id(), text: "x".into() },
            Draft::Pick { client_id: client_id(), entry, title: "t".into() },
            Draft::LeaveMessage {
                client_id: client_id(),
                text: "x".into(),
                contact: Some("y".into()),
                call_back: true,
            },
        ] {
            same(Pending { draft: draft.clone(), at: Millis(5), failed: None });
            same(Pending { draft, at: Millis(5), failed: Some(ErrorCode::TooLarge) });
        }
    }
}
