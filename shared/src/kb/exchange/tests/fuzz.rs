//! Whatever stands in a file, reading it ends without a panic; whatever an entry says survives being written and read.

use super::*;

/// Texts with everything in them that formats give a meaning to.
fn words(most: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 ]{1,8}",
        "[你好退货吗？、。「」]{1,5}",
        "[,;:'\"`<>&#|=+@*_()\\[\\]{}\\\\/!.$%^~?-]{1,4}",
        Just("\n".to_owned()),
        Just("\n\n- x\n# y\n> z\n".to_owned()),
        Just("</script><br>&amp;&lt;".to_owned()),
        Just("😀é\u{00A0}\u{3000}\u{2028}".to_owned()),
    ];
    proptest::collection::vec(piece, 1..most).prop_map(|pieces| pieces.concat())
}

fn window() -> impl Strategy<Value = Window> {
    let at = || proptest::option::of((0u64..4_000_000_000_000).prop_map(Millis));
    (at(), at()).prop_map(|(from, until)| Window { from, until })
}

fn langs() -> impl Strategy<Value = Lang> {
    prop_oneof![Just(Lang::En), Just(Lang::ZhCn), Just(Lang::Ja)]
}

fn content() -> impl Strategy<Value = Content> {
    let text = (proptest::collection::vec(words(4), 1..4), words(6))
        .prop_map(|(questions, answer)| EntryText { questions, answer });
    let variant = (words(3), window(), proptest::collection::btree_map(langs(), words(4), 1..3))
        .prop_map(|(name, valid, answers)| Variant { name, valid, answers });
    let slot = (
        "[a-z][a-z0-9_]{0,6}",
        0..SlotKind::ALL.len(),
        proptest::collection::btree_map(langs(), words(3), 1..3),
    )
        .prop_map(|(name, kind, prompts)| Slot { name, kind: SlotKind::ALL[kind], prompts });
    let parts = (
        words(3),
        proptest::collection::vec(words(2), 0..3),
        proptest::collection::btree_map(langs(), text, 1..4),
        window(),
        proptest::collection::vec(variant, 0..3),
        proptest::collection::vec(slot, 0..2),
    );
    parts.prop_map(|(topic, tags, texts, valid, variants, ask)| {
        let mut content = Content { topic, tags, texts, valid, variants, ask };
        tidy(&mut content);
        // What is not sound is not kept, so it is never written either.
        while !problems(&content).is_empty() {
            let sound = |content: &Content| problems(content).is_empty();
            if content.variants.pop().is_some() || content.ask.pop().is_some() {
                continue;
            }
            content.valid = Window::default();
            if !sound(&content) {
                content.texts = [(Lang::En, text_of_nothing())].into();
            }
        }
        content
    })
}

fn text_of_nothing() -> EntryText {
    EntryText { questions: vec!["q".into()], answer: "a".into() }
}

fn kb() -> impl Strategy<Value = BTreeMap<EntryId, Content>> {
    let id = "[a-zA-Z0-9_.-]{1,12}".prop_map(|id| EntryId::new(id).unwrap());
    proptest::collection::btree_map(id, content(), 1..4)
}

proptest! {
    #[test]
    fn r_97_what_is_written_reads_back(kb in kb()) {
        let entries: Vec<_> = kb.clone().into_iter().collect();
        for format in Format::ALL {
            let file = write(format, &entries);
            let found = read(format, &file, reading());
            prop_assert_eq!(found.problems.errors, 0, "{:?} {:?}\n{}", format, found.problems.named, file);
            let back: BTreeMap<_, _> = fitted(format, &kb, found.entries).into_iter().collect();
            prop_assert_eq!(&back, &kb, "{:?}\n{}", format, file);
        }
    }

    #[test]
    fn no_text_panics(text in words(30)) {
        for format in Format::ALL {
            let _ = read(format, &text, reading());
        }
    }

    #[test]
    fn no_bent_file_panics(kb in kb(), cuts in proptest::collection::vec((any::<u16>(), any::<u8>(), words(2)), 1..6)) {
        let entries: Vec<_> = kb.into_iter().collect();
        for format in Format::ALL {
            let mut file: Vec<char> = write(format, &entries).chars().collect();
            for (place, length, new) in &cuts {
                let start = usize::from(*place) % (file.len() + 1);
                let end = (start + usize::from(*length % 8)).min(file.len());
                file.splice(start..end, new.chars());
            }
            let file: String = file.into_iter().collect();
            let found = read(format, &file, reading());
            for (_, content) in found.entries.iter().filter(|_| found.problems.errors == 0) {
                prop_assert!(problems(content).is_empty());
            }
        }
    }
}
