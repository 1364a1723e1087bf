//! Signing a prescription.

use super::{
    notices::Event,
    paper::{self, Parties, Signed},
    rules,
    store::{self, Head},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions::Sign},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
    identity::{self, Proof},
};
use model::{
    errors::{Code, FieldFault},
    ids::PrescriptionId,
    prescriptions::{PrescriptionState, VerificationCode},
};
use serde::Serialize;

/// Signs a prescription as its doctor.
#[derive(Debug, Clone, Serialize)]
pub struct SignPrescription {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// The version that was reviewed.
    pub version: i64,
    /// What proves that it is the doctor.
    #[serde(skip)]
    pub proof: Proof,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Signs: checks that it is the doctor, freezes the paper, renders it once to prove that it prints, and notifies the patient.
///
/// # Errors
/// `identity.password_wrong`; `request.stale` when it was changed since it was reviewed; `prescriptions.frozen`, `prescriptions.empty`,
/// `prescriptions.patient_name_unprintable`, `prescriptions.doctor_name_unprintable`, `prescriptions.unprintable`; `directory.doctor_unverified`,
/// `prescriptions.unlicensed`; `not_found`, `access.forbidden`.
pub async fn sign(domain: &Domain, access: &Access, command: SignPrescription) -> Result<()> {
    if command.proof.is_empty() {
        return Err(Error::field("password", FieldFault::Missing));
    }
    let proven = match identity::prove(domain, access, &command.proof).await {
        // A passkey's answer counts once, and a request that is repeated because its reply was lost has the same one.
        Err(refused) if refused.code() == Code::PasskeyAnswered => return repeated(domain, access, &command, refused).await,
        proven => proven?,
    };
    let mut tx = domain.begin("prescriptions.sign", access).await?;
    proven.redeem(&mut tx).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "prescriptions.sign", key, &command).await? {
        return tx.close().await;
    }
    let permit = tx.permit(Sign, command.prescription).await?;
    let head = store::head(&mut tx, &permit).await?;
    let cancelled_at = head.cancelled.as_ref().map(|cancelled| cancelled.at);
    match rules::state(head.signed_at, cancelled_at) {
        PrescriptionState::Draft if command.version == i64::from(head.version) => {}
        PrescriptionState::Draft => return Err(Code::Stale.into()),
        PrescriptionState::Signed => return Err(Code::PrescriptionFrozen.into()),
        PrescriptionState::Cancelled => return Err(Code::PrescriptionCancelled.into()),
    }
    freeze(&mut tx, &permit, &head).await?;
    store::insert_event(&mut tx, &permit, "signed", None).await?;
    idempotency::finish(&mut tx, key, command.prescription.uuid()).await?;
    tx.emit(Event::PrescriptionSigned { prescription: command.prescription }).await?;
    tx.commit(
        Audit::of(AuditAction::PrescriptionsSigned).patient(head.patient).on(ResourceKind::Prescription, command.prescription),
    )
    .await
}

/// The reply to a request that was carried out before, or the refusal.
async fn repeated(domain: &Domain, access: &Access, command: &SignPrescription, refused: Error) -> Result<()> {
    let mut tx = domain.begin("prescriptions.sign_again", access).await?;
    let claimed = idempotency::claim(&mut tx, "prescriptions.sign", command.idempotency_key.as_deref(), command).await?;
    tx.close().await?;
    match claimed {
        Claimed::Done(_) => Ok(()),
        Claimed::New => Err(refused),
    }
}

async fn freeze(tx: &mut Tx, permit: &Permit<Sign, PrescriptionId>, head: &Head) -> Result<()> {
    let items: Vec<_> = store::items(tx, permit).await?.into_iter().map(|item| item.medicine).collect();
    if items.is_empty() {
        return Err(Code::PrescriptionEmpty.into());
    }
    let today = paper::zone(&head.clinic_zone)?.to_datetime(tx.now()).date();
    let (clinic, country) = store::letterhead(tx, head.clinic).await?;
    let doctor = store::prescriber(tx, head.doctor, &country, today).await?;
    let mut bits = [0; 16];
    tx.domain().randomness().fill(&mut bits);
    let code = VerificationCode::from_bits(u128::from_be_bytes(bits));
    let signed = Signed::new(Parties::of(head)?, tx.now(), clinic, doctor, items, code)?;
    paper::render(signed.paper(&tx.domain().settings().public_url, None)?).await?;
    let key = tx.patient_key(head.patient).await?;
    let frozen = signed.freeze(&key, tx.domain().randomness())?;
    store::set_signed(tx, permit, &frozen).await
}
