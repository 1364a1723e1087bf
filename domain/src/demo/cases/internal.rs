//! Cases of internal medicine.

use super::{Case, remedies::*};

pub(super) const CARDIOLOGY: &[Case] = &[
    Case {
        reasons: &["Palpitations in the evening", "My heart stumbles"],
        said: &["Heart stumbles for seconds, mostly at rest, for {days} weeks. Never fainted. Much coffee."],
        seen: &["Pulse 76, regular. ECG of the watch sent in: single extra beats. Blood pressure {pressure}."],
        judged: &["Extra beats of a healthy heart, as far as can be said."],
        plan: &["Half the coffee. ECG for 24 hours at the clinic.\nFainting or chest pain: emergency number."],
        codes: &["R00.2"],
        remedies: &[],
    },
    Case {
        reasons: &["Follow-up: atrial fibrillation", "Question about my blood thinner"],
        said: &["Two short episodes since the last visit. Takes the blood thinner twice a day, bruises a little."],
        seen: &["Pulse 82, irregular. Blood pressure {pressure}. Kidney function normal (last month)."],
        judged: &["Paroxysmal atrial fibrillation, rate controlled, protection against stroke needed."],
        plan: &["Go on with both tablets.\nDo not stop the blood thinner, not even for the dentist, without asking."],
        codes: &["I48.0", "I10"],
        remedies: &[APIXABAN, BISOPROLOL],
    },
    Case {
        reasons: &["Cholesterol results", "Check after my stent"],
        said: &["Well, climbs three floors without pain. Cycles. Takes everything."],
        seen: &["LDL 2.9 mmol/l. Blood pressure {pressure}, pulse 64."],
        judged: &["Coronary heart disease, stable; LDL above target."],
        plan: &["Statin every evening, control of blood in eight weeks.\nChest pain at rest: emergency number."],
        codes: &["I25.10", "E78.5"],
        remedies: &[ATORVASTATIN, BISOPROLOL],
    },
];

pub(super) const ENDOCRINOLOGY: &[Case] = &[
    Case {
        reasons: &["Diabetes follow-up", "Παρακολούθηση διαβήτη", "My sugar is too high in the morning"],
        said: &["Fasting values between 7 and 9 mmol/l. No low sugar. Feet are fine, eyes checked in spring."],
        seen: &["HbA1c 58 mmol/mol. Weight down by two kilograms. Blood pressure {pressure}."],
        judged: &["Type 2 diabetes, nearly at target."],
        plan: &[
            "Tablets with the meals.\nWalk after supper.\nHbA1c and kidneys in three months; look at your feet every evening.",
        ],
        codes: &["E11.9"],
        remedies: &[METFORMIN, ATORVASTATIN],
    },
    Case {
        reasons: &["Lab results: thyroid", "Tired and cold: is it the thyroid?"],
        said: &["Cold and tired, takes the tablet together with breakfast. Weight up by three kilograms."],
        seen: &["TSH 8.4 mU/l, fT4 at the lower edge. Skin dry, voice normal."],
        judged: &["Underactive thyroid, dose too low or badly absorbed."],
        plan: &["Tablet half an hour before breakfast, with water only.\nTSH in eight weeks."],
        codes: &["E03.9"],
        remedies: &[LEVOTHYROXINE],
    },
];

pub(super) const GASTROENTEROLOGY: &[Case] = &[
    Case {
        reasons: &["Stomach ache after meals", "Heartburn at night"],
        said: &[
            "Burning behind the breastbone after late meals for {days} weeks. Swallows well, no weight loss, no black stool.",
        ],
        seen: &["Well nourished. Presses the upper belly: slight pain only."],
        judged: &["Reflux without warning signs."],
        plan: &[
            "Last meal three hours before bed, head of the bed up.\nCapsule before breakfast for four weeks, then try without.\nTrouble swallowing: gastroscopy.",
        ],
        codes: &["K21.9"],
        remedies: &[OMEPRAZOLE],
    },
    Case {
        reasons: &["Irritable bowel, worse again", "Cramps and diarrhoea before exams"],
        said: &["Cramps with loose stool two or three times a week, none at night. Better after the toilet. No blood."],
        seen: &["Calprotectin normal. Coeliac test negative."],
        judged: &["Irritable bowel syndrome with diarrhoea."],
        plan: &["Tablet before meals.\nDietician: low-FODMAP for six weeks.\nBlood or weight loss: come back at once."],
        codes: &["K58.0"],
        remedies: &[MEBEVERINE],
    },
    Case {
        reasons: &["Constipation since the new tablets"],
        said: &["Stool every four days, hard. Began with the iron tablets. Drinks little."],
        seen: &["Belly soft when pressed, no pain."],
        judged: &["Constipation, caused by a medicine."],
        plan: &["Powder in water twice a day, 1.5 litres to drink.\nIron every second day."],
        codes: &["K59.00"],
        remedies: &[MACROGOL],
    },
];

pub(super) const HAEMATOLOGY: &[Case] = &[
    Case {
        reasons: &["Iron is low again", "Anaemia: what now?"],
        said: &["Tired, short of breath on stairs. Heavy periods or a diet without meat named as the cause. Stool as always."],
        seen: &["Haemoglobin 9.8 g/dl, ferritin 6 µg/l, CRP normal. Pale."],
        judged: &["Anaemia from lack of iron."],
        plan: &["Iron once a day for three months.\nLook for the source of bleeding: stool test.\nBlood count in four weeks."],
        codes: &["D50.9"],
        remedies: &[FERROUS_SULFATE],
    },
    Case {
        reasons: &["Vitamin B12 follow-up"],
        said: &["Tingling in the feet is less. Takes tablets instead of injections now."],
        seen: &["B12 310 pmol/l, haemoglobin 13.1 g/dl."],
        judged: &["Pernicious anaemia, well supplied."],
        plan: &["Continue for life. Control in six months."],
        codes: &["D51.0"],
        remedies: &[CYANOCOBALAMIN],
    },
];

pub(super) const INFECTIOUS_DISEASES: &[Case] = &[
    Case {
        reasons: &["Red ring after a tick bite"],
        said: &["Tick removed {days} days ago behind the knee. Ring grows, does not hurt. No fever."],
        seen: &["Round redness of about nine centimetres with a pale middle."],
        judged: &["Erythema migrans: early Lyme disease. A blood test is not needed."],
        plan: &[
            "Antibiotic for three weeks.\nPhoto with a ruler every third day.\nPalsy of the face or a swollen knee: come at once.",
        ],
        codes: &["A69.20"],
        remedies: &[DOXYCYCLINE],
    },
    Case {
        reasons: &["Painful blisters on one side", "Shingles?"],
        said: &["Burning on the right side of the chest for {days} days, blisters since yesterday."],
        seen: &["Groups of blisters in a band, right side, not across the middle. Eyes free."],
        judged: &["Shingles without complication."],
        plan: &[
            "Tablets five times a day for a week.\nKeep away from pregnant people until crusts have formed.\nPain after four weeks: call.",
        ],
        codes: &["B02.9"],
        remedies: &[ACICLOVIR, PARACETAMOL],
    },
];

pub(super) const NEPHROLOGY: &[Case] = &[
    Case {
        reasons: &["Kidney values: control", "Chronic kidney disease, half-yearly visit"],
        said: &["No complaints. Avoids ibuprofen. Home pressure mostly {pressure}."],
        seen: &["eGFR 52 ml/min (half a year ago 53), albumin in urine slightly raised, potassium 4.6."],
        judged: &["Chronic kidney disease stage 3a, stable."],
        plan: &["Pressure below 130/80.\nTablet as before, potassium in four weeks.\nNo anti-inflammatory painkillers."],
        codes: &["N18.31", "I10"],
        remedies: &[LOSARTAN],
    },
    Case {
        reasons: &["Passed a kidney stone"],
        said: &["Colic {days} days ago, stone caught in the sieve. No pain now."],
        seen: &["Stone of about four millimetres held to the camera. Temperature normal."],
        judged: &["Kidney stone, passed by itself."],
        plan: &["Stone to the laboratory.\nTwo and a half litres to drink.\nFever with pain: emergency department."],
        codes: &["N20.0"],
        remedies: &[NAPROXEN],
    },
];

pub(super) const ONCOLOGY: &[Case] = &[
    Case {
        reasons: &["Aftercare, third year", "Joint pain from the tablets"],
        said: &["Stiff fingers in the morning, hot flushes less. Takes the tablet every evening."],
        seen: &["Mammography of this year without finding. Moves all fingers freely."],
        judged: &["Three years after breast cancer without sign of return; side effects bearable."],
        plan: &["Go on with the tablet, warm water for the hands.\nNext mammography in ten months."],
        codes: &["Z79.811", "Z85.3"],
        remedies: &[LETROZOLE, COLECALCIFEROL],
    },
    Case {
        reasons: &["Nausea after treatment"],
        said: &["Nausea for {days} days after the infusion, vomited once. Drinks in sips."],
        seen: &["Alert, tongue moist. Temperature 36.9 °C."],
        judged: &["Nausea after chemotherapy."],
        plan: &["Tablet when needed, five days at most.\nFever above 38 °C: come at once, day or night."],
        codes: &["R11.0"],
        remedies: &[METOCLOPRAMIDE],
    },
];

pub(super) const PULMONOLOGY: &[Case] = &[
    Case {
        reasons: &["Asthma check", "I need my spray every day"],
        said: &["Spray needed four times a week, wakes once a week. No cold. Cat at a friend's house."],
        seen: &["Speaks in full sentences. Peak flow 410 l/min (best 480). Uses the spray without a spacer."],
        judged: &["Asthma, not fully controlled; technique can be better."],
        plan: &[
            "Cortisone spray every day, rinse the mouth.\nSpacer shown on camera.\nBlue spray more than every four hours: emergency.",
        ],
        codes: &["J45.30"],
        remedies: &[BECLOMETASONE, SALBUTAMOL],
    },
    Case {
        reasons: &["COPD follow-up", "Short of breath on stairs"],
        said: &["One floor, then a rest. Cough in the morning. Has stopped smoking in spring."],
        seen: &["Oxygen 94 % by finger, breathing rate 18. CAT 15 points."],
        judged: &["COPD, stable."],
        plan: &[
            "Capsule to inhale once a day.\nLung exercise group, twice a week.\nVaccination against influenza and pneumococci.",
        ],
        codes: &["J44.9"],
        remedies: &[TIOTROPIUM, SALBUTAMOL],
    },
];

pub(super) const RHEUMATOLOGY: &[Case] = &[
    Case {
        reasons: &["Rheumatoid arthritis: control", "Stiff hands in the morning"],
        said: &["Stiff for half an hour in the morning. Two knuckles on the right hurt. Tolerates the tablets."],
        seen: &["Fist closes. Knuckles two and three right slightly swollen. CRP 9 mg/l, blood count and liver normal."],
        judged: &["Rheumatoid arthritis, low activity."],
        plan: &["Tablets once a WEEK as before, folic acid three days later.\nBlood test every eight weeks."],
        codes: &["M06.9"],
        remedies: &[METHOTREXATE, FOLIC_ACID],
    },
    Case {
        reasons: &["Gout attack in the big toe"],
        said: &["Woke with a hot, painful big toe. Barbecue at the weekend. Second attack this year."],
        seen: &["Base joint of the left big toe red and swollen, skin closed."],
        judged: &["Gout attack."],
        plan: &[
            "Colchicine for six days, cool the foot.\nUric acid in four weeks, then talk about prevention.\nLess beer, more water.",
        ],
        codes: &["M10.9"],
        remedies: &[COLCHICINE],
    },
];
