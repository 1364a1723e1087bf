//! The further addresses of patients in the database.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    directory::changes::Version,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{AddressKind, AddressView, DetailField, DetailValue, KeptAddress},
    errors::Code,
    ids::{EventId, PatientId},
};

/// The newest version of each kind.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<Vec<AddressView>> {
    let patient = permit.id();
    let rows = sqlx::query!(
        "select distinct on (kind) id, kind, version, body_cipher from patient_address_versions
         where patient_id = $1 order by kind, version desc",
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let mut views: Vec<AddressView> =
        AddressKind::ALL.iter().map(|kind| AddressView { kind: *kind, kept: None, version: 0 }).collect();
    if rows.is_empty() {
        return Ok(views);
    }
    let key = tx.patient_key(patient).await?;
    for row in rows {
        let kind = AddressKind::parse(&row.kind).map_err(|_| Error::internal("an unknown kind of address"))?;
        let kept = row.body_cipher.map(|cipher| key.decrypt_json(Column::PatientAddress, row.id, &cipher)).transpose()?;
        if let Some(view) = views.iter_mut().find(|view| view.kind == kind) {
            (view.kept, view.version) = (kept, row.version);
        }
    }
    Ok(views)
}

/// The newest versions of each kind, at most `limit`, the newest first.
pub(in crate::directory) async fn versions(
    tx: &mut Tx,
    permit: &Permit<Read, PatientId>,
    limit: i64,
) -> Result<Vec<Vec<Version>>> {
    let mut all = Vec::with_capacity(AddressKind::ALL.len());
    for kind in AddressKind::ALL {
        all.push(of_kind(tx, permit.id(), *kind, limit).await?);
    }
    Ok(all)
}

async fn of_kind(tx: &mut Tx, patient: PatientId, kind: AddressKind, limit: i64) -> Result<Vec<Version>> {
    let field = match kind {
        AddressKind::Postal => DetailField::PostalAddress,
        AddressKind::Temporary => DetailField::TemporaryAddress,
    };
    let rows = sqlx::query!(
        "select v.id as \"id!\", v.body_cipher as \"body_cipher?\", n.name as \"by!\", v.changed_at as \"changed_at!\"
         from patient_address_versions v join person_name n on n.user_id = v.changed_by
         where v.patient_id = $1 and v.kind = $2 order by v.version desc limit $3",
        patient.uuid(),
        kind.as_str(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        let key = tx.patient_key(patient).await?;
        let kept = row.body_cipher.map(|cipher| key.decrypt_json(Column::PatientAddress, row.id, &cipher)).transpose()?;
        let made = Some((row.changed_at.to_jiff(), row.by));
        versions.push(Version { made, details: vec![(field, kept.map(DetailValue::Further))] });
    }
    Ok(versions)
}

/// Adds a version. The permit has locked the row of the patient.
///
/// # Errors
/// `request.stale` when there is another version now.
pub(in crate::directory) async fn change(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    kind: AddressKind,
    kept: Option<&KeptAddress>,
    version: i32,
) -> Result<()> {
    let (patient, id, now, by) = (permit.id(), tx.new_id::<EventId>().uuid(), tx.now(), tx.access().acting()?.user);
    let newest = sqlx::query_scalar!(
        "select coalesce(max(version), 0) as \"version!\" from patient_address_versions where patient_id = $1 and kind = $2",
        patient.uuid(),
        kind.as_str()
    )
    .fetch_one(tx.connection())
    .await?;
    if newest != version {
        return Err(Code::Stale.into());
    }
    let key = tx.patient_key(patient).await?;
    let cipher = kept.map(|kept| key.encrypt_json(tx.domain().randomness(), Column::PatientAddress, id, kept)).transpose()?;
    sqlx::query!(
        "insert into patient_address_versions (id, patient_id, kind, version, body_cipher, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        patient.uuid(),
        kind.as_str(),
        version.saturating_add(1),
        cipher,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
