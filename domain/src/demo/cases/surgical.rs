//! Cases of dermatology, neurology, ophthalmology, orthopaedics, otolaryngology and urology.

use super::{Case, remedies::*};

pub(super) const DERMATOLOGY: &[Case] = &[
    Case {
        reasons: &["Rash on the left arm since last week, it itches at night", "Eczema on both hands"],
        said: &["Itching for {days} days, worse at night. New washing powder. Had it as a child."],
        seen: &[
            "Red, rough patches of two to four centimetres on the left forearm. No blisters, no pus. Photo saved.",
            "Dry, cracked skin on both hands.",
        ],
        judged: &["Eczema, most likely contact with something new.", "Atopic eczema, flare."],
        plan: &["Cream twice a day for one week, ointment for weeks.\nGloves for cleaning.\nPhoto in ten days by message."],
        codes: &["L20.9"],
        remedies: &[HYDROCORTISONE, EMOLLIENT],
    },
    Case {
        reasons: &["Acne on the face and back", "Spots, nothing helps"],
        said: &["Spots for two years, has tried things from the chemist's. Picks at them."],
        seen: &["Blackheads and some inflamed spots on forehead and chin, few scars."],
        judged: &["Acne vulgaris, moderate."],
        plan: &["Gel in the evening, a pea for the whole face; it may sting for two weeks.\nSun cream. Control in three months."],
        codes: &["L70.0"],
        remedies: &[ADAPALENE],
    },
    Case {
        reasons: &["Psoriasis on the elbows"],
        said: &["Patches for years, more in winter. Joints do not hurt."],
        seen: &["Clear-cut red patches with silver scales on both elbows, about five centimetres. Nails normal."],
        judged: &["Plaque psoriasis, limited."],
        plan: &["Ointment once a day for four weeks, then at weekends only.\nSwollen fingers: tell us."],
        codes: &["L40.0"],
        remedies: &[CALCIPOTRIOL, EMOLLIENT],
    },
];

pub(super) const NEUROLOGY: &[Case] = &[
    Case {
        reasons: &["First visit: migraine, twice a week since the summer", "Headache on one side with nausea"],
        said: &["Throbbing on one side for half a day, light hurts, nausea. About {days} days a month. No aura."],
        seen: &["No attack now. Face symmetrical, arms held level, walks on a line."],
        judged: &["Migraine without aura."],
        plan: &[
            "Tablet at the first sign, not on more than ten days a month.\nHeadache diary.\nTwo bad months: we talk about prevention.",
        ],
        codes: &["G43.009"],
        remedies: &[SUMATRIPTAN, PROPRANOLOL],
    },
    Case {
        reasons: &["Epilepsy: yearly visit"],
        said: &["No seizure for fourteen months. Sleeps enough. Asks about driving."],
        seen: &["Speech and coordination normal. No tremor."],
        judged: &["Epilepsy, free of seizures under treatment."],
        plan: &["Go on, always the same brand.\nDriving: form sent by post.\nNever stop suddenly."],
        codes: &["G40.909"],
        remedies: &[LEVETIRACETAM],
    },
    Case {
        reasons: &["Trembling hands"],
        said: &["Hands tremble when holding a cup, father had it. A glass of wine makes it better."],
        seen: &["Fine tremor with stretched hands, none at rest. Spiral drawn: wavy."],
        judged: &["Essential tremor."],
        plan: &["Tablet twice a day if it disturbs, control of pulse.\nHeavier cup, straw."],
        codes: &["G25.0"],
        remedies: &[PROPRANOLOL],
    },
];

pub(super) const OPHTHALMOLOGY: &[Case] = &[
    Case {
        reasons: &["Itchy, red eyes", "Hay fever in the eyes"],
        said: &["Both eyes itch for {days} weeks, worse outside. No pain, sees as always. No contact lenses."],
        seen: &["Both eyes red inside the lids, clear tears. Pupils equal."],
        judged: &["Allergic conjunctivitis of both eyes."],
        plan: &["Drops twice a day, cold compress.\nPain, light hurts or seeing less: same day at the clinic."],
        codes: &["H10.13"],
        remedies: &[OLOPATADINE],
    },
    Case {
        reasons: &["Eyes burn at the screen"],
        said: &["Burning in the afternoon, eight hours of screen work. Better at weekends."],
        seen: &["Blinks rarely during the call. No redness."],
        judged: &["Dry eyes on both sides."],
        plan: &["Drops as often as needed.\nEvery twenty minutes twenty seconds into the distance."],
        codes: &["H04.123"],
        remedies: &[ARTIFICIAL_TEARS],
    },
];

pub(super) const ORTHOPAEDICS: &[Case] = &[
    Case {
        reasons: &["Pain in the right knee when climbing stairs", "Knee swells after hiking"],
        said: &["Pain at the inner side on stairs for {days} months, stiff after sitting. Never injured."],
        seen: &["Bends to about 120 degrees, little swelling. X-ray: narrow inner joint space."],
        judged: &["Osteoarthritis of the right knee."],
        plan: &["Strengthen the thigh, bicycle instead of running.\nPainkiller on bad days.\nPhysiotherapy, six times."],
        codes: &["M17.11"],
        remedies: &[NAPROXEN],
    },
    Case {
        reasons: &["Elbow hurts when I grip", "Referral wanted for physiotherapy"],
        said: &["Pain outside at the right elbow for {days} weeks, painted the flat."],
        seen: &["Pain when the stretched hand is lifted against pressure. Full movement."],
        judged: &["Tennis elbow on the right."],
        plan: &["Rest from gripping, eccentric exercises from the film.\nBrace for work. Physiotherapy prescribed."],
        codes: &["M77.11"],
        remedies: &[],
    },
];

pub(super) const OTOLARYNGOLOGY: &[Case] = &[
    Case {
        reasons: &["Hay fever, every spring", "Blocked nose and sneezing"],
        said: &["Sneezing and a running nose for {days} weeks, eyes itch. Tablets make tired."],
        seen: &["Speaks through the nose. Throat clear."],
        judged: &["Allergic rhinitis, pollen."],
        plan: &["Nasal spray every day, at least four weeks.\nTablet in the evening if needed.\nAllergy test in winter."],
        codes: &["J30.1"],
        remedies: &[MOMETASONE_NASAL, CETIRIZINE],
    },
    Case {
        reasons: &["Ringing in both ears"],
        said: &["High tone for {days} weeks after a concert, hears well. Sleeps with the radio."],
        seen: &["Understands whispering at the microphone."],
        judged: &["Tinnitus on both sides without loss of hearing."],
        plan: &["Hearing test at the clinic.\nQuiet sound at night. It mostly fades within months."],
        codes: &["H93.13"],
        remedies: &[],
    },
];

pub(super) const UROLOGY: &[Case] = &[
    Case {
        reasons: &["Up three times every night", "Prostate: follow-up"],
        said: &["Weak stream, gets up three times a night. No pain, no blood."],
        seen: &["IPSS 14 points. PSA stable at 1.8 µg/l."],
        judged: &["Enlarged prostate with complaints."],
        plan: &[
            "Capsule after breakfast; stand up slowly.\nLess to drink after seven.\nCannot pass water: emergency department.",
        ],
        codes: &["N40.1"],
        remedies: &[TAMSULOSIN],
    },
    Case {
        reasons: &["I have to run to the toilet"],
        said: &["Sudden need, twelve times a day for {days} months. Two large coffees."],
        seen: &["Diary: small amounts. Test strip without finding."],
        judged: &["Overactive bladder."],
        plan: &["Bladder training, half an hour longer each week.\nTablet once a day, effect after four weeks. Less coffee."],
        codes: &["N32.81"],
        remedies: &[SOLIFENACIN],
    },
];
