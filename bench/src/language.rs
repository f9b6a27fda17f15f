//! How many short texts' languages are recognised, by ours and by others in the same run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use shared::lang::Lang;
use shared::text::language;

use bench_engine::data;

#[derive(Debug, Deserialize)]
struct Sample {
    text: String,
    lang: Lang,
}

/// Something that tells languages.
trait Detector {
    fn name(&self) -> &'static str;
    fn detect(&self, text: &str) -> Option<Lang>;
    /// Whether it tells the Chinese scripts apart; if not, either counts as right.
    fn tells_scripts(&self) -> bool;
}

struct Ours;

impl Detector for Ours {
    fn name(&self) -> &'static str {
        "edgedesk"
    }
    fn detect(&self, text: &str) -> Option<Lang> {
        language::detect(text, &[])
    }
    fn tells_scripts(&self) -> bool {
        true
    }
}

/// Whatlang, which may choose among our languages only.
struct Whatlang(whatlang::Detector);

impl Whatlang {
    const NAMES: [(whatlang::Lang, Lang); 14] = [
        (whatlang::Lang::Cmn, Lang::ZhCn),
        (whatlang::Lang::Eng, Lang::En),
        (whatlang::Lang::Jpn, Lang::Ja),
        (whatlang::Lang::Kor, Lang::Ko),
        (whatlang::Lang::Spa, Lang::Es),
        (whatlang::Lang::Fra, Lang::Fr),
        (whatlang::Lang::Deu, Lang::De),
        (whatlang::Lang::Por, Lang::Pt),
        (whatlang::Lang::Ita, Lang::It),
        (whatlang::Lang::Rus, Lang::Ru),
        (whatlang::Lang::Tha, Lang::Th),
        (whatlang::Lang::Vie, Lang::Vi),
        (whatlang::Lang::Ind, Lang::Id),
        (whatlang::Lang::Ara, Lang::Ar),
    ];

    fn new() -> Self {
        Self(whatlang::Detector::with_allowlist(Self::NAMES.iter().map(|(theirs, _)| *theirs).collect()))
    }
}

impl Detector for Whatlang {
    fn name(&self) -> &'static str {
        "whatlang"
    }
    fn detect(&self, text: &str) -> Option<Lang> {
        let found = self.0.detect_lang(text)?;
        Self::NAMES.iter().find(|(theirs, _)| *theirs == found).map(|(_, lang)| *lang)
    }
    fn tells_scripts(&self) -> bool {
        false
    }
}

/// Lingua with the models of our languages and no others.
#[cfg(feature = "lingua")]
struct Lingua(lingua::LanguageDetector);

#[cfg(feature = "lingua")]
impl Lingua {
    const NAMES: [(lingua::Language, Lang); 14] = [
        (lingua::Language::Chinese, Lang::ZhCn),
        (lingua::Language::English, Lang::En),
        (lingua::Language::Japanese, Lang::Ja),
        (lingua::Language::Korean, Lang::Ko),
        (lingua::Language::Spanish, Lang::Es),
        (lingua::Language::French, Lang::Fr),
        (lingua::Language::German, Lang::De),
        (lingua::Language::Portuguese, Lang::Pt),
        (lingua::Language::Italian, Lang::It),
        (lingua::Language::Russian, Lang::Ru),
        (lingua::Language::Thai, Lang::Th),
        (lingua::Language::Vietnamese, Lang::Vi),
        (lingua::Language::Indonesian, Lang::Id),
        (lingua::Language::Arabic, Lang::Ar),
    ];

    fn new() -> Self {
        let languages: Vec<lingua::Language> = Self::NAMES.iter().map(|(theirs, _)| *theirs).collect();
        let mut builder = lingua::LanguageDetectorBuilder::from_languages(&languages);
        Self(builder.with_preloaded_language_models().build())
    }
}

#[cfg(feature = "lingua")]
impl Detector for Lingua {
    fn name(&self) -> &'static str {
        "lingua"
    }
    fn detect(&self, text: &str) -> Option<Lang> {
        let found = self.0.detect_language_of(text)?;
        Self::NAMES.iter().find(|(theirs, _)| *theirs == found).map(|(_, lang)| *lang)
    }
    fn tells_scripts(&self) -> bool {
        false
    }
}

/// Counts by the language that is right and the one that was found.
type Confusion = BTreeMap<(Lang, Option<Lang>), usize>;

/// Prints the shares that are right, beside those of other detectors, and the confusion table of ours.
pub(crate) fn run(file: &Path, lingua: bool) -> anyhow::Result<()> {
    let samples = data::lines::<Sample>(&file.display().to_string(), &std::fs::read_to_string(file)?)?;
    // Only Lingua's presence makes the list grow.
    #[cfg_attr(not(feature = "lingua"), expect(unused_mut))]
    let mut detectors: Vec<Box<dyn Detector>> = vec![Box::new(Ours), Box::new(Whatlang::new())];
    #[cfg(feature = "lingua")]
    if lingua {
        detectors.push(Box::new(Lingua::new()));
    }
    #[cfg(not(feature = "lingua"))]
    anyhow::ensure!(!lingua, "built without lingua: use `cargo xtask bench language --lingua`");

    let mut tables: Vec<Confusion> = Vec::new();
    for detector in &detectors {
        let mut table = Confusion::new();
        let start = Instant::now();
        for (_, sample) in &samples {
            *table.entry((sample.lang, detector.detect(&sample.text))).or_default() += 1;
        }
        let micros = start.elapsed().as_secs_f64() * 1e6 / samples.len().max(1) as f64;
        let right = |scripts: bool| -> usize {
            table.iter().filter(|((is, found), _)| agrees(*is, *found, scripts)).map(|(_, n)| n).sum()
        };
        let share = |right: usize| 100.0 * right as f64 / samples.len().max(1) as f64;
        print!("{}\t", detector.name());
        if detector.tells_scripts() {
            print!("{}/{} {:.1} %\t", right(true), samples.len(), share(right(true)));
        } else {
            print!("-\t");
        }
        println!("Chinese as one: {} {:.1} %\t{micros:.0} µs a text", right(false), share(right(false)));
        tables.push(table);
    }

    print!("\nlang");
    detectors.iter().for_each(|detector| print!("\t{}", detector.name()));
    println!();
    for lang in Lang::ALL {
        let all: usize = tables[0].iter().filter(|((is, _), _)| is == lang).map(|(_, n)| n).sum();
        if all == 0 {
            continue;
        }
        print!("{lang}");
        for (detector, table) in detectors.iter().zip(&tables) {
            let own = table.iter().filter(|((is, _), _)| is == lang);
            let right = own.filter(|((is, found), _)| agrees(*is, *found, detector.tells_scripts()));
            print!("\t{}/{all}", right.map(|(_, n)| n).sum::<usize>());
        }
        println!();
    }
    println!("\nours, taken for another");
    for ((is, found), count) in tables[0].iter().filter(|((is, found), _)| *found != Some(*is)) {
        println!("{is}\t{}\t{count}", found.map_or("none", Lang::tag));
    }
    Ok(())
}

fn agrees(is: Lang, found: Option<Lang>, scripts: bool) -> bool {
    found.is_some_and(|found| found == is || (!scripts && found.is_kin(is)))
}
