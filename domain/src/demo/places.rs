//! Clinics and specialties.

use super::Filling;
use crate::{Result, document::Letterhead};
use jiff::SignedDuration;
use model::ids::{ClinicId, SpecialtyId};

/// A clinic of the demonstration.
pub(super) struct Clinic {
    pub(super) id: ClinicId,
    pub(super) zone: &'static str,
    pub(super) country: &'static str,
    pub(super) currency: &'static str,
    pub(super) authority: &'static str,
    /// The letterhead of its documents.
    pub(super) letterhead: Letterhead,
}

type Place = (&'static str, &'static str, &'static str, &'static str, &'static str, [&'static str; 3], &'static str);

const CLINICS: [Place; 4] = [
    (
        "Riverside Clinic",
        "Europe/London",
        "GB",
        "GBP",
        "General Medical Council",
        ["14 Weir Lane", "London SE1 0QQ", "United Kingdom"],
        "+44 20 7946 0118",
    ),
    (
        "Harbour Medical Center",
        "America/New_York",
        "US",
        "USD",
        "New York State Education Department",
        ["220 Pier Street, Suite 5", "New York, NY 10000", "United States"],
        "+1 212 555 0148",
    ),
    (
        "Neem Tree Hospital",
        "Asia/Kolkata",
        "IN",
        "INR",
        "Karnataka Medical Council",
        ["7 Lake Road", "Bengaluru 560000", "India"],
        "+91 80 5550 0172",
    ),
    (
        "Northgate Health Centre",
        "Europe/London",
        "GB",
        "GBP",
        "General Medical Council",
        ["3 Weaver Street", "Manchester M1 0QQ", "United Kingdom"],
        "+44 161 496 0163",
    ),
];

/// Where the clinics are, in the order of [`CLINICS`]: the postcode, and latitude and longitude in hundred-thousandths of a degree.
const POSITIONS: [(&str, i32, i32); 4] = [
    ("SE1 0QQ", 5_150_450, -8_650),
    ("10000", 4_070_610, -7_400_360),
    ("560000", 1_297_160, 7_759_460),
    ("M1 0QQ", 5_348_390, -223_740),
];

/// Slug and name. Other lists by specialty have the same order.
pub(super) const SPECIALTIES: [(&str, &str); 20] = [
    ("general-practice", "General practice"),
    ("cardiology", "Cardiology"),
    ("dermatology", "Dermatology"),
    ("endocrinology", "Endocrinology"),
    ("gastroenterology", "Gastroenterology"),
    ("geriatrics", "Geriatrics"),
    ("gynaecology", "Gynaecology"),
    ("haematology", "Haematology"),
    ("infectious-diseases", "Infectious diseases"),
    ("nephrology", "Nephrology"),
    ("neurology", "Neurology"),
    ("oncology", "Oncology"),
    ("ophthalmology", "Ophthalmology"),
    ("orthopaedics", "Orthopaedics"),
    ("otolaryngology", "Ear, nose and throat"),
    ("paediatrics", "Paediatrics"),
    ("psychiatry", "Psychiatry"),
    ("pulmonology", "Pulmonology"),
    ("rheumatology", "Rheumatology"),
    ("urology", "Urology"),
];

pub(super) async fn fill(filling: &mut Filling<'_>) -> Result<Vec<Clinic>> {
    let founded = filling.now - SignedDuration::from_hours(24 * 900);
    let mut clinics = Vec::new();
    for ((name, zone, country, currency, authority, address, phone), (postcode, latitude_e5, longitude_e5)) in
        CLINICS.into_iter().zip(POSITIONS)
    {
        let id: ClinicId = filling.id(founded);
        let address: Vec<String> = address.map(str::to_owned).to_vec();
        sqlx::query!(
            "insert into clinics (id, name, time_zone, country, currency, address_lines, phone, postcode, latitude_e5, longitude_e5)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id.uuid(),
            name,
            zone,
            country,
            currency,
            &address,
            phone,
            postcode,
            latitude_e5,
            longitude_e5
        )
        .execute(filling.tx.connection())
        .await?;
        let (name, phone) = (name.to_owned(), Some(phone.to_owned()));
        let letterhead = Letterhead { name, address_lines: address, phone, further_lines: Vec::new(), logo: None };
        clinics.push(Clinic { id, zone, country, currency, authority, letterhead });
    }
    for (slug, name) in SPECIALTIES {
        let id: SpecialtyId = filling.id(founded);
        sqlx::query!("insert into specialties (id, slug, name) values ($1, $2, $3)", id.uuid(), slug, name)
            .execute(filling.tx.connection())
            .await?;
    }
    Ok(clinics)
}
