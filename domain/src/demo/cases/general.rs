//! Cases of general practice, geriatrics, gynaecology, paediatrics and psychiatry.

use super::{Case, remedies::*};

pub(super) const GENERAL_PRACTICE: &[Case] = &[
    Case {
        reasons: &["Follow-up: blood pressure", "My blood pressure readings at home are high"],
        said: &[
            "Measures at home every morning, mostly {pressure}. No headache, no chest pain. Takes the tablets every day.",
            "Has felt well. Highest value of the last two weeks {pressure}. Walks half an hour a day, has cut down on salt.",
        ],
        seen: &[
            "Alert, speaks in full sentences. Home readings over two weeks, mean {pressure}, pulse 72 and regular.",
            "Looks well on the camera. Shows the device: {pressure}, pulse 68. No swelling of the ankles.",
        ],
        judged: &["Hypertension, close to target.", "Hypertension, not yet controlled; no sign of damage to organs."],
        plan: &[
            "Go on measuring twice a week and bring the list.\nSalt below one teaspoon a day.\nControl in four weeks.",
            "Tablets as prescribed.\nBlood and urine test at the practice within two weeks.\nCall 999 for chest pain or trouble speaking.",
        ],
        codes: &["I10"],
        remedies: &[AMLODIPINE, ATORVASTATIN],
    },
    Case {
        reasons: &["Cough that does not go away", "Cough and a blocked nose since the weekend"],
        said: &[
            "Dry cough for {days} days, began with a sore throat. No fever since yesterday, no blood, sleeps badly.",
            "Cough with clear phlegm for {days} days. Colleague at work had the same. Does not smoke.",
        ],
        seen: &[
            "Coughs during the call, not short of breath, counts to twenty in one breath. Temperature 37.2 °C.",
            "Looks tired. Breathing rate 16, no wheeze to be heard. Throat red, no coating, as far as the camera shows.",
        ],
        judged: &["Acute viral infection of the airways.", "Acute bronchitis, no sign of pneumonia."],
        plan: &[
            "Rest, drink, honey for the cough.\nAn antibiotic would not help.\nCome back if there is fever after five days or breathing becomes hard.",
            "Paracetamol for aches.\nA cough may last three weeks; longer than that, we take a picture of the chest.",
        ],
        codes: &["J06.9"],
        remedies: &[PARACETAMOL],
    },
    Case {
        reasons: &["Trouble sleeping", "I wake at three and cannot sleep again"],
        said: &[
            "Falls asleep well, wakes at three, lies awake for two hours. New work since the summer. Coffee until the evening.",
            "Needs an hour to fall asleep for about {days} weeks. Screen in bed. Mood is fine, no snoring that anybody noticed.",
        ],
        seen: &[
            "Rested at the moment, lively, no sign of depression in the conversation.",
            "Yawns, otherwise well. Weight unchanged.",
        ],
        judged: &["Insomnia, kept up by habits."],
        plan: &[
            "No coffee after noon, no screen in bed, up at the same time every day.\nSleep diary for two weeks, then we talk again.",
            "Online course for sleep (CBT-I), link sent by letter.\nNo sleeping tablets for now.",
        ],
        codes: &["G47.00"],
        remedies: &[],
    },
    Case {
        reasons: &["Burning when passing water", "I think I have a bladder infection again"],
        said: &[
            "Burning and frequent need to go for {days} days. No fever, no pain in the flank. Not pregnant.",
            "Third time this year. Burning since yesterday, a little blood this morning. Feels well otherwise.",
        ],
        seen: &[
            "Temperature 36.8 °C. Presses both flanks herself: no pain.",
            "Looks well. Test strip at home: leucocytes and nitrite positive.",
        ],
        judged: &["Infection of the lower urinary tract without complication."],
        plan: &["Antibiotic for three days, drink two litres a day.\nFever or pain in the side: call the same day."],
        codes: &["N39.0"],
        remedies: &[NITROFURANTOIN],
    },
    Case {
        reasons: &["Lower back pain after moving house", "My back locked when I lifted a box"],
        said: &[
            "Pain in the lower back for {days} days after lifting. Nothing in the legs, no numbness, bladder as always.",
            "Could not get up on the first day, better now. Desk work. Had the same two years ago.",
        ],
        seen: &[
            "Gets up from the chair without help, walks on toes and heels. Bends forward to the knees.",
            "Moves stiffly. No limp.",
        ],
        judged: &["Low back pain without warning signs."],
        plan: &[
            "Keep moving, no bed rest. Warmth.\nPainkiller for a week at most.\nNumbness between the legs or weakness: emergency department.",
            "Exercises from the leaflet twice a day.\nPhysiotherapy if it is not better in two weeks.",
        ],
        codes: &["M54.50"],
        remedies: &[NAPROXEN, PARACETAMOL],
    },
    Case {
        reasons: &["Always tired", "Lab results: vitamin D"],
        said: &[
            "Tired for months, works indoors. Eats everything. Periods and weight as always.",
            "Asks about the results of last week.",
        ],
        seen: &["Laboratory: 25-OH vitamin D 28 nmol/l, blood count, TSH, liver and kidneys in the normal range."],
        judged: &["Lack of vitamin D; nothing else that explains it."],
        plan: &["Vitamin D for three months, then control.\nTwenty minutes outside every day."],
        codes: &["E55.9", "R53.83"],
        remedies: &[COLECALCIFEROL],
    },
];

pub(super) const GERIATRICS: &[Case] = &[
    Case {
        reasons: &["Unsteady when walking", "Fell in the kitchen, nothing broken"],
        said: &[
            "One fall {days} days ago, over the carpet. No dizziness before, did not hit the head. Lives alone, daughter next door.",
            "Holds on to the furniture. Afraid of falling. Takes five medicines.",
        ],
        seen: &[
            "Gets up from the chair at the second try. Blood pressure sitting {pressure}. Bruise on the left hip, moves it freely.",
        ],
        judged: &["Unsteady gait, several causes: weak thighs, carpet, blood pressure tablets at night."],
        plan: &[
            "Carpet goes. Tablets in the morning.\nPhysiotherapy at home, twice a week.\nEmergency button ordered with the daughter.",
        ],
        codes: &["R26.81", "I10"],
        remedies: &[],
    },
    Case {
        reasons: &["Bone density result", "What to do about my osteoporosis"],
        said: &["Broke the wrist last winter. Mother had a broken hip. Teeth are in order."],
        seen: &["Report: T-score −2.8 at the spine, −2.4 at the hip. Kidneys in the normal range."],
        judged: &["Osteoporosis, treatment is worth it."],
        plan: &[
            "One tablet a week, sitting up, with water.\nVitamin D every day.\nDentist before the start. Control of density in two years.",
        ],
        codes: &["M81.0"],
        remedies: &[ALENDRONIC_ACID, COLECALCIFEROL],
    },
    Case {
        reasons: &["My memory is getting worse"],
        said: &["Forgets names and appointments for about a year. Pays the bills herself. Son has noticed it too."],
        seen: &["Oriented. Remembers two of three words. Draws the clock rightly. Mood balanced."],
        judged: &["Complaints of memory; no dementia by what was seen today."],
        plan: &["Blood test (thyroid, B12), hearing test.\nFull test of memory at the clinic in six weeks, with the son."],
        codes: &["R41.3"],
        remedies: &[],
    },
];

pub(super) const GYNAECOLOGY: &[Case] = &[
    Case {
        reasons: &["Painful periods", "Period pain keeps me from work"],
        said: &["Cramps on the first two days for years, worse since the spring. Cycle of 28 days. No bleeding in between."],
        seen: &["Well at the moment. Ultrasound of last year was normal."],
        judged: &["Dysmenorrhoea; endometriosis is possible if it does not improve."],
        plan: &["Painkiller from the first sign, for three days.\nDiary of pain for three cycles, then ultrasound."],
        codes: &["N94.6"],
        remedies: &[MEFENAMIC_ACID],
    },
    Case {
        reasons: &["Repeat prescription: the pill", "Question about contraception"],
        said: &["Content with the pill, forgets it rarely. No migraine with aura, no clots in the family, does not smoke."],
        seen: &["Blood pressure at home {pressure}. Weight 64 kg."],
        judged: &["Contraception without problems."],
        plan: &["Continue. Blood pressure once a year.\nSmear is due next spring."],
        codes: &["Z30.41"],
        remedies: &[DESOGESTREL],
    },
    Case {
        reasons: &["Itching and discharge"],
        said: &["Itching for {days} days after an antibiotic. White discharge without smell. Had it before."],
        seen: &["Nothing to be seen over the camera; described in words."],
        judged: &["Thrush, typical and without complication."],
        plan: &["One pessary in the evening.\nIf it comes back within two months: swab at the clinic."],
        codes: &["B37.31"],
        remedies: &[CLOTRIMAZOLE],
    },
];

pub(super) const PAEDIATRICS: &[Case] = &[
    Case {
        reasons: &["Earache and fever since last night", "My child pulls at the ear and cries"],
        said: &["Cold for {days} days, since the night pain in the right ear, 38.6 °C. Drinks, plays a little. Vaccinated."],
        seen: &["Awake, looks at the camera, no stiff neck. Pulls at the right ear. No swelling behind it."],
        judged: &["Middle ear infection on the right."],
        plan: &[
            "Paracetamol for pain. Wait two days; begin the antibiotic if it is not better or the ear runs.\nSleepy, stiff neck or swelling: hospital.",
        ],
        codes: &["H66.91"],
        remedies: &[AMOXICILLIN_CHILD, PARACETAMOL_CHILD],
    },
    Case {
        reasons: &["Itchy skin in the elbows", "Eczema is back"],
        said: &["Scratches at night for {days} weeks. Bath every day with foam. Father has hay fever."],
        seen: &["Red, dry skin in both elbows and behind the knees. Scratch marks, no pus."],
        judged: &["Atopic eczema, mild."],
        plan: &["Ointment three times a day, short baths without foam.\nCortisone cream on red places for a week."],
        codes: &["L20.83"],
        remedies: &[EMOLLIENT, HYDROCORTISONE],
    },
    Case {
        reasons: &["Fever without anything else", "Fever since yesterday"],
        said: &["Up to 39.1 °C since yesterday evening. Drinks well, four wet nappies or trips to the toilet today."],
        seen: &["Tired but friendly, no rash, breathes calmly."],
        judged: &["Fever, most likely viral; no warning sign."],
        plan: &[
            "Drink often, light clothes, paracetamol only if it suffers.\nSee us again tomorrow if the fever stays; at once if it becomes sleepy or gets spots.",
        ],
        codes: &["R50.9"],
        remedies: &[PARACETAMOL_CHILD],
    },
];

pub(super) const PSYCHIATRY: &[Case] = &[
    Case {
        reasons: &["Worry all the time", "Anxiety at work"],
        said: &[
            "Worries about everything for half a year, tense neck, wakes early. Goes to work. No thoughts of not wanting to live.",
            "Heart races in meetings. Avoids the underground. Drinks little alcohol.",
        ],
        seen: &["Open, tense at first. Thinking in order. GAD-7: 14 points."],
        judged: &["Generalised anxiety disorder, moderate."],
        plan: &[
            "Talking therapy, waiting list about four weeks.\nTablets from tomorrow; the first week may be restless.\nCall in two weeks.",
        ],
        codes: &["F41.1"],
        remedies: &[SERTRALINE],
    },
    Case {
        reasons: &["Low mood since the separation", "Follow-up: depression"],
        said: &[
            "Low for {days} weeks, no appetite, friends carry her through. No thoughts of suicide; has promised to call if they come.",
        ],
        seen: &["Slow, cries once, contact good. PHQ-9: 16 points."],
        judged: &["Depressive episode, moderate."],
        plan: &[
            "Day plan with one walk a day.\nTablets, effect in two to four weeks.\nNext call in one week; the crisis line is written in the letter.",
        ],
        codes: &["F32.1"],
        remedies: &[SERTRALINE],
    },
];
