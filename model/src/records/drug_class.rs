//! The classes of medicines to which people are often allergic. Who is allergic to one medicine of a class may be allergic to the others.
//!
//! Classes and their members are those of the ATC classification (WHO Collaborating Centre for Drug Statistics Methodology, ATC/DDD index), by international
//! nonproprietary names and some names that people use. The list is short on purpose: what it does not know has no class.

use crate::{text::fold::fold_for_search, wire::words};

words! {
    /// A class of medicines.
    DrugClass {
        /// Penicillins.
        Penicillins = "penicillins",
        /// Cephalosporins.
        Cephalosporins = "cephalosporins",
        /// Sulfonamide antibiotics.
        Sulfonamides = "sulfonamides",
        /// Macrolides.
        Macrolides = "macrolides",
        /// Fluoroquinolones.
        Fluoroquinolones = "fluoroquinolones",
        /// Tetracyclines.
        Tetracyclines = "tetracyclines",
        /// Non-steroidal anti-inflammatory medicines.
        Nsaids = "nsaids",
        /// Opioids.
        Opioids = "opioids",
        /// ACE inhibitors.
        AceInhibitors = "ace_inhibitors",
        /// Statins.
        Statins = "statins",
        /// Local anaesthetics of the amide type.
        AmideAnaesthetics = "amide_anaesthetics",
        /// Iodinated contrast media.
        IodinatedContrast = "iodinated_contrast",
    }
}

impl DrugClass {
    /// The class of a substance as somebody has typed it: `Penicillin V`, `allergic to ibuprofen`. None for a substance that the list does not know.
    #[must_use]
    pub fn of(substance: &str) -> Option<Self> {
        let typed = format!(" {} ", fold_for_search(substance));
        let names = |class: &&Self| class.members().iter().any(|member| typed.contains(&format!(" {member} ")));
        Self::ALL.iter().find(names).copied()
    }

    /// The code of the group in the ATC classification.
    #[must_use]
    pub const fn atc(self) -> &'static str {
        match self {
            Self::Penicillins => "J01C",
            Self::Cephalosporins => "J01D",
            Self::Sulfonamides => "J01E",
            Self::Macrolides => "J01FA",
            Self::Fluoroquinolones => "J01MA",
            Self::Tetracyclines => "J01AA",
            Self::Nsaids => "M01A",
            Self::Opioids => "N02A",
            Self::AceInhibitors => "C09A",
            Self::Statins => "C10AA",
            Self::AmideAnaesthetics => "N01BB",
            Self::IodinatedContrast => "V08A",
        }
    }

    /// The members, folded as a search folds them.
    const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Penicillins => &[
                "penicillin",
                "penicillins",
                "amoxicillin",
                "amoxicilline",
                "ampicillin",
                "benzylpenicillin",
                "phenoxymethylpenicillin",
                "co amoxiclav",
                "dicloxacillin",
                "flucloxacillin",
                "oxacillin",
                "piperacillin",
                "pivmecillinam",
            ],
            Self::Cephalosporins => &[
                "cephalosporin",
                "cephalosporins",
                "cefaclor",
                "cefadroxil",
                "cefalexin",
                "cephalexin",
                "cefazolin",
                "cefepime",
                "cefixime",
                "cefotaxime",
                "cefpodoxime",
                "ceftazidime",
                "ceftriaxone",
                "cefuroxime",
            ],
            Self::Sulfonamides => &[
                "sulfonamide",
                "sulfonamides",
                "sulphonamide",
                "sulfa",
                "sulfa drugs",
                "sulfamethoxazole",
                "sulfadiazine",
                "co trimoxazole",
                "cotrimoxazole",
            ],
            Self::Macrolides => &["macrolide", "macrolides", "azithromycin", "clarithromycin", "erythromycin", "roxithromycin"],
            Self::Fluoroquinolones => &[
                "fluoroquinolone",
                "fluoroquinolones",
                "quinolone",
                "quinolones",
                "ciprofloxacin",
                "levofloxacin",
                "moxifloxacin",
                "norfloxacin",
                "ofloxacin",
            ],
            Self::Tetracyclines => {
                &["tetracycline", "tetracyclines", "doxycycline", "lymecycline", "minocycline", "oxytetracycline"]
            }
            // Aspirin stands elsewhere in the ATC classification (N02BA), and who does not tolerate it often tolerates none of these.
            Self::Nsaids => &[
                "nsaid",
                "nsaids",
                "acetylsalicylic acid",
                "aspirin",
                "celecoxib",
                "diclofenac",
                "etoricoxib",
                "ibuprofen",
                "indometacin",
                "indomethacin",
                "ketoprofen",
                "mefenamic acid",
                "meloxicam",
                "naproxen",
                "piroxicam",
            ],
            Self::Opioids => &[
                "opioid",
                "opioids",
                "opiate",
                "opiates",
                "buprenorphine",
                "codeine",
                "fentanyl",
                "hydromorphone",
                "morphine",
                "oxycodone",
                "pethidine",
                "meperidine",
                "tapentadol",
                "tramadol",
            ],
            Self::AceInhibitors => &[
                "ace inhibitor",
                "ace inhibitors",
                "captopril",
                "enalapril",
                "lisinopril",
                "perindopril",
                "quinapril",
                "ramipril",
            ],
            Self::Statins => {
                &["statin", "statins", "atorvastatin", "fluvastatin", "lovastatin", "pravastatin", "rosuvastatin", "simvastatin"]
            }
            Self::AmideAnaesthetics => &[
                "articaine",
                "bupivacaine",
                "levobupivacaine",
                "lidocaine",
                "lignocaine",
                "mepivacaine",
                "prilocaine",
                "ropivacaine",
            ],
            Self::IodinatedContrast => &[
                "iodinated contrast",
                "iodinated contrast medium",
                "iodinated contrast media",
                "iohexol",
                "iomeprol",
                "iopamidol",
                "iopromide",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_substance_is_recognised_as_people_type_it() {
        for (substance, class) in [
            ("Penicillin V", Some(DrugClass::Penicillins)),
            ("co-amoxiclav", Some(DrugClass::Penicillins)),
            ("allergic to IBUPROFEN", Some(DrugClass::Nsaids)),
            ("Iodinated contrast medium", Some(DrugClass::IodinatedContrast)),
            ("Ceftriaxone", Some(DrugClass::Cephalosporins)),
            ("Penicillium mould", None),
            ("Latex", None),
            ("", None),
        ] {
            assert_eq!(DrugClass::of(substance), class, "{substance}");
        }
    }

    #[test]
    fn every_member_is_folded_and_in_one_class() {
        let mut seen = HashSet::new();
        for class in DrugClass::ALL {
            assert!(!class.atc().is_empty());
            for member in class.members() {
                assert_eq!(fold_for_search(member), *member);
                assert!(seen.insert(*member), "{member} stands twice");
                assert_eq!(DrugClass::of(member), Some(*class), "{member}");
            }
        }
    }
}
