//! Families: parents with children, one of whom is near the age at which the record is their own, and a carer whom the clinic lets act for an old man. The
//! parents and the carer have sign-ins; the people for whom they act have none.

use super::{Filling, patients::insert_users, places::Clinic};
use crate::{
    Result,
    vault::{Column, PatientKey},
};
use jiff::{SignedDuration, Span, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ActingPaperId, PatientId, UserId},
    text::fold::search_key,
};

/// The printed parent of two children.
pub(super) const PARENT: (&str, &str) = ("Leïla Benhaddou-Vandenbroucke", "parent@demo.example");
/// The printed carer.
pub(super) const CARER: (&str, &str) = ("Gwendolyn Featherstonehaugh-Cholmondeley", "carer@demo.example");

/// A person with a record.
struct Member {
    name: &'static str,
    born: Date,
    zone: &'static str,
}

/// Writes the families. `desk` has registered those who have no account, at the first clinic.
pub(super) async fn fill(filling: &mut Filling<'_>, clinics: &[Clinic], desk: UserId) -> Result<()> {
    let Some(clinic) = clinics.first() else { return Ok(()) };
    let today = filling.now.to_zoned(TimeZone::UTC).date();
    let ago = |span: Span| today.saturating_sub(span);
    let of_age_years = filling.tx.domain().settings().of_age_years;
    let near = ago(of_age_years.years()).saturating_add(20.days());
    let families = [
        (
            PARENT,
            Member { name: PARENT.0, born: ago(41.years().days(100)), zone: "Europe/London" },
            [("Noor Benhaddou-Vandenbroucke", near), ("Élias Benhaddou-Vandenbroucke", ago(6.years().days(40)))],
        ),
        (
            ("Ελένη Παπαδοπούλου", "eleni@demo.example"),
            Member { name: "Ελένη Παπαδοπούλου", born: ago(38.years().days(9)), zone: "Europe/Athens" },
            [("Νικόλαος Παπαδόπουλος", ago(13.years().days(70))), ("Αγγελική Παπαδοπούλου", ago(2.years().days(15)))],
        ),
        (
            ("佐藤 健太郎", "sato@demo.example"),
            Member { name: "佐藤 健太郎", born: ago(45.years().days(3)), zone: "Asia/Tokyo" },
            [("佐藤 さくら", ago(10.years().days(200))), ("佐藤 陽翔", ago(4.years().days(120)))],
        ),
    ];
    for ((_, email), parent, children) in families {
        let user = account(filling, parent.name, email, parent.zone).await?;
        let (own, _) = record(filling, &parent).await?;
        act(filling, own, user, "self").await?;
        for (name, born) in children {
            let (child, _) = record(filling, &Member { name, born, zone: parent.zone }).await?;
            register(filling, child, clinic, desk).await?;
            act(filling, child, user, "guardian").await?;
        }
    }
    let carer = account(filling, CARER.0, CARER.1, "Europe/London").await?;
    let (own, _) = record(filling, &Member { name: CARER.0, born: ago(52.years().days(5)), zone: "Europe/London" }).await?;
    act(filling, own, carer, "self").await?;
    let cared = Member { name: "Bartholomew Attenborough-Fitzgerald", born: ago(88.years().days(33)), zone: "Europe/London" };
    let (cared, key) = record(filling, &cared).await?;
    register(filling, cared, clinic, desk).await?;
    carer_acts(filling, (cared, &key), carer, (clinic, desk)).await
}

async fn account(filling: &mut Filling<'_>, name: &str, email: &str, zone: &str) -> Result<UserId> {
    let joined = joined(filling);
    let user: UserId = filling.id(joined);
    insert_users(filling, &[user], &[name.to_owned()], &[email.to_owned()], &[zone.to_owned()], joined).await?;
    Ok(user)
}

async fn record(filling: &mut Filling<'_>, member: &Member) -> Result<(PatientId, PatientKey)> {
    let joined = joined(filling);
    let id: PatientId = filling.id(joined);
    let source = filling.tx.domain().clone();
    let key = PatientKey::random(id, source.randomness());
    sqlx::query!(
        "with patient as (
           insert into patients (id, full_name, date_of_birth, time_zone, created_at, name_search) values ($1, $2, $3, $4, $5, $6)
           returning id)
         insert into patient_keys (patient_id, wrapped, created_at) select id, $7, $5 from patient",
        id.uuid(),
        member.name,
        member.born.to_sqlx(),
        member.zone,
        joined.to_sqlx(),
        search_key(member.name),
        key.wrap(source.vault(), source.randomness())
    )
    .execute(filling.tx.connection())
    .await?;
    Ok((id, key))
}

/// Lets a user act for a patient without an end.
async fn act(filling: &mut Filling<'_>, patient: PatientId, user: UserId, relation: &str) -> Result<()> {
    sqlx::query!(
        "insert into patient_access (patient_id, user_id, relation, starts_at) values ($1, $2, $3, $4)",
        patient.uuid(),
        user.uuid(),
        relation,
        joined(filling).to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

/// Registers a patient at a clinic, so that its desk finds them.
async fn register(filling: &mut Filling<'_>, patient: PatientId, clinic: &Clinic, desk: UserId) -> Result<()> {
    sqlx::query!(
        "insert into patient_clinics (patient_id, clinic_id, registered_by, registered_at) values ($1, $2, $3, $4)",
        patient.uuid(),
        clinic.id.uuid(),
        desk.uuid(),
        joined(filling).to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

/// The desk has seen a document, and lets the carer act for a year.
async fn carer_acts(
    filling: &mut Filling<'_>,
    (patient, key): (PatientId, &PatientKey),
    carer: UserId,
    (clinic, desk): (&Clinic, UserId),
) -> Result<()> {
    let seen = filling.now - SignedDuration::from_hours(24 * 30);
    let until = filling.now + SignedDuration::from_hours(24 * 335);
    let id: ActingPaperId = filling.id(seen);
    let source = filling.tx.domain().clone();
    let document =
        key.encrypt(source.randomness(), Column::ActingDocument, id, "Lasting power of attorney for health and welfare");
    sqlx::query!(
        "with access as (
           insert into patient_access (patient_id, user_id, relation, starts_at, ends_at) values ($2, $3, 'helper', $4, $5))
         insert into acting_papers (id, patient_id, user_id, relation, document_cipher, document_date, until, seen_by, clinic_id, seen_at)
         values ($1, $2, $3, 'helper', $6, $7, $5, $8, $9, $4)",
        id.uuid(),
        patient.uuid(),
        carer.uuid(),
        seen.to_sqlx(),
        until.to_sqlx(),
        document,
        seen.to_zoned(TimeZone::UTC).date().saturating_sub(60.days()).to_sqlx(),
        desk.uuid(),
        clinic.id.uuid()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

fn joined(filling: &Filling<'_>) -> jiff::Timestamp {
    filling.now - SignedDuration::from_hours(24 * 150)
}
