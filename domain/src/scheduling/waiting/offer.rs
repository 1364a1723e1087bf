//! Offering times that became free, for a worker.

use super::{
    NewOffer,
    free::{Free, FreeFor},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    scheduling::{
        hold::times_changed,
        locks,
        notices::{Event, tell},
        rooms::{self, Need},
        rules,
        store::{self, offers::FreedRow, waiting::Candidate},
        subjects::Booking,
    },
};
use jiff::{SignedDuration, Timestamp};
use model::{
    ids::{DoctorId, RequestId, WaitingEntryId, WaitingOfferId},
    scheduling::{OfferState, may_be_asked},
};
use std::collections::HashSet;

/// How many offers one call makes of one doctor's times; the next call makes the others.
const AT_ONCE: u32 = 50;

/// Ends offers that nobody has answered in time, and offers the times that became free to those who wait, in order; returns how many offers were made. Copies of the
/// server may do it at the same time. All that it needs to know is in the database, so nothing is lost if a server is killed.
///
/// A person who sleeps is passed over. If nobody else wants the time, it stays free for everybody until the person can be asked.
///
/// # Errors
/// `database.unavailable`.
pub async fn offer_freed_times(domain: &Domain) -> Result<u64> {
    for offer in store::offers::unanswered(domain.pool(), domain.now()).await? {
        if let Err(error) = run_out(domain, offer).await {
            tracing::error!(offer.id = %offer, error.code = %error, error.cause = error.causes(), "an offer could not be ended");
        }
    }
    let mut count = 0;
    for doctor in store::offers::freed_doctors(domain.pool()).await? {
        for _ in 0..AT_ONCE {
            match offer_next(domain, doctor).await {
                Ok(true) => count += 1,
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(doctor.id = %doctor, error.code = %error, error.cause = error.causes(), "a freed time could not be offered");
                    break;
                }
            }
        }
    }
    Ok(count)
}

/// Ends an offer that nobody has answered.
async fn run_out(domain: &Domain, offer: WaitingOfferId) -> Result<()> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("scheduling.run_out_offer", &access).await?;
    let Some(patient) = store::offers::patient(tx.connection(), offer).await? else { return tx.close().await };
    if !store::offers::end(&mut tx, offer, OfferState::RunOut, None).await? {
        return tx.close().await;
    }
    let room = store::offers::free(tx.connection(), offer).await?;
    rooms::given_back(&mut tx, room).await?;
    tx.emit(Event::OfferEnded { offer }).await?;
    tx.commit(Audit::of(AuditAction::SchedulingOfferRunOut).patient(patient).on(ResourceKind::Appointment, offer.uuid())).await
}

/// Makes one offer of a doctor's freed times; `false` if there is nothing to offer now.
async fn offer_next(domain: &Domain, doctor: DoctorId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("scheduling.offer_freed_time", &access).await?;
    locks::lock_own(&mut tx, Some(doctor), None).await?;
    match find(&mut tx, doctor).await {
        Ok(Found::Nothing(done)) => {
            tx.close().await?;
            store::offers::forget(domain.pool(), &done).await?;
            Ok(false)
        }
        Ok(Found::Offer(found)) => {
            let (candidate, new) = *found;
            if let Err(error) = make(&mut tx, &candidate, &new).await {
                // The locks are kept until the connection is used again.
                tx.abandon().await?;
                return Err(error);
            }
            let entry = Audit::of(AuditAction::SchedulingTimeOffered).patient(candidate.patient);
            let entry = entry.on(ResourceKind::Appointment, new.id.uuid()).with_id("doctor", doctor);
            tx.commit(entry.with("starts_at", new.visit.start()).with("expires_at", new.expires_at)).await?;
            Ok(true)
        }
        Err(error) => {
            tx.close().await?;
            Err(error)
        }
    }
}

/// What can be done with the freed times of a doctor.
enum Found {
    /// This person can be offered this time.
    Offer(Box<(Candidate, NewOffer)>),
    /// Nobody can be asked now; these rows need not be looked at again.
    Nothing(Vec<i64>),
}

async fn make(tx: &mut Tx, candidate: &Candidate, new: &NewOffer) -> Result<()> {
    let permit = tx.permit(actions::Create, Booking(candidate.patient)).await?;
    // Expired holds do not bind anybody, but the constraints do not know the time.
    let mut freed = store::reservations::clear_for_booking(tx, &permit, new.doctor, None, new.visit).await?;
    let room = rooms::take(tx, new.mode, new.clinic, new.with_buffers, Need::Room(None)).await?;
    store::offers::insert(tx, &permit, new, room).await?;
    freed.remove(&new.doctor);
    times_changed(tx, freed).await?;
    tell(tx, Event::TimeOffered { offer: new.id }, candidate.patient).await
}

async fn find(tx: &mut Tx, doctor: DoctorId) -> Result<Found> {
    let now = tx.now();
    let rows = store::offers::freed(tx.connection(), doctor).await?;
    let (past, rows): (Vec<FreedRow>, Vec<FreedRow>) = rows.into_iter().partition(|row| row.range.end() <= now);
    let mut done: Vec<i64> = past.into_iter().map(|row| row.id).collect();
    let mut asleep = false;
    if !rows.is_empty() {
        let times = store::times::load(tx.connection(), &[doctor], now, None).await?.remove(&doctor);
        if let Some(times) = times.filter(|times| rules::may_be_booked(times.standing).is_ok()) {
            match ask(tx, doctor, &mut Free::new(&times, &rows, now)).await? {
                Asked::Now(found) => return Ok(Found::Offer(found)),
                Asked::Later => asleep = true,
                Asked::Nobody => {}
            }
        }
    }
    if !asleep {
        done.extend(rows.into_iter().map(|row| row.id));
    }
    Ok(Found::Nothing(done))
}

/// Who of those who wait can be asked.
enum Asked {
    /// This person, about this time.
    Now(Box<(Candidate, NewOffer)>),
    /// Somebody whom one of the times suits, but who sleeps.
    Later,
    /// Nobody.
    Nobody,
}

/// Looks for the first person who can be asked, among all who wait: those who were first may want other days.
async fn ask(tx: &mut Tx, doctor: DoctorId, free: &mut Free<'_>) -> Result<Asked> {
    let now = tx.now();
    let earliest = store::today(now).yesterday().map_err(Error::internal)?;
    let offered = store::offers::offered(tx.connection(), doctor, now).await?;
    let until = now + SignedDuration::from_mins(tx.domain().settings().offer_minutes);
    let (mut asked, mut after) = (Asked::Nobody, None);
    loop {
        let candidates = store::waiting::candidates(tx.connection(), doctor, (earliest, now), after).await?;
        let Some(last) = candidates.last() else { return Ok(asked) };
        after = Some((last.since, last.entry));
        for candidate in candidates {
            let Some(new) = for_candidate(tx, &candidate, free, doctor, &offered, until).await? else { continue };
            if !may_be_asked(now, until, &store::zone(&candidate.zone)?) {
                asked = Asked::Later;
                continue;
            }
            // The patient's lock comes after the doctor's, as everywhere. Bookings with other doctors end first.
            locks::lock_own(tx, None, Some(candidate.patient)).await?;
            // Whoever has left the list in the meantime is asked no more.
            let is_waiting = store::waiting::owner(tx, candidate.entry, true).await?.is_some();
            if is_waiting && store::offers::patient_is_free(tx.connection(), candidate.patient, new.visit, now).await? {
                return Ok(Asked::Now(Box::new((candidate, new))));
            }
        }
    }
}

/// The first freed time that suits a person.
async fn for_candidate(
    tx: &mut Tx,
    candidate: &Candidate,
    free: &mut Free<'_>,
    doctor: DoctorId,
    offered: &HashSet<(WaitingEntryId, Timestamp)>,
    expires_at: Timestamp,
) -> Result<Option<NewOffer>> {
    let now = tx.now();
    let of_appointment;
    let (earlier_than, FreeFor { visit_type, mode, times, visits }) = match candidate.appointment {
        Some(appointment) => {
            let row = store::moves::of(tx.connection(), appointment).await?;
            of_appointment = free.for_moving(&row);
            (Some(row.visit.start()), &of_appointment)
        }
        None => match free.for_booking(candidate.mode) {
            Some(of_type) => (None, of_type),
            None => return Ok(None),
        },
    };
    for &(clinic, visit) in visits {
        let Some(part) = times.clinics.iter().find(|part| part.clinic == clinic) else { continue };
        let suits = candidate.times.fit(visit, &part.zone)
            && earlier_than.is_none_or(|start| visit.start() < start)
            && expires_at < visit.start()
            && !offered.contains(&(candidate.entry, visit.start()));
        if suits && store::offers::patient_is_free(tx.connection(), candidate.patient, visit, now).await? {
            let (id, with_buffers) = (tx.new_id::<WaitingOfferId>(), times.policy.doctor_range(visit));
            let (entry, visit_type, mode) = (candidate.entry, *visit_type, *mode);
            return Ok(Some(NewOffer { id, entry, doctor, clinic, visit_type, mode, visit, with_buffers, expires_at }));
        }
    }
    Ok(None)
}
