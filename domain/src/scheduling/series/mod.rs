//! Series of visits: looked at before they are booked, booked together by the patient's side, reception or the doctor, and cancelled from one on.
//!
//! Invariants
//! - A series is booked as a whole or not at all, in one transaction. Each of its visits is an appointment like any other, booked by the same rules.
//! - It has no row of its own: what may be done with it follows from its appointments, which have one patient, one doctor and one clinic.

mod book;
mod cancel;
mod preview;

pub use book::{BookSeries, SeriesOutcome, book_series, book_series_for_patient};
pub use cancel::{CancelSeries, cancel_series};
pub use preview::{PreviewSeries, SeriesDates, preview_series, preview_series_for_patient};

use super::{
    read, rules,
    store::{self, series::MemberRow},
};
use crate::{
    Domain, Result,
    access::{Access, Permit, actions},
    audit::AuditAction,
    db::Tx,
};
use jiff::Timestamp;
use model::{
    errors::Code,
    ids::{AppointmentId, SeriesId},
    scheduling::{AppointmentSeries, SeriesPlace, SeriesView, SeriesVisit, views::AppointmentCard},
};

/// Who books a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Whoever acts for the patient.
    Patient,
    /// Reception, or the doctor.
    Staff,
}

impl By {
    /// The error for a visit on video or by phone when the patient does not agree to remote care.
    const fn remote_care_refused(self) -> Code {
        match self {
            Self::Patient => Code::RemoteCareNeeded,
            Self::Staff => Code::PatientNeedsRemoteCare,
        }
    }
}

/// A booked series with its appointments, for those who may see them.
///
/// # Errors
/// `not_found`, also for the series of another patient; `access.sign_in_needed`.
pub async fn series(domain: &Domain, access: &Access, id: SeriesId) -> Result<SeriesView> {
    let tx = domain.begin_reading("scheduling.series", access).await?;
    end_with_view(tx, id).await
}

/// Ends a transaction with an audited read of a series.
async fn end_with_view(mut tx: Tx, id: SeriesId) -> Result<SeriesView> {
    let view = view(&mut tx, id).await?;
    read::end_list(tx, AuditAction::SchedulingAppointmentsListed, &view.appointments).await?;
    Ok(view)
}

/// A series, within a transaction that audits the read.
async fn view(tx: &mut Tx, id: SeriesId) -> Result<SeriesView> {
    let members = store::series::members(tx.connection(), id).await?;
    let permit = may_see(tx, &members).await?;
    let (settings, now) = (tx.domain().settings().clone(), tx.now());
    let ids: Vec<AppointmentId> = members.iter().map(|member| member.id).collect();
    let rows = store::cards::load(tx.connection(), &settings, &ids, now).await?;
    let appointments: Vec<AppointmentCard> = rows.into_iter().map(|row| row.card).collect();
    let can_cancel = permit.may(tx.access(), actions::Cancel) && members.iter().any(|member| is_to_come(*member, now));
    Ok(SeriesView { id, appointments, can_cancel })
}

/// What an appointment that the caller may see says about its series.
pub(super) async fn of_appointment(tx: &mut Tx, place: SeriesPlace) -> Result<AppointmentSeries> {
    let members = store::series::members(tx.connection(), place.series).await?;
    let visit = |MemberRow { id, state, starts_at }: MemberRow| SeriesVisit { id, starts_at, state };
    Ok(AppointmentSeries { place, visits: members.into_iter().map(visit).collect() })
}

/// The permit to read a series: that of its first appointment, because the others have the same patient, doctor and clinic.
async fn may_see(tx: &mut Tx, members: &[MemberRow]) -> Result<Permit<actions::Read, AppointmentId>> {
    let first = members.first().ok_or(Code::NotFound)?;
    tx.permit(actions::Read, first.id).await
}

/// Whether a visit of a series can be cancelled now.
fn is_to_come(member: MemberRow, now: Timestamp) -> bool {
    rules::check_cancel(member.state, member.starts_at, now).is_ok()
}
