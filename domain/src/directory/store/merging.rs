//! Merging two records of one person, in the database. The rows of other areas are moved by functions of the database, because most of them are only ever added.

use super::{contact::StoredPhone, likely_pairs::named, lock_patient, patient_versions, people::shown};
use crate::{
    Error, Result,
    access::{Facts, Permit, ResourceKind, Subject, actions::Decide},
    db::Tx,
    vault::Column,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{Holdings, MergedRow, RecordView},
    errors::Code,
    identity::{PhoneNumber, TypedAddress, name_search_key},
    ids::{MergeId, PatientId, UserId},
    scheduling::TimeRange,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A patient as an administrator decides about the record: that it and another one are of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) struct Mergeable(pub(in crate::directory) PatientId);

impl Subject for Mergeable {
    const KIND: ResourceKind = ResourceKind::Patient;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// Without the patient: also a record that no clinic knows may be a duplicate, and an administrator of the whole organisation decides about it.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            lock_patient(tx, self.0).await?;
        }
        let exists = sqlx::query_scalar!(
            "select exists (select from patients p where p.id = $1 and p.deleted_at is null) as \"exists!\"",
            self.0.uuid()
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(exists.then(Facts::default))
    }
}

/// What can differ between two records, as it is kept of the record that stays.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::directory) struct Details {
    pub(in crate::directory) name: String,
    pub(in crate::directory) latin_name: Option<String>,
    pub(in crate::directory) date_of_birth: Date,
    pub(in crate::directory) phone: Option<String>,
    pub(in crate::directory) address: Option<TypedAddress>,
}

impl From<&RecordView> for Details {
    fn from(record: &RecordView) -> Self {
        Self {
            name: record.name.clone(),
            latin_name: record.latin_name.clone(),
            date_of_birth: record.date_of_birth,
            phone: record.phone.clone(),
            address: record.address.clone(),
        }
    }
}

/// The details of the record that stays, before and after a merge.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::directory) struct Changed {
    pub(in crate::directory) before: Details,
    pub(in crate::directory) after: Details,
}

/// A merge that can be undone.
pub(in crate::directory) struct Merge {
    pub(in crate::directory) survivor: PatientId,
    pub(in crate::directory) merged: PatientId,
    pub(in crate::directory) final_at: Timestamp,
    pub(in crate::directory) reason: String,
    pub(in crate::directory) changed: Changed,
}

/// One of the records that are compared.
pub(in crate::directory) async fn record(tx: &mut Tx, permit: &Permit<Decide, Mergeable>) -> Result<RecordView> {
    let (Mergeable(patient), now) = (permit.id(), tx.now());
    let key = tx.patient_key(patient).await?;
    let row = sqlx::query!(
        "select p.number, p.full_name, p.latin_name, p.date_of_birth, p.phone_cipher, p.address_cipher, p.version,
           exists (select from patient_access a join account u on u.user_id = a.user_id where a.patient_id = p.id and a.relation = 'self'
             and a.starts_at <= $2 and (a.ends_at is null or a.ends_at > $2)) as \"has_account!\",
           h.appointments as \"appointments!\", h.visits as \"visits!\", h.notes as \"notes!\", h.prescriptions as \"prescriptions!\",
           h.allergies as \"allergies!\", h.consents as \"consents!\", h.documents as \"documents!\", h.representatives as \"representatives!\",
           h.ratings as \"ratings!\"
         from patients p cross join patient_holdings(p.id) h where p.id = $1",
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(RecordView {
        id: patient,
        number: shown(row.number).ok_or_else(|| Error::internal("a counter has no number"))?,
        name: row.full_name,
        latin_name: row.latin_name,
        date_of_birth: row.date_of_birth.to_jiff(),
        phone: row.phone_cipher.map(|cipher| key.decrypt(Column::Phone, patient, &cipher)).transpose()?,
        address: row.address_cipher.map(|cipher| key.decrypt_json(Column::Address, patient, &cipher)).transpose()?,
        has_account: row.has_account,
        holdings: Holdings {
            appointments: row.appointments,
            visits: row.visits,
            notes: row.notes,
            prescriptions: row.prescriptions,
            allergies: row.allergies,
            consents: row.consents,
            documents: row.documents,
            representatives: row.representatives,
            ratings: row.ratings,
        },
        version: row.version,
    })
}

/// The appointments of two patients that one patient could not have both.
pub(in crate::directory) async fn overlaps(
    tx: &mut Tx,
    one: &Permit<Decide, Mergeable>,
    other: &Permit<Decide, Mergeable>,
) -> Result<Vec<(TimeRange, TimeRange)>> {
    let rows = sqlx::query!(
        "select one_starts as \"one_starts!\", one_ends as \"one_ends!\", other_starts as \"other_starts!\", other_ends as \"other_ends!\"
         from overlapping_appointments($1, $2)",
        one.id().0.uuid(),
        other.id().0.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let range = |start: jiff_sqlx::Timestamp, end: jiff_sqlx::Timestamp| {
        TimeRange::new(start.to_jiff(), end.to_jiff()).ok_or_else(|| Error::internal("an appointment that ends before it starts"))
    };
    rows.into_iter().map(|row| Ok((range(row.one_starts, row.one_ends)?, range(row.other_starts, row.other_ends)?))).collect()
}

/// Whether a visit, a draft of a prescription or a handover of the record is under way.
pub(in crate::directory) async fn is_busy(tx: &mut Tx, patient: PatientId) -> Result<bool> {
    let now = tx.now();
    Ok(sqlx::query_scalar!("select patient_is_busy($1, $2) as \"busy!\"", patient.uuid(), now.to_sqlx())
        .fetch_one(tx.connection())
        .await?)
}

/// Stores a merge, moves everything that belongs to the record that ends, and ends it. Returns how many rows were moved.
pub(in crate::directory) async fn merge(
    tx: &mut Tx,
    (survivor, merged): (&Permit<Decide, Mergeable>, &Permit<Decide, Mergeable>),
    id: MergeId,
    (reason, changed): (&str, &Changed),
    suspended: Option<UserId>,
    final_at: Timestamp,
) -> Result<i64> {
    let (Mergeable(survivor), Mergeable(merged)) = (survivor.id(), merged.id());
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let key = tx.patient_key(survivor).await?;
    let reason = key.encrypt(tx.domain().randomness(), Column::MergeReason, id, reason);
    let details = key.encrypt_json(tx.domain().randomness(), Column::MergeDetails, id, changed)?;
    sqlx::query!(
        "insert into patient_merges
           (id, survivor_id, merged_id, merged_by, merged_at, final_at, reason_cipher, details_cipher, suspended_user_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.uuid(),
        survivor.uuid(),
        merged.uuid(),
        by.uuid(),
        now.to_sqlx(),
        final_at.to_sqlx(),
        reason,
        details,
        suspended.map(UserId::uuid)
    )
    .execute(tx.connection())
    .await?;
    let moved = sqlx::query_scalar!("select move_patient_rows($1, $2) as \"moved!\"", id.uuid(), now.to_sqlx())
        .fetch_one(tx.connection())
        .await?;
    sqlx::query!("update patients set deleted_at = $2, version = version + 1 where id = $1", merged.uuid(), now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(moved)
}

/// Gives the record that stays these details.
pub(in crate::directory) async fn write(tx: &mut Tx, survivor: &Permit<Decide, Mergeable>, details: &Details) -> Result<()> {
    let Mergeable(patient) = survivor.id();
    let key = tx.patient_key(patient).await?;
    let phone = details.phone.as_deref().map(PhoneNumber::parse).transpose();
    let phone = phone.map_err(|_| Error::internal("a stored phone number that cannot be read"))?;
    let (phone, index) =
        phone.map(|phone| StoredPhone::new(tx, &key, patient, &phone)).map(|new| (new.cipher, new.index)).unzip();
    let address = details.address.as_ref();
    let address =
        address.map(|address| key.encrypt_json(tx.domain().randomness(), Column::Address, patient, address)).transpose()?;
    patient_versions::keep_first(tx, patient).await?;
    sqlx::query!(
        "update patients set full_name = $2, latin_name = $3, name_search = $4, date_of_birth = $5, phone_cipher = $6, phone_index = $7,
           address_cipher = $8, version = version + 1
         where id = $1",
        patient.uuid(),
        details.name,
        details.latin_name,
        name_search_key(&details.name, details.latin_name.as_deref()),
        details.date_of_birth.to_sqlx(),
        phone,
        index,
        address
    )
    .execute(tx.connection())
    .await?;
    patient_versions::keep(tx, patient).await
}

/// The two records of a merge that was not undone.
pub(in crate::directory) async fn pair_of(tx: &mut Tx, id: MergeId) -> Result<(PatientId, PatientId)> {
    let row = sqlx::query!("select survivor_id, merged_id from patient_merges where id = $1 and undone_at is null", id.uuid())
        .fetch_optional(tx.connection())
        .await?
        .ok_or(Code::NotFound)?;
    Ok((row.survivor_id.into(), row.merged_id.into()))
}

/// A merge that was not undone, locked. The caller has locked both patients before.
pub(in crate::directory) async fn find(tx: &mut Tx, id: MergeId) -> Result<Merge> {
    let row = sqlx::query!(
        "select survivor_id, merged_id, final_at, reason_cipher, details_cipher from patient_merges
         where id = $1 and undone_at is null for update",
        id.uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::NotFound)?;
    let survivor = PatientId::from(row.survivor_id);
    let key = tx.patient_key(survivor).await?;
    Ok(Merge {
        survivor,
        merged: row.merged_id.into(),
        final_at: row.final_at.to_jiff(),
        reason: key.decrypt(Column::MergeReason, id, &row.reason_cipher)?,
        changed: key.decrypt_json(Column::MergeDetails, id, &row.details_cipher)?,
    })
}

/// Whether the record that stays in a merge was merged into another one, or another one into it later, and not separated again.
pub(in crate::directory) async fn is_merged_since(tx: &mut Tx, id: MergeId, survivor: PatientId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from patient_merges m where m.undone_at is null and (m.merged_id = $1
           or (m.survivor_id = $1 and m.merged_at > (select t.merged_at from patient_merges t where t.id = $2)))) as \"merged!\"",
        survivor.uuid(),
        id.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Gives back what a merge has moved, and begins the record that ended again.
pub(in crate::directory) async fn separate(tx: &mut Tx, id: MergeId, merged: PatientId) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    sqlx::query_scalar!("select return_patient_rows($1) as \"returned!: ()\"", id.uuid()).fetch_one(tx.connection()).await?;
    sqlx::query!("update patients set deleted_at = null, version = version + 1 where id = $1", merged.uuid())
        .execute(tx.connection())
        .await?;
    let done = sqlx::query!(
        "update patient_merges set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null",
        id.uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

/// The record in which a merged one is found now; `None` for one that was not merged.
pub(in crate::directory) async fn survivor_of(tx: &mut Tx, patient: PatientId) -> Result<Option<PatientId>> {
    let survivor =
        sqlx::query_scalar!("select survivor_of($1) as \"survivor?\"", patient.uuid()).fetch_one(tx.connection()).await?;
    Ok(survivor.map(Into::into))
}

/// The merges that can be undone, the newest first.
pub(in crate::directory) async fn list(tx: &mut Tx, after: Option<MergeId>, limit: i64) -> Result<Vec<MergedRow>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select m.id, m.survivor_id, s.number as survivor_number, s.full_name as survivor_name, m.merged_id, e.number as merged_number,
           e.full_name as merged_name, m.reason_cipher, u.name as \"by!\", m.merged_at, m.final_at
         from patient_merges m join patients s on s.id = m.survivor_id join patients e on e.id = m.merged_id
           join person_name u on u.user_id = m.merged_by
         where m.undone_at is null and m.final_at > $1 and ($2::uuid is null or m.id < $2)
         order by m.id desc limit $3",
        now.to_sqlx(),
        after.map(MergeId::uuid),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let survivors: Vec<PatientId> = rows.iter().map(|row| row.survivor_id.into()).collect();
    let keys = tx.patient_keys(&survivors).await?;
    rows.into_iter()
        .map(|row| {
            let final_at = row.final_at.to_jiff();
            let key = keys.get(&PatientId::from(row.survivor_id));
            let reason = key.map(|key| key.decrypt(Column::MergeReason, row.id, &row.reason_cipher)).transpose()?;
            Ok(MergedRow {
                id: row.id.into(),
                survivor: named(row.survivor_id, row.survivor_number, row.survivor_name)?,
                merged: named(row.merged_id, row.merged_number, row.merged_name)?,
                reason: reason.unwrap_or_default(),
                by: row.by,
                merged_at: row.merged_at.to_jiff(),
                final_at,
                days_left: final_at.duration_since(now).as_hours() / 24,
            })
        })
        .collect()
}
