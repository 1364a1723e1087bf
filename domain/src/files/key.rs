//! The key of a file, and its name, under the key of its owner.

use super::rules::Owner;
use crate::{
    Error, Result,
    db::Tx,
    vault::{Key, PatientKey, Purpose},
};
use model::ids::FileId;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What is encrypted in a row of `files`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Key,
    Name,
    WithdrawnReason,
    HoldReason,
    LiftReason,
}

impl Cell {
    /// What the ciphertext is bound to, with the file.
    fn bound_to(self, file: FileId) -> Vec<u8> {
        let column: &[u8] = match self {
            Self::Key => b"files.key",
            Self::Name => b"files.name",
            Self::WithdrawnReason => b"files.withdrawn_reason",
            Self::HoldReason => b"file_holds.reason",
            Self::LiftReason => b"file_holds.lifted_reason",
        };
        [column, file.uuid().as_bytes()].concat()
    }
}

/// The key of the owner.
pub(super) enum OwnerKey {
    /// The patient's own key; files that came with a merged record open with the key of that one.
    Patient(PatientKey),
    /// Derived for the clinic or the doctor of this id from the key that wraps the patients' keys.
    Derived(Uuid),
}

impl OwnerKey {
    /// # Errors
    /// `not_found` when the patient's data was erased.
    pub(super) async fn of(tx: &mut Tx, owner: Owner) -> Result<Self> {
        Ok(match owner {
            Owner::Patient(patient) => Self::Patient(tx.patient_key(patient).await?),
            Owner::Clinic(clinic) => Self::Derived(clinic.uuid()),
            Owner::Doctor(doctor) => Self::Derived(doctor.uuid()),
        })
    }

    pub(super) fn seal(&self, tx: &Tx, cell: Cell, file: FileId, plain: &[u8]) -> Vec<u8> {
        let (bound_to, domain) = (cell.bound_to(file), tx.domain());
        match self {
            Self::Patient(key) => key.key().encrypt(domain.randomness(), &bound_to, plain),
            Self::Derived(owner) => {
                domain.vault().encrypt_for((Purpose::Wrap, &owner.as_bytes()[..]), domain.randomness(), &bound_to, plain)
            }
        }
    }

    /// # Errors
    /// `internal` when the ciphertext was changed or moved.
    pub(super) async fn open(&self, tx: &mut Tx, cell: Cell, file: FileId, cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let bound_to = cell.bound_to(file);
        match self {
            Self::Patient(key) => key.open(&bound_to, cipher),
            Self::Derived(owner) => {
                tx.learn_key_of(Purpose::Wrap, cipher).await?;
                tx.domain().vault().decrypt_for((Purpose::Wrap, &owner.as_bytes()[..]), &bound_to, cipher)
            }
        }
    }

    /// The key of a file.
    ///
    /// # Errors
    /// Those of [`OwnerKey::open`].
    pub(super) async fn file_key(&self, tx: &mut Tx, file: FileId, cipher: &[u8]) -> Result<Key> {
        let bytes = self.open(tx, Cell::Key, file, cipher).await?;
        let bytes = bytes.as_slice().try_into().map_err(|_| Error::internal("the key of a file has another length"))?;
        Ok(Key::new(bytes))
    }

    /// A text of a file.
    ///
    /// # Errors
    /// Those of [`OwnerKey::open`].
    pub(super) async fn text(&self, tx: &mut Tx, cell: Cell, file: FileId, cipher: &[u8]) -> Result<String> {
        String::from_utf8(self.open(tx, cell, file, cipher).await?.to_vec()).map_err(Error::internal)
    }
}
