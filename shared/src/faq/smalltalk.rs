//! What is said to a chat beside questions: asking for a human, greetings, thanks, "are you a robot?".

use crate::protocol::message::Social;

use super::lexicon::SMALLTALK;

/// What a text is beside a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Talk {
    /// A human is asked for.
    Handoff,
    /// Small talk and nothing else.
    Social(Social),
    /// Abuse and nothing else.
    Abuse,
    /// Anything else: a question, as far as we know.
    Other,
}

/// Texts with more units than this are stories: they ask for a human only at their very end or beginning.
const STORY: usize = 40;
/// How near to an end of a story the request must stand, in units.
const NEAR_END: usize = 12;

/// How far before and after a request what denies it may stand, in units: "don't want to talk to a human".
const DENIED_BEFORE: usize = 4;
const DENIED_AFTER: usize = 8;

/// What the phrases found in a text say.
#[derive(Debug, Default)]
struct Heard {
    /// Units that some phrase covers.
    covered: Vec<bool>,
    requests: Vec<(usize, usize)>,
    denials: Vec<(usize, usize)>,
    late_denials: Vec<usize>,
    bare: bool,
    /// A question about humans, or a denial in so many words.
    about: bool,
    greeting: bool,
    thanks: bool,
    bot: bool,
    abuse: bool,
}

impl Heard {
    fn hear(&mut self, name: &str, start: usize, end: usize) {
        match name {
            "about-human" | "negated" => return self.about = true,
            "deny" => return self.denials.push((start, end)),
            "deny-after" => return self.late_denials.push(start),
            "handoff" => self.requests.push((start, end)),
            "bare" => self.bare = true,
            "greeting" => self.greeting = true,
            "thanks" => self.thanks = true,
            "bot" => self.bot = true,
            "abuse" => self.abuse = true,
            _ => {}
        }
        if self.covered.len() <= end {
            self.covered.resize(end + 1, false);
        }
        self.covered[start..=end].fill(true);
    }

    /// A request that is meant. What begins with its own denial ("no bots") has it inside, not before.
    fn request(&self) -> Option<(usize, usize)> {
        let denied = |start: usize, end: usize| {
            self.denials
                .iter()
                .any(|(_, at)| *at < start && at + DENIED_BEFORE >= start && !self.in_request(*at))
                || self.late_denials.iter().any(|at| *at > end && *at <= end + DENIED_AFTER)
        };
        let within =
            |one: (usize, usize), other: (usize, usize)| one != other && other.0 <= one.0 && one.1 <= other.1;
        let mut whole =
            self.requests.iter().filter(|one| !self.requests.iter().any(|other| within(**one, *other)));
        whole.rfind(|(start, end)| !denied(*start, *end)).copied()
    }

    fn in_request(&self, unit: usize) -> bool {
        self.requests.iter().any(|(start, end)| (*start..=*end).contains(&unit))
    }
}

/// Recognises what normalised text is.
pub(super) fn recognise(text: &str) -> Talk {
    let mut heard = Heard::default();
    let units = SMALLTALK.scan(text, |concept, start, end| heard.hear(SMALLTALK.name(concept), start, end));
    let open = units - heard.covered.iter().filter(|c| **c).count();
    // "Are you a human?" also names a human; what is asked decides.
    if heard.bot && !heard.about && open <= 2 {
        return Talk::Social(Social::AreYouBot);
    }
    if let Some((start, end)) = heard.request()
        && !heard.about
        && (units <= STORY || start < NEAR_END || end + NEAR_END >= units)
    {
        return Talk::Handoff;
    }
    if open > 0 || heard.about || units == 0 {
        return Talk::Other;
    }
    if heard.abuse {
        return Talk::Abuse;
    }
    if heard.thanks {
        return Talk::Social(Social::Thanks);
    }
    if heard.greeting {
        return Talk::Social(Social::Greeting);
    }
    if heard.bare { Talk::Handoff } else { Talk::Other }
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
    fn a_human_that_is_not_wanted_is_not_called() {
        check(
            &[
                "I don't want a human",
                "I dont want to talk to a human",
                "no need to connect me to an agent",
                "please do not transfer me",
                "不要转人工",
                "不需要找人工，我就问一下",
                "先别给我转人工",
                "不想找客服",
                "オペレーターに繋がなくていいです",
                "担当者に代わる必要はありません",
                "상담원 연결 필요 없어요",
                "no quiero hablar con una persona",
                "je ne veux pas parler à un conseiller",
                "ich möchte nicht mit einem Mitarbeiter sprechen",
                "não quero falar com atendente",
                "non voglio parlare con un operatore",
                "не надо соединять с оператором",
                "không cần gặp nhân viên",
                "tidak perlu bicara dengan manusia",
            ],
            Talk::Other,
        );
        check(
            &[
                "怎么还不转人工",
                "为什么不转人工",
                "no bots, I want a human",
                "I don't want a bot",
                "why can't I talk to a human",
                "not a robot, a real person please",
                "机器人听不懂，换人",
                "轉真人客服",
                "搵真人",
                "生身の人間と話したい",
                "봇 말고 사람 연결해 주세요",
                "no quiero hablar con un robot",
                "je veux une vraie personne",
                "verbinden Sie mich bitte",
                "me transfere pra um atendente",
                "passami un operatore",
                "переведите на оператора",
                "ขอคุยกับแอดมินหน่อย",
                "cho mình gặp nhân viên với",
                "minta cs manusia dong",
                "ابغى موظف",
            ],
            Talk::Handoff,
        );
    }

    #[test]
    fn abuse_and_nothing_else() {
        check(
            &[
                "fuck you",
                "stupid",
                "you idiot",
                "傻逼",
                "滚",
                "你是白痴吗",
                "バカ",
                "死ね",
                "병신",
                "idiota",
                "ta gueule",
                "du Arschloch",
                "vai se foder",
                "vaffanculo",
                "сука",
                "ไอ้โง่",
                "đồ ngu",
                "goblok",
                "يا غبي",
            ],
            Talk::Abuse,
        );
        check(&["where is my stupid order", "这破耳机怎么退货", "クソみたいな音質、返品したい"], Talk::Other);
    }

    #[test]
    fn colloquial_small_talk_of_every_language() {
        for (kind, texts) in [
            (
                Social::Greeting,
                &[
                    "哈囉",
                    "亲在吗",
                    "heyy",
                    "how are you",
                    "お世話になっております",
                    "안녕하세요",
                    "qué tal",
                    "bjr",
                    "moin",
                    "tudo bem",
                    "buon pomeriggio",
                    "доброго дня",
                    "หวัดดีค่ะ",
                    "chào shop",
                    "pagi kak",
                    "السلام عليكم",
                ][..],
            ),
            (
                Social::Thanks,
                &[
                    "謝謝啦",
                    "thanks for your help",
                    "thx!!",
                    "あざす",
                    "수고하셨습니다",
                    "muy amable",
                    "je vous remercie",
                    "besten Dank",
                    "vlw",
                    "ti ringrazio",
                    "спс",
                    "ขอบคุณมากค่ะ",
                    "cảm ơn nhiều",
                    "makasih kak",
                    "يعطيك العافية",
                ],
            ),
            (
                Social::AreYouBot,
                &[
                    "你是人類嗎",
                    "係咪真人",
                    "am I talking to an AI?",
                    "人間ですか、ボットですか",
                    "챗봇인가요?",
                    "¿eres una persona real?",
                    "êtes-vous un robot ?",
                    "bist du eine KI?",
                    "você é um robô?",
                    "sei una persona?",
                    "вы живой человек?",
                    "เป็นบอทใช่ไหมคะ",
                    "bạn là robot à",
                    "ini bot ya?",
                    "هل أنت روبوت؟",
                ],
            ),
        ] {
            check(texts, Talk::Social(kind));
        }
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
