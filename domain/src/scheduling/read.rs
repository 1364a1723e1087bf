//! Reading appointments: one, and lists of them.

use super::{follow_ups::may_follow, meetings, rules, series, store};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, Subject, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    vault::Column,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::{Code, FieldFault},
    ids::{AppointmentId, DoctorId, EncounterId, PatientId},
    page::{Page, page_size},
    scheduling::{
        AppointmentState, VisitMode,
        views::{AppointmentCard, AppointmentView},
    },
};

/// Which appointments a list contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// To come or in progress, soonest first.
    Upcoming,
    /// Over or cancelled, newest first.
    Past,
}

/// Asks for a page of appointments.
#[derive(Debug, Clone, Copy)]
pub struct ListAppointments {
    /// Which appointments.
    pub which: Which,
    /// The last appointment of the previous page.
    pub after: Option<AppointmentId>,
    /// How many; `None` for the usual number.
    pub limit: Option<u32>,
}

/// What a list of appointments is narrowed by; what is `None` narrows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct AppointmentFilter {
    /// Those that begin at this instant or later.
    pub from: Option<Timestamp>,
    /// Those that begin before this instant.
    pub until: Option<Timestamp>,
    /// Those in this state.
    pub state: Option<AppointmentState>,
    /// Those at which patient and doctor meet in this way.
    pub mode: Option<VisitMode>,
    /// Those with this doctor.
    pub doctor: Option<DoctorId>,
    /// Those of this patient.
    pub patient: Option<PatientId>,
}

/// One appointment, with its reason.
///
/// # Errors
/// `not_found`, also for the appointment of another patient; `access.sign_in_needed`.
pub async fn get(domain: &Domain, access: &Access, id: AppointmentId) -> Result<AppointmentView> {
    let tx = domain.begin_reading("scheduling.get", access).await?;
    end_with_view(tx, id).await
}

/// The appointments that the caller may see: a patient's own, a doctor's own, a clinic's.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn list(domain: &Domain, access: &Access, command: ListAppointments) -> Result<Page<AppointmentCard>> {
    list_narrowed(domain, access, command, AppointmentFilter::default()).await
}

/// Those of them that a filter lets through.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`; `request.fields_invalid` with the field `until`.
pub async fn list_narrowed(
    domain: &Domain,
    access: &Access,
    command: ListAppointments,
    filter: AppointmentFilter,
) -> Result<Page<AppointmentCard>> {
    if filter.from.zip(filter.until).is_some_and(|(from, until)| until <= from) {
        return Err(Error::field("until", FieldFault::EndBeforeStart));
    }
    let scope = access.scope(ResourceKind::Appointment)?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("scheduling.list", access).await?;
    // A visit that runs late is not over while its room can still be entered.
    let now = tx.now();
    let since = now - SignedDuration::from_mins(domain.settings().waiting_room_closes_minutes);
    let connection = tx.connection();
    let ids = match command.which {
        Which::Upcoming => store::appointments::upcoming(connection, &scope, filter, since, command.after, size + 1).await?,
        Which::Past => store::appointments::past(connection, &scope, filter, since, command.after, size + 1).await?,
    };
    let page = Page::cut(ids, size, AppointmentId::to_string);
    let rows = store::cards::load(tx.connection(), domain.settings(), &page.items, now).await?;
    let cards: Vec<AppointmentCard> = rows.into_iter().map(|row| row.card).collect();
    end_list(tx, AuditAction::SchedulingAppointmentsListed, &cards).await?;
    Ok(page.with(cards))
}

/// Ends a transaction that has read appointments; if there are none, nothing is audited.
pub(super) async fn end_list(tx: Tx, action: AuditAction, cards: &[AppointmentCard]) -> Result<()> {
    if cards.is_empty() {
        return tx.close().await;
    }
    tx.commit(Audit::read(action).patients(cards.iter().map(|card| card.patient.id))).await
}

/// Ends a transaction with an audited read of one appointment.
pub(super) async fn end_with_view(mut tx: Tx, id: AppointmentId) -> Result<AppointmentView> {
    let view = view(&mut tx, id).await?;
    let entry = Audit::read(AuditAction::SchedulingAppointmentRead).patient(view.card.patient.id);
    tx.commit(entry.on(ResourceKind::Appointment, id)).await?;
    Ok(view)
}

/// One appointment, within a transaction that audits the read.
pub(super) async fn view(tx: &mut Tx, id: AppointmentId) -> Result<AppointmentView> {
    let permit = tx.permit(actions::Read, id).await?;
    let (settings, now) = (tx.domain().settings().clone(), tx.now());
    let row = store::cards::load(tx.connection(), &settings, &[permit.id()], now).await?.pop().ok_or(Code::NotFound)?;
    let keys = tx.patient_keys(&[row.card.patient.id]).await?;
    let key = keys.get(&row.card.patient.id);
    let own_key = key.cloned();
    let reason = key.map(|key| key.decrypt(Column::AppointmentReason, id, &row.reason_cipher)).transpose()?;
    let message = key.zip(row.cancel_message_cipher.as_deref());
    let cancel_message = message.map(|(key, cipher)| key.decrypt(Column::CancelMessage, id, cipher)).transpose()?;
    let moved = key.zip(row.move_message_cipher.as_deref());
    let move_message = moved.map(|(key, cipher)| key.decrypt(Column::MoveMessage, id, cipher)).transpose()?;
    let overbooking = key.zip(row.overbooking_cipher.as_deref());
    let overbooking = overbooking.map(|(key, cipher)| key.decrypt(Column::OverbookingReason, id, cipher)).transpose()?;
    let phone = key.zip(row.phone_cipher.as_deref());
    let phone = phone.map(|(key, cipher)| key.decrypt(Column::AppointmentPhone, id, cipher)).transpose()?;
    let meeting = meetings::view(tx, &permit, &row.card, own_key.as_ref()).await?;
    let (starts_at, copied) = (row.card.starts_at, row.cancel_notice_hours);
    let cancel_in_time_until = rules::cancel_in_time_until(starts_at, copied, settings.cancel_notice_hours);
    let is_patient = tx.access().acting().is_ok_and(|acting| acting.patient == Some(row.card.patient.id));
    let may_cancel = permit.may(tx.access(), actions::Cancel);
    let follows = may_follow(row.card.state);
    let follow_up = if follows { store::follow_ups::of(tx.connection(), id).await?.map(|(day, _)| day) } else { None };
    let cancelled_by = match row.cancelled_at {
        Some(_) => store::cancelled::by(tx.connection(), id).await?,
        None => None,
    };
    let series = match row.series {
        Some(place) => Some(series::of_appointment(tx, place).await?),
        None => None,
    };
    Ok(AppointmentView {
        reason,
        phone,
        meeting,
        booked_at: row.booked_at,
        cancelled_at: row.cancelled_at,
        cancelled_by,
        cancel_message,
        move_message,
        // Staff writes it for staff.
        overbooking: overbooking.filter(|_| !is_patient),
        can_cancel: may_cancel && rules::check_cancel(row.card.state, starts_at, now).is_ok(),
        can_move: may_cancel
            && rules::check_move(row.card.state, starts_at, now).is_ok()
            && !(is_patient && (now > cancel_in_time_until || rules::is_moved_too_often(row.moves_by_patient))),
        may_read_record: permit.facts().treating,
        follow_up,
        can_plan_follow_up: follows && permit.may(tx.access(), actions::Decide),
        series,
        cancel_in_time_until,
        version: row.version,
        card: row.card,
    })
}

/// The reason for a visit, in the patient's words. The permit is for something of the visit's patient.
///
/// # Errors
/// `not_found` when it is not a visit of this patient, and when the patient's data was erased.
pub(crate) async fn reason_at_visit<S: Subject>(
    tx: &mut Tx,
    permit: &Permit<actions::Read, S>,
    encounter: EncounterId,
) -> Result<String> {
    let (appointment, cipher) = store::visits::reason(tx, permit, encounter).await?;
    let key = tx.patient_key(permit.patient()?).await?;
    key.decrypt(Column::AppointmentReason, appointment, &cipher)
}
