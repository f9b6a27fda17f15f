//! How much of a text's words is known, and to whom: what is asked about something else has words that nobody has.

use super::Space;

/// The words of a text, without grams and the like, which tell whether it is about something known.
#[derive(Debug, Default, Clone)]
pub(in super::super) struct Telling {
    /// Known ones with how much they tell.
    known: Vec<(u32, f32)>,
    /// How much all tell, known or not, and how much the most telling unknown one.
    all: f32,
    most_unknown: f32,
}

impl Telling {
    pub(super) fn add(&mut self, term: Option<u32>, tells: f32) {
        self.all += tells;
        match term {
            Some(term) => self.known.push((term, tells)),
            None => self.most_unknown = self.most_unknown.max(tells),
        }
    }
}

/// How much of a text's words is known, by how much they tell; each in 0..=1.
#[derive(Debug, Default, Clone, Copy)]
pub(in super::super) struct Coverage {
    /// The share that some group has, and that one group has.
    pub(in super::super) any: f32,
    pub(in super::super) own: f32,
    /// How much the most telling unknown word tells, of what one could.
    pub(in super::super) strange: f32,
}

impl Space {
    /// How much of a text's words one group has.
    pub(in super::super) fn coverage(&self, telling: &Telling, group: usize) -> Coverage {
        if telling.all <= 0.0 {
            return Coverage::default();
        }
        let (mut any, mut own) = (0.0, 0.0);
        for (term, tells) in &telling.known {
            any += tells;
            if self.rows.of(*term).binary_search_by_key(&group, |cell| cell.group()).is_ok() {
                own += tells;
            }
        }
        Coverage {
            any: any / telling.all,
            own: own / telling.all,
            strange: telling.most_unknown / self.unseen.0.max(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::features;
    use super::super::build::Doc;
    use super::*;

    #[test]
    fn unknown_words_are_told_from_words_of_others() {
        let doc = |group: u32, text: &str| Doc {
            group,
            phrasings: vec![features::of(text).words],
            ..Doc::default()
        };
        let space = Space::build(&[doc(0, "track my parcel"), doc(1, "wrap a gift")], 2, 0.4);
        let coverage = |text: &str| {
            let asked = space.read(&features::of(text).words);
            space.coverage(&asked.telling, 0)
        };
        let own = coverage("parcel");
        assert!(own.any > 0.99 && own.own > 0.99 && own.strange <= 0.0, "{own:?}");
        let other = coverage("wrap the parcel");
        assert!(other.any > 0.99 && other.own < 0.6, "{other:?}");
        let strange = coverage("parcel zeppelin");
        assert!(strange.any < 0.6 && strange.strange > 0.9, "{strange:?}");
        let none = coverage("it is what it is");
        assert!(none.any <= 0.0 && none.own <= 0.0, "{none:?}");
    }
}
