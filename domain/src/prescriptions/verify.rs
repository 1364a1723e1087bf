//! Checking whether a prescription is valid, for anyone who has the code on the paper.

use super::{paper, store};
use crate::{Domain, Result, access::Access, vault::sha256};
use model::prescriptions::{Verification, VerificationCode};

/// Answers for a code, to anyone: whether there is such a prescription, whether it is valid, who issued it and when. It reads nothing about what was
/// prescribed or for whom. A malformed code gets the same answer as an unknown one. A code has 128 random bits, so attempts need not be counted.
///
/// # Errors
/// `database.unavailable`.
pub async fn verify(domain: &Domain, access: &Access, code: &str) -> Result<Verification> {
    let Ok(code) = VerificationCode::parse(code) else { return Ok(Verification::Unknown) };
    let hash = sha256(&[code.symbols().as_bytes()]);
    let mut tx = domain.begin_reading("prescriptions.verify", access).await?;
    let issued = store::verification(&mut tx, &hash).await?;
    tx.close().await?;
    let Some(issued) = issued else { return Ok(Verification::Unknown) };
    let zone = paper::zone(&issued.clinic_zone)?;
    let number = paper::number(issued.number)?;
    let issued_on = zone.to_datetime(issued.signed_at).date();
    let (doctor_name, clinic_name) = (issued.doctor_name, issued.clinic_name);
    Ok(match issued.cancelled_at {
        None => Verification::Valid { number, issued_on, doctor_name, clinic_name },
        Some(at) => {
            let cancelled_on = zone.to_datetime(at).date();
            Verification::Cancelled { number, issued_on, cancelled_on, doctor_name, clinic_name }
        }
    })
}
