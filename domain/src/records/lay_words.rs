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

/// The words of all complaints.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().flat_map(|(phrase, _)| phrase.split(' '))
}

/// Words and phrases, folded and in the singular, in order, each with its codes, the most usual first. Headings of ICD-10-CM cannot be recorded, so a
/// headache is R51.9.
const WORDS: &[(&str, &[&str])] = &[
    ("abdominal pain", &["R10.9"]),
    ("acne", &["L70.0", "L70.9"]),
    ("allergic rash", &["L23.9"]),
    ("allergy", &["T78.40XA", "J30.9"]),
    ("ankle sprain", &["S93.409A"]),
    ("anxiety", &["F41.9"]),
    ("appendicitis", &["K35.80"]),
    ("arthritis", &["M19.90"]),
    ("athletes foot", &["B35.3"]),
    ("back pain", &["M54.9", "M54.50"]),
    ("backache", &["M54.9", "M54.50"]),
    ("bed wetting", &["N39.44"]),
    ("bee sting", &["T63.441A"]),
    ("black eye", &["S00.10XA"]),
    ("bladder infection", &["N30.90", "N39.0"]),
    ("bloated", &["R14.0"]),
    ("bloating", &["R14.0"]),
    ("blocked nose", &["R09.81"]),
    ("blood clot in leg", &["I82.409"]),
    ("blood in stool", &["K92.1"]),
    ("blood in urine", &["R31.9"]),
    ("boil", &["L02.92"]),
    ("breathless", &["R06.02"]),
    ("broken collarbone", &["S42.009A"]),
    ("broken wrist", &["S62.109A"]),
    ("bruise", &["T14.8XXA"]),
    ("bunion", &["M21.619"]),
    ("burnout", &["Z73.0"]),
    ("burping", &["R14.2"]),
    ("carpal tunnel", &["G56.00"]),
    ("cataract", &["H26.9"]),
    ("chest infection", &["J22", "J20.9"]),
    ("chest pain", &["R07.9"]),
    ("chickenpox", &["B01.9"]),
    ("coeliac disease", &["K90.0"]),
    ("cold sore", &["B00.1"]),
    ("cold", &["J00", "J06.9"]),
    ("common cold", &["J00"]),
    ("concussion", &["S06.0X0A"]),
    ("constipation", &["K59.00"]),
    ("cough", &["R05.9", "J20.9"]),
    ("covid", &["U07.1"]),
    ("cradle cap", &["L21.0"]),
    ("cramp", &["R25.2"]),
    ("crohns disease", &["K50.90"]),
    ("croup", &["J05.0"]),
    ("dandruff", &["L21.0"]),
    ("dementia", &["F03.90"]),
    ("depression", &["F32.A"]),
    ("diarrhea", &["R19.7", "A09"]),
    ("diarrhoea", &["R19.7", "A09"]),
    ("difficulty swallowing", &["R13.10"]),
    ("dizziness", &["R42"]),
    ("dizzy", &["R42"]),
    ("dry mouth", &["R68.2"]),
    ("ear infection", &["H66.90"]),
    ("ear ringing", &["H93.19"]),
    ("earache", &["H92.09", "H66.90"]),
    ("earwax", &["H61.20"]),
    ("eczema", &["L20.9", "L30.9"]),
    ("emphysema", &["J43.9"]),
    ("fainting", &["R55"]),
    ("fever", &["R50.9"]),
    ("fibromyalgia", &["M79.7"]),
    ("flu", &["J11.1", "J10.1"]),
    ("food poisoning", &["A09"]),
    ("frozen shoulder", &["M75.00"]),
    ("fungal nail", &["B35.1"]),
    ("gallstone", &["K80.20"]),
    ("glandular fever", &["B27.90"]),
    ("glaucoma", &["H40.9"]),
    ("glue ear", &["H65.90"]),
    ("gout", &["M10.9"]),
    ("grief", &["F43.21"]),
    ("hair loss", &["L65.9"]),
    ("hand foot and mouth", &["B08.4"]),
    ("hay fever", &["J30.2", "J30.9"]),
    ("head injury", &["S09.90XA"]),
    ("head lice", &["B85.0"]),
    ("headache", &["R51.9"]),
    ("heart attack", &["I21.9"]),
    ("heart failure", &["I50.9"]),
    ("heartburn", &["R12", "K21.9"]),
    ("hernia", &["K40.90", "K46.9"]),
    ("hiccup", &["R06.6"]),
    ("high blood pressure", &["I10"]),
    ("high cholesterol", &["E78.00", "E78.5"]),
    ("hives", &["L50.9"]),
    ("hoarse", &["R49.0"]),
    ("hoarseness", &["R49.0"]),
    ("hot flush", &["N95.1"]),
    ("impetigo", &["L01.00"]),
    ("indigestion", &["K30"]),
    ("infertility", &["N97.9", "N46.9"]),
    ("ingrown nail", &["L60.0"]),
    ("insomnia", &["G47.00"]),
    ("irregular heartbeat", &["I49.9", "I48.91"]),
    ("irritable bowel", &["K58.9"]),
    ("itch", &["L29.9"]),
    ("itching", &["L29.9"]),
    ("jaundice", &["R17"]),
    ("joint pain", &["M25.50"]),
    ("kidney stone", &["N20.0"]),
    ("knee pain", &["M25.569"]),
    ("lactose intolerance", &["E73.9"]),
    ("loss of appetite", &["R63.0"]),
    ("loss of smell", &["R43.0"]),
    ("low blood pressure", &["I95.9"]),
    ("low blood sugar", &["E16.2"]),
    ("low iron", &["E61.1", "D50.9"]),
    ("lump in breast", &["N63.0"]),
    ("lyme disease", &["A69.20"]),
    ("measles", &["B05.9"]),
    ("memory loss", &["R41.3"]),
    ("menopause", &["N95.1"]),
    ("migraine", &["G43.909"]),
    ("morning sickness", &["O21.0"]),
    ("mouth ulcer", &["K12.0"]),
    ("mumps", &["B26.9"]),
    ("muscle pain", &["M79.10"]),
    ("nappy rash", &["L22"]),
    ("nausea", &["R11.0"]),
    ("neck pain", &["M54.2"]),
    ("nettle rash", &["L50.9"]),
    ("night sweat", &["R61"]),
    ("nosebleed", &["R04.0"]),
    ("numbness", &["R20.0", "R20.2"]),
    ("obesity", &["E66.9"]),
    ("osteoporosis", &["M81.0"]),
    ("overactive thyroid", &["E05.90"]),
    ("overweight", &["E66.9"]),
    ("palpitation", &["R00.2"]),
    ("panic attack", &["F41.0"]),
    ("parkinsons", &["G20.A1"]),
    ("period pain", &["N94.6"]),
    ("piles", &["K64.9"]),
    ("pink eye", &["H10.9"]),
    ("pins and needles", &["R20.2"]),
    ("pneumonia", &["J18.9"]),
    ("prickly heat", &["L74.0"]),
    ("pulled muscle", &["T14.8XXA"]),
    ("rash", &["R21"]),
    ("red eye", &["H10.9"]),
    ("restless legs", &["G25.81"]),
    ("rheumatoid arthritis", &["M06.9"]),
    ("ringing in the ears", &["H93.19"]),
    ("ringworm", &["B35.4"]),
    ("runny nose", &["J00", "J34.89"]),
    ("scabies", &["B86"]),
    ("sciatica", &["M54.30"]),
    ("seizure", &["R56.9"]),
    ("shingles", &["B02.9"]),
    ("shortness of breath", &["R06.02"]),
    ("shoulder pain", &["M25.519"]),
    ("sinus infection", &["J01.90"]),
    ("skin rash", &["R21"]),
    ("sleep apnea", &["G47.30"]),
    ("sleep apnoea", &["G47.30"]),
    ("sleeplessness", &["G47.00"]),
    ("slipped disc", &["M51.9"]),
    ("snoring", &["R06.83"]),
    ("sore throat", &["J02.9", "J03.90"]),
    ("splinter", &["T14.8XXA"]),
    ("sprained ankle", &["S93.409A"]),
    ("stiff neck", &["M43.6", "M54.2"]),
    ("stomach ache", &["R10.9"]),
    ("stomach bug", &["A08.4", "A09"]),
    ("stomach pain", &["R10.9"]),
    ("stomach ulcer", &["K25.9"]),
    ("stress", &["F43.9", "F43.0"]),
    ("stroke", &["I63.9"]),
    ("stye", &["H00.019"]),
    ("sunburn", &["L55.9"]),
    ("sweating", &["R61"]),
    ("swollen gland", &["R59.9"]),
    ("swollen leg", &["R60.0"]),
    ("teething", &["K00.7"]),
    ("tennis elbow", &["M77.10"]),
    ("threadworm", &["B80"]),
    ("thrush", &["B37.9", "B37.31"]),
    ("tired", &["R53.83"]),
    ("tiredness", &["R53.83"]),
    ("tonsillitis", &["J03.90"]),
    ("travel sickness", &["T75.3XXA"]),
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
    ("whiplash", &["S13.4XXA"]),
    ("whooping cough", &["A37.90"]),
    ("yeast infection", &["B37.9"]),
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
