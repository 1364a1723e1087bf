//! A patient's phone number and address in the database. Both are encrypted with the patient's key.

use super::patient_versions;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    vault::{Column, PatientKey, Purpose},
};
use model::{
    directory::ContactView,
    errors::Code,
    identity::{PhoneNumber, PostalAddress, TypedAddress},
    ids::PatientId,
};

/// A phone number as it is stored.
pub(super) struct StoredPhone {
    pub(super) cipher: Vec<u8>,
    /// An HMAC that names its key, so that a number can be found without being read.
    pub(super) index: Vec<u8>,
}

impl StoredPhone {
    pub(super) fn new(tx: &Tx, key: &PatientKey, patient: PatientId, phone: &PhoneNumber) -> Self {
        let cipher = key.encrypt(tx.domain().randomness(), Column::Phone, patient, phone.as_str());
        let index = tx.domain().vault().mac(Purpose::BlindIndex, &[b"phone", phone.as_str().as_bytes()]);
        Self { cipher, index }
    }
}

/// Reads both.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<ContactView> {
    let patient = permit.id();
    let key = tx.patient_key(patient).await?;
    let row = sqlx::query!("select phone_cipher, address_cipher, version from patients where id = $1", patient.uuid())
        .fetch_one(tx.connection())
        .await?;
    let phone = row.phone_cipher.map(|cipher| key.decrypt(Column::Phone, patient, &cipher)).transpose()?;
    let address: Option<TypedAddress> =
        row.address_cipher.map(|cipher| key.decrypt_json(Column::Address, patient, &cipher)).transpose()?;
    Ok(ContactView { phone, address, version: row.version })
}

/// Replaces both.
///
/// # Errors
/// `request.stale` when the patient has another version now.
pub(in crate::directory) async fn correct(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    phone: &PhoneNumber,
    address: Option<&PostalAddress>,
    version: i32,
) -> Result<()> {
    let patient = permit.id();
    let key = tx.patient_key(patient).await?;
    let phone = StoredPhone::new(tx, &key, patient, phone);
    let address = address
        .map(|address| key.encrypt_json(tx.domain().randomness(), Column::Address, patient, &address.typed()))
        .transpose()?;
    patient_versions::keep_first(tx, patient).await?;
    let changed = sqlx::query!(
        "update patients set phone_cipher = $2, phone_index = $3, address_cipher = $4, version = version + 1 where id = $1 and version = $5",
        patient.uuid(),
        phone.cipher,
        phone.index,
        address,
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { patient_versions::keep(tx, patient).await } else { Err(Error::from(Code::Stale)) }
}

/// Copies what somebody has told about how to reach them from their record to the one that becomes theirs: the time zone, and the phone number and the address if the
/// other one has none.
pub(super) async fn carry_over(tx: &mut Tx, from: PatientId, to: PatientId) -> Result<()> {
    let row = sqlx::query!(
        "select o.phone_cipher, o.address_cipher, n.phone_cipher is null as \"wants_phone!\", n.address_cipher is null as \"wants_address!\"
         from patients o cross join patients n where o.id = $1 and n.id = $2",
        from.uuid(),
        to.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let (old, new) = (tx.patient_key(from).await?, tx.patient_key(to).await?);
    let phone = row.phone_cipher.filter(|_| row.wants_phone);
    let phone = phone.map(|cipher| old.decrypt(Column::Phone, from, &cipher)).transpose()?;
    let phone = phone.map(|phone| PhoneNumber::parse(&phone)).transpose();
    let phone = phone.map_err(|_| Error::internal("a stored phone number that cannot be read"))?;
    let (phone, index) = phone.map(|phone| StoredPhone::new(tx, &new, to, &phone)).map(|new| (new.cipher, new.index)).unzip();
    let address = row.address_cipher.filter(|_| row.wants_address);
    let address: Option<TypedAddress> = address.map(|cipher| old.decrypt_json(Column::Address, from, &cipher)).transpose()?;
    let address = address.map(|address| new.encrypt_json(tx.domain().randomness(), Column::Address, to, &address)).transpose()?;
    patient_versions::keep_first(tx, to).await?;
    sqlx::query!(
        "update patients set phone_cipher = coalesce($3, phone_cipher), phone_index = coalesce($4, phone_index),
           address_cipher = coalesce($5, address_cipher), time_zone = (select o.time_zone from patients o where o.id = $1), version = version + 1
         where id = $2",
        from.uuid(),
        to.uuid(),
        phone,
        index,
        address
    )
    .execute(tx.connection())
    .await?;
    patient_versions::keep(tx, to).await
}
