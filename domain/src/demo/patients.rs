//! Two thousand patients, each with an account and a key.

use super::{Filling, PATIENT, names};
use crate::{
    Result,
    vault::{Column, PatientKey, Purpose},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{PatientId, UserId},
    text::fold::search_key,
};
use std::collections::HashMap;
use uuid::Uuid;

const COUNT: usize = 2_000;

/// A patient of the demonstration.
pub(super) struct Patient {
    pub(super) id: PatientId,
    pub(super) user: UserId,
    pub(super) key: PatientKey,
    pub(super) name: String,
    /// The counter from which the person number is made.
    pub(super) number: i64,
    pub(super) born: Date,
    pub(super) feminine: bool,
    /// Whether this is the patient whose sign-in is printed; such a patient gets no random appointment near the present moment.
    pub(super) printed: bool,
}

pub(super) async fn fill(filling: &mut Filling<'_>) -> Result<Vec<Patient>> {
    let joined = filling.now - SignedDuration::from_hours(24 * 200);
    let mut patients = Vec::with_capacity(COUNT);
    let (mut users, mut user_names, mut emails, mut zones) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut births, mut ciphers, mut indexes, mut keys) = (Vec::<jiff_sqlx::Date>::new(), Vec::new(), Vec::new(), Vec::new());
    let source = filling.tx.domain().clone();
    for i in 0..COUNT {
        let printed = i == 0;
        let person = names::person(filling.seeded);
        let (id, user): (PatientId, UserId) = (filling.id(joined), filling.id(joined));
        let key = PatientKey::random(id, source.randomness());
        let phone = format!("+4420794{:05}", 60_000 + i);
        ciphers.push(key.encrypt(source.randomness(), Column::Phone, id, &phone));
        indexes.push(source.vault().mac(Purpose::BlindIndex, &[b"phone", phone.as_bytes()]));
        keys.push(key.wrap(source.vault(), source.randomness()));
        let born = birth(filling.seeded.below(365 * 88), filling.now);
        // The printed patient has a story, which is that of an adult woman.
        let (born, feminine) = if printed { (jiff::civil::date(1979, 3, 14), true) } else { (born, person.feminine) };
        let name = if printed { PATIENT.0.to_owned() } else { person.name };
        births.push(born.to_sqlx());
        users.push(user);
        user_names.push(name.clone());
        emails.push(if printed { PATIENT.1.to_owned() } else { format!("patient{i:04}@demo.example") });
        zones.push(if printed { "Europe/London".to_owned() } else { person.zone.to_owned() });
        patients.push(Patient { id, user, key, name, number: 0, born, feminine, printed });
    }
    insert_users(filling, &users, &user_names, &emails, &zones, joined).await?;
    let ids: Vec<Uuid> = patients.iter().map(|patient| patient.id.uuid()).collect();
    let users: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
    let name_keys: Vec<String> = user_names.iter().map(|name| search_key(name)).collect();
    let numbers = sqlx::query!(
        "insert into patients (id, full_name, date_of_birth, phone_cipher, phone_index, time_zone, created_at, name_search)
         select t.id, t.name, t.birth, t.cipher, t.phone_index, t.zone, $7, t.name_search
         from unnest($1::uuid[], $2::text[], $3::date[], $4::bytea[], $5::bytea[], $6::text[], $8::text[])
           as t(id, name, birth, cipher, phone_index, zone, name_search)
         returning id, number",
        &ids,
        &user_names,
        &births as &[jiff_sqlx::Date],
        &ciphers,
        &indexes,
        &zones,
        joined.to_sqlx(),
        &name_keys
    )
    .fetch_all(filling.tx.connection())
    .await?;
    let numbers: HashMap<Uuid, i64> = numbers.into_iter().map(|row| (row.id, row.number)).collect();
    for patient in &mut patients {
        patient.number = numbers.get(&patient.id.uuid()).copied().unwrap_or_default();
    }
    sqlx::query!(
        "with keys as (
           insert into patient_keys (patient_id, wrapped, created_at)
           select t.id, t.wrapped, $4 from unnest($1::uuid[], $2::bytea[]) as t(id, wrapped))
         insert into patient_access (patient_id, user_id, relation, starts_at)
         select t.id, t.user_id, 'self', $4 from unnest($1::uuid[], $3::uuid[]) as t(id, user_id)",
        &ids,
        &keys,
        &users,
        joined.to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(patients)
}

impl Patient {
    /// Age in completed years.
    pub(super) fn age_years(&self, now: Timestamp) -> i16 {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let before_birthday = (today.month(), today.day()) < (self.born.month(), self.born.day());
        today.year() - self.born.year() - i16::from(before_birthday)
    }

    /// Whether such a patient goes to a doctor of this specialty, named by its slug.
    pub(super) fn suits(&self, specialty: &str, now: Timestamp) -> bool {
        let age = self.age_years(now);
        match specialty {
            "paediatrics" => age < 16,
            "geriatrics" => age >= 65,
            "gynaecology" => self.feminine && (16..55).contains(&age),
            "oncology" => self.feminine && age >= 40,
            "urology" => !self.feminine && age >= 45,
            "haematology" | "infectious-diseases" | "psychiatry" | "dermatology" => (16..80).contains(&age),
            _ => age >= 16,
        }
    }
}

/// The birth date of a person who is between 1 and 89 years old.
fn birth(days: usize, now: Timestamp) -> Date {
    let days = i64::try_from(days).unwrap_or(0) + 365;
    (now - SignedDuration::from_hours(24 * days)).to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Inserts confirmed accounts that all have the same password.
pub(super) async fn insert_users(
    filling: &mut Filling<'_>,
    ids: &[UserId],
    names: &[String],
    emails: &[String],
    zones: &[String],
    joined: Timestamp,
) -> Result<()> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let hash = filling.password_hash;
    let searched: Vec<String> = names.iter().map(|name| search_key(name)).collect();
    sqlx::query!(
        "with accounts as (
           insert into users (id, display_name, name_search, email, email_key, email_confirmed_at, time_zone, created_at)
           select t.id, t.name, t.search, t.email, t.email, $5, t.zone, $5
           from unnest($1::uuid[], $2::text[], $7::text[], $3::text[], $4::text[]) as t(id, name, search, email, zone)
           returning id)
         insert into password_credentials (user_id, hash, changed_at) select id, $6, $5 from accounts",
        &ids,
        names,
        emails,
        zones,
        joined.to_sqlx(),
        hash,
        &searched
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}
