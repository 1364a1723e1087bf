//! The printed patient's last three months and next appointment: asthma, rising blood pressure, itchy hands, low iron.

use super::{
    appointments::slot,
    cases::{
        Case,
        remedies::{AMLODIPINE, BECLOMETASONE, EMOLLIENT, FERROUS_SULFATE, HYDROCORTISONE, LOSARTAN, SALBUTAMOL},
    },
    doctors::Doctor,
    patients::Patient,
    talks::{TALKS, Talk},
    visits::Outcome,
    zone,
};
use jiff::{Timestamp, ToSpan};

/// One visit of the story.
struct Chapter {
    days_ago: i64,
    /// The index of the half hour within the day.
    half_hour: usize,
    /// The doctor's specialty, as an index into the list of specialties; the general practitioner is the printed doctor.
    specialty: usize,
    case: Case,
    taken_back: Option<&'static str>,
    addendum: Option<&'static str>,
    talk: Option<&'static Talk>,
}

const GENERAL_PRACTICE: usize = 0;
const DERMATOLOGY: usize = 2;

static STORY: [Chapter; 7] = [
    Chapter {
        days_ago: 86,
        half_hour: 2,
        specialty: GENERAL_PRACTICE,
        case: Case {
            reasons: &["First visit: wheezing at night and when running for the bus"],
            said: &[
                "Wheezes two or three nights a week since the move, in the cold too. Asthma as a child. Never smoked. Penicillin: swollen face at 19.",
            ],
            seen: &[
                "Not short of breath at rest, speaks in full sentences. Quiet wheeze when breathing out by force. Peak flow at home 380 l/min.",
            ],
            judged: &["Asthma, back after twenty years; mild and persistent."],
            plan: &[
                "Cortisone spray morning and evening, rinse the mouth.\nBlue spray when needed, with a spacer.\nPeak flow every morning, bring the list in three weeks.",
            ],
            codes: &["J45.30"],
            remedies: &[BECLOMETASONE, SALBUTAMOL],
        },
        taken_back: None,
        addendum: Some("Added: old letters from the previous practice have arrived; allergy to penicillin confirmed."),
        talk: Some(TALKS[0]),
    },
    Chapter {
        days_ago: 65,
        half_hour: 5,
        specialty: GENERAL_PRACTICE,
        case: Case {
            reasons: &["Asthma: how the spray works"],
            said: &["One bad night in three weeks. Uses the blue spray once a week. Runs again."],
            seen: &["Peak flow list: 420 to 450 l/min. Technique with the spacer is right."],
            judged: &["Asthma, well controlled now."],
            plan: &["Go on for three months, then try half the dose.\nVaccination against influenza."],
            codes: &["J45.30"],
            remedies: &[],
        },
        taken_back: None,
        addendum: None,
        talk: None,
    },
    Chapter {
        days_ago: 44,
        half_hour: 9,
        specialty: DERMATOLOGY,
        case: Case {
            reasons: &["Itchy, cracked skin on both hands"],
            said: &["For six weeks, since the new job in the flower shop. Better on holidays."],
            seen: &["Dry, red skin between the fingers and on the backs of the hands, some cracks. Nails normal."],
            judged: &["Irritant contact dermatitis of the hands, from wet work."],
            plan: &[
                "Cotton gloves under rubber gloves.\nOintment after each washing, cortisone cream for a week.\nPhotos by message in ten days; allergy test if it stays.",
            ],
            codes: &["L24.0"],
            remedies: &[HYDROCORTISONE, EMOLLIENT],
        },
        taken_back: None,
        addendum: Some("Added: photos of the hands have come, nearly healed. No test needed for now."),
        talk: Some(TALKS[2]),
    },
    Chapter {
        days_ago: 31,
        half_hour: 3,
        specialty: GENERAL_PRACTICE,
        case: Case {
            reasons: &["My blood pressure was high at the pharmacy"],
            said: &[
                "Measured 156/96 at the pharmacy. No complaints. Mother takes tablets for it. Salty food at lunch, runs twice a week.",
            ],
            seen: &["Own device on camera: 152/94, after five minutes 148/92. Pulse 74, regular."],
            judged: &["Raised blood pressure; to be measured before it gets a name."],
            plan: &[
                "Measure morning and evening for two weeks, seated, after five minutes.\nBlood test: kidneys, potassium, blood count.",
            ],
            codes: &["R03.0"],
            remedies: &[],
        },
        taken_back: None,
        addendum: None,
        talk: Some(TALKS[5]),
    },
    Chapter {
        days_ago: 17,
        half_hour: 6,
        specialty: GENERAL_PRACTICE,
        case: Case {
            reasons: &["Blood pressure list and results of the blood test"],
            said: &["Measured 28 times. Tired in the afternoon. Periods heavy for a year."],
            seen: &["Mean of the list 147/91. Haemoglobin 10.9 g/dl, ferritin 8 µg/l, kidneys and potassium normal."],
            judged: &["Hypertension. Anaemia from lack of iron, most likely from heavy periods."],
            plan: &[
                "One tablet a day for the pressure, iron every day for three months.\nAppointment with gynaecology made.\nNext call in ten days.",
            ],
            codes: &["I10", "D50.9"],
            remedies: &[AMLODIPINE, FERROUS_SULFATE],
        },
        taken_back: Some(
            "Swollen ankles on amlodipine; another tablet is prescribed instead. The iron goes on and is prescribed again.",
        ),
        addendum: None,
        talk: Some(TALKS[1]),
    },
    Chapter {
        days_ago: 9,
        half_hour: 4,
        specialty: GENERAL_PRACTICE,
        case: Case {
            reasons: &["Swollen ankles since the new tablets"],
            said: &[
                "Both ankles swollen in the evening since the fourth day. Not short of breath. Tolerates the iron with juice.",
            ],
            seen: &["Presses a finger above the ankle: a dent stays, both sides alike. Pressure 134/84."],
            judged: &["Swelling as a side effect of amlodipine. Pressure is good."],
            plan: &["Amlodipine stops, losartan instead.\nIron as before.\nPotassium and kidneys in two weeks."],
            codes: &["I10", "R60.0"],
            remedies: &[LOSARTAN, FERROUS_SULFATE],
        },
        taken_back: None,
        addendum: None,
        talk: None,
    },
    Chapter {
        days_ago: 3,
        half_hour: 11,
        specialty: GENERAL_PRACTICE,
        case: Case {
            reasons: &["Repeat prescription: blue spray, and a short check"],
            said: &["Ankles are slim again. Blue spray is empty, used it twice this month."],
            seen: &["Pressure on camera 129/81, pulse 70. Peak flow 440 l/min."],
            judged: &["Hypertension at target, asthma well controlled."],
            plan: &["Go on with everything.\nBlood test next week as planned."],
            codes: &["I10", "J45.30"],
            remedies: &[SALBUTAMOL],
        },
        taken_back: None,
        addendum: Some("Added: spacer ordered by post as well."),
        talk: None,
    },
];

/// The visits of the story, the oldest first: doctor, patient, start, case, outcome.
pub(super) fn visits<'a>(
    now: Timestamp,
    doctors: &'a [Doctor],
    patients: &'a [Patient],
) -> Vec<(&'a Doctor, &'a Patient, Timestamp, &'static Case, Outcome)> {
    let Some(patient) = patients.iter().find(|patient| patient.printed) else { return Vec::new() };
    let told = STORY.iter().filter_map(|chapter| {
        let doctor = of_specialty(doctors, chapter.specialty)?;
        let outcome = Outcome {
            remedies: chapter.case.remedies,
            taken_back: chapter.taken_back,
            addendum: chapter.addendum,
            talk: chapter.talk,
        };
        let start = start(now, doctor, chapter.half_hour, (0..7).map(|back| -chapter.days_ago - back))?;
        Some((doctor, patient, start, &chapter.case, outcome))
    });
    told.collect()
}

/// The check-up that follows the last visit, booked eight to fourteen days ahead: doctor, patient, start, reason.
pub(super) fn next<'a>(
    now: Timestamp,
    doctors: &'a [Doctor],
    patients: &'a [Patient],
) -> Option<(&'a Doctor, &'a Patient, Timestamp, &'static str)> {
    let patient = patients.iter().find(|patient| patient.printed)?;
    let doctor = of_specialty(doctors, GENERAL_PRACTICE)?;
    Some((doctor, patient, start(now, doctor, 7, 8..15)?, "Results of the blood test: potassium and kidneys on the new tablets"))
}

/// A doctor of this specialty who has hours, from London if there is one.
fn of_specialty(doctors: &[Doctor], specialty: usize) -> Option<&Doctor> {
    let of_it = || doctors.iter().filter(move |doctor| doctor.specialty == specialty && !doctor.weekdays.is_empty());
    of_it().find(|doctor| doctor.zone == "Europe/London").or_else(|| of_it().next())
}

/// The start of that half hour on the first of these days (counted from today) on which the doctor works.
fn start(now: Timestamp, doctor: &Doctor, half_hour: usize, days: impl IntoIterator<Item = i64>) -> Option<Timestamp> {
    let zone = zone(doctor.zone);
    let today = now.to_zoned(zone.clone()).date();
    let works = |date: &jiff::civil::Date| doctor.weekdays.contains(&date.weekday().to_monday_one_offset());
    let date = days.into_iter().map(|offset| today.saturating_add(offset.days())).find(works)?;
    slot(doctor, half_hour, date, &zone)
}
