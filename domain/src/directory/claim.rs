//! Claiming a record: the desk prints a code, and a user who enters it with the date of birth acts for the patient from then on.

use super::{
    sign_up,
    store::{self, claims, patients},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    attempts::Whence,
    audit::{Audit, AuditAction},
    error::Faults,
};
use jiff::SignedDuration;
use model::{
    directory::ClaimLetter,
    errors::{Code, FieldFault},
    identity::ClaimCode,
    ids::PatientId,
};

/// How long a code works.
const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many wrong dates of birth a code survives.
const WRONG_DATES: i16 = 5;

/// A code and the date of birth of its patient. Texts are unparsed form values.
#[derive(Clone)]
pub struct ClaimRecord {
    /// The code from the clinic's letter.
    pub code: String,
    /// Day, month and year of the patient's birth.
    pub date_of_birth: [String; 3],
}

/// How the user acts who has claimed a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimant {
    /// The record is their own.
    Own,
    /// The user acts for this patient next to their own record, because the date of birth is not theirs or their own record is in use.
    Helper,
}

/// Makes a code with which the patient claims their record. An earlier code that was not used stops working.
///
/// # Errors
/// `directory.patient_has_account`; `not_found`; `access.forbidden`, also for a clinic that only found the patient among those of the organisation.
pub async fn make_claim_code(domain: &Domain, access: &Access, patient: PatientId) -> Result<ClaimLetter> {
    let by = access.acting()?.user;
    let mut tx = domain.begin("directory.make_claim_code", access).await?;
    let permit = tx.permit(Write, patient).await?;
    if patients::has_account(&mut tx, &permit).await? {
        return Err(Code::PatientHasAccount.into());
    }
    patients::check_kept(&mut tx, &permit).await?;
    let mut bytes = [0; ClaimCode::SYMBOLS];
    domain.randomness().fill(&mut bytes);
    let code = ClaimCode::from_random(bytes);
    let expires_at = tx.now() + LIFE;
    claims::insert(&mut tx, &permit, &code, by, expires_at).await?;
    let entry = Audit::of(AuditAction::DirectoryClaimMade).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry.with("expires_at", expires_at)).await?;
    Ok(ClaimLetter { code: code.shown(), expires_at })
}

/// Claims the record of a code. It becomes the caller's own record if the date of birth is the caller's and the record that their sign-up made is unused;
/// otherwise the caller acts for this patient next to their own.
///
/// # Errors
/// `request.fields_invalid` with the fields `code` and `date_of_birth` or one of its `_day`, `_month`, `_year`; `UnknownChoice` for `code` means that code and
/// date of birth do not belong together. `directory.claim_used`; `directory.claim_expired` for a code that is too old or was tried with too many wrong dates,
/// whatever the date is; `request.rate_limited` after too many wrong ones;
/// `access.forbidden` when the caller does not act as a patient.
pub async fn claim_record(domain: &Domain, access: &Access, command: ClaimRecord) -> Result<Claimant> {
    access.acting_patient()?;
    let user = access.acting()?.user;
    let mut faults = Faults::default();
    let code = faults.take("code", ClaimCode::parse(&command.code));
    let birth = sign_up::birth(&command.date_of_birth, domain.now()).map_err(|wrong| faults.extend(wrong)).ok();
    faults.check()?;
    let (Some(code), Some(birth)) = (code, birth) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    // Wrong codes are counted like wrong passwords, under a name that no account has.
    let (attempts, name) = (domain.attempts(), format!("claims of {user}"));
    attempts.check(domain.settings(), domain.now(), &name, Whence::Line(None))?;
    let mut tx = domain.begin("directory.claim_record", access).await?;
    let permit = tx.permit(Write, user).await?;
    // Patients are locked in the order of their ids and before codes, as `make_claim_code` does.
    if let Some(claimed) = claims::patient_of(&mut tx, &permit, &code).await? {
        let own = claims::own_record(&mut tx, &permit).await?.map(|own| own.patient);
        let mut locked: Vec<PatientId> = own.into_iter().chain([claimed]).collect();
        locked.sort();
        for patient in locked {
            store::lock_patient(&mut tx, patient).await?;
        }
    }
    let found = claims::find(&mut tx, &permit, &code).await?;
    let right = found.as_ref().is_some_and(|claim| claim.born == birth.date());
    let dead = found.as_ref().is_some_and(|claim| claim.expires_at <= tx.now() || claim.wrong_dates >= WRONG_DATES);
    attempts.settle(domain.settings(), domain.now(), &name, Whence::Line(None), right && !dead)?;
    let claim = match found {
        // Whatever the date is, so that nobody learns from the answer whether it is right.
        Some(_) if dead => {
            tx.commit(Audit::of(AuditAction::DirectoryClaimMissed).on(ResourceKind::Account, user)).await?;
            return Err(Code::ClaimExpired.into());
        }
        Some(claim) if right => claim,
        missed => {
            if let Some(claim) = missed {
                claims::count_wrong_date(&mut tx, &permit, claim.id).await?;
            }
            tx.commit(Audit::of(AuditAction::DirectoryClaimMissed).on(ResourceKind::Account, user)).await?;
            return Err(Error::field("code", FieldFault::UnknownChoice));
        }
    };
    if claim.used || claim.has_account {
        return Err(Code::ClaimUsed.into());
    }

    // A visit that was being booked for the caller held the row, so it counts now.
    let own = claims::own_record(&mut tx, &permit).await?.filter(|own| own.born == claim.born && !own.used);
    let claimant = match own {
        Some(own) => {
            claims::take_as_own(&mut tx, &permit, claim.patient, own.patient).await?;
            Claimant::Own
        }
        None => {
            claims::act_for(&mut tx, &permit, claim.patient).await?;
            Claimant::Helper
        }
    };
    claims::use_up(&mut tx, &permit, claim.id).await?;
    tx.rights_change_after_commit(user);
    let word = match claimant {
        Claimant::Own => "self",
        Claimant::Helper => "helper",
    };
    let entry = Audit::of(AuditAction::DirectoryRecordClaimed).patient(claim.patient).on(ResourceKind::Patient, claim.patient);
    tx.commit(entry.with("as", word)).await?;
    Ok(claimant)
}
