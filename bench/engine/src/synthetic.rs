//! A generated shop, for figures of speed: a thousand entries of ten phrasings each in three languages, and questions
//! about them. What it says makes no sense; how long its texts are and how often words recur does.

use std::fmt::Write;

use serde_json::json;

use crate::replies::Files;

/// Phrasings of an entry.
const EACH: usize = 10;
/// Questions that are asked.
const QUESTIONS: usize = 2_000;

/// A small generator with a fixed seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }
}

const OPENERS: [&[&str]; 3] = [
    &[
        "how do I",
        "can I",
        "where can I",
        "what happens if I",
        "is it possible to",
        "I'd like to",
        "why can't I",
    ],
    &["怎么", "请问如何", "我想", "能不能", "为什么不能", "什么时候可以", "哪里可以"],
    &["どうやって", "いつ", "どこで", "もし", "なぜ", "すぐに", "アプリで"],
];
const ACTS: [&[&str]; 3] = [
    &[
        "return", "exchange", "track", "cancel", "pay for", "insure", "repair", "register", "gift",
        "reserve", "combine",
    ],
    &["退回", "更换", "查询", "取消", "支付", "投保", "维修", "登记", "赠送", "预订", "合并"],
    &["返品", "交換", "追跡", "取消", "支払い", "保険", "修理", "登録", "贈答", "予約", "同梱"],
];
const ENDS: [&[&str]; 3] = [
    &["", "please", "after a week", "without a receipt", "from abroad", "with a coupon", "before it ships"],
    &["", "谢谢", "超过一周", "没有小票", "在国外", "用优惠券", "发货之前"],
    &[
        "できますか",
        "したいです",
        "してください",
        "したいのですが",
        "する方法",
        "すると料金は",
        "は可能ですか",
    ],
];

/// An invented thing, the same for the same number: two or three syllables, or characters.
fn thing(number: usize, lang: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "mi", "ter", "san", "vel", "dor", "quin", "bex", "ru", "po", "gli", "hart", "nus", "fe",
        "yo",
    ];
    const CHARACTERS: [char; 32] = [
        '包', '灯', '杯', '表', '鞋', '衣', '帽', '伞', '椅', '桌', '床', '柜', '锅', '刀', '碗', '盘', '琴',
        '鼓', '笔', '纸', '书', '画', '车', '轮', '镜', '梳', '巾', '毯', '盒', '瓶', '壶', '扇',
    ];
    let mut rest = number * 7 + 3;
    let mut name = String::new();
    for _ in 0..3 {
        match lang {
            0 => name.push_str(SYLLABLES[rest % SYLLABLES.len()]),
            _ => name.push(CHARACTERS[rest % CHARACTERS.len()]),
        }
        rest = rest / 11 + number % 5;
    }
    name
}

fn phrase(dice: &mut Dice, entry: usize, lang: usize) -> String {
    let (opener, end) = (dice.pick(OPENERS[lang]), dice.pick(ENDS[lang]));
    let act = ACTS[lang][entry % ACTS[lang].len()];
    let thing = thing(entry / 3, lang);
    match lang {
        0 => format!(
            "{opener} {act} my {thing} {} {end}",
            dice.pick(&["set", "order", "box", "pair", "device"])
        ),
        1 => format!("{opener}{act}{thing}{}{end}", dice.pick(&["套装", "订单", "礼盒", "配件", "设备"])),
        _ => format!("{opener}{thing}の{}を{act}{end}", dice.pick(&["セット", "注文", "箱", "部品", "機器"])),
    }
}

/// The shop's files.
#[must_use]
pub fn shop(phrasings: usize) -> Files {
    const LANGS: [&str; 3] = ["en", "zh-CN", "ja"];
    let mut dice = Dice(0x0edd_e5c1_2026_1120);
    let mut files = Files::default();
    let entries = phrasings.div_ceil(EACH);
    for entry in 0..entries {
        let lang = entry % LANGS.len();
        let questions: Vec<String> = (0..EACH).map(|_| phrase(&mut dice, entry, lang)).collect();
        let answer: Vec<String> = (0..3).map(|more| phrase(&mut dice, entry + more * 7, lang)).collect();
        let line = json!({
            "id": format!("entry-{entry}"), "lang": LANGS[lang], "questions": questions, "answer": answer.join(". "),
        });
        // Writing to a string does not fail.
        let _ = writeln!(files.kb, "{line}");
    }
    for _ in 0..QUESTIONS {
        let entry = dice.roll(entries);
        let text = phrase(&mut dice, entry, entry % LANGS.len());
        let _ = writeln!(files.questions[0], "{}", json!({ "text": text, "id": format!("entry-{entry}") }));
    }
    files
}
