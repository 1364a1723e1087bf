//! Two hundred verified doctors with hours and fees, of twenty specialties, in four clinics; and five applicants who wait for an admin.

use super::{
    DOCTOR, Filling, names,
    patients::insert_users,
    places::{Clinic, SPECIALTIES},
};
use crate::{Result, document::printable};
use jiff::{SignedDuration, civil::time};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, DoctorId, LicenceId, MembershipId, ScheduleRuleId, UserId},
    text::fold::search_key,
};

const COUNT: usize = 200;
const APPLICANTS: usize = 5;

/// A doctor of the demonstration.
pub(super) struct Doctor {
    pub(super) id: DoctorId,
    pub(super) user: UserId,
    pub(super) name: String,
    /// The index into [`SPECIALTIES`].
    pub(super) specialty: usize,
    pub(super) licence_number: String,
    pub(super) clinic: ClinicId,
    pub(super) zone: &'static str,
    /// The hour at which the morning begins.
    pub(super) first_hour: i8,
    /// The weekdays (ISO, 1 is Monday) on which there are hours.
    pub(super) weekdays: Vec<i8>,
    pub(super) fee_minor: i64,
    pub(super) currency: &'static str,
    /// Whether this is the doctor whose sign-in is printed.
    pub(super) printed: bool,
}

const ABOUT: [&str; 4] = [
    "I take time to listen, and I explain what I propose in plain words.",
    "Fifteen years in hospitals and practices. I follow up by message after each visit.",
    "I work with the people in my care to find what fits their daily life.",
    "Second opinions are welcome. Please have your earlier results at hand.",
];

pub(super) async fn fill(filling: &mut Filling<'_>, clinics: &[Clinic]) -> Result<Vec<Doctor>> {
    let mut doctors = Vec::with_capacity(COUNT);
    for i in 0..COUNT + APPLICANTS {
        let (printed, applicant) = (i == 0, i >= COUNT);
        // The applicants have waited between a few hours and a few days.
        let ago = if applicant { 5 + 17 * i64::try_from(i - COUNT).unwrap_or(0) } else { 24 * 400 };
        let joined = filling.now - SignedDuration::from_hours(ago);
        // Doctors sign prescriptions, so their names must be printable.
        let person = std::iter::repeat_with(|| names::person(filling.seeded)).find(|person| printable(&person.name).is_ok());
        let Some(person) = person else { continue };
        let clinic = if printed { &clinics[0] } else { filling.seeded.pick(clinics) };
        let (user, id): (UserId, DoctorId) = (filling.id(joined), filling.id(joined));
        let name = if printed { DOCTOR.0.to_owned() } else { format!("Dr {}", person.name) };
        let email = if printed { DOCTOR.1.to_owned() } else { format!("doctor{i:03}@demo.example") };
        insert_users(filling, &[user], std::slice::from_ref(&name), &[email], &[clinic.zone.to_owned()], joined).await?;
        let mut languages = vec!["en".to_owned()];
        if person.language != "en" {
            languages.push(person.language.to_owned());
        }
        let fee_minor =
            i64::try_from(35 + 5 * filling.seeded.below(14)).unwrap_or(45) * if clinic.currency == "INR" { 2_000 } else { 100 };
        // Each specialty has ten doctors; the printed doctor is a general practitioner.
        let specialty = i % SPECIALTIES.len();
        let licence_number = format!("{}", 7_100_000 + i);
        let about = *filling.seeded.pick(&ABOUT);
        let status = if applicant { "applied" } else { "verified" };
        sqlx::query!(
            "with doctor as (
               insert into doctors (id, user_id, full_name, name_search, status, about, languages, fee_minor, fee_checked_at, currency, applied_at)
               values ($1, $2, $3, $15, $4, $5, $6, case when $4::text = 'verified' then $7::bigint end,
                 case when $4::text = 'verified' then $9::timestamptz end, $8, $9)
               returning id),
             specialty as (
               insert into doctor_specialties (doctor_id, specialty_id) select doctor.id, s.id from doctor, specialties s where s.slug = $10)
             insert into licences (id, doctor_id, number, authority, country, expires_on, created_at)
             select $11, id, $12, $13, $14, ($9::timestamptz + interval '5 years')::date, $9 from doctor",
            id.uuid(),
            user.uuid(),
            name,
            status,
            about,
            &languages,
            fee_minor,
            clinic.currency,
            joined.to_sqlx(),
            SPECIALTIES[specialty].0,
            filling.id::<LicenceId>(joined).uuid(),
            licence_number,
            clinic.authority,
            clinic.country,
            search_key(&name)
        )
        .execute(filling.tx.connection())
        .await?;
        if applicant {
            continue;
        }
        let membership: MembershipId = filling.id(joined);
        sqlx::query!(
            "insert into memberships (id, user_id, role, clinic_id, created_at) values ($1, $2, 'doctor', $3, $4)",
            membership.uuid(),
            user.uuid(),
            clinic.id.uuid(),
            joined.to_sqlx()
        )
        .execute(filling.tx.connection())
        .await?;
        let weekdays: Vec<i8> =
            if printed { (1..=7).collect() } else { (1..=6).filter(|_| filling.seeded.below(4) > 0).collect() };
        let first_hour = if printed { 9 } else { 8 + i8::try_from(filling.seeded.below(3)).unwrap_or(1) };
        hours(filling, id, clinic.id, &weekdays, first_hour).await?;
        doctors.push(Doctor {
            id,
            user,
            name,
            specialty,
            licence_number,
            clinic: clinic.id,
            zone: clinic.zone,
            first_hour,
            weekdays,
            fee_minor,
            currency: clinic.currency,
            printed,
        });
    }
    Ok(doctors)
}

/// Four hours in the morning, and four after a break of one hour.
async fn hours(filling: &mut Filling<'_>, doctor: DoctorId, clinic: ClinicId, weekdays: &[i8], first_hour: i8) -> Result<()> {
    let from = (filling.now - SignedDuration::from_hours(24 * 90)).to_zoned(jiff::tz::TimeZone::UTC).date();
    for weekday in weekdays {
        for begin in [first_hour, first_hour + 5] {
            let id: ScheduleRuleId = filling.id(filling.now - SignedDuration::from_hours(24 * 90));
            sqlx::query!(
                "insert into schedule_rules (id, doctor_id, clinic_id, weekday, starts, ends, valid_from) values ($1, $2, $3, $4, $5, $6, $7)",
                id.uuid(),
                doctor.uuid(),
                clinic.uuid(),
                i16::from(*weekday),
                time(begin, 0, 0, 0).to_sqlx(),
                time(begin + 4, 0, 0, 0).to_sqlx(),
                from.to_sqlx()
            )
            .execute(filling.tx.connection())
            .await?;
        }
    }
    Ok(())
}
