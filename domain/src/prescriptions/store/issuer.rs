//! What is printed with a signature, and what a check of its code answers.

use crate::{
    Result,
    db::Tx,
    document::{Letterhead, Prescriber},
    identity::name_on_paper,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    directory::Country,
    errors::Code,
    ids::{ClinicId, DoctorId},
};

/// The clinic's letterhead, and its country.
pub(in super::super) async fn letterhead(tx: &mut Tx, clinic: ClinicId) -> Result<(Letterhead, String)> {
    let row = sqlx::query!(
        "select name as \"name!\", address_lines as \"address_lines!\", phone, country as \"country!\",
           letterhead_lines as \"letterhead_lines!\",
           (select l.file_id from clinic_logo l where l.clinic_id = a.clinic_id) as \"logo?\"
         from clinic_address a where clinic_id = $1",
        clinic.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let letterhead = Letterhead {
        name: row.name,
        address_lines: row.address_lines,
        phone: row.phone,
        further_lines: row.letterhead_lines,
        logo: row.logo.map(Into::into),
    };
    Ok((letterhead, row.country))
}

/// The doctor with a licence that is valid today, preferably one of the clinic's country.
pub(in super::super) async fn prescriber(tx: &mut Tx, doctor: DoctorId, country: &str, today: Date) -> Result<Prescriber> {
    let id = doctor.uuid();
    let doctor = sqlx::query!(
        "select d.name as \"name!\", u.latin_name, d.status as \"status!\",
           coalesce((select string_agg(s.name, ' · ' order by s.name) from doctor_specialty s where s.doctor_id = d.doctor_id), '') as \"specialty!\"
         from doctor_name d join person_name u on u.user_id = d.user_id where d.doctor_id = $1",
        id
    )
    .fetch_one(tx.connection())
    .await?;
    if doctor.status != "verified" {
        return Err(Code::DoctorUnverified.into());
    }
    let licence = sqlx::query!(
        "select number as \"number!\", authority as \"authority!\", country as \"country!\" from doctor_licence where doctor_id = $1 and expires_on >= $2
         order by country = $3 desc, expires_on desc limit 1",
        id,
        today.to_sqlx(),
        country
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::PrescriptionUnlicensed)?;
    Ok(Prescriber {
        name: name_on_paper(&doctor.name, doctor.latin_name.as_deref()).ok_or(Code::PrescriptionDoctorName)?,
        specialty: doctor.specialty,
        licence_number: licence.number,
        licence_authority: licence.authority,
        // People at the pharmacy read a country name; if the code is unknown, the code is better than nothing.
        licence_country: Country::parse(&licence.country).map_or(licence.country, |country| country.name().to_owned()),
    })
}

/// A signed prescription, as far as its code reveals it.
pub(in super::super) struct Issued {
    pub(in super::super) number: i64,
    pub(in super::super) signed_at: Timestamp,
    pub(in super::super) cancelled_at: Option<Timestamp>,
    pub(in super::super) doctor_name: String,
    pub(in super::super) clinic_name: String,
    pub(in super::super) clinic_zone: String,
}

/// The prescription with this hash of a code, without what was prescribed or for whom.
pub(in super::super) async fn verification(tx: &mut Tx, hash: &[u8]) -> Result<Option<Issued>> {
    let row = sqlx::query!(
        "select x.number, x.signed_at as \"signed_at!\", coalesce(x.prescriber_name, d.name) as \"doctor_name!\", c.name as \"clinic_name!\", c.time_zone as \"time_zone!\", e.at as \"cancelled_at?\"
         from prescriptions x
         join doctor_name d on d.doctor_id = x.doctor_id
         join clinic_address c on c.clinic_id = x.clinic_id
         left join prescription_events e on e.prescription_id = x.id and e.kind = 'cancelled'
         where x.verification_hash = $1",
        hash
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Issued {
        number: row.number,
        signed_at: row.signed_at.to_jiff(),
        cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
        doctor_name: row.doctor_name,
        clinic_name: row.clinic_name,
        clinic_zone: row.time_zone,
    }))
}
