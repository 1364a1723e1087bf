//! Reviewing licences, and warning doctors of their end.

use super::{
    notices::Event,
    rules,
    store::{doctors, licences},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Decide, Read, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::tz::TimeZone;
use model::{
    directory::{ApplicationDecision, LicenceReview, LicenceRow, LicenceState, licence_warning},
    errors::Code,
    ids::{DoctorId, LicenceId, RequestId},
    page::{PAGE_SIZE, Page},
};

/// A decision on a licence.
#[derive(Debug, Clone)]
pub struct ReviewLicence {
    /// The licence.
    pub licence: LicenceId,
    /// The decision. An approved licence can be refused: then it is withdrawn.
    pub decision: ApplicationDecision,
    /// What the doctor receives by mail. May be empty when the licence is approved.
    pub reply: String,
    /// The version of the licence that was reviewed.
    pub version: i32,
}

/// How many doctors one call warns at most; the next call warns the others.
const BATCH: i64 = 200;

/// Licences of verified doctors in this state, those that were sent first. `after` is the cursor of the previous page.
///
/// # Errors
/// `access.forbidden` for callers who do not decide on licences.
pub async fn licences_in(
    domain: &Domain,
    access: &Access,
    state: LicenceState,
    after: Option<LicenceId>,
) -> Result<Page<LicenceRow>> {
    let scope = access.scope(ResourceKind::Doctor)?;
    let mut tx = domain.begin_reading("directory.licences", access).await?;
    let rows = licences::list(tx.connection(), &scope, state, after, i64::from(PAGE_SIZE) + 1).await?;
    let page = Page::cut(rows, PAGE_SIZE, |row| row.id.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::DirectoryLicencesListed).with("state", state.as_str()).with("shown", shown)).await?;
    Ok(page)
}

/// How many licences wait for a review.
///
/// # Errors
/// `access.forbidden` for callers who do not decide on licences.
pub async fn licences_waiting(domain: &Domain, access: &Access) -> Result<i64> {
    let scope = access.scope(ResourceKind::Doctor)?;
    let mut connection = domain.pool().acquire().await?;
    licences::waiting(&mut connection, &scope).await
}

/// One licence, for its review.
///
/// # Errors
/// `access.sign_in_needed`; `not_found`.
pub async fn licence(domain: &Domain, access: &Access, licence: LicenceId) -> Result<LicenceReview> {
    access.acting()?;
    let mut tx = domain.begin_reading("directory.licence", access).await?;
    let doctor = licences::doctor_of(tx.connection(), licence).await?.ok_or(Code::NotFound)?;
    let permit = tx.permit(Read, doctor).await?;
    let may_decide = permit.may(access, Decide);
    let view = licences::review(&mut tx, &permit, licence, may_decide).await?.ok_or(Code::NotFound)?;
    tx.commit(Audit::of(AuditAction::DirectoryLicenceViewed).on(ResourceKind::Doctor, doctor).with_id("licence", licence))
        .await?;
    Ok(view)
}

/// Approves a licence, refuses it, asks for more before that, or withdraws one that was approved. The doctor gets a mail. An approved licence replaces the
/// one that it renews.
///
/// # Errors
/// `request.fields_invalid` with the field `reply`; `directory.licence_decided`; `directory.licence_expired`, `directory.licence_taken` for a licence that cannot
/// be approved; `request.stale`; `directory.account_above`, `directory.account_elsewhere`; `not_found`.
pub async fn review_licence(domain: &Domain, access: &Access, command: ReviewLicence) -> Result<()> {
    let by = access.acting()?.user;
    let reply = match command.decision {
        ApplicationDecision::Verified => rules::lines(&command.reply, rules::REASON_CHARS),
        ApplicationDecision::Refused | ApplicationDecision::MoreAsked => rules::reason(&command.reply),
    };
    let mut tx = domain.begin("directory.review_licence", access).await?;
    let doctor = licences::doctor_of(tx.connection(), command.licence).await?.ok_or(Code::NotFound)?;
    let permit = tx.permit(Decide, doctor).await?;
    let reply = reply.map_err(|fault| Error::field("reply", fault))?;
    let found = licences::load(&mut tx, &permit, command.licence).await?.ok_or(Code::NotFound)?;
    let state = found.state.after(command.decision)?;
    if found.version != command.version {
        return Err(Code::Stale.into());
    }
    if state == LicenceState::Approved {
        if found.days_left < 0 {
            return Err(Code::LicenceExpired.into());
        }
        // The lock of the licence is of the transaction, so it is not left to a connection that is dropped.
        if let Err(taken) = doctors::check_free(&mut tx, &permit, &found.authority, &found.number).await {
            tx.close().await?;
            return Err(taken);
        }
    }
    licences::decide(&mut tx, &permit, &found, state, &reply, by).await?;
    let action = match command.decision {
        ApplicationDecision::Verified => AuditAction::DirectoryLicenceApproved,
        ApplicationDecision::Refused => AuditAction::DirectoryLicenceRefused,
        ApplicationDecision::MoreAsked => AuditAction::DirectoryLicenceMoreAsked,
    };
    tx.emit(Event::LicenceDecided { doctor, licence: command.licence }).await?;
    let entry = Audit::of(action).on(ResourceKind::Doctor, doctor).with_id("licence", command.licence);
    tx.commit(entry.with("before", found.state.as_str()).with("after", state.as_str())).await
}

/// Warns the doctors whose licences are near their end, 60, 30 and 7 days before, each time once. Returns how many warnings were written. For a worker; copies of
/// the server may do it at the same time.
///
/// Each licence has its own transaction, so that one that fails does not hold up the others.
///
/// # Errors
/// `database.unavailable`.
pub async fn warn_of_licences(domain: &Domain) -> Result<u64> {
    let today = domain.now().to_zoned(TimeZone::UTC).date();
    let mut connection = domain.pool().acquire().await?;
    let near = licences::near_end(&mut connection, today, BATCH).await?;
    drop(connection);
    let mut count = 0;
    for (doctor, licence) in near {
        match warn(domain, doctor, licence).await {
            Ok(true) => count += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(licence.id = %licence, error.code = %error, error.cause = error.causes(), "a doctor could not be warned");
            }
        }
    }
    Ok(count)
}

/// Warns of one licence; `false` if somebody else has done so, or the warning is no longer needed.
async fn warn(domain: &Domain, doctor: DoctorId, licence: LicenceId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("directory.warn_of_licence", &access).await?;
    let permit = tx.permit(Write, doctor).await?;
    let days_left =
        licences::load(&mut tx, &permit, licence).await?.filter(|found| found.ends_soon()).map(|found| found.days_left);
    let warning = days_left.and_then(licence_warning);
    let warned = match warning {
        Some(days) => licences::set_warned(&mut tx, &permit, licence, days).await?,
        None => false,
    };
    let (Some(days), true) = (warning, warned) else {
        tx.close().await?;
        return Ok(false);
    };
    tx.emit(Event::LicenceNearEnd { doctor, licence }).await?;
    let entry = Audit::of(AuditAction::DirectoryLicenceWarned).on(ResourceKind::Doctor, doctor).with_id("licence", licence);
    tx.commit(entry.with("days", i64::from(days))).await?;
    Ok(true)
}
