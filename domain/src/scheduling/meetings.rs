//! Meetings elsewhere on the web: the clinic enters the link, and patient and doctor see it shortly before the visit.
//!
//! Invariants: the link is given to nobody but the patient, a person who acts for the patient, and the doctor, and only while
//! [`AppointmentCard::meeting_is_open`] by the server's clock. No mail, no calendar and no list has it.

use super::{
    notices::Event,
    read,
    store::{self, meetings::MeetingRow},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, Relation, Relations, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    vault::{Column, PatientKey},
};
use model::{
    errors::Code,
    ids::AppointmentId,
    scheduling::{
        MeetingLink, MeetingView, VisitMode,
        views::{AppointmentCard, AppointmentView},
    },
};

/// Enters the link to the meeting of one appointment.
#[derive(Clone)]
pub struct SetMeetingLink {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The link, as typed; empty when the link of the visit type is to count.
    pub link: String,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
}

/// Enters the link to the meeting of one appointment, or removes it, for its doctor or the reception of its clinic. Without a link of its own, the appointment
/// has that of its visit type.
///
/// # Errors
/// `request.fields_invalid` with the field `link`; `not_found`, `access.forbidden`, `request.stale`; `scheduling.not_a_meeting`; `scheduling.appointment_settled`.
pub async fn set_meeting_link(domain: &Domain, access: &Access, command: SetMeetingLink) -> Result<AppointmentView> {
    let link = MeetingLink::parse_optional(&command.link).map_err(|fault| Error::field("link", fault))?;
    let mut tx = domain.begin("scheduling.set_meeting_link", access).await?;
    let permit = tx.permit(actions::Decide, command.appointment).await?;
    let current = store::appointments::current(tx.connection(), permit.id()).await?;
    let MeetingRow { mode, cipher, .. } = store::meetings::of(tx.connection(), permit.id()).await?;
    if mode != VisitMode::External {
        return Err(Code::VisitNotAMeeting.into());
    }
    if current.state.is_settled() {
        return Err(Code::AppointmentSettled.into());
    }
    if command.version.is_some_and(|seen| seen != current.version) {
        return Err(Code::Stale.into());
    }
    store::meetings::set_link(&mut tx, &permit, link.as_ref()).await?;
    tx.emit(Event::MeetingLinkSet { appointment: permit.id() }).await?;
    // Who has the link can enter the meeting, so the audit only says whether there was one and is one.
    let entry = Audit::of(AuditAction::SchedulingMeetingLinkSet)
        .patient(permit.patient()?)
        .on(ResourceKind::Appointment, permit.id())
        .with("old_entered", i64::from(cipher.is_some()))
        .with("entered", i64::from(link.is_some()));
    let view = read::view(&mut tx, command.appointment).await?;
    tx.commit(entry).await?;
    Ok(view)
}

/// The meeting of an appointment, as the caller may know it; `None` if the visit takes place in another way. `key` is missing when the patient's data was erased.
pub(super) async fn view(
    tx: &mut Tx,
    permit: &Permit<actions::Read, AppointmentId>,
    card: &AppointmentCard,
    key: Option<&PatientKey>,
) -> Result<Option<MeetingView>> {
    if card.mode != VisitMode::External {
        return Ok(None);
    }
    let MeetingRow { cipher, of_type, .. } = store::meetings::of(tx.connection(), permit.id()).await?;
    let relations = Relations::between(tx.access().acting()?, permit.facts());
    let takes_part = [Relation::Own, Relation::Guardian, Relation::Responsible].into_iter().any(|known| relations.contain(known));
    let is_shown = takes_part && card.meeting_is_open(tx.now());
    let is_entered = cipher.is_some() || of_type.is_some();
    let link = match key.filter(|_| is_shown) {
        None => None,
        Some(key) => {
            let own = cipher.map(|cipher| key.decrypt(Column::MeetingLink, permit.id(), &cipher)).transpose()?;
            own.or(of_type)
        }
    };
    let may_enter = !card.state.is_settled() && permit.may(tx.access(), actions::Decide);
    Ok(Some(MeetingView { opens_at: card.meeting_opens_at(), is_entered, link, may_enter }))
}
