//! Lists of prescriptions and of their medicines.

use crate::{
    Result,
    access::{Permit, Scope, Subject, actions::Read},
    db::Tx,
    vault::Column,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, DoctorId, EncounterId, PatientId, PrescriptionId},
    prescriptions::Medicine,
    records::MedicineTaken,
};
use uuid::Uuid;

/// A prescription in a list, without its medicines.
pub(in super::super) struct Line {
    pub(in super::super) id: PrescriptionId,
    pub(in super::super) number: i64,
    pub(in super::super) encounter: EncounterId,
    pub(in super::super) patient: PatientId,
    pub(in super::super) patient_name: String,
    pub(in super::super) doctor_name: String,
    pub(in super::super) created_at: Timestamp,
    pub(in super::super) signed_at: Option<Timestamp>,
    pub(in super::super) cancelled_at: Option<Timestamp>,
}

/// Prescriptions, newest first; drafts only for their author.
pub(in super::super) async fn lines(tx: &mut Tx, scope: &Scope, before: Option<PrescriptionId>, limit: i64) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        "select x.id, x.number, x.encounter_id, x.patient_id, p.name as \"patient_name!\", d.name as \"doctor_name!\", x.created_at,
           x.signed_at, e.at as \"cancelled_at?\"
         from prescriptions x
         join patient_identity p on p.patient_id = x.patient_id
         join doctor_name d on d.doctor_id = x.doctor_id
         left join prescription_events e on e.prescription_id = x.id and e.kind = 'cancelled'
         where p.deleted_at is null
           and ($1::uuid is null or x.patient_id = $1)
           and ($2::uuid is null or x.doctor_id = $2)
           and ($3::uuid is null or x.clinic_id = $3)
           and (x.signed_at is not null or x.doctor_id = $2)
           and ($4::uuid is null or x.id < $4)
         order by x.id desc limit $5",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        before.map(PrescriptionId::uuid),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            id: row.id.into(),
            number: row.number,
            encounter: row.encounter_id.into(),
            patient: row.patient_id.into(),
            patient_name: row.patient_name,
            doctor_name: row.doctor_name,
            created_at: row.created_at.to_jiff(),
            signed_at: row.signed_at.map(jiff_sqlx::Timestamp::to_jiff),
            cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}

/// How many drafts a doctor has; those without a medicine and those of patients whose data was erased are left out, as nobody can sign them.
pub(in super::super) async fn drafts(tx: &mut Tx, doctor: DoctorId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\" from prescriptions x join patient_identity p on p.patient_id = x.patient_id
         where x.doctor_id = $1 and x.signed_at is null and p.deleted_at is null
           and exists (select from prescription_items i where i.prescription_id = x.id)",
        doctor.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The medicines of several prescriptions, in order. The ids come from a list within the caller's scope or from a permitted record; patients whose
/// data was erased have no medicines here.
pub(in super::super) async fn medicines_of(
    tx: &mut Tx,
    of: &[(PrescriptionId, PatientId)],
) -> Result<Vec<(PrescriptionId, Medicine)>> {
    let patients: Vec<PatientId> = of.iter().map(|(_, patient)| *patient).collect();
    let ids: Vec<Uuid> = of.iter().map(|(id, _)| id.uuid()).collect();
    let rows = sqlx::query!(
        "select id, prescription_id, body_cipher from prescription_items where prescription_id = any($1) order by prescription_id, position",
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    let keys = tx.patient_keys(&patients).await?;
    let mut medicines = Vec::new();
    for row in rows {
        let prescription = PrescriptionId::from(row.prescription_id);
        let key = of.iter().find(|(id, _)| *id == prescription).and_then(|(_, patient)| keys.get(patient));
        if let Some(key) = key {
            medicines.push((prescription, key.decrypt_json(Column::PrescriptionItem, row.id, &row.body_cipher)?));
        }
    }
    Ok(medicines)
}

/// The medicines of the prescriptions that were signed for a patient since then and not cancelled. Those of the newest prescription come first. `limit` is
/// the most prescriptions.
pub(in super::super) async fn taken_since<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<MedicineTaken>> {
    let patient = permit.patient()?;
    let rows = sqlx::query!(
        "select x.id, x.signed_at as \"signed_at!\", d.name as \"doctor_name!\", i.id as item_id, i.body_cipher
         from (
           select p.id, p.signed_at, p.doctor_id from prescriptions p
           where p.patient_id = $1 and p.signed_at >= $2
             and not exists (select from prescription_events e where e.prescription_id = p.id and e.kind = 'cancelled')
           order by p.signed_at desc limit $3) x
         join doctor_name d on d.doctor_id = x.doctor_id
         join prescription_items i on i.prescription_id = x.id
         order by x.signed_at desc, x.id, i.position",
        patient.uuid(),
        since.to_sqlx(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let Some(key) = tx.patient_keys(&[patient]).await?.get(&patient) else { return Ok(Vec::new()) };
    rows.into_iter()
        .map(|row| {
            Ok(MedicineTaken {
                prescription: row.id.into(),
                medicine: key.decrypt_json(Column::PrescriptionItem, row.item_id, &row.body_cipher)?,
                signed_at: row.signed_at.to_jiff(),
                doctor_name: row.doctor_name,
            })
        })
        .collect()
}

/// A signed prescription of a visit.
pub(in super::super) struct SignedAtVisit {
    pub(in super::super) id: PrescriptionId,
    pub(in super::super) number: i64,
    pub(in super::super) signed_at: Timestamp,
    pub(in super::super) cancelled_at: Option<Timestamp>,
}

/// The prescriptions signed at a visit, in the order of writing.
pub(in super::super) async fn signed_at_visit<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    encounter: EncounterId,
) -> Result<Vec<SignedAtVisit>> {
    let patient = permit.patient()?;
    let rows = sqlx::query!(
        "select x.id, x.number, x.signed_at as \"signed_at!\", e.at as \"cancelled_at?\" from prescriptions x
         left join prescription_events e on e.prescription_id = x.id and e.kind = 'cancelled'
         where x.encounter_id = $1 and x.patient_id = $2 and x.signed_at is not null order by x.id",
        encounter.uuid(),
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SignedAtVisit {
            id: row.id.into(),
            number: row.number,
            signed_at: row.signed_at.to_jiff(),
            cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}

/// The signed ones among these prescriptions of a patient.
pub(in super::super) async fn signed<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<Read, S>,
    ids: &[PrescriptionId],
) -> Result<Vec<SignedAtVisit>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select x.id, x.number, x.signed_at as \"signed_at!\", e.at as \"cancelled_at?\" from prescriptions x
         left join prescription_events e on e.prescription_id = x.id and e.kind = 'cancelled'
         where x.id = any($1) and x.patient_id = $2 and x.signed_at is not null order by x.id",
        &ids,
        permit.patient()?.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SignedAtVisit {
            id: row.id.into(),
            number: row.number,
            signed_at: row.signed_at.to_jiff(),
            cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
        .collect())
}
