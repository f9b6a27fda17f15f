use proptest::prelude::*;

use super::*;

#[track_caller]
fn moods(mood: Mood, texts: &[&str]) {
    for text in texts {
        let tone = read(text);
        assert_eq!(tone.mood, mood, "{text}: {tone:?}");
    }
}

#[test]
fn anger() {
    moods(
        Mood::Angry,
        &[
            "This is ridiculous, I've been waiting for three weeks!!",
            "WHERE IS MY MONEY, YOU PEOPLE ARE USELESS",
            "You lot are scammers",
            "third time I write and still no answer",
            "I am not happy with this at all",
            "I'll be talking to my lawyer",
            "什么破店，说好的三天到，骗子",
            "都等了一个月了还没发货！！",
            "我要投诉你们",
            "太離譜了吧，客服都不理人",
            "超扯的，我要去消保官客訴",
            "いい加減にしてください",
            "何度も問い合わせているのに返事がない",
            "最悪です。消費者センターに通報します",
            "최악이네요 환불해 주세요",
            "es una vergüenza, estoy harto",
            "c'est inadmissible, je veux être remboursé",
            "Das ist eine Frechheit!",
            "que vergonha, péssimo atendimento",
            "è una vergogna",
            "безобразие, сколько можно ждать",
            "แย่มาก รอนานมาก",
            "quá tệ, thất vọng",
            "kecewa banget sama tokonya",
            "خدمة سيئة جدا",
        ],
    );
}

#[test]
fn worry() {
    moods(
        Mood::Worried,
        &[
            "I'm worried my parcel is lost",
            "oh no, what do I do now",
            "is it safe to keep using it? I'm a bit scared",
            "好担心会不会寄丢了",
            "怎么办，我的账号登不上了",
            "有點擔心耶，會不會是詐騙",
            "ちゃんと届くか心配です",
            "間違えて消してしまいました、どうしよう",
            "걱정돼요, 잘 도착할까요",
            "estoy preocupada por mi pedido",
            "j'ai peur que le colis soit perdu",
            "ich mache mir Sorgen",
            "estou preocupado com a entrega",
            "sono preoccupata per il pacco",
            "я очень переживаю",
            "กังวลมากเลยค่ะ",
            "mình lo lắng quá",
            "saya khawatir paketnya hilang",
            "أنا قلق على طلبي",
        ],
    );
}

#[test]
fn joy() {
    moods(
        Mood::Happy,
        &[
            "I love these headphones!",
            "Thank you so much, that was super quick 😊",
            "it works perfectly now",
            "音质太好了，超喜欢",
            "客服态度真好，谢谢",
            "超讚的啦",
            "とても気に入りました",
            "対応が早くて助かりました！ありがとうございます",
            "너무 좋아요",
            "me encanta, muchas gracias",
            "c'est parfait, merci",
            "bin begeistert",
            "adorei, muito obrigada",
            "sono molto soddisfatta",
            "всё отлично, спасибо",
            "ชอบมากเลยค่ะ",
            "rất thích luôn",
            "mantap, suka banget",
            "رائع جدا شكرا",
        ],
    );
}

#[test]
fn plain_questions_show_nothing() {
    for text in [
        "where is my order",
        "How do I return an item, please? Thanks",
        "does it support USB-C and LDAC on ANDROID phones?",
        "how do I make a complaint?",
        "what is the IPX rating",
        "订单到哪了",
        "请问怎么开发票，谢谢",
        "定金可以退吗",
        "退貨運費誰付",
        "返品の送料は誰が払いますか",
        "領収書をお願いします",
        "お急ぎ便はありますか",
        "wo ist mein Paket?",
        "où est mon colis ?",
        "",
        "12345",
        "ok",
    ] {
        let tone = read(text);
        assert_eq!((tone.mood, tone.urgent), (Mood::Neutral, false), "{text}: {tone:?}");
    }
}

#[test]
fn urgency() {
    for text in [
        "I need it by tomorrow",
        "please cancel it right now before it ships",
        "URGENT: smoke is coming out of the charger",
        "someone logged into my account and is ordering things",
        "my flight leaves in 2 hours",
        "明天就要用，来得及吗",
        "充电盒冒烟了",
        "卡被盗刷了，快帮我冻结",
        "麻煩盡快處理",
        "今日中に必要です",
        "至急お願いします",
        "ケースから煙が出ています",
        "身に覚えのない注文があります",
        "급해요 빨리 답해 주세요",
        "es urgente, lo necesito para mañana",
        "c'est urgent",
        "es ist dringend",
        "é urgente",
        "è urgente",
        "срочно нужно",
        "ด่วนมากค่ะ",
        "mình cần gấp",
        "butuh segera ya",
        "عاجل من فضلك",
    ] {
        assert!(read(text).urgent, "{text}: {:?}", read(text));
    }
    for text in [
        "no rush, whenever you can",
        "it's not urgent",
        "my parcel arrived today",
        "do you open on sunday",
        "不急，有空再回",
        "你们周六上班吗",
        "急ぎではありません",
        "no es urgente",
        "ist nicht dringend",
        "не срочно",
    ] {
        assert!(!read(text).urgent, "{text}: {:?}", read(text));
    }
}

#[test]
fn negation_turns_a_mood() {
    for text in ["I don't love it", "not great", "一点也不满意", "あまり嬉しくない"] {
        assert_ne!(read(text).mood, Mood::Happy, "{text}: {:?}", read(text));
    }
    for text in ["I'm not worried", "别担心", "心配していません", "I am not angry, just asking"] {
        assert_eq!(read(text).mood, Mood::Neutral, "{text}: {:?}", read(text));
    }
}

#[test]
fn reasons_say_what_was_seen() {
    let tone = read("This is UNACCEPTABLE 😡 I need it by tomorrow!!!");
    let signs: Vec<Sign> = tone.reasons.iter().map(|r| r.sign).collect();
    for sign in [Sign::Anger, Sign::Deadline, Sign::Emoji, Sign::Exclamation] {
        assert!(signs.contains(&sign), "{sign:?} in {tone:?}");
    }
    assert!(tone.reasons.iter().any(|r| r.words == "unacceptable"));
    let json = serde_json::to_string(&tone).unwrap();
    assert!(
        json.starts_with(r#"{"mood":"angry","urgent":true,"reasons":[{"sign":"anger","words":"#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Tone>(&json).unwrap(), tone);
}

#[test]
fn the_end_of_a_story_is_read() {
    let story = format!("{} this is a scam!", "I ordered a cable. ".repeat(10_000));
    assert_eq!(read(&story).mood, Mood::Angry);
}

#[test]
fn every_name_of_the_file_is_a_sign() {
    for line in include_str!("../mood.txt").lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let name = line.split_once('=').map(|(head, _)| head.trim()).unwrap_or_default();
        assert!(sign(name).is_some() || ["not", "not-after", "else"].contains(&name), "{line}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,300}") {
        let tone = read(&text);
        prop_assert!(tone.reasons.len() <= REASONS);
    }
}

#[test]
fn long_texts_are_bounded() {
    for text in ["急".repeat(100_000), "!".repeat(100_000), "😡".repeat(50_000), "NO ".repeat(50_000)] {
        assert!(read(&text).reasons.len() <= REASONS);
    }
}
