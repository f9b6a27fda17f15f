//! The bot's reply to a visitor's message: the FAQ engine over the site's published knowledge base.

use shared::conversation::{BotQuestion, BotReply, BotSays};
use shared::faq::{Decision, Index, Question};
use shared::ids::{EntryId, SiteKey};
use shared::lang::Lang;
use shared::protocol::message::{Body, Offered};
use shared::site::Settings;
use worker::Env;

use crate::error::Result;
use crate::sites;

/// Related entries offered at most.
const OFFERED: usize = 3;

/// Reads the question, decides, and words the reply.
pub(crate) async fn reply(env: &Env, site: &SiteKey, question: BotQuestion) -> Result<BotReply> {
    let site = sites::get(env, site).await?;
    let (settings, index) = (&site.settings, &site.index);
    if let Some(entry) = &question.picked
        && let Some(body) = answer(index, settings, entry, question.lang)
    {
        return Ok(BotReply { lang: None, say: BotSays::Body(body) });
    }
    let asked = Question { text: &question.text, context: &question.context, languages: &settings.languages };
    let found = index.reply(&asked);
    let lang = found.lang.unwrap_or(question.lang);
    // "?" and "😀" are about nothing in particular.
    let offered = if question.text.chars().any(char::is_alphanumeric) { OFFERED } else { 0 };
    let offer = || {
        let ranked = found.ranked.iter().take(offered);
        let options = ranked.filter_map(|r| {
            let title = index.title(&r.entry, lang, &settings.languages)?;
            Some(Offered { entry: r.entry.clone(), title })
        });
        Body::Offer { options: options.collect() }
    };
    let say = match found.decision {
        Decision::Handoff => BotSays::Handoff,
        Decision::Social(kind) => BotSays::Body(Body::Social { kind }),
        Decision::Offer => BotSays::Body(offer()),
        Decision::Answer => {
            let best = found.ranked.first().and_then(|r| answer(index, settings, &r.entry, lang));
            BotSays::Body(best.unwrap_or_else(offer))
        }
    };
    Ok(BotReply { lang: found.lang, say })
}

fn answer(index: &Index, settings: &Settings, entry: &EntryId, lang: Lang) -> Option<Body> {
    let found = index.answer(entry, lang, &settings.languages)?;
    let asked = (!found.lang.is_kin(lang)).then_some(lang);
    Some(Body::Answer { entry: found.entry, title: found.title, text: found.text, lang: found.lang, asked })
}
