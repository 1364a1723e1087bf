//! Patients as the staff of a clinic find, see and correct them.

use crate::{
    Error, Result,
    access::{
        Permit, Scope,
        actions::{Read, Write},
    },
    db::{BEGIN_PLANNED_ANEW, Tx},
    identity::phone_shown,
    settings::Treatment,
    text::NameQuery,
    vault::{Column, Purpose},
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ContactView, PatientCard, PatientRow},
    errors::Code,
    identity::{DateOfBirth, LatinName, PhoneNumber, WrittenName},
    ids::{ClinicId, DoctorId, PatientId, UserId},
};
use sqlx::{Connection, PgConnection};
use std::collections::BTreeSet;

use super::{contact::StoredPhone, deletion, patient_versions, people::shown};

/// What to look for. Each field that is set narrows the result.
pub(in crate::directory) struct Wanted<'a> {
    pub(in crate::directory) scope: &'a Scope,
    /// Whether a text was typed; then its number, phone number or name must match.
    pub(in crate::directory) by_text: bool,
    /// The counter of a person number.
    pub(in crate::directory) number: Option<i64>,
    /// The forms in which a phone number may be indexed.
    pub(in crate::directory) phones: Vec<Vec<u8>>,
    pub(in crate::directory) name: Option<&'a NameQuery>,
    pub(in crate::directory) born: Option<Date>,
    /// The last patient of the page before.
    pub(in crate::directory) after: Option<PatientId>,
}

/// The forms in which this phone number may be indexed.
pub(in crate::directory) fn phone_indexes(tx: &Tx, phone: &PhoneNumber) -> Vec<Vec<u8>> {
    tx.domain().vault().macs(Purpose::BlindIndex, &[b"phone", phone.as_str().as_bytes()])
}

/// The patients that match, at most `limit`: those with the most similar name first, and of equal ones the newest. A clinic's are those whom it cares for or has
/// registered, a doctor's those whom the doctor treats. Those of a doctor are few, so a list of them begins with the doctor's appointments.
pub(in crate::directory) async fn find(
    connection: &mut PgConnection,
    wanted: &Wanted<'_>,
    treatment: Treatment,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<PatientRow>> {
    // A plan for every search would read all patients.
    let mut tx = connection.begin_with(BEGIN_PLANNED_ANEW).await?;
    let rows = sqlx::query!(
        "select p.id, p.number, p.full_name, p.date_of_birth,
           exists (select from patient_access a where a.patient_id = p.id and a.relation = 'self' and a.starts_at <= $14
             and (a.ends_at is null or a.ends_at > $14)) as \"has_account!\"
         from patients p
         where p.deleted_at is null
           and (not $1::bool or p.number = $2
             or p.id = (select survivor_of(m.id) from patients m where m.number = $2 and m.deleted_at is not null)
             or p.phone_index = any($3) or p.name_search like $4 or p.name_search like $5
             or $6 <% p.name_search or $7 <% p.name_search)
           and ($8::date is null or p.date_of_birth = $8)
           and ($9::uuid is null or p.id < $9)
           and ($1::bool or $8::date is not null or $10::uuid is null
             or p.id = any(array(select a.patient_id from appointment_plan a where a.doctor_id = $10)))
           and case when $10::uuid is not null then exists (select from treats($10, p.id, $11, $12))
             else exists (select from patient_clinics r where r.patient_id = p.id and ($13::uuid is null or r.clinic_id = $13))
               or exists (select from cared_for_at(p.id, null, $12) c where $13::uuid is null or c = $13) end
         order by greatest(word_similarity($6, p.name_search), word_similarity($7, p.name_search)) desc nulls last, p.id desc
         limit $15",
        wanted.by_text,
        wanted.number,
        &wanted.phones,
        wanted.name.map(|name| name.contains.as_str()),
        wanted.name.map(|name| name.contains_spelled_out.as_str()),
        wanted.name.map(|name| name.folded.as_str()),
        wanted.name.map(|name| name.spelled_out.as_str()),
        wanted.born.map(ToSqlx::to_sqlx),
        wanted.after.map(PatientId::uuid),
        wanted.scope.doctor.map(DoctorId::uuid),
        treatment.prepared.to_sqlx(),
        treatment.kept.to_sqlx(),
        wanted.scope.clinic.map(ClinicId::uuid),
        now.to_sqlx(),
        limit
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.rollback().await?;
    let row = |number: i64| shown(number).ok_or_else(|| Error::internal("a counter has no number"));
    rows.into_iter()
        .map(|found| {
            Ok(PatientRow {
                id: found.id.into(),
                number: row(found.number)?,
                name: found.full_name,
                date_of_birth: found.date_of_birth.to_jiff(),
                has_account: found.has_account,
            })
        })
        .collect()
}

/// What the desk knows about a patient.
pub(in crate::directory) async fn card(
    tx: &mut Tx,
    permit: &Permit<Read, PatientId>,
    contact: ContactView,
    sees_insurance: bool,
) -> Result<PatientCard> {
    let (patient, now, asker) = (permit.id(), tx.now(), tx.asker());
    let clinic = tx.access().acting()?.clinic;
    let row = sqlx::query!(
        "select p.number, p.full_name, p.latin_name, p.date_of_birth, (select c.country from clinics c where c.id = $3) as \"country?\",
           exists (select from cared_for_at(p.id, $4, $5) c where $3::uuid is null or c = $3) as \"cared_for_here!\",
           exists (select from patient_access a where a.patient_id = p.id and a.relation = 'self' and a.starts_at <= $2
             and (a.ends_at is null or a.ends_at > $2)) as \"has_account!\",
           (select r.reason_cipher from patient_clinics r where r.patient_id = p.id and r.reason_cipher is not null
             order by r.registered_at desc limit 1) as \"reason_cipher?\",
           (select f.file_id from patient_photo f where f.patient_id = p.id) as \"photo?\",
           (select f.file_id from patient_insurance_card f where f.patient_id = p.id and f.is_front) as \"insurance_front?\",
           (select f.file_id from patient_insurance_card f where f.patient_id = p.id and not f.is_front) as \"insurance_back?\"
         from patients p where p.id = $1",
        patient.uuid(),
        now.to_sqlx(),
        clinic.map(ClinicId::uuid),
        asker.prepared,
        asker.kept
    )
    .fetch_one(tx.connection())
    .await?;
    let kept_here = is_kept_here(tx, patient).await?;
    let used = match clinic {
        Some(clinic) => deletion::is_used(tx, patient, clinic).await?,
        None => true,
    };
    let key = tx.patient_key(patient).await?;
    let reason = row.reason_cipher.map(|cipher| key.decrypt(Column::RegistrationReason, patient, &cipher)).transpose()?;
    Ok(PatientCard {
        id: patient,
        number: shown(row.number).ok_or_else(|| Error::internal("a counter has no number"))?,
        name: row.full_name,
        latin_name: row.latin_name,
        date_of_birth: row.date_of_birth.to_jiff(),
        phone_shown: contact.phone.as_deref().map(|phone| phone_shown(phone, row.country.as_deref())),
        phone: contact.phone,
        address: contact.address,
        photo: row.photo.map(Into::into),
        insurance_front: row.insurance_front.filter(|_| sees_insurance).map(Into::into),
        insurance_back: row.insurance_back.filter(|_| sees_insurance).map(Into::into),
        has_account: row.has_account,
        registered_despite: reason,
        kept_here,
        cared_for_here: row.cared_for_here,
        may_delete: !used && kept_here && permit.may(tx.access(), Write),
        may_correct: !row.has_account && kept_here && permit.may(tx.access(), Write),
        version: contact.version,
    })
}

/// Whether the patient has an account of their own. The permit has locked the row of the patient.
pub(in crate::directory) async fn has_account(tx: &mut Tx, permit: &Permit<Write, PatientId>) -> Result<bool> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "select exists (select from patient_access a where a.patient_id = $1 and a.relation = 'self' and a.starts_at <= $2
           and (a.ends_at is null or a.ends_at > $2)) as \"has_account!\"",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Refuses a clinic that knows the patient and does not keep the record.
///
/// # Errors
/// `access.forbidden`.
pub(in crate::directory) async fn check_kept(tx: &mut Tx, permit: &Permit<Write, PatientId>) -> Result<()> {
    if is_kept_here(tx, permit.id()).await? { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// The user whose own record it is; `None` when nobody has claimed it, and for a child whose parents act for them.
pub(in crate::directory) async fn owner(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<Option<UserId>> {
    let now = tx.now();
    let owner = sqlx::query_scalar!(
        "select user_id from patient_access where patient_id = $1 and relation = 'self' and (ends_at is null or ends_at > $2)
         order by starts_at desc limit 1",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(owner.map(Into::into))
}

/// Whether the clinic in which the caller acts keeps the record; a role in all clinics is not asked.
pub(in crate::directory) async fn is_kept_here(tx: &mut Tx, patient: PatientId) -> Result<bool> {
    let clinic = tx.access().acting()?.clinic;
    match clinic {
        Some(clinic) => Ok(kept_at(tx, patient).await?.contains(&clinic)),
        None => Ok(true),
    }
}

/// The clinics that keep the record of a patient: those that care for the patient, and the one that registered the patient. One that only found the patient among
/// those of the organisation does not.
pub(super) async fn kept_at(tx: &mut Tx, patient: PatientId) -> Result<BTreeSet<ClinicId>> {
    let kept = tx.treatment().kept;
    let clinics = sqlx::query_scalar!(
        "select c as \"clinic!\" from cared_for_at($1, null, $2) c
         union select r.clinic_id from patient_clinics r where r.patient_id = $1 and not r.is_linked",
        patient.uuid(),
        kept.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(clinics.into_iter().map(ClinicId::from).collect())
}

/// Which details of a patient a correction has changed.
#[derive(Debug, Clone, Copy)]
pub(in crate::directory) struct Corrected {
    pub(in crate::directory) name: bool,
    pub(in crate::directory) birth: bool,
    pub(in crate::directory) phone: bool,
}

/// Replaces name, date of birth and phone number.
///
/// # Errors
/// `request.stale` when the patient has another version now.
pub(in crate::directory) async fn correct(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    name: &WrittenName,
    birth: DateOfBirth,
    phone: Option<&PhoneNumber>,
    version: i32,
) -> Result<Corrected> {
    let patient = permit.id();
    let before = sqlx::query!(
        "select full_name, latin_name, date_of_birth, phone_cipher from patients where id = $1 and version = $2",
        patient.uuid(),
        version
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::Stale)?;
    let key = tx.patient_key(patient).await?;
    let phone_before = before.phone_cipher.map(|cipher| key.decrypt(Column::Phone, patient, &cipher)).transpose()?;
    let stored = phone.map(|phone| StoredPhone::new(tx, &key, patient, phone));
    let (cipher, index) = stored.map(|stored| (stored.cipher, stored.index)).unzip();
    patient_versions::keep_first(tx, patient).await?;
    let changed = sqlx::query!(
        "update patients set full_name = $2, latin_name = $3, name_search = $4, date_of_birth = $5, phone_cipher = $6, phone_index = $7,
           version = version + 1
         where id = $1 and version = $8",
        patient.uuid(),
        name.name().as_str(),
        name.latin().map(LatinName::as_str),
        name.search_key(),
        birth.date().to_sqlx(),
        cipher,
        index,
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed != 1 {
        return Err(Code::Stale.into());
    }
    patient_versions::keep(tx, patient).await?;
    Ok(Corrected {
        name: before.full_name != name.name().as_str() || before.latin_name.as_deref() != name.latin().map(LatinName::as_str),
        birth: before.date_of_birth.to_jiff() != birth.date(),
        phone: phone_before.as_deref() != phone.map(PhoneNumber::as_str),
    })
}
