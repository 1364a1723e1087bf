//! What a doctor still has to do after the verification, so that patients can choose and book them.

use super::{store, subjects::Timetable};
use crate::{
    Domain, Error, Result,
    access::{Access, actions::Read},
};
use jiff::tz::TimeZone;
use model::scheduling::views::FirstSteps;

/// What the acting doctor has done already. Own data without patients, so reading it is not audited.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn first_steps(domain: &Domain, access: &Access) -> Result<FirstSteps> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.first_steps", access).await?;
    let permit = tx.permit(Read, Timetable(doctor)).await?;
    // Yesterday in UTC: in no time zone is it an earlier date now.
    let since = tx.now().to_zoned(TimeZone::UTC).date().yesterday().map_err(Error::internal)?;
    let steps = store::first_steps::read(&mut tx, &permit, since).await?;
    tx.close().await?;
    Ok(steps)
}
