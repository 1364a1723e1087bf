//! What the team of a clinic tells each other: tasks, and handover notes from one shift to the next. The team are the nurses, the doctors and the reception.
//!
//! Invariants
//! - What is about a patient is encrypted with that patient's key. Nurses see it, doctors if they treat the patient, and everybody what they wrote or what was given to them.
//! - A task about a patient is given, and a line about one is written, only by somebody who may know the patient.
//! - A handover note is never changed: it is corrected by a later one.

mod giving;
mod handover;

pub use giving::{AddTask, ListTasks, SettleTask, TaskOutcome, add_task, settle_task, task_form, tasks};
pub use handover::{ListShiftNotes, TypedShiftLine, WriteShiftNote, see_shift_note, shift_notes, write_shift_note};

use super::store;
use crate::{
    Result,
    access::{Access, Facts, ResourceKind, Subject},
    db::Tx,
};
use model::{
    errors::Code,
    ids::{ClinicId, PatientId, ShiftNoteId, TaskId},
    team::NamedPatient,
};
use uuid::Uuid;

/// The team of a clinic, for what does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TeamOf(pub(super) ClinicId);

impl Subject for TeamOf {
    const KIND: ResourceKind = ResourceKind::Team;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts { clinics: [self.0].into(), ..Facts::default() }))
    }
}

impl Subject for TaskId {
    const KIND: ResourceKind = ResourceKind::Team;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let found = store::team::task_of(tx, self, lock).await?;
        Ok(found.map(|(clinic, patient)| Facts { clinics: [clinic].into(), patient, ..Facts::default() }))
    }
}

/// Notes are only added, so nothing is locked.
impl Subject for ShiftNoteId {
    const KIND: ResourceKind = ResourceKind::Team;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let found = store::team::clinic_of_note(tx, self).await?;
        Ok(found.map(|clinic| Facts { clinics: [clinic].into(), ..Facts::default() }))
    }
}

/// The clinic for whose team the caller writes. Whoever works at all clinics writes for none.
fn own_clinic(access: &Access) -> Result<ClinicId> {
    access.scope(ResourceKind::Team)?.clinic.ok_or_else(|| Code::Forbidden.into())
}

/// A patient whom the caller may know.
async fn named_patient(tx: &mut Tx, patient: PatientId) -> Result<NamedPatient> {
    let permit = tx.permit(crate::access::actions::Read, patient).await?;
    store::team::named(tx, &permit).await
}
