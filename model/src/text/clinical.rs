//! The forms of a medical word under which a search finds it: American and British spelling, singular and plural.
//!
//! A description is indexed under all forms of its words, and a search finds words that begin with the search text. So the beginning of a
//! word finds everything that the whole word finds, in either spelling. A form that does not exist (`sequoestration`) does no harm:
//! nobody searches for it.

/// Parts of words in American and British spelling.
const SPELLINGS: [(&str, &str); 54] = [
    ("emi", "aemi"),
    ("hemo", "haemo"),
    ("hema", "haema"),
    ("heme", "haem"),
    ("edema", "oedema"),
    ("esophag", "oesophag"),
    ("rrhea", "rrhoea"),
    ("rrheic", "rrhoeic"),
    ("pnea", "pnoea"),
    ("estro", "oestro"),
    ("estra", "oestra"),
    ("estri", "oestri"),
    ("fetu", "foetu"),
    ("feta", "foeta"),
    ("celia", "coelia"),
    ("ceca", "caeca"),
    ("cecu", "caecu"),
    ("pedia", "paedia"),
    ("orthopedi", "orthopaedi"),
    ("gynec", "gynaec"),
    ("esthe", "aesthe"),
    ("fece", "faece"),
    ("feca", "faeca"),
    ("etiolog", "aetiolog"),
    ("ameb", "amoeb"),
    ("homeo", "homoeo"),
    ("cesar", "caesar"),
    ("nevus", "naevus"),
    ("nevi", "naevi"),
    ("maneuver", "manoeuvre"),
    ("tumor", "tumour"),
    ("color", "colour"),
    ("labor", "labour"),
    ("humor", "humour"),
    ("behavior", "behaviour"),
    ("odor", "odour"),
    ("vapor", "vapour"),
    ("rigor", "rigour"),
    ("center", "centre"),
    ("fiber", "fibre"),
    ("liter", "litre"),
    ("meter", "metre"),
    ("titer", "titre"),
    ("caliber", "calibre"),
    ("goiter", "goitre"),
    ("iza", "isa"),
    ("ize", "ise"),
    ("izi", "isi"),
    ("yze", "yse"),
    ("yzi", "ysi"),
    ("sulf", "sulph"),
    ("mold", "mould"),
    ("gray", "grey"),
    ("aluminum", "aluminium"),
];

/// All forms of a word of a description. The word is in American spelling (as in ICD-10-CM) and already folded
/// ([`super::fold::fold_for_search`]). A form that is a prefix of another form is left out.
#[must_use]
pub fn forms(word: &str) -> Vec<String> {
    let british = SPELLINGS.iter().fold(word.to_owned(), |word, (american, british)| respell(&word, american, british));
    let mut forms = plurals(word);
    if british != word {
        forms.extend(plurals(&british));
    }
    forms
}

/// A word and its regular plural. If the plural begins with the word, only the plural is returned.
#[must_use]
pub fn plurals(word: &str) -> Vec<String> {
    let plain = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !plain {
        return vec![word.to_owned()];
    }
    let stem = |ending: &str| word.strip_suffix(ending);
    let after_consonant = |stem: &str| !stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    if let Some(stem) = stem("y").filter(|stem| after_consonant(stem)) {
        vec![word.to_owned(), format!("{stem}ies")]
    } else if let Some(stem) = stem("is") {
        vec![word.to_owned(), format!("{stem}es")]
    } else if ["ss", "us", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) {
        vec![format!("{word}es")]
    } else if word.ends_with('s') {
        vec![word.to_owned()]
    } else {
        vec![format!("{word}s")]
    }
}

/// Replaces a part of the word, unless the word already contains the British spelling (`emi` in `aemi`).
fn respell(word: &str, from: &str, to: &str) -> String {
    if to.contains(from) && word.contains(to) { word.to_owned() } else { word.replace(from, to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a search for `typed` finds a description that contains the word.
    fn found(typed: &str, word: &str) -> bool {
        forms(word).iter().any(|form| form.starts_with(typed))
    }

    #[test]
    fn both_spellings_of_a_word_are_found() {
        for (american, british) in [
            ("anemia", "anaemia"),
            ("esophagus", "oesophagus"),
            ("hemorrhage", "haemorrhage"),
            ("hemorrhagic", "haemorrhagic"),
            ("diarrhea", "diarrhoea"),
            ("tumor", "tumour"),
            ("lymphedema", "lymphoedema"),
            ("pediatric", "paediatric"),
            ("leukemia", "leukaemia"),
            ("anesthesia", "anaesthesia"),
            ("paresthesia", "paraesthesia"),
            ("celiac", "coeliac"),
            ("gynecomastia", "gynaecomastia"),
            ("fetal", "foetal"),
            ("goiter", "goitre"),
            ("paralyzed", "paralysed"),
            ("hyperglycemia", "hyperglycaemia"),
            ("dyspnea", "dyspnoea"),
            ("cesarean", "caesarean"),
            ("sulfonamide", "sulphonamide"),
            ("fecal", "faecal"),
        ] {
            for length in 1..=british.len() {
                assert!(found(&british[..length], american), "{} does not find {american}", &british[..length]);
            }
            assert!(found(american, american), "{american}");
        }
    }

    #[test]
    fn a_word_and_its_plural_find_each_other() {
        for (singular, plural) in
            [("fracture", "fractures"), ("injury", "injuries"), ("diagnosis", "diagnoses"), ("abscess", "abscesses")]
        {
            assert!(found(plural, singular) && found(singular, singular), "{singular}");
        }
        assert_eq!(plurals("b12"), ["b12"]);
        assert_eq!(plurals("fractures"), ["fractures"]);
    }

    #[test]
    fn the_plain_word_is_always_among_what_is_found() {
        for word in ["hypertension", "anaemia", "semi", "size", "ä", "34", "x", "diabetes", "hemiplegia"] {
            assert!(found(word, word), "{word}");
        }
    }
}
