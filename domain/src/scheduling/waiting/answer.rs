//! Reading, accepting and refusing an offered time.

use super::OfferSubject;
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    identity,
    scheduling::{
        book::{self, Booked, is_remote, number_to_call},
        hold::{Reservable, times_changed},
        jurisdiction, limits, locks,
        moving::{self, NewTime},
        notices::{Event, tell},
        read, requests, rooms, rules,
        store::{self, offers::OfferRow, visit_types},
        subjects::Booking,
    },
    vault::Column,
};
use model::{
    errors::Code,
    ids::{AppointmentId, WaitingEntryId, WaitingOfferId},
    scheduling::{OfferState, OfferView, TimeRange, VisitReason, views::AppointmentView},
};

/// Accepts an offered time.
#[derive(Debug, Clone)]
pub struct AcceptOffer {
    /// The offer.
    pub offer: WaitingOfferId,
    /// The number that the doctor calls at a visit by phone; empty for that of the account.
    pub phone: String,
    /// The fee that the patient was shown, in minor units. If it is another one now, nothing is booked. `None` when no fee was shown.
    pub fee_minor: Option<i64>,
}

/// An offered time, for the patient.
///
/// # Errors
/// `not_found`, also for the offer of another patient; `access.sign_in_needed`.
pub async fn waiting_offer(domain: &Domain, access: &Access, id: WaitingOfferId) -> Result<OfferView> {
    let mut tx = domain.begin_reading("scheduling.waiting_offer", access).await?;
    let permit = tx.permit(actions::Read, OfferSubject(id)).await?;
    let row = store::offers::of(tx.connection(), id).await?.ok_or(Code::NotFound)?;
    let (now, today) = (tx.now(), store::today(tx.now()));
    let doctor = store::doctors::load(tx.connection(), &[row.doctor], today).await?.remove(&row.doctor).ok_or(Code::NotFound)?;
    let clinic = store::doctors::clinics(tx.connection(), &[row.clinic]).await?.remove(&row.clinic).ok_or(Code::NotFound)?;
    // A visit that moves keeps its fee.
    let fee = match (row.moves, row.visit_type) {
        (Some((appointment, _)), _) => {
            let settings = tx.domain().settings().clone();
            store::cards::load(tx.connection(), &settings, &[appointment], now).await?.pop().map(|row| row.card.fee)
        }
        (None, Some(visit_type)) => visit_types::of_hold(tx.connection(), visit_type).await?.and_then(|offered| offered.fee),
        (None, None) => None,
    };
    let view = OfferView {
        id,
        state: store::offers::state_at(&row, now),
        doctor: doctor.brief,
        clinic,
        mode: row.mode,
        starts_at: row.visit.start(),
        ends_at: row.visit.end(),
        expires_at: row.expires_at,
        fee,
        moves_from: row.moves.map(|(_, at)| at),
        appointment: row.appointment,
    };
    let entry = Audit::read(AuditAction::SchedulingWaitingListRead).patient(permit.patient()?);
    tx.commit(entry.on(ResourceKind::Appointment, id.uuid())).await?;
    Ok(view)
}

/// Accepts an offered time: the appointment of the entry moves to it, or a new one is booked. The entry leaves the waiting list. Accepting twice is the same as once.
///
/// The notice for cancelling does not count, because the clinic offered the time; the notice for booking counts from when it was offered.
///
/// # Errors
/// `not_found`; `scheduling.offer_gone` when it was refused or has run out; `identity.remote_care_needed`; `request.fields_invalid` with the field `phone`; the errors of booking
/// and moving.
pub async fn accept_offer(domain: &Domain, access: &Access, command: AcceptOffer) -> Result<AppointmentView> {
    let mut tx = domain.begin("scheduling.accept_offer", access).await?;
    let id = tx.permit(actions::Create, OfferSubject(command.offer)).await?.id().0;
    let row = store::offers::of(tx.connection(), id).await?.ok_or(Code::NotFound)?;
    locks::lock(&mut tx, row.doctor, row.patient).await?;
    match accepted(&mut tx, &command, row.entry).await {
        Ok((appointment, None)) => read::end_with_view(tx, appointment).await,
        Ok((appointment, Some(entry))) => {
            let view = read::view(&mut tx, appointment).await?;
            tx.commit(entry).await?;
            Ok(view)
        }
        Err(error) => {
            // The locks are kept until the connection is used again.
            tx.abandon().await?;
            Err(error)
        }
    }
}

/// Books or moves, under the locks; with the audit entry, if it was not done before.
async fn accepted(tx: &mut Tx, command: &AcceptOffer, entry: WaitingEntryId) -> Result<(AppointmentId, Option<Audit>)> {
    // The rows may have changed while this waited for the locks. Whoever leaves or refuses meanwhile locks them in the same order.
    store::waiting::owner(tx, entry, true).await?;
    store::offers::lock(tx.connection(), command.offer).await?;
    let row = store::offers::of(tx.connection(), command.offer).await?.ok_or(Code::NotFound)?;
    if let (OfferState::Taken, Some(appointment)) = (row.state, row.appointment) {
        return Ok((appointment, None));
    }
    if store::offers::state_at(&row, tx.now()) != OfferState::Open {
        return Err(Code::OfferGone.into());
    }
    // The time counts as free for what follows.
    store::offers::free(tx.connection(), row.id).await?;
    let appointment = match row.moves {
        Some((appointment, _)) => move_to(tx, &row, appointment).await?,
        None => book_new(tx, &row, command).await?,
    };
    if !store::offers::end(tx, row.id, OfferState::Taken, Some(appointment)).await? {
        return Err(Code::OfferGone.into());
    }
    let now = tx.now();
    store::waiting::set_taken(tx.connection(), row.entry, now).await?;
    let action =
        if row.moves.is_some() { AuditAction::SchedulingAppointmentMoved } else { AuditAction::SchedulingAppointmentBooked };
    let entry = Audit::of(action).patient(row.patient).on(ResourceKind::Appointment, appointment);
    let mut entry = entry.with_id("doctor", row.doctor).with_id("offer", row.id).with("starts_at", row.visit.start());
    if let Some((_, before)) = row.moves {
        entry = entry.with("old_starts_at", before);
    }
    Ok((appointment, Some(entry)))
}

async fn move_to(tx: &mut Tx, row: &OfferRow, appointment: AppointmentId) -> Result<AppointmentId> {
    let permit = tx.permit(actions::Cancel, appointment).await?;
    let moved = store::moves::of(tx.connection(), appointment).await?;
    let kind = rules::check_move(moved.state, moved.visit.start(), tx.now())?;
    let times = moving::times(tx, &moved, true).await?;
    let open = times.at(row.clinic, row.visit.start(), row.made_at)?;
    let visit = TimeRange::new(open.start, open.end).ok_or(Code::SlotUnknown)?;
    moving::put(tx, &permit, &moved, &times, NewTime { visit, kind, message: None, counts: false }).await?;
    Ok(appointment)
}

async fn book_new(tx: &mut Tx, row: &OfferRow, command: &AcceptOffer) -> Result<AppointmentId> {
    let permit = tx.permit(actions::Create, Booking(row.patient)).await?;
    let now = tx.now();
    let mut times = store::times::load(tx.connection(), &[row.doctor], now, Some(row.patient))
        .await?
        .remove(&row.doctor)
        .ok_or(Code::NotFound)?;
    rules::may_be_booked(times.standing)?;
    jurisdiction::limit(tx, row.doctor, row.patient, &mut times).await?;
    let offered = times.find_type(row.visit_type, Some(row.mode)).cloned().ok_or(Code::VisitTypeGone)?;
    times.of_type(&offered);
    let open = times.at(row.clinic, row.visit.start(), row.made_at)?;
    let visit = TimeRange::new(open.start, open.end).ok_or(Code::SlotUnknown)?;
    if is_remote(offered.mode) && !identity::remote_care(tx, row.patient).await?.agreed {
        return Err(Code::RemoteCareNeeded.into());
    }
    let phone = number_to_call(tx, offered.mode, &command.phone).await?;
    // It was kept for the patient, as a hold keeps a time.
    limits::check_booking(tx, &permit, row.doctor, visit.start(), true).await?;
    let mut freed = store::reservations::clear_for_booking(tx, &permit, row.doctor, None, visit).await?;
    freed.remove(&row.doctor);
    times_changed(tx, freed).await?;
    let cipher = row.reason_cipher.as_deref().ok_or_else(|| Error::internal("an entry of the waiting list without a reason"))?;
    let reason = tx.patient_key(row.patient).await?.decrypt(Column::WaitingReason, row.entry, cipher)?;
    let reason = VisitReason::parse(&reason).map_err(|_| Error::internal("a stored reason is none"))?;
    let booked = Booked {
        doctor: row.doctor,
        clinic: row.clinic,
        phone: phone.as_ref(),
        reason: &reason,
        fee_minor: command.fee_minor,
        hold: None,
        overbooking: None,
    };
    let time = Reservable { visit, doctor_range: times.policy.doctor_range(visit), offered };
    let id = book::insert(tx, &permit, booked, &time).await?;
    tell(tx, requests::first_event(&time, id), row.patient).await?;
    Ok(id)
}

/// Refuses an offered time, which is then offered to the next. The patient stays on the list, and is not asked about this time again. Refusing an offer that has ended is
/// no error.
///
/// # Errors
/// `not_found`, `access.sign_in_needed`.
pub async fn refuse_offer(domain: &Domain, access: &Access, id: WaitingOfferId) -> Result<()> {
    let mut tx = domain.begin("scheduling.refuse_offer", access).await?;
    let permit = tx.permit(actions::Cancel, OfferSubject(id)).await?;
    if !store::offers::end(&mut tx, id, OfferState::Refused, None).await? {
        return tx.close().await;
    }
    let room = store::offers::free(tx.connection(), id).await?;
    rooms::given_back(&mut tx, room).await?;
    tx.emit(Event::OfferEnded { offer: id }).await?;
    let entry = Audit::of(AuditAction::SchedulingOfferRefused).patient(permit.patient()?);
    tx.commit(entry.on(ResourceKind::Appointment, id.uuid())).await
}
