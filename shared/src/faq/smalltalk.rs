//! What is said to a chat beside questions: asking for a human, greetings, thanks, "are you a robot?".

use std::sync::LazyLock;

use crate::protocol::message::Social;

use super::lexicon::Lexicon;

/// What a text is beside a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Talk {
    /// A human is asked for.
    Handoff,
    /// Small talk and nothing else.
    Social(Social),
    /// Anything else: a question, as far as we know.
    Other,
}

static PHRASES: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("smalltalk.txt")));

/// Texts with more units than this are stories: they ask for a human only at their very end or beginning.
const STORY: usize = 40;
/// How near to an end of a story the request must stand, in units.
const NEAR_END: usize = 12;

/// Recognises what normalised text is.
pub(super) fn recognise(text: &str) -> Talk {
    let mut covered: Vec<bool> = Vec::new();
    let mut handoff = None;
    let (mut bare, mut about, mut greeting, mut thanks, mut bot) = (false, false, false, false, None);
    let units = PHRASES.scan(text, |concept, start, end| {
        if covered.len() <= end {
            covered.resize(end + 1, false);
        }
        match PHRASES.name(concept) {
            "handoff" => handoff = Some((start, end)),
            "bare" => bare = true,
            "about-human" | "negated" => {
                about = true;
                return;
            }
            "greeting" => greeting = true,
            "thanks" => thanks = true,
            "bot" => bot = Some(end),
            _ => {}
        }
        covered[start..=end].fill(true);
    });
    let open = units - covered.iter().filter(|c| **c).count();
    // "Are you a human?" also names a human; what is asked decides.
    if bot.is_some() && !about && open <= 2 {
        return Talk::Social(Social::AreYouBot);
    }
    if let Some((start, end)) = handoff
        && !about
        && (units <= STORY || start < NEAR_END || end + NEAR_END >= units)
    {
        return Talk::Handoff;
    }
    if open > 0 || about || units == 0 {
        return Talk::Other;
    }
    if thanks {
        return Talk::Social(Social::Thanks);
    }
    if greeting {
        return Talk::Social(Social::Greeting);
    }
    if bare { Talk::Handoff } else { Talk::Other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize::normalize;

    fn check(texts: &[&str], expect: Talk) {
        for text in texts {
            assert_eq!(recognise(&normalize(text, 500)), expect, "{text}");
        }
    }

    #[test]
    fn a_human_is_asked_for_in_every_language() {
        check(
            &[
                "人工",
                "转人工",
                "轉人工",
                "真人客服",
                "我要找人工",
                "人工客服!!",
                "请帮我转人工客服，谢谢",
                "不想跟机器人说话",
                "客服在吗",
                "我要真人",
                "找客服",
                "我要找真人客服",
                "agent please",
                "AGENT",
                "talk to a human",
                "can I speak to a real person?",
                "I want to talk to somebody",
                "human",
                "connect me with an agent now",
                "let me speak to a representative",
                "no bots please",
                "オペレーターに繋いで",
                "オペレーターにつないでください",
                "人間と話したいです",
                "担当者と話したい",
                "有人チャットをお願いします",
                "オペレーター",
                "상담원 연결해 주세요",
                "상담원",
                "quiero hablar con una persona",
                "je veux parler à un conseiller",
                "Ich möchte mit einem Mitarbeiter sprechen",
                "quero falar com um atendente",
                "vorrei parlare con un operatore",
                "хочу поговорить с человеком",
                "соедините с оператором",
                "ขอคุยกับเจ้าหน้าที่",
                "cho mình gặp nhân viên",
                "saya mau bicara dengan manusia",
                "أريد التحدث مع موظف",
            ],
            Talk::Handoff,
        );
    }

    #[test]
    fn questions_about_humans_are_questions() {
        check(
            &[
                "人工客服几点上班",
                "客服周末在不在线，什么时间",
                "when are agents available",
                "what hours can I talk to a human?",
                "オペレーターの対応時間を教えてください",
                "有人チャットは何時までですか",
                "人工智能是什么",
                "不用转人工，怎么退货",
            ],
            Talk::Other,
        );
    }

    #[test]
    fn small_talk() {
        check(
            &[
                "你好",
                "您好，在吗",
                "hi",
                "Hello there!",
                "こんにちは",
                "안녕하세요",
                "hola",
                "Bonjour",
                "Guten Tag",
                "привет",
                "สวัสดีครับ",
                "xin chào",
                "halo kak",
                "مرحبا",
            ],
            Talk::Social(Social::Greeting),
        );
        check(
            &[
                "谢谢",
                "好的，谢谢亲",
                "thanks!",
                "ok thank you so much",
                "ありがとうございました",
                "감사합니다",
                "merci beaucoup",
                "спасибо",
                "شكرا",
            ],
            Talk::Social(Social::Thanks),
        );
        check(
            &[
                "你是机器人吗",
                "你是真人还是机器人",
                "are you a robot?",
                "am I talking to a bot",
                "is this a real person",
                "あなたはロボットですか",
                "AIですか",
                "로봇인가요?",
                "eres un robot?",
            ],
            Talk::Social(Social::AreYouBot),
        );
    }

    #[test]
    fn a_greeting_with_a_question_is_a_question() {
        check(
            &[
                "你好，怎么退定金",
                "hi, where is my order?",
                "こんにちは、返品したいです",
                "thanks but where is my refund",
                "",
                "定金",
                "12345",
            ],
            Talk::Other,
        );
    }
}
