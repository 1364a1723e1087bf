//! The further addresses of patients in the database.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{AddressKind, AddressView, KeptAddress},
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
