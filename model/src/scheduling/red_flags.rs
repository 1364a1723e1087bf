//! Words in a search for a doctor, or in a message, that stand for an emergency. Whoever types them reads first whom to call.
//!
//! A false alarm costs the reader one sentence, so the phrases are found with some words in between: `pain in my chest` is `pain in chest`.

use super::RedFlag;
use crate::text::fold::fold_for_search;

/// How many other words may stand between two words of a phrase.
const BETWEEN: usize = 2;

/// The emergency that a text names, if it names one.
#[must_use]
pub fn red_flag(text: &str) -> Option<RedFlag> {
    let folded = fold_for_search(text);
    let typed: Vec<&str> = folded.split(' ').collect();
    let is_named = |phrases: &[&str]| phrases.iter().any(|phrase| says(&typed, phrase));
    if is_named(SELF_HARM) {
        Some(RedFlag::SelfHarm)
    } else if is_named(LIFE) {
        Some(RedFlag::Life)
    } else {
        None
    }
}

/// Whether the text has the words of a phrase in their order, each at most [`BETWEEN`] words after the one before.
fn says(typed: &[&str], phrase: &str) -> bool {
    (0..typed.len()).any(|begin| {
        let mut rest = typed[begin..].iter();
        phrase.split(' ').enumerate().all(|(place, word)| {
            let furthest = if place == 0 { 1 } else { BETWEEN + 1 };
            rest.by_ref().take(furthest).any(|typed| *typed == word)
        })
    })
}

/// What may be about life and limb, folded, in order. Folding drops apostrophes: `can't` is `cant`.
const LIFE: &[&str] = &[
    "anaphylactic",
    "anaphylaxis",
    "baby blue",
    "baby floppy",
    "barely breathe",
    "blood in vomit",
    "blue lips",
    "can hardly breathe",
    "can not breathe",
    "cannot breathe",
    "cannot feel face",
    "cannot move arm",
    "cannot move leg",
    "cannot speak",
    "cant breath",
    "cant breathe",
    "cant feel face",
    "cant move arm",
    "cant move leg",
    "cant speak",
    "cant swallow saliva",
    "chest hurts",
    "chest pain",
    "chest pains",
    "chest pressure",
    "chest tightness",
    "choking",
    "coughing blood",
    "coughing up blood",
    "couldnt breathe",
    "crushing chest",
    "difficulty breathing",
    "drooping face",
    "electric shock",
    "face drooping",
    "face droops",
    "gasping",
    "heart attack",
    "lips blue",
    "meningitis",
    "not breathing",
    "not wake up",
    "overdose",
    "overdosed",
    "pain in chest",
    "poisoned",
    "poisoning",
    "pressure on chest",
    "seizure",
    "sepsis",
    "severe bleeding",
    "short of breath",
    "shortness of breath",
    "slurred speech",
    "stabbed",
    "stop bleeding",
    "stroke",
    "struggling to breathe",
    "sudden numbness",
    "sudden weakness",
    "suffocating",
    "swollen tongue",
    "throat closing",
    "throat swelling",
    "throwing up blood",
    "thunderclap headache",
    "tight chest",
    "tongue swelling",
    "took too many pills",
    "took too many tablets",
    "trouble breathing",
    "unable to breathe",
    "unconscious",
    "vomiting blood",
    "wont wake up",
    "worst headache",
];

/// What may be about suicide or self-harm, folded, in order.
const SELF_HARM: &[&str] = &[
    "better off dead",
    "cutting myself",
    "dont want to be alive",
    "dont want to live",
    "end it all",
    "end my life",
    "ending my life",
    "harm myself",
    "harming myself",
    "hurt myself on purpose",
    "hurting myself",
    "kill myself",
    "killing myself",
    "no reason to live",
    "not want to live",
    "self harm",
    "selfharm",
    "suicidal",
    "suicide",
    "take my life",
    "wanna die",
    "want to die",
    "want to hurt myself",
    "wish i was dead",
    "wish i were dead",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emergencies_are_recognized_and_other_words_are_not() {
        for (typed, expected) in [
            ("chest pain", Some(RedFlag::Life)),
            ("Bad pain in my chest since an hour", Some(RedFlag::Life)),
            ("I can't breathe", Some(RedFlag::Life)),
            ("I can’t really breathe", Some(RedFlag::Life)),
            ("STROKE?", Some(RedFlag::Life)),
            ("my son is not breathing!", Some(RedFlag::Life)),
            ("I want to die", Some(RedFlag::SelfHarm)),
            ("suicidal thoughts", Some(RedFlag::SelfHarm)),
            ("I want to kill myself, chest pain", Some(RedFlag::SelfHarm)),
            ("", None),
            ("%", None),
            ("rash", None),
            ("can't sleep", None),
            ("chest infection", None),
            ("back pain and a cold on the chest", None),
            ("Dr Lena Hoffmann", None),
        ] {
            assert_eq!(red_flag(typed), expected, "{typed}");
        }
    }

    #[test]
    fn each_phrase_is_folded_stands_once_and_is_found() {
        for phrases in [LIFE, SELF_HARM] {
            for phrase in phrases {
                assert_eq!(fold_for_search(phrase), *phrase);
                assert!(red_flag(phrase).is_some(), "{phrase}");
            }
        }
        let mut all = [LIFE, SELF_HARM].concat();
        let before = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), before);
    }
}
