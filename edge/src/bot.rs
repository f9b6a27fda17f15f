//! The bot's reply to a visitor's message: the FAQ engine over the site's published knowledge base.

use shared::assist::{self, Source};
use shared::conversation::flow::{self, Heard};
use shared::conversation::{BotQuestion, BotReply, BotSays, Flow};
use shared::faq::{Answered, Decision, Index, Question, Ranked, Reply, Turn};
use shared::ids::{EntryId, SiteKey};
use shared::lang::Lang;
use shared::protocol::message::{Body, Offered};
use shared::site::Settings;
use worker::Env;

use crate::assist::{self as helper, NoHelp};
use crate::error::Result;
use crate::log;
use crate::sites::{self, Site};

/// Related entries offered at most.
const OFFERED: usize = 3;

/// Reads the question, decides, and words the reply.
pub(crate) async fn reply(env: &Env, site: &SiteKey, question: BotQuestion) -> Result<BotReply> {
    let site = sites::get(env, site).await?;
    let (settings, index) = (&site.settings, &site.index);
    // `words` may tell already what the entry asks for.
    let begin = |entry: &EntryId, lang, words: &str| {
        let body = answer(index, settings, entry, lang)?;
        let slots = site.asks(entry);
        Some(flow::next(flow::begin(question.seq, entry.clone(), slots, words), slots, body))
    };
    // What was offered for a question is picked for that question.
    let before = question.context.iter().rev().find_map(|turn| match turn {
        Turn::Visitor(text) => Some(text.as_str()),
        Turn::Bot(_) => None,
    });
    if let Some(entry) = &question.picked
        && let Some((say, flow)) = begin(entry, question.lang, before.unwrap_or_default())
    {
        return Ok(BotReply { lang: None, say, flow });
    }
    let asked = Question { text: &question.text, context: &question.context, languages: &settings.languages };
    let mut found = index.reply(&asked);
    if let Some(flow) = question.flow.as_ref().filter(|_| question.picked.is_none())
        && let Some((say, flow)) = go_on(&site, &question, flow, &found)
    {
        // What fills a slot says little of the language it is in: that of the flow stays.
        return Ok(BotReply { lang: None, say, flow });
    }
    let lang = found.lang.unwrap_or(question.lang);
    if found.decision == Decision::Offer
        && let Some(drafted) = help(env, &site, &question.text, lang, &mut found).await
    {
        return Ok(BotReply { lang: found.lang, say: BotSays::Body(drafted), flow: None });
    }
    // "?" and "😀" are about nothing in particular.
    let offered = if question.text.chars().any(char::is_alphanumeric) { OFFERED } else { 0 };
    let offer = || {
        let ranked = found.ranked.iter().take(offered);
        let options = ranked.filter_map(|r| {
            let title = index.title(&r.entry, lang, &settings.languages)?;
            Some(Offered { entry: r.entry.clone(), title })
        });
        (BotSays::Body(Body::Offer { options: options.collect() }), None)
    };
    let (say, flow) = match found.decision {
        Decision::Handoff => (BotSays::Handoff, None),
        Decision::Social(kind) => (BotSays::Body(Body::Social { kind }), None),
        Decision::Offer => offer(),
        Decision::Answer => {
            let best = found.ranked.first().and_then(|r| begin(&r.entry, lang, &question.text));
            best.unwrap_or_else(offer)
        }
    };
    Ok(BotReply { lang: found.lang, say, flow })
}

/// What the bot says to words that may be the reply to what it asked for; `None` when they are about something else.
fn go_on(site: &Site, question: &BotQuestion, flow: &Flow, found: &Reply) -> Option<(BotSays, Option<Flow>)> {
    let body = answer(&site.index, &site.settings, &flow.entry, question.lang)?;
    let slots = site.asks(&flow.entry);
    Some(match flow::hear(flow.clone(), slots, &question.text, found) {
        Heard::Next(flow) => flow::next(flow, slots, body),
        Heard::Social(kind) => (BotSays::Body(Body::Social { kind }), Some(flow.clone())),
        Heard::GivenUp => (flow::give_up(&body), None),
        Heard::Else => return None,
    })
}

fn answer(index: &Index, settings: &Settings, entry: &EntryId, lang: Lang) -> Option<Body> {
    let found = index.answer(entry, lang, &settings.languages)?;
    let asked = (!found.lang.is_kin(lang)).then_some(lang);
    let Answered { entry, title, text, lang } = found;
    Some(Body::Answer { entry, title, text, lang, asked, sources: Vec::new(), ask: None })
}

/// Where the engine is unsure, a language model may put its candidates into a better order, or draft an answer from
/// them, which is returned. Without one, or when it fails, everything stays as the engine left it.
async fn help(env: &Env, site: &Site, question: &str, lang: Lang, found: &mut Reply) -> Option<Body> {
    let (settings, index) = (&site.settings, &site.index);
    let note = |what: &str, why: &NoHelp| log::failure_in(what, site.key.as_str(), &why.to_string());
    found.ranked.truncate(assist::CANDIDATES);
    let title = |ranked: &Ranked| index.title(&ranked.entry, lang, &settings.languages).unwrap_or_default();
    if found.ranked.is_empty() {
        return None;
    }
    if helper::embeds(env) {
        let titles: Vec<String> = found.ranked.iter().map(title).collect();
        match helper::likeness(env, &site.key, question, &titles).await {
            Ok(likeness) => {
                let reranked = assist::rerank(std::mem::take(&mut found.ranked), &likeness);
                found.ranked = reranked.ranked;
                if reranked.sure {
                    found.decision = Decision::Answer;
                    return None;
                }
            }
            Err(why) => note("embeddings", &why),
        }
    }
    if !settings.drafts {
        return None;
    }
    // What asks for something first is not told without it.
    let whole = found.ranked.iter().filter(|r| site.asks(&r.entry).is_empty());
    let answers = whole.filter_map(|r| index.answer(&r.entry, lang, &settings.languages));
    let answers: Vec<Answered> = answers.take(assist::SOURCES).collect();
    let source = |a: &Answered| Source { title: a.title.clone(), text: a.text.clone() };
    let sources: Vec<Source> = answers.iter().map(source).collect();
    let draft = helper::draft(env, &site.key, lang, question, &sources).await;
    let draft = draft.inspect_err(|why| note("draft", why)).ok().flatten()?;
    let cited = draft.sources.iter().filter_map(|&place| answers.get(place));
    let sources: Vec<Offered> =
        cited.map(|a| Offered { entry: a.entry.clone(), title: a.title.clone() }).collect();
    let first = sources.first()?.clone();
    Some(Body::Answer {
        entry: first.entry,
        title: first.title,
        text: draft.text,
        lang,
        asked: None,
        sources,
        ask: None,
    })
}
