//! The medicines of the cases.

use super::Remedy;

/// A medicine taken by mouth; `dose` and `quantity` include their unit.
const fn oral(
    name: [&'static str; 3],
    dose: &'static str,
    frequency: &'static str,
    duration: &'static str,
    quantity: &'static str,
    refills: u16,
    note: &'static str,
) -> Remedy {
    let [medicine, strength, form] = name;
    Remedy { medicine, strength, form, dose, route: "by mouth", frequency, duration, quantity, refills, note }
}

/// The same medicine with another route.
const fn by(route: &'static str, remedy: Remedy) -> Remedy {
    Remedy { route, ..remedy }
}

const ONCE: &str = "once a day";
const TWICE: &str = "twice a day";
const THRICE: &str = "three times a day";
const BREATHLESS: &str = "up to four times a day, when short of breath";
const ONE_TABLET: &str = "1 tablet";
const ONE_CAPSULE: &str = "1 capsule";
const WEEK: &str = "7 days";
const FOUR_WEEKS: &str = "28 days";
const TABLETS_28: &str = "28 tablets";
const TABLETS_56: &str = "56 tablets";

pub(in super::super) const AMLODIPINE: Remedy =
    oral(["Amlodipine", "5 mg", "tablet"], ONE_TABLET, ONCE, FOUR_WEEKS, TABLETS_28, 5, "");
pub(in super::super) const LOSARTAN: Remedy = oral(
    ["Losartan", "50 mg", "tablet"],
    ONE_TABLET,
    ONCE,
    FOUR_WEEKS,
    TABLETS_28,
    5,
    "Blood test for kidneys and potassium in two weeks.",
);
pub(in super::super) const BISOPROLOL: Remedy =
    oral(["Bisoprolol", "2.5 mg", "tablet"], ONE_TABLET, "once a day in the morning", FOUR_WEEKS, TABLETS_28, 3, "");
pub(in super::super) const APIXABAN: Remedy =
    oral(["Apixaban", "5 mg", "tablet"], ONE_TABLET, TWICE, FOUR_WEEKS, TABLETS_56, 5, "Do not stop without asking.");
pub(in super::super) const ATORVASTATIN: Remedy =
    oral(["Atorvastatin", "20 mg", "tablet"], ONE_TABLET, "once a day in the evening", FOUR_WEEKS, TABLETS_28, 5, "");
pub(in super::super) const METFORMIN: Remedy =
    oral(["Metformin", "500 mg", "tablet"], ONE_TABLET, "twice a day with meals", FOUR_WEEKS, TABLETS_56, 5, "");
pub(in super::super) const LEVOTHYROXINE: Remedy = oral(
    ["Levothyroxine", "75 µg", "tablet"],
    ONE_TABLET,
    "once a day, half an hour before breakfast",
    "56 days",
    TABLETS_56,
    3,
    "Not together with iron or calcium.",
);
pub(in super::super) const OMEPRAZOLE: Remedy = oral(
    ["Omeprazole", "20 mg", "gastro-resistant capsule"],
    ONE_CAPSULE,
    "once a day before breakfast",
    FOUR_WEEKS,
    "28 capsules",
    1,
    "",
);
pub(in super::super) const MEBEVERINE: Remedy =
    oral(["Mebeverine", "135 mg", "tablet"], ONE_TABLET, "three times a day before meals", "14 days", "42 tablets", 2, "");
pub(in super::super) const MACROGOL: Remedy =
    oral(["Macrogol 3350", "13.8 g", "powder for solution"], "1 sachet", TWICE, "14 days", "28 sachets", 2, "");
pub(in super::super) const FERROUS_SULFATE: Remedy = oral(
    ["Ferrous sulfate", "200 mg", "tablet"],
    ONE_TABLET,
    "once a day",
    "84 days",
    "84 tablets",
    1,
    "Better with orange juice than with tea.",
);
pub(in super::super) const CYANOCOBALAMIN: Remedy =
    oral(["Cyanocobalamin", "1 mg", "tablet"], ONE_TABLET, ONCE, "84 days", "84 tablets", 2, "");
pub(in super::super) const COLECALCIFEROL: Remedy =
    oral(["Colecalciferol", "800 IU", "capsule"], ONE_CAPSULE, ONCE, "84 days", "84 capsules", 3, "");
pub(in super::super) const ALENDRONIC_ACID: Remedy = oral(
    ["Alendronic acid", "70 mg", "tablet"],
    ONE_TABLET,
    "once a week, on the same day",
    "12 weeks",
    "12 tablets",
    3,
    "With a full glass of water.\nStay upright for half an hour.",
);
pub(in super::super) const NITROFURANTOIN: Remedy = oral(
    ["Nitrofurantoin", "100 mg", "modified-release capsule"],
    ONE_CAPSULE,
    "twice a day with food",
    "3 days",
    "6 capsules",
    0,
    "",
);
pub(in super::super) const ACICLOVIR: Remedy =
    oral(["Aciclovir", "800 mg", "tablet"], ONE_TABLET, "five times a day", WEEK, "35 tablets", 0, "Drink plenty of water.");
pub(in super::super) const DOXYCYCLINE: Remedy =
    oral(["Doxycycline", "100 mg", "capsule"], ONE_CAPSULE, TWICE, "21 days", "42 capsules", 0, "Keep out of strong sun.");
pub(in super::super) const AMOXICILLIN_CHILD: Remedy = oral(
    ["Amoxicillin", "250 mg/5 ml", "oral suspension"],
    "5 ml",
    THRICE,
    "5 days",
    "100 ml",
    0,
    "Shake the bottle. Throw away what is left.",
);
pub(in super::super) const PARACETAMOL_CHILD: Remedy = oral(
    ["Paracetamol", "120 mg/5 ml", "oral suspension"],
    "10 ml",
    "up to four times a day, when in pain or with a fever",
    "3 days",
    "100 ml",
    0,
    "",
);
pub(in super::super) const PARACETAMOL: Remedy = oral(
    ["Paracetamol", "500 mg", "tablet"],
    "2 tablets",
    "up to four times a day, when in pain or with a fever",
    WEEK,
    "56 tablets",
    0,
    "",
);
pub(in super::super) const NAPROXEN: Remedy = oral(
    ["Naproxen", "500 mg", "tablet"],
    ONE_TABLET,
    "twice a day with food",
    "14 days",
    "28 tablets",
    0,
    "Stop if the stomach hurts.",
);
pub(in super::super) const COLCHICINE: Remedy =
    oral(["Colchicine", "500 µg", "tablet"], ONE_TABLET, TWICE, "6 days", "12 tablets", 0, "Stop if there is diarrhoea.");
pub(in super::super) const METHOTREXATE: Remedy = oral(
    ["Methotrexate", "2.5 mg", "tablet"],
    "4 tablets",
    "ONCE A WEEK, on Mondays",
    "4 weeks",
    "16 tablets",
    0,
    "Never daily. Next prescription after the blood test.",
);
pub(in super::super) const FOLIC_ACID: Remedy =
    oral(["Folic acid", "5 mg", "tablet"], ONE_TABLET, "once a week, on Thursdays", "4 weeks", "4 tablets", 2, "");
pub(in super::super) const SUMATRIPTAN: Remedy = oral(
    ["Sumatriptan", "50 mg", "tablet"],
    ONE_TABLET,
    "when an attack begins; once more after two hours if it comes back",
    "2 months",
    "6 tablets",
    2,
    "Not on more than ten days a month.",
);
pub(in super::super) const PROPRANOLOL: Remedy =
    oral(["Propranolol", "40 mg", "tablet"], ONE_TABLET, TWICE, FOUR_WEEKS, TABLETS_56, 3, "");
pub(in super::super) const LEVETIRACETAM: Remedy =
    oral(["Levetiracetam", "500 mg", "tablet"], ONE_TABLET, TWICE, "56 days", "112 tablets", 2, "Always the same brand.");
pub(in super::super) const LETROZOLE: Remedy =
    oral(["Letrozole", "2.5 mg", "tablet"], ONE_TABLET, ONCE, "84 days", "84 tablets", 1, "");
pub(in super::super) const METOCLOPRAMIDE: Remedy = oral(
    ["Metoclopramide", "10 mg", "tablet"],
    ONE_TABLET,
    "up to three times a day, when feeling sick",
    "5 days",
    "15 tablets",
    0,
    "",
);
pub(in super::super) const SERTRALINE: Remedy = oral(
    ["Sertraline", "50 mg", "tablet"],
    ONE_TABLET,
    "once a day in the morning",
    FOUR_WEEKS,
    TABLETS_28,
    1,
    "It takes two to four weeks to help.",
);
pub(in super::super) const TAMSULOSIN: Remedy = oral(
    ["Tamsulosin", "400 µg", "modified-release capsule"],
    ONE_CAPSULE,
    "once a day after breakfast",
    FOUR_WEEKS,
    "28 capsules",
    5,
    "Stand up slowly.",
);
pub(in super::super) const SOLIFENACIN: Remedy =
    oral(["Solifenacin", "5 mg", "tablet"], ONE_TABLET, ONCE, FOUR_WEEKS, TABLETS_28, 3, "");
pub(in super::super) const CETIRIZINE: Remedy =
    oral(["Cetirizine", "10 mg", "tablet"], ONE_TABLET, "once a day in the evening", FOUR_WEEKS, TABLETS_28, 2, "");
pub(in super::super) const MEFENAMIC_ACID: Remedy =
    oral(["Mefenamic acid", "500 mg", "tablet"], ONE_TABLET, "three times a day during the period", "3 days", "9 tablets", 3, "");
pub(in super::super) const DESOGESTREL: Remedy =
    oral(["Desogestrel", "75 µg", "tablet"], ONE_TABLET, "once a day, at the same time", "84 days", "84 tablets", 3, "");
pub(in super::super) const CLOTRIMAZOLE: Remedy =
    by("vaginally", oral(["Clotrimazole", "500 mg", "pessary"], "1 pessary", "once, at bedtime", "1 day", "1 pessary", 0, ""));
pub(in super::super) const SALBUTAMOL: Remedy =
    by("inhaled", oral(["Salbutamol", "100 µg", "inhaler"], "2 puffs", BREATHLESS, "3 months", "1 inhaler", 1, "With a spacer."));
pub(in super::super) const BECLOMETASONE: Remedy = by(
    "inhaled",
    oral(["Beclometasone", "100 µg", "inhaler"], "2 puffs", TWICE, FOUR_WEEKS, "1 inhaler", 3, "Rinse the mouth afterwards."),
);
pub(in super::super) const TIOTROPIUM: Remedy = by(
    "inhaled",
    oral(["Tiotropium", "18 µg", "inhalation powder, hard capsule"], ONE_CAPSULE, ONCE, "30 days", "30 capsules", 5, ""),
);
pub(in super::super) const HYDROCORTISONE: Remedy =
    by("on the skin", oral(["Hydrocortisone", "1 %", "cream"], "a thin layer", TWICE, WEEK, "30 g", 1, "Not on the face."));
pub(in super::super) const EMOLLIENT: Remedy = by(
    "on the skin",
    oral(
        ["White soft paraffin with liquid paraffin", "50/50", "ointment"],
        "generously",
        "three times a day or more often",
        FOUR_WEEKS,
        "500 g",
        3,
        "Keep away from fire.",
    ),
);
pub(in super::super) const ADAPALENE: Remedy = by(
    "on the skin",
    oral(
        ["Adapalene with benzoyl peroxide", "0.1 %/2.5 %", "gel"],
        "a thin layer",
        "once a day in the evening",
        "84 days",
        "45 g",
        1,
        "It bleaches towels.",
    ),
);
pub(in super::super) const CALCIPOTRIOL: Remedy = by(
    "on the skin",
    oral(
        ["Calcipotriol with betamethasone", "50 µg/0.5 mg per g", "ointment"],
        "on the patches",
        ONCE,
        FOUR_WEEKS,
        "60 g",
        1,
        "",
    ),
);
pub(in super::super) const OLOPATADINE: Remedy = by(
    "into both eyes",
    oral(["Olopatadine", "1 mg/ml", "eye drops"], "1 drop", TWICE, FOUR_WEEKS, "5 ml", 1, "Throw away four weeks after opening."),
);
pub(in super::super) const ARTIFICIAL_TEARS: Remedy = by(
    "into both eyes",
    oral(["Hypromellose", "0.3 %", "eye drops"], "1 drop", "up to six times a day", FOUR_WEEKS, "10 ml", 3, ""),
);
pub(in super::super) const MOMETASONE_NASAL: Remedy = by(
    "into the nose",
    oral(["Mometasone", "50 µg", "nasal spray"], "2 sprays in each nostril", ONCE, FOUR_WEEKS, "1 bottle", 3, ""),
);
