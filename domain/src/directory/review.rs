//! Deciding on applications.

use super::{
    notices::Event,
    rules,
    store::{
        doctors::{self, DecisionRow},
        profile,
    },
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Decide as DecideOn, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    identity,
};
use jiff::tz::TimeZone;
use model::{
    directory::{ApplicationDecision, ApplicationRow, ApplicationStatus, ApplicationView, TypedFee},
    errors::{Code, FieldFault},
    ids::{ClinicId, DoctorId, EventId},
    money::Money,
    page::{PAGE_SIZE, Page},
};

/// A decision on an application.
#[derive(Debug, Clone)]
pub struct Decide {
    /// The doctor.
    pub doctor: DoctorId,
    /// The decision.
    pub decision: ApplicationDecision,
    /// The reason; the doctor receives it by mail.
    pub reason: String,
    /// The clinic that a verified doctor joins.
    pub clinic: Option<ClinicId>,
    /// What a visit with a verified doctor costs, in the currency of the clinic.
    pub fee: TypedFee,
    /// The version of the application that was reviewed.
    pub version: i32,
}

/// Applications with this status, those that wait longest first. `after` is the cursor of the previous page.
///
/// # Errors
/// `access.forbidden` for callers who do not decide on applications.
pub async fn applications(
    domain: &Domain,
    access: &Access,
    status: ApplicationStatus,
    after: Option<DoctorId>,
) -> Result<Page<ApplicationRow>> {
    let scope = access.scope(ResourceKind::Doctor)?;
    let mut tx = domain.begin_reading("directory.applications", access).await?;
    let rows = doctors::list(tx.connection(), &scope, status, after, i64::from(PAGE_SIZE) + 1).await?;
    let page = Page::cut(rows, PAGE_SIZE, |row| row.doctor.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::DirectoryApplicationsListed).with("status", status.as_str()).with("shown", shown)).await?;
    Ok(page)
}

/// How many applications wait for a decision.
///
/// # Errors
/// `access.forbidden` for callers who do not decide on applications.
pub async fn applications_waiting(domain: &Domain, access: &Access) -> Result<i64> {
    let scope = access.scope(ResourceKind::Doctor)?;
    let mut connection = domain.pool().acquire().await?;
    doctors::waiting(&mut connection, &scope).await
}

/// One application.
///
/// # Errors
/// `not_found`.
pub async fn application(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<ApplicationView> {
    let mut tx = domain.begin_reading("directory.application", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let view = doctors::application(&mut tx, &permit).await?;
    tx.commit(Audit::of(AuditAction::DirectoryApplicationViewed).on(ResourceKind::Doctor, doctor)).await?;
    Ok(view)
}

/// Verifies or refuses a doctor, or asks for more first; the doctor gets a mail with the reason. A verified doctor joins the clinic and has the
/// fee.
///
/// # Errors
/// `request.fields_invalid` with the fields `reason`, `clinic`, `fee` and `fee_free`; `directory.application_decided` when it no longer waits for a decision;
/// `directory.account_above`, `directory.account_elsewhere`; `request.stale` when it was corrected in the meantime; `directory.licence_expired`; `directory.licence_taken`.
pub async fn decide(domain: &Domain, access: &Access, command: Decide) -> Result<()> {
    let mut faults = Faults::default();
    let reason = faults.take("reason", rules::reason(&command.reason));
    let mut tx = domain.begin("directory.decide", access).await?;
    let permit = tx.permit(DecideOn, command.doctor).await?;
    let terms = match command.decision {
        ApplicationDecision::Verified => terms(&mut tx, &command, &mut faults).await?,
        ApplicationDecision::Refused | ApplicationDecision::MoreAsked => None,
    };
    faults.check()?;
    let reason = reason.ok_or_else(|| Error::internal("a decision passed its check without a reason"))?;
    let (status, version) = doctors::state(&mut tx, command.doctor).await?;
    match status {
        ApplicationStatus::Applied | ApplicationStatus::MoreAsked => {}
        ApplicationStatus::Verified | ApplicationStatus::Refused => return Err(Code::ApplicationDecided.into()),
    }
    if version != command.version {
        return Err(Code::Stale.into());
    }
    if command.decision == ApplicationDecision::Verified {
        let today = tx.now().to_zoned(TimeZone::UTC).date();
        // The lock of the licence is of the transaction, so it is not left to a connection that is dropped.
        if let Err(refused) = doctors::check_licence(&mut tx, &permit, today).await {
            tx.close().await?;
            return Err(refused);
        }
    }
    let by = tx.access().acting()?.user;
    let row = DecisionRow { id: tx.new_id::<EventId>().uuid(), decision: command.decision, reason: &reason, by };
    doctors::decide(&mut tx, &permit, &row).await?;
    let entry = Audit::of(match command.decision {
        ApplicationDecision::Verified => AuditAction::DirectoryDoctorVerified,
        ApplicationDecision::Refused => AuditAction::DirectoryDoctorRefused,
        ApplicationDecision::MoreAsked => AuditAction::DirectoryDoctorMoreAsked,
    })
    .on(ResourceKind::Doctor, command.doctor);
    let entry = match terms {
        Some(Terms { clinic, fee }) => {
            profile::set_fee(&mut tx, &permit, fee).await?;
            identity::join_as_doctor(&mut tx, &permit, clinic).await?;
            entry.with_id("clinic", clinic).with("fee_minor", fee.minor)
        }
        None => entry,
    };
    tx.emit(Event::DoctorDecided { doctor: command.doctor, decision: row.id }).await?;
    tx.commit(entry).await
}

/// Where a verified doctor works, and for what fee.
struct Terms {
    clinic: ClinicId,
    fee: Money,
}

/// Checks the clinic and the fee. Without a clinic the fee has no currency; then only a missing fee is a fault. `None` only when a fault was recorded.
async fn terms(tx: &mut Tx, command: &Decide, faults: &mut Faults) -> Result<Option<Terms>> {
    // An admin of one clinic decides for that clinic only.
    let may_join = tx.access().acting()?.clinic;
    let currency = match command.clinic {
        Some(clinic) if may_join.is_none_or(|only| only == clinic) => {
            profile::currency_of_clinic(tx.connection(), clinic).await?
        }
        Some(_) | None => None,
    };
    let (Some(clinic), Some(currency)) = (command.clinic, currency) else {
        faults.add("clinic", if command.clinic.is_some() { FieldFault::UnknownChoice } else { FieldFault::Missing });
        if command.fee.is_empty() {
            faults.add("fee", FieldFault::Missing);
        }
        return Ok(None);
    };
    let fee = command.fee.parse(currency).map_err(|wrong| faults.extend([wrong])).ok();
    Ok(fee.map(|fee| Terms { clinic, fee }))
}
