//! Children come of age: their guardians are told some weeks before, so that the young person can take over the record in time.

use super::{
    notices::Event,
    store::family::{self, mark_told},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use model::ids::{PatientId, RequestId, UserId};

/// How many days before a child comes of age its guardians are told. The mail names this number.
const TOLD_DAYS: i16 = 30;
/// How many guardians one call tells at most; the next call tells the others.
const BATCH: i64 = 200;

/// Tells the guardians of the children who come of age within the next weeks, each of them once. Returns how many were told. For a worker; copies of the server
/// may do it at the same time.
///
/// Each guardian has a transaction of their own, so that one that fails does not keep the others from being told.
///
/// # Errors
/// `database.unavailable`.
pub async fn tell_coming_of_age(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    // People born on this day come of age today.
    let of_age = now.to_zoned(TimeZone::UTC).date().saturating_sub(domain.settings().of_age_years.years());
    let soon = of_age.saturating_add(TOLD_DAYS.days());
    let mut connection = domain.pool().acquire().await?;
    let due = family::coming_of_age(&mut connection, (of_age, soon), now, BATCH).await?;
    drop(connection);
    let mut count = 0;
    for (child, guardian) in due {
        match tell(domain, child, guardian).await {
            Ok(true) => count += 1,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(user.id = %guardian, error.code = %error, error.cause = error.causes(), "a guardian could not be told");
            }
        }
    }
    Ok(count)
}

/// Whether a person born on this day is of age, or will be within the days before which guardians are told.
pub(super) fn is_near(born: Date, domain: &Domain) -> bool {
    let of_age = domain.now().to_zoned(TimeZone::UTC).date().saturating_sub(domain.settings().of_age_years.years());
    born <= of_age.saturating_add(TOLD_DAYS.days())
}

/// Tells one guardian; `false` if another copy of the server has done it.
async fn tell(domain: &Domain, child: PatientId, guardian: UserId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("directory.tell_coming_of_age", &access).await?;
    let permit = tx.permit(Write, child).await?;
    if !mark_told(&mut tx, &permit, guardian).await? {
        tx.close().await?;
        return Ok(false);
    }
    tx.emit(Event::ComingOfAge { patient: child, user: guardian }).await?;
    let entry = Audit::of(AuditAction::DirectoryComingOfAgeTold).patient(child).on(ResourceKind::Patient, child);
    tx.commit(entry.with_id("user", guardian)).await?;
    Ok(true)
}
