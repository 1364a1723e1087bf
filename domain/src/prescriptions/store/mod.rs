//! One prescription in the database. Lists of prescriptions are in `store/lists.rs`, what is printed with a signature in `store/issuer.rs`.

mod issuer;
mod lists;

pub(super) use issuer::{letterhead, prescriber, verification};
pub(super) use lists::{Line, SignedAtVisit, drafts, lines, medicines_of, signed, signed_at_visit, taken_since};

use super::{encounter::PrescriptionsOf, paper::Frozen};
use crate::{
    Error, Result,
    access::{Action, Facts, Permit, ResourceKind, Subject, actions::Create},
    db::Tx,
    vault::Column,
    visits,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, EncounterId, EventId, PatientId, PrescriptionId, PrescriptionItemId},
    prescriptions::{ItemView, Medicine},
};
use uuid::Uuid;

/// The error of the triggers that protect a signed prescription.
const FROZEN: [(&str, Code); 1] = [("prescriptions_frozen", Code::PrescriptionFrozen)];

impl Subject for PrescriptionId {
    const KIND: ResourceKind = ResourceKind::Prescription;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from prescriptions where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?;
        }
        let row = sqlx::query!(
            "select encounter_id, signed_at is not null as \"signed!\" from prescriptions where id = $1",
            self.uuid()
        )
        .fetch_optional(tx.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        // A prescription has the people and the clinic of its visit.
        let visit = visits::facts_of(tx, row.encounter_id.into(), false).await?;
        Ok(visit.map(|visit| Facts { unfinished: !row.signed, ..visit }))
    }
}

/// A prescription without its medicines.
pub(super) struct Head {
    pub(super) id: PrescriptionId,
    pub(super) number: i64,
    pub(super) encounter: EncounterId,
    pub(super) patient: PatientId,
    pub(super) patient_name: String,
    pub(super) patient_latin_name: Option<String>,
    pub(super) patient_born: Date,
    pub(super) patient_number: i64,
    pub(super) doctor: DoctorId,
    pub(super) doctor_name: String,
    pub(super) clinic: ClinicId,
    pub(super) clinic_name: String,
    pub(super) clinic_zone: String,
    pub(super) created_at: Timestamp,
    pub(super) signed_at: Option<Timestamp>,
    pub(super) cancelled: Option<Cancelled>,
    pub(super) version: i32,
}

/// How a prescription was cancelled.
pub(super) struct Cancelled {
    pub(super) event: Uuid,
    pub(super) at: Timestamp,
    pub(super) by: String,
    pub(super) by_latin: Option<String>,
    pub(super) reason_cipher: Option<Vec<u8>>,
}

pub(super) async fn head<A: Action>(tx: &mut Tx, permit: &Permit<A, PrescriptionId>) -> Result<Head> {
    let row = sqlx::query!(
        "select x.id, x.number, x.encounter_id, x.patient_id, p.name as \"patient_name!\", p.latin_name as patient_latin_name,
           p.date_of_birth as \"date_of_birth!\", p.number as \"patient_number!\",
           x.doctor_id, d.name as \"doctor_name!\", x.clinic_id, c.name as \"clinic_name!\", c.time_zone as \"time_zone!\", x.created_at, x.signed_at, x.version,
           e.id as \"event_id?\", e.at as \"cancelled_at?\", e.reason_cipher as \"reason_cipher?\", u.name as \"cancelled_by?\",
           u.latin_name as cancelled_by_latin
         from prescriptions x
         join patient_identity p on p.patient_id = x.patient_id
         join doctor_name d on d.doctor_id = x.doctor_id
         join clinic_address c on c.clinic_id = x.clinic_id
         left join prescription_events e on e.prescription_id = x.id and e.kind = 'cancelled'
         left join person_name u on u.user_id = e.author_user_id
         where x.id = $1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let cancelled = match (row.event_id, row.cancelled_at, row.cancelled_by) {
        (Some(event), Some(at), Some(by)) => {
            Some(Cancelled { event, at: at.to_jiff(), by, by_latin: row.cancelled_by_latin, reason_cipher: row.reason_cipher })
        }
        _ => None,
    };
    Ok(Head {
        id: row.id.into(),
        number: row.number,
        encounter: row.encounter_id.into(),
        patient: row.patient_id.into(),
        patient_name: row.patient_name,
        patient_latin_name: row.patient_latin_name,
        patient_born: row.date_of_birth.to_jiff(),
        patient_number: row.patient_number,
        doctor: row.doctor_id.into(),
        doctor_name: row.doctor_name,
        clinic: row.clinic_id.into(),
        clinic_name: row.clinic_name,
        clinic_zone: row.time_zone,
        created_at: row.created_at.to_jiff(),
        signed_at: row.signed_at.map(jiff_sqlx::Timestamp::to_jiff),
        cancelled,
        version: row.version,
    })
}

/// The medicines in order.
pub(super) async fn items<A: Action>(tx: &mut Tx, permit: &Permit<A, PrescriptionId>) -> Result<Vec<ItemView>> {
    let key = tx.patient_key(permit.patient()?).await?;
    let rows = sqlx::query!(
        "select id, body_cipher from prescription_items where prescription_id = $1 order by position",
        permit.id().uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let medicine = key.decrypt_json(Column::PrescriptionItem, row.id, &row.body_cipher)?;
            Ok(ItemView { id: row.id.into(), medicine })
        })
        .collect()
}

/// The name of the patient of a visit.
pub(super) async fn patient_name<A: Action, S: Subject>(tx: &mut Tx, permit: &Permit<A, S>) -> Result<String> {
    let patient = permit.patient()?;
    Ok(sqlx::query_scalar!("select name as \"name!\" from patient_identity where patient_id = $1", patient.uuid())
        .fetch_one(tx.connection())
        .await?)
}

/// Inserts a new draft.
pub(super) async fn insert_draft(tx: &mut Tx, permit: &Permit<Create, PrescriptionsOf>) -> Result<PrescriptionId> {
    let (id, now) = (tx.new_id::<PrescriptionId>(), tx.now());
    sqlx::query!(
        "insert into prescriptions (id, encounter_id, patient_id, doctor_id, clinic_id, created_at)
         select $1, v.encounter_id, v.patient_id, v.doctor_id, v.clinic_id, $3 from visit_course v where v.encounter_id = $2",
        id.uuid(),
        permit.id().0.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// The draft of a visit; a visit has one at a time.
pub(super) async fn draft_of(tx: &mut Tx, encounter: EncounterId) -> Result<Option<PrescriptionId>> {
    let found = sqlx::query_scalar!(
        "select id from prescriptions where encounter_id = $1 and signed_at is null order by id limit 1",
        encounter.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(PrescriptionId::from))
}

pub(super) async fn delete_draft<A: Action>(tx: &mut Tx, permit: &Permit<A, PrescriptionId>) -> Result<()> {
    sqlx::query!("delete from prescriptions where id = $1", permit.id().uuid()).execute(tx.connection()).await.map_err(frozen)?;
    Ok(())
}

/// Increments the version, so that the version that others have seen becomes stale.
pub(super) async fn touch<A: Action>(tx: &mut Tx, permit: &Permit<A, PrescriptionId>) -> Result<()> {
    sqlx::query!("update prescriptions set version = version + 1 where id = $1", permit.id().uuid())
        .execute(tx.connection())
        .await
        .map_err(frozen)?;
    Ok(())
}

/// Adds a medicine at the end.
pub(super) async fn insert_item<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, PrescriptionId>,
    medicine: &Medicine,
) -> Result<PrescriptionItemId> {
    let id = tx.new_id::<PrescriptionItemId>();
    let cipher = encrypt(tx, permit.patient()?, id, medicine).await?;
    sqlx::query!(
        "insert into prescription_items (id, prescription_id, position, body_cipher)
         select $1, $2, coalesce(max(position) + 1, 0)::smallint, $3 from prescription_items where prescription_id = $2",
        id.uuid(),
        permit.id().uuid(),
        cipher
    )
    .execute(tx.connection())
    .await
    .map_err(frozen)?;
    Ok(id)
}

pub(super) async fn update_item<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, PrescriptionId>,
    item: PrescriptionItemId,
    medicine: &Medicine,
) -> Result<()> {
    let cipher = encrypt(tx, permit.patient()?, item, medicine).await?;
    let done = sqlx::query!(
        "update prescription_items set body_cipher = $3 where id = $1 and prescription_id = $2",
        item.uuid(),
        permit.id().uuid(),
        cipher
    )
    .execute(tx.connection())
    .await
    .map_err(frozen)?;
    one(done.rows_affected())
}

pub(super) async fn delete_item<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, PrescriptionId>,
    item: PrescriptionItemId,
) -> Result<()> {
    let done =
        sqlx::query!("delete from prescription_items where id = $1 and prescription_id = $2", item.uuid(), permit.id().uuid())
            .execute(tx.connection())
            .await
            .map_err(frozen)?;
    one(done.rows_affected())
}

/// Sets the positions of the medicines to this order.
pub(super) async fn reorder<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, PrescriptionId>,
    order: &[PrescriptionItemId],
) -> Result<()> {
    let ids: Vec<Uuid> = order.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "update prescription_items i set position = (o.place - 1)::smallint
         from unnest($2::uuid[]) with ordinality as o(id, place) where i.id = o.id and i.prescription_id = $1",
        permit.id().uuid(),
        &ids
    )
    .execute(tx.connection())
    .await
    .map_err(frozen)?;
    Ok(())
}

/// Stores the signature of a draft.
pub(super) async fn set_signed<A: Action>(tx: &mut Tx, permit: &Permit<A, PrescriptionId>, frozen_form: &Frozen) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update prescriptions set signed_at = $2, document_cipher = $3, document_hash = $4, verification_hash = $5, version = version + 1,
           prescriber_name = (select d.name from doctor_name d where d.doctor_id = prescriptions.doctor_id)
         where id = $1",
        permit.id().uuid(),
        now.to_sqlx(),
        frozen_form.document_cipher,
        &frozen_form.document_hash,
        &frozen_form.verification_hash
    )
    .execute(tx.connection())
    .await
    .map_err(frozen)?;
    one(done.rows_affected())
}

/// The frozen document and its hash.
pub(super) async fn frozen_document<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, PrescriptionId>,
) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let row = sqlx::query!("select document_cipher, document_hash from prescriptions where id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.document_cipher.zip(row.document_hash))
}

/// Records what happened to a prescription; each kind can happen once.
pub(super) async fn insert_event<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, PrescriptionId>,
    kind: &'static str,
    reason: Option<&str>,
) -> Result<()> {
    let (id, now, author) = (tx.new_id::<EventId>().uuid(), tx.now(), tx.access().acting()?.user);
    let cipher = match reason {
        Some(reason) => {
            let key = tx.patient_key(permit.patient()?).await?;
            Some(key.encrypt(tx.domain().randomness(), Column::PrescriptionEventReason, id, reason))
        }
        None => None,
    };
    sqlx::query!(
        "insert into prescription_events (id, prescription_id, kind, reason_cipher, author_user_id, at) values ($1, $2, $3, $4, $5, $6)",
        id,
        permit.id().uuid(),
        kind,
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("prescription_events_once", Code::PrescriptionCancelled)]))?;
    Ok(())
}

async fn encrypt(tx: &mut Tx, patient: PatientId, item: PrescriptionItemId, medicine: &Medicine) -> Result<Vec<u8>> {
    let key = tx.patient_key(patient).await?;
    key.encrypt_json(tx.domain().randomness(), Column::PrescriptionItem, item, medicine)
}

fn frozen(error: sqlx::Error) -> Error {
    Error::on_constraint(error, &FROZEN)
}

fn one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}
