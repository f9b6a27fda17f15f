//! Test questions: what the bot would do, and why.

use shared::faq::{Decision, Index, Question, Reasons, Turn, mood};
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::kb::{
    TestAnswer, TestDecision, TestIntent, TestPhrasing, TestQuestion, TestRanked, TestReply, TestWhy,
};
use shared::site::Settings;
use worker::{Env, Request, Response};

use crate::api::{json, private};
use crate::error::Result;
use crate::{auth, drafts, sites};

/// `POST /v1/console/kb/test`.
pub(super) async fn test(env: &Env, mut request: Request) -> Result<Response> {
    auth::same_origin(&request)?;
    let me = auth::signed_in(env, &request).await?.me;
    let asked: TestQuestion = json(&mut request, limits::BODY_BYTES).await?;
    if asked.text.chars().count() > limits::TEXT_CHARS {
        return Err(ErrorCode::TooLarge.into());
    }
    let site = sites::get(env, &me.site).await?;
    if asked.draft {
        let index = drafts::index(env, &me.site).await?;
        private(&reply(&index, &site.settings, asked))
    } else {
        private(&reply(&site.index, &site.settings, asked))
    }
}

/// From this lean on, the engine reads a question together with what was said before.
const LEANS: f32 = 0.5;

fn reply(index: &Index, settings: &Settings, asked: TestQuestion) -> TestReply {
    let surplus = asked.before.len().saturating_sub(limits::CONTEXT_TURNS);
    let context: Vec<Turn> = asked.before.into_iter().skip(surplus).map(Turn::Visitor).collect();
    let question = Question { text: &asked.text, context: &context, languages: &settings.languages };
    let explained = index.explain(&question);
    let (found, mut reasons) = (explained.reply, explained.reasons);
    let lang = found.lang.unwrap_or_else(|| settings.first_language());
    let tone = mood::read(&asked.text);
    let first = found.ranked.first().and_then(|r| index.answer(&r.entry, lang, &settings.languages));
    let ranked = found.ranked.iter().map(|r| TestRanked {
        why: reasons.iter().position(|why| why.entry == r.entry).map(|at| why(reasons.swap_remove(at))),
        entry: r.entry.clone(),
        title: index.title(&r.entry, lang, &settings.languages).unwrap_or_else(|| r.entry.to_string()),
        confidence: r.confidence,
    });
    TestReply {
        lang: found.lang,
        decision: match found.decision {
            Decision::Answer => TestDecision::Answer,
            Decision::Offer => TestDecision::Offer,
            Decision::Handoff => TestDecision::Handoff,
            Decision::Social(kind) => TestDecision::Social { kind },
        },
        ranked: ranked.collect(),
        context: explained.lean > LEANS,
        intent: explained.intent.map(|(name, nearness)| TestIntent { name, nearness }),
        mood: tone.mood,
        urgent: tone.urgent,
        answer: first.map(|answer| TestAnswer { text: answer.text, lang: answer.lang }),
    }
}

fn why(reasons: Reasons) -> TestWhy {
    let phrasing = reasons.phrasing.map(|best| TestPhrasing {
        text: best.text,
        lang: best.lang,
        similarity: best.similarity,
    });
    TestWhy {
        phrasing,
        words: reasons.words,
        concepts: reasons.concepts,
        kinship: reasons.kinship,
        answer: reasons.answer,
    }
}
