//! Test questions: what the bot would do, and why.

use shared::faq::{Decision, Index, Question, Turn};
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::kb::{TestAnswer, TestDecision, TestQuestion, TestRanked, TestReply};
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

fn reply(index: &Index, settings: &Settings, asked: TestQuestion) -> TestReply {
    let surplus = asked.before.len().saturating_sub(limits::CONTEXT_TURNS);
    let context: Vec<Turn> = asked.before.into_iter().skip(surplus).map(Turn::Visitor).collect();
    let question = Question { text: &asked.text, context: &context, languages: &settings.languages };
    let found = index.reply(&question);
    let lang = found.lang.unwrap_or_else(|| settings.first_language());
    let first = found.ranked.first().and_then(|r| index.answer(&r.entry, lang, &settings.languages));
    let ranked = found.ranked.iter().map(|r| TestRanked {
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
        answer: first.map(|answer| TestAnswer { text: answer.text, lang: answer.lang }),
    }
}
