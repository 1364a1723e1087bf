//! What patients say when they look for a doctor, and the specialties that it leads to.
//!
//! The specialties are slugs of an installation. Those that it does not have are passed over.

use crate::text::{Mention, TypedWords};
use model::{directory::SpecialtyChoice, text::fold::fold_for_search};

/// What a text stands for if it is not a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meaning<'a> {
    /// The specialties, the most fitting first.
    pub(super) specialties: Vec<&'a SpecialtyChoice>,
    /// Whether the text contains a whole word of ours, or only begins one.
    pub(super) mention: Mention,
}

/// The meaning of a text, among the specialties of this installation; `None` when it contains nothing that we know. A phrase of several words counts
/// more than the single words in it: `skin rash` is about the skin.
pub(super) fn meaning<'a>(typed: &TypedWords, known: &'a [SpecialtyChoice]) -> Option<Meaning<'a>> {
    let named = known.iter().filter_map(|choice| Some((typed.mention(&fold_for_search(&choice.name))?, choice)));
    let mut found: Vec<(Mention, usize, &SpecialtyChoice)> = named.map(|(mention, choice)| (mention, 0, choice)).collect();
    let mut meant: Vec<(Mention, &(&str, &[&str]))> =
        WORDS.iter().filter_map(|line| Some((typed.mention(line.0)?, line))).collect();
    meant.sort_by_key(|(_, (phrase, _))| std::cmp::Reverse(phrase.split(' ').count()));
    for (mention, (_, slugs)) in meant {
        for (place, slug) in slugs.iter().enumerate() {
            found.extend(known.iter().find(|choice| choice.slug == *slug).map(|choice| (mention, place + 1, choice)));
        }
    }
    let mention =
        if found.iter().any(|(mention, _, _)| *mention == Mention::Whole) { Mention::Whole } else { Mention::Beginning };
    found.retain(|(of, _, _)| *of == mention);
    // The sort is stable: first the first choices, those of longer phrases before those of shorter ones.
    found.sort_by_key(|(_, place, _)| *place);
    let mut specialties: Vec<&SpecialtyChoice> = Vec::new();
    for (_, _, choice) in found {
        if !specialties.contains(&choice) {
            specialties.push(choice);
        }
    }
    (!specialties.is_empty()).then_some(Meaning { specialties, mention })
}

const GENERAL: &str = "general-practice";
const CARDIOLOGY: &str = "cardiology";
const DERMATOLOGY: &str = "dermatology";
const ENDOCRINOLOGY: &str = "endocrinology";
const GASTROENTEROLOGY: &str = "gastroenterology";
const GERIATRICS: &str = "geriatrics";
const GYNAECOLOGY: &str = "gynaecology";
const HAEMATOLOGY: &str = "haematology";
const INFECTIONS: &str = "infectious-diseases";
const NEPHROLOGY: &str = "nephrology";
const NEUROLOGY: &str = "neurology";
const ONCOLOGY: &str = "oncology";
const OPHTHALMOLOGY: &str = "ophthalmology";
const ORTHOPAEDICS: &str = "orthopaedics";
const EAR_NOSE_THROAT: &str = "otolaryngology";
const PAEDIATRICS: &str = "paediatrics";
const PSYCHIATRY: &str = "psychiatry";
const PULMONOLOGY: &str = "pulmonology";
const RHEUMATOLOGY: &str = "rheumatology";
const UROLOGY: &str = "urology";

/// Words and phrases, folded and in the singular, in order, with the specialties to which they lead, the most fitting first.
const WORDS: &[(&str, &[&str])] = &[
    ("acne", &[DERMATOLOGY, GENERAL]),
    ("alcohol", &[GENERAL, PSYCHIATRY]),
    ("allergy", &[GENERAL, DERMATOLOGY, EAR_NOSE_THROAT]),
    ("anaemia", &[GENERAL, HAEMATOLOGY]),
    ("anemia", &[GENERAL, HAEMATOLOGY]),
    ("ankle", &[ORTHOPAEDICS, GENERAL]),
    ("anxiety", &[GENERAL, PSYCHIATRY]),
    ("anxious", &[GENERAL, PSYCHIATRY]),
    ("armpit", &[GENERAL, DERMATOLOGY]),
    ("asthma", &[GENERAL, PULMONOLOGY]),
    ("baby", &[PAEDIATRICS, GENERAL]),
    ("back pain", &[GENERAL, ORTHOPAEDICS]),
    ("backache", &[GENERAL, ORTHOPAEDICS]),
    ("belly", &[GENERAL, GASTROENTEROLOGY]),
    ("bite", &[GENERAL, INFECTIONS]),
    ("bladder", &[GENERAL, UROLOGY]),
    ("bleeding gum", &[GENERAL]),
    ("blister", &[DERMATOLOGY, GENERAL]),
    ("bloating", &[GENERAL, GASTROENTEROLOGY]),
    ("blood in urine", &[UROLOGY, NEPHROLOGY, GENERAL]),
    ("blood pressure", &[GENERAL, CARDIOLOGY]),
    ("blurred vision", &[OPHTHALMOLOGY, NEUROLOGY, GENERAL]),
    ("breast", &[GYNAECOLOGY, GENERAL]),
    ("breathe", &[GENERAL, PULMONOLOGY]),
    ("breathing", &[GENERAL, PULMONOLOGY]),
    ("breathless", &[GENERAL, PULMONOLOGY, CARDIOLOGY]),
    ("bruise", &[GENERAL, HAEMATOLOGY]),
    ("burnout", &[GENERAL, PSYCHIATRY]),
    ("cancer", &[ONCOLOGY, GENERAL]),
    ("cardiologist", &[CARDIOLOGY]),
    ("chest pain", &[GENERAL, CARDIOLOGY]),
    ("child", &[PAEDIATRICS, GENERAL]),
    ("children", &[PAEDIATRICS, GENERAL]),
    ("cholesterol", &[GENERAL, CARDIOLOGY]),
    ("cold", &[GENERAL]),
    ("constipation", &[GENERAL, GASTROENTEROLOGY]),
    ("contraception", &[GENERAL, GYNAECOLOGY]),
    ("cough", &[GENERAL, PULMONOLOGY]),
    ("cystitis", &[GENERAL, UROLOGY]),
    ("dementia", &[NEUROLOGY, GERIATRICS, GENERAL]),
    ("depressed", &[GENERAL, PSYCHIATRY]),
    ("depression", &[GENERAL, PSYCHIATRY]),
    ("dermatologist", &[DERMATOLOGY]),
    ("diabetes", &[GENERAL, ENDOCRINOLOGY]),
    ("diarrhea", &[GENERAL, GASTROENTEROLOGY]),
    ("diarrhoea", &[GENERAL, GASTROENTEROLOGY]),
    ("dizzy", &[GENERAL, EAR_NOSE_THROAT, NEUROLOGY]),
    ("dizziness", &[GENERAL, EAR_NOSE_THROAT, NEUROLOGY]),
    ("ear", &[EAR_NOSE_THROAT, GENERAL]),
    ("earache", &[EAR_NOSE_THROAT, GENERAL]),
    ("eczema", &[DERMATOLOGY, GENERAL]),
    ("elderly", &[GERIATRICS, GENERAL]),
    ("epilepsy", &[NEUROLOGY]),
    ("erection", &[UROLOGY, GENERAL]),
    ("eye", &[OPHTHALMOLOGY, GENERAL]),
    ("faint", &[GENERAL, CARDIOLOGY]),
    ("family doctor", &[GENERAL]),
    ("fatigue", &[GENERAL]),
    ("fever", &[GENERAL, INFECTIONS]),
    ("flu", &[GENERAL]),
    ("foot", &[GENERAL, ORTHOPAEDICS]),
    ("forgetful", &[NEUROLOGY, GERIATRICS, GENERAL]),
    ("gout", &[GENERAL, RHEUMATOLOGY]),
    ("gp", &[GENERAL]),
    ("gynecologist", &[GYNAECOLOGY]),
    ("gynaecologist", &[GYNAECOLOGY]),
    ("hair loss", &[DERMATOLOGY, GENERAL]),
    ("hay fever", &[GENERAL, EAR_NOSE_THROAT]),
    ("headache", &[GENERAL, NEUROLOGY]),
    ("hearing", &[EAR_NOSE_THROAT]),
    ("heart", &[CARDIOLOGY, GENERAL]),
    ("heartburn", &[GENERAL, GASTROENTEROLOGY]),
    ("hip", &[ORTHOPAEDICS, GENERAL]),
    ("hives", &[DERMATOLOGY, GENERAL]),
    ("hoarse", &[EAR_NOSE_THROAT, GENERAL]),
    ("hot flush", &[GYNAECOLOGY, GENERAL]),
    ("incontinence", &[UROLOGY, GYNAECOLOGY, GENERAL]),
    ("insomnia", &[GENERAL, PSYCHIATRY]),
    ("itch", &[DERMATOLOGY, GENERAL]),
    ("itchy", &[DERMATOLOGY, GENERAL]),
    ("joint pain", &[GENERAL, RHEUMATOLOGY, ORTHOPAEDICS]),
    ("kidney", &[NEPHROLOGY, UROLOGY, GENERAL]),
    ("knee", &[ORTHOPAEDICS, GENERAL]),
    ("liver", &[GASTROENTEROLOGY, GENERAL]),
    ("low mood", &[GENERAL, PSYCHIATRY]),
    ("lump", &[GENERAL, ONCOLOGY]),
    ("lung", &[PULMONOLOGY, GENERAL]),
    ("menopause", &[GYNAECOLOGY, GENERAL]),
    ("memory", &[NEUROLOGY, GERIATRICS, GENERAL]),
    ("mental health", &[GENERAL, PSYCHIATRY]),
    ("migraine", &[NEUROLOGY, GENERAL]),
    ("mole", &[DERMATOLOGY, GENERAL]),
    ("nausea", &[GENERAL, GASTROENTEROLOGY]),
    ("neck pain", &[GENERAL, ORTHOPAEDICS]),
    ("neurologist", &[NEUROLOGY]),
    ("nose", &[EAR_NOSE_THROAT, GENERAL]),
    ("numbness", &[NEUROLOGY, GENERAL]),
    ("palpitation", &[CARDIOLOGY, GENERAL]),
    ("panic", &[PSYCHIATRY, GENERAL]),
    ("panic attack", &[PSYCHIATRY, GENERAL]),
    ("pediatrician", &[PAEDIATRICS]),
    ("paediatrician", &[PAEDIATRICS]),
    ("pee", &[GENERAL, UROLOGY]),
    ("period", &[GYNAECOLOGY, GENERAL]),
    ("pill", &[GENERAL, GYNAECOLOGY]),
    ("pimple", &[DERMATOLOGY, GENERAL]),
    ("pregnancy", &[GYNAECOLOGY, GENERAL]),
    ("pregnant", &[GYNAECOLOGY, GENERAL]),
    ("prostate", &[UROLOGY, GENERAL]),
    ("psoriasis", &[DERMATOLOGY, RHEUMATOLOGY]),
    ("psychiatrist", &[PSYCHIATRY]),
    ("rash", &[DERMATOLOGY, GENERAL]),
    ("red eye", &[OPHTHALMOLOGY, GENERAL]),
    ("rheumatism", &[RHEUMATOLOGY, GENERAL]),
    ("runny nose", &[GENERAL, EAR_NOSE_THROAT]),
    ("sad", &[GENERAL, PSYCHIATRY]),
    ("seizure", &[NEUROLOGY, GENERAL]),
    ("shoulder", &[ORTHOPAEDICS, GENERAL]),
    ("sinus", &[EAR_NOSE_THROAT, GENERAL]),
    ("skin", &[DERMATOLOGY, GENERAL]),
    ("sleep", &[GENERAL, PSYCHIATRY, PULMONOLOGY]),
    ("sleepless", &[GENERAL, PSYCHIATRY, PULMONOLOGY]),
    ("smoking", &[GENERAL, PULMONOLOGY]),
    ("snoring", &[EAR_NOSE_THROAT, PULMONOLOGY, GENERAL]),
    ("sore throat", &[GENERAL, EAR_NOSE_THROAT]),
    ("spot", &[DERMATOLOGY, GENERAL]),
    ("sprain", &[ORTHOPAEDICS, GENERAL]),
    ("stomach", &[GENERAL, GASTROENTEROLOGY]),
    ("stomach ache", &[GENERAL, GASTROENTEROLOGY]),
    ("stress", &[GENERAL, PSYCHIATRY]),
    ("stroke", &[NEUROLOGY, GENERAL]),
    ("suicidal", &[PSYCHIATRY, GENERAL]),
    ("suicide", &[PSYCHIATRY, GENERAL]),
    ("sunburn", &[DERMATOLOGY, GENERAL]),
    ("swallowing", &[EAR_NOSE_THROAT, GASTROENTEROLOGY, GENERAL]),
    ("swollen leg", &[GENERAL, CARDIOLOGY, NEPHROLOGY]),
    ("throat", &[EAR_NOSE_THROAT, GENERAL]),
    ("thyroid", &[ENDOCRINOLOGY, GENERAL]),
    ("tick bite", &[GENERAL, INFECTIONS]),
    ("tinnitus", &[EAR_NOSE_THROAT, GENERAL]),
    ("tired", &[GENERAL]),
    ("toddler", &[PAEDIATRICS, GENERAL]),
    ("tonsil", &[EAR_NOSE_THROAT, GENERAL]),
    ("travel vaccination", &[GENERAL, INFECTIONS]),
    ("tremor", &[NEUROLOGY, GENERAL]),
    ("tummy ache", &[GENERAL, PAEDIATRICS, GASTROENTEROLOGY]),
    ("urine infection", &[GENERAL, UROLOGY]),
    ("urologist", &[UROLOGY]),
    ("vaccination", &[GENERAL, INFECTIONS]),
    ("vertigo", &[EAR_NOSE_THROAT, NEUROLOGY, GENERAL]),
    ("vomiting", &[GENERAL, GASTROENTEROLOGY]),
    ("wart", &[DERMATOLOGY, GENERAL]),
    ("weight", &[GENERAL, ENDOCRINOLOGY]),
    ("wheeze", &[PULMONOLOGY, GENERAL]),
    ("worry", &[GENERAL, PSYCHIATRY]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(slug: &str, name: &str) -> SpecialtyChoice {
        SpecialtyChoice { slug: slug.to_owned(), name: name.to_owned() }
    }

    fn known() -> Vec<SpecialtyChoice> {
        [
            (DERMATOLOGY, "Dermatology"),
            (EAR_NOSE_THROAT, "Ear, nose and throat"),
            (GENERAL, "General practice"),
            (NEUROLOGY, "Neurology"),
            (PAEDIATRICS, "Paediatrics"),
        ]
        .map(|(slug, name)| choice(slug, name))
        .to_vec()
    }

    #[test]
    fn lay_words_lead_to_specialties() {
        let known = known();
        for (typed, expected, mention) in [
            ("headache", &["General practice", "Neurology"][..], Mention::Whole),
            ("Headaches since Monday", &["General practice", "Neurology"], Mention::Whole),
            ("headac", &["General practice", "Neurology"], Mention::Beginning),
            ("skin rash", &["Dermatology", "General practice"], Mention::Whole),
            ("sore throat", &["General practice", "Ear, nose and throat"], Mention::Whole),
            ("my child", &["Paediatrics", "General practice"], Mention::Whole),
            ("neurolo", &["Neurology"], Mention::Beginning),
            ("ear nose and throat", &["Ear, nose and throat", "General practice"], Mention::Whole),
            // A word of a specialty that the installation does not have.
            ("heart", &["General practice"], Mention::Whole),
        ] {
            let found = meaning(&TypedWords::new(typed), &known).expect(typed);
            let names: Vec<&str> = found.specialties.iter().map(|choice| choice.name.as_str()).collect();
            assert_eq!((&names[..], found.mention), (expected, mention), "{typed}");
        }
        for typed in ["", "he", "Hoffmann", "zzz"] {
            assert_eq!(meaning(&TypedWords::new(typed), &known), None, "{typed}");
        }
        assert_eq!(meaning(&TypedWords::new("headache"), &[]), None);
    }

    #[test]
    fn each_word_is_folded_and_stands_once() {
        let mut words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        assert!(words.iter().all(|word| fold_for_search(word) == *word));
        assert!(WORDS.iter().all(|(_, specialties)| !specialties.is_empty()));
        let before = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), before);
    }
}
