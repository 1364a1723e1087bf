//! What patients call their complaints, and the codes of ICD-10-CM that a doctor records for them when nothing more is known.

use crate::text::{Mention, TypedWords};

/// The codes for a text, the most usual first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LayCodes {
    /// The whole text is a complaint in patients' words, or the beginning of one, with more than one word.
    pub(super) exact: Vec<String>,
    /// The text contains such words among others, or begins one.
    pub(super) near: Vec<String>,
}

/// The codes of the patients' words in a text.
pub(super) fn codes(typed: &TypedWords) -> LayCodes {
    let mut found = LayCodes::default();
    for (phrase, codes) in WORDS {
        let is_whole_text = typed.count() == phrase.split(' ').count();
        let is_clear = typed.count() > 1;
        let codes = codes.iter().map(|code| (*code).to_owned());
        match typed.mention(phrase) {
            Some(Mention::Whole) if is_whole_text => found.exact.extend(codes),
            Some(Mention::Beginning) if is_clear => found.exact.extend(codes),
            Some(Mention::Whole | Mention::Beginning) => found.near.extend(codes),
            None => {}
        }
    }
    found
}

/// Words and phrases, folded and in the singular, in order, each with its codes, the most usual first. Headings of ICD-10-CM cannot be recorded, so a
/// headache is R51.9.
const WORDS: &[(&str, &[&str])] = &[
    ("acne", &["L70.0", "L70.9"]),
    ("allergy", &["T78.40XA", "J30.9"]),
    ("anxiety", &["F41.9"]),
    ("appendicitis", &["K35.80"]),
    ("athletes foot", &["B35.3"]),
    ("back pain", &["M54.9", "M54.50"]),
    ("backache", &["M54.9", "M54.50"]),
    ("blocked nose", &["R09.81"]),
    ("blood in urine", &["R31.9"]),
    ("breathless", &["R06.02"]),
    ("burnout", &["Z73.0"]),
    ("chest pain", &["R07.9"]),
    ("chickenpox", &["B01.9"]),
    ("cold sore", &["B00.1"]),
    ("cold", &["J00", "J06.9"]),
    ("common cold", &["J00"]),
    ("concussion", &["S06.0X0A"]),
    ("constipation", &["K59.00"]),
    ("cough", &["R05.9", "J20.9"]),
    ("covid", &["U07.1"]),
    ("cramp", &["R25.2"]),
    ("dementia", &["F03.90"]),
    ("depression", &["F32.A"]),
    ("diarrhea", &["R19.7", "A09"]),
    ("diarrhoea", &["R19.7", "A09"]),
    ("dizziness", &["R42"]),
    ("dizzy", &["R42"]),
    ("dry mouth", &["R68.2"]),
    ("ear infection", &["H66.90"]),
    ("earache", &["H92.09", "H66.90"]),
    ("earwax", &["H61.20"]),
    ("eczema", &["L20.9", "L30.9"]),
    ("fainting", &["R55"]),
    ("fever", &["R50.9"]),
    ("flu", &["J11.1", "J10.1"]),
    ("food poisoning", &["A09"]),
    ("gallstone", &["K80.20"]),
    ("gout", &["M10.9"]),
    ("hair loss", &["L65.9"]),
    ("hay fever", &["J30.2", "J30.9"]),
    ("head lice", &["B85.0"]),
    ("headache", &["R51.9"]),
    ("heart attack", &["I21.9"]),
    ("heart failure", &["I50.9"]),
    ("heartburn", &["R12", "K21.9"]),
    ("high blood pressure", &["I10"]),
    ("high cholesterol", &["E78.00", "E78.5"]),
    ("hives", &["L50.9"]),
    ("hoarse", &["R49.0"]),
    ("hoarseness", &["R49.0"]),
    ("hot flush", &["N95.1"]),
    ("indigestion", &["K30"]),
    ("ingrown nail", &["L60.0"]),
    ("insomnia", &["G47.00"]),
    ("irritable bowel", &["K58.9"]),
    ("itch", &["L29.9"]),
    ("itching", &["L29.9"]),
    ("joint pain", &["M25.50"]),
    ("kidney stone", &["N20.0"]),
    ("knee pain", &["M25.569"]),
    ("low blood pressure", &["I95.9"]),
    ("lyme disease", &["A69.20"]),
    ("menopause", &["N95.1"]),
    ("migraine", &["G43.909"]),
    ("morning sickness", &["O21.0"]),
    ("muscle pain", &["M79.10"]),
    ("nappy rash", &["L22"]),
    ("nausea", &["R11.0"]),
    ("neck pain", &["M54.2"]),
    ("nettle rash", &["L50.9"]),
    ("nosebleed", &["R04.0"]),
    ("numbness", &["R20.0", "R20.2"]),
    ("overactive thyroid", &["E05.90"]),
    ("overweight", &["E66.9"]),
    ("palpitation", &["R00.2"]),
    ("panic attack", &["F41.0"]),
    ("period pain", &["N94.6"]),
    ("piles", &["K64.9"]),
    ("pink eye", &["H10.9"]),
    ("pins and needles", &["R20.2"]),
    ("rash", &["R21"]),
    ("red eye", &["H10.9"]),
    ("restless legs", &["G25.81"]),
    ("ringing in the ears", &["H93.19"]),
    ("runny nose", &["J00", "J34.89"]),
    ("shingles", &["B02.9"]),
    ("shortness of breath", &["R06.02"]),
    ("shoulder pain", &["M25.519"]),
    ("sinus infection", &["J01.90"]),
    ("skin rash", &["R21"]),
    ("sleeplessness", &["G47.00"]),
    ("sore throat", &["J02.9", "J03.90"]),
    ("sprained ankle", &["S93.409A"]),
    ("stomach ache", &["R10.9"]),
    ("stomach bug", &["A08.4", "A09"]),
    ("stomach pain", &["R10.9"]),
    ("stress", &["F43.9", "F43.0"]),
    ("stroke", &["I63.9"]),
    ("stye", &["H00.019"]),
    ("sunburn", &["L55.9"]),
    ("sweating", &["R61"]),
    ("swollen leg", &["R60.0"]),
    ("tennis elbow", &["M77.10"]),
    ("tired", &["R53.83"]),
    ("tiredness", &["R53.83"]),
    ("tonsillitis", &["J03.90"]),
    ("trembling", &["R25.1"]),
    ("tummy ache", &["R10.9"]),
    ("underactive thyroid", &["E03.9"]),
    ("urine infection", &["N39.0"]),
    ("varicose vein", &["I83.90"]),
    ("vertigo", &["R42"]),
    ("vomiting", &["R11.10", "R11.2"]),
    ("wart", &["B07.9"]),
    ("weight loss", &["R63.4"]),
    ("wheeze", &["R06.2"]),
    ("wheezing", &["R06.2"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use model::text::fold::fold_for_search;

    #[test]
    fn complaints_lead_to_codes() {
        let of = |typed: &str| codes(&TypedWords::new(typed));
        let texts = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        for (typed, exact) in [
            ("Sore throat", &["J02.9", "J03.90"][..]),
            ("high blood pressure", &["I10"]),
            ("headaches", &["R51.9"]),
            ("sore thr", &["J02.9", "J03.90"]),
            ("athlete’s foot", &["B35.3"]),
            ("pins and needles", &["R20.2"]),
        ] {
            assert_eq!(of(typed).exact, texts(exact), "{typed}");
        }
        assert_eq!(of("headac"), LayCodes { exact: Vec::new(), near: texts(&["R51.9"]) });
        assert_eq!(of("severe headache"), LayCodes { exact: Vec::new(), near: texts(&["R51.9"]) });
        for typed in ["", "he", "zzz", "of the"] {
            assert_eq!(of(typed), LayCodes::default(), "{typed}");
        }
    }

    #[test]
    fn each_word_is_folded_and_stands_once() {
        let mut words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        assert!(words.iter().all(|word| fold_for_search(word) == *word));
        assert!(WORDS.iter().all(|(_, codes)| !codes.is_empty()));
        let before = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), before);
    }
}
