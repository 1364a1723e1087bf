//! Invented people: given and family names of one region, combined at random.

use super::seeded::Seeded;

/// A region's names and how they are written.
struct Region {
    given: &'static [&'static str],
    family: &'static [&'static str],
    /// Whether the family name comes first.
    family_first: bool,
    zone: &'static str,
    /// The language tag.
    language: &'static str,
}

const REGIONS: [Region; 14] = [
    Region {
        given: &[
            "Oliver", "Amelia", "Harry", "Isla", "Arthur", "Florence", "Rhys", "Ffion", "Ewan", "Siobhán", "Alistair", "Beatrice",
        ],
        family: &[
            "Thornbury",
            "Ashworth",
            "Pemberton",
            "Llewellyn",
            "Macrae",
            "O’Shaughnessy",
            "Fairweather-Cole",
            "Hartley",
            "Whitcombe",
            "Drummond",
        ],
        family_first: false,
        zone: "Europe/London",
        language: "en",
    },
    Region {
        given: &["Jonas", "Lieselotte", "Matthias", "Änne", "Jürgen", "Greta", "Björn", "Käthe"],
        family: &["Weber", "Schönfeld", "Großmann", "Lüdemann", "von der Heide", "Kästner", "Brüggemann", "Hoffmeister"],
        family_first: false,
        zone: "Europe/Berlin",
        language: "de",
    },
    Region {
        given: &["Camille", "Thibault", "Zoé", "Anaïs", "Étienne", "Hélène", "Loïc", "Maëlle"],
        family: &["Delacroix-Moreau", "Lefèvre", "Béranger", "D’Aubigné", "Rousselle", "Gauthier", "Châtelain"],
        family_first: false,
        zone: "Europe/Paris",
        language: "fr",
    },
    Region {
        given: &["Priya", "Arjun", "Kavya", "Rohan", "Lakshmi", "Vikram", "Ananya", "Sanjay", "Meenakshi", "Aditya"],
        family: &["Raman", "Deshpande", "Iyer", "Chatterjee", "Venkataraghavan", "Kulkarni", "Mukherjee", "Srinivasan", "Bhatt"],
        family_first: false,
        zone: "Asia/Kolkata",
        language: "hi",
    },
    Region {
        given: &["Thị Minh Khai", "Văn Đức", "Thị Hương", "Quang Huy", "Ngọc Ánh", "Hữu Phước"],
        family: &["Nguyễn", "Trần", "Phạm", "Đặng", "Võ", "Bùi"],
        family_first: true,
        zone: "Asia/Ho_Chi_Minh",
        language: "vi",
    },
    Region {
        given: &["Tomasz", "Żaneta", "Łukasz", "Małgorzata", "Świętomir", "Kinga", "Paweł"],
        family: &["Żółć", "Wiśniewska", "Brzęczyszczykiewicz", "Kościelny", "Łęcka", "Dąbrowski"],
        family_first: false,
        zone: "Europe/Warsaw",
        language: "pl",
    },
    Region {
        given: &["Eleni", "Nikos", "Despina", "Stavros", "Kalliopi", "Yiannis"],
        family: &["Papadopoulou", "Karageorgiou", "Anagnostopoulos", "Stefanidis", "Kalogeropoulou"],
        family_first: false,
        zone: "Europe/Athens",
        language: "el",
    },
    Region {
        given: &["Ελένη", "Γιώργος", "Δέσποινα", "Αναστασία", "Θεόδωρος"],
        family: &["Παπαδάκη", "Οικονόμου", "Βασιλείου", "Χριστοδούλου"],
        family_first: false,
        zone: "Europe/Athens",
        language: "el",
    },
    Region {
        given: &["Оксана", "Богдан", "Людмила", "Тарас", "Соломія", "Юрій"],
        family: &["Коваленко", "Шевчук", "Гончаренко", "Мельниченко", "Їжакевич"],
        family_first: false,
        zone: "Europe/Kyiv",
        language: "uk",
    },
    Region {
        given: &["Kwame", "Abena", "Chukwuemeka", "Ngozi", "Oluwaseun", "Folasade", "Kofi", "Yewande"],
        family: &["Mensah", "Okafor", "Adeyemi", "Boateng", "Nwachukwu", "Asante", "Ogunleye"],
        family_first: false,
        zone: "Africa/Lagos",
        language: "yo",
    },
    Region {
        given: &[
            "María Guadalupe Montserrat de los Ángeles",
            "Mateo",
            "Valentina",
            "Joaquín",
            "Ximena",
            "Íñigo",
            "Guadalupe",
            "Andrés",
            "Inés",
        ],
        family: &[
            "Fernández de Córdoba y Álvarez de Toledo",
            "Fernández Quiroga",
            "Muñoz Ibáñez",
            "de la Peña",
            "Echeverría",
            "Zúñiga",
            "Castañeda Ruiz",
        ],
        family_first: false,
        zone: "America/New_York",
        language: "es",
    },
    Region {
        given: &["Madison", "Tyrell", "Savannah", "Brandon", "Aaliyah", "Dustin", "Harper", "Malik"],
        family: &["Whitfield", "Carmichael", "Beaumont-Reyes", "Holloway", "Jefferson-Tate", "Sandoval", "Underhill"],
        family_first: false,
        zone: "America/New_York",
        language: "en",
    },
    // Prescription documents cannot show these two scripts; a doctor who signs for these patients is told so.
    Region {
        given: &["فاطمة", "يوسف", "مريم", "عبد الرحمن"],
        family: &["المصري", "حسن", "الخطيب"],
        family_first: false,
        zone: "Africa/Cairo",
        language: "ar",
    },
    Region {
        given: &["さくら", "健一", "美咲", "大輔"],
        family: &["田中", "鈴木", "小林", "渡辺"],
        family_first: true,
        zone: "Asia/Tokyo",
        language: "ja",
    },
];

/// The given names of women and girls; of several given names, only the first.
const FEMININE: &str = "Amelia Isla Florence Ffion Siobhán Beatrice Lieselotte Änne Greta Käthe Camille Zoé Anaïs Hélène Maëlle \
    Priya Kavya Lakshmi Ananya Meenakshi Thị Ngọc Żaneta Małgorzata Kinga Eleni Despina Kalliopi Ελένη Δέσποινα Αναστασία \
    Оксана Людмила Соломія Abena Ngozi Folasade Yewande María Valentina Ximena Guadalupe Inés Madison Savannah Aaliyah Harper \
    فاطمة مريم さくら 美咲";

/// An invented person.
pub(super) struct Invented {
    pub(super) name: String,
    pub(super) zone: &'static str,
    /// A language tag.
    pub(super) language: &'static str,
    pub(super) feminine: bool,
}

/// A person from a random region.
pub(super) fn person(seeded: &Seeded) -> Invented {
    let region = seeded.pick(&REGIONS);
    let (given, family) = (*seeded.pick(region.given), *seeded.pick(region.family));
    let name = if region.family_first { format!("{family} {given}") } else { format!("{given} {family}") };
    let first = given.split(' ').next();
    let feminine = FEMININE.split(' ').any(|name| Some(name) == first);
    Invented { name, zone: region.zone, language: region.language, feminine }
}
