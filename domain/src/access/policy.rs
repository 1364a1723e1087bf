//! Who may do what to which resource: one pure `match` over role, relation, action and resource. The whole matrix is a reviewed snapshot
//! (`domain/tests/it/policy.rs`).

use super::{Acting, ActionKind, Facts};
use crate::Result;
use model::{
    access::Role,
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, UserId},
};

/// A kind of protected resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A user's account, with its sessions.
    Account,
    /// A doctor's profile, application and licences.
    Doctor,
    /// A doctor's hours and days off.
    Schedule,
    /// A patient's name, birth date and contacts.
    Patient,
    /// An appointment.
    Appointment,
    /// A visit: its room and its chat.
    Visit,
    /// Clinical findings and decisions: notes, diagnoses, allergies.
    Record,
    /// A prescription.
    Prescription,
    /// The audit log.
    AuditLog,
    /// The state of the system: queue, mail, relay, seals.
    System,
}

impl ResourceKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Account,
        Self::Doctor,
        Self::Schedule,
        Self::Patient,
        Self::Appointment,
        Self::Visit,
        Self::Record,
        Self::Prescription,
        Self::AuditLog,
        Self::System,
    ];

    /// The kind as it is written in the audit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Doctor => "doctor",
            Self::Schedule => "schedule",
            Self::Patient => "patient",
            Self::Appointment => "appointment",
            Self::Visit => "visit",
            Self::Record => "record",
            Self::Prescription => "prescription",
            Self::AuditLog => "audit_log",
            Self::System => "system",
        }
    }
}

/// The caller's relation to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// It is the caller's own: the account, or the record of the patient on whose behalf they act.
    Own,
    /// The caller is the doctor who is responsible for it.
    Responsible,
    /// The caller is a doctor who treats the patient.
    Treating,
    /// It belongs to the clinic in which the caller acts, or the caller's role covers all clinics.
    SameClinic,
    /// None of these.
    None,
}

impl Relation {
    /// All relations, closest first.
    pub const ALL: [Self; 5] = [Self::Own, Self::Responsible, Self::Treating, Self::SameClinic, Self::None];

    /// The closest relation that the facts show.
    #[must_use]
    pub fn between(acting: &Acting, facts: &Facts) -> Self {
        if facts.user == Some(acting.user) || (acting.patient.is_some() && facts.patient == acting.patient) {
            return Self::Own;
        }
        if acting.doctor.is_some() {
            if facts.doctor == acting.doctor {
                return Self::Responsible;
            }
            if facts.treating {
                return Self::Treating;
            }
        }
        match (acting.clinic, facts.clinic) {
            (None, _) if acting.role != Role::Patient => Self::SameClinic,
            (Some(acts_in), Some(belongs_to)) if acts_in == belongs_to => Self::SameClinic,
            (None | Some(_), _) => Self::None,
        }
    }
}

/// The answer of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The caller may do this.
    Allowed,
    /// The caller may know that the resource exists, but may not do this.
    Refused,
    /// For this caller, the resource does not exist.
    Hidden,
    /// The caller must sign in first.
    SignIn,
}

/// Decides. A caller who may read the resource is openly refused other actions; any other caller is told that it does not exist.
#[must_use]
pub fn decide(role: Role, relation: Relation, action: ActionKind, resource: ResourceKind) -> Decision {
    if allows(role, relation, action, resource) {
        Decision::Allowed
    } else if allows(role, relation, ActionKind::Read, resource) {
        Decision::Refused
    } else {
        Decision::Hidden
    }
}

/// Decides about something that is still being written: for a caller who may not follow that, it does not exist.
#[must_use]
pub fn decide_unfinished(role: Role, relation: Relation, action: ActionKind, resource: ResourceKind) -> Decision {
    if allows(role, relation, ActionKind::Follow, resource) { decide(role, relation, action, resource) } else { Decision::Hidden }
}

fn allows(role: Role, relation: Relation, action: ActionKind, resource: ResourceKind) -> bool {
    use ActionKind as A;
    use Relation as R;
    use ResourceKind as K;
    use Role::{Admin, Doctor, LabTechnician, Nurse, Patient, Pharmacist, Receptionist, Support};

    match (role, relation, resource, action) {
        // All users keep their own account.
        (_, R::Own, K::Account, A::Read | A::Write) => true,

        // Patients see their own record, book and cancel their own appointments, and enter their own visits.
        (Patient, R::Own, K::Patient, A::Read | A::Write)
        | (Patient, R::Own, K::Appointment, A::Read | A::Create | A::Cancel)
        | (Patient, R::Own, K::Visit, A::Read | A::Join | A::Write | A::Arrive)
        | (Patient, R::Own, K::Record | K::Prescription, A::Read) => true,

        // Doctors keep their own profile and hours, and do what belongs to their own visits.
        (Doctor, R::Own | R::Responsible, K::Doctor | K::Schedule, A::Read | A::Write) => true,
        (Doctor, R::Responsible, K::Appointment, A::Read | A::Cancel)
        | (Doctor, R::Responsible, K::Visit, A::Read | A::Join | A::Write | A::Admit | A::End)
        | (Doctor, R::Responsible, K::Record, A::Read | A::Follow | A::Write | A::Create)
        | (Doctor, R::Responsible, K::Prescription, A::Read | A::Follow | A::Write | A::Create | A::Sign | A::Cancel) => true,
        // Doctors who treat a patient see the patient's whole history, whoever wrote it. Only its author sees the draft of a prescription.
        (Doctor, R::Treating, K::Patient | K::Record | K::Prescription, A::Read)
        | (Doctor, R::Treating, K::Record, A::Follow | A::Create) => true,

        // Nurses and receptionists see their clinic's appointments, patients and schedules; nurses also see records, pharmacists prescriptions.
        (Nurse | Receptionist, R::SameClinic, K::Appointment | K::Patient | K::Schedule, A::Read) => true,
        (Receptionist, R::SameClinic, K::Appointment, A::Cancel) => true,
        (Nurse, R::SameClinic, K::Record, A::Read | A::Follow) => true,
        (Pharmacist, R::SameClinic, K::Prescription, A::Read) => true,

        // Admins manage people and places and see no clinical content.
        (Admin, R::SameClinic, K::Account, A::Read | A::Suspend)
        | (Admin, R::SameClinic, K::Doctor, A::Read | A::Decide)
        | (Admin, R::SameClinic, K::Schedule | K::AuditLog | K::System, A::Read) => true,
        (Support, R::SameClinic, K::Account, A::Read) => true,

        (Patient | Doctor | Nurse | Receptionist | Pharmacist | LabTechnician | Admin | Support, _, _, _) => false,
    }
}

/// The limits of a list; they become part of the `WHERE` clause. Each field that is set narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only this patient's.
    pub patient: Option<PatientId>,
    /// Only this doctor's.
    pub doctor: Option<DoctorId>,
    /// Only this clinic's.
    pub clinic: Option<ClinicId>,
    /// Only this user's.
    pub user: Option<UserId>,
}

/// The scope of the caller's lists.
///
/// # Errors
/// `access.forbidden` when the role has no such list. Only an admin of the whole organisation has the audit log.
pub fn scope(acting: &Acting, resource: ResourceKind) -> Result<Scope> {
    use ResourceKind as K;

    let forbidden = || Code::Forbidden.into();
    match (acting.role, resource) {
        (Role::Patient, K::Appointment | K::Visit | K::Record | K::Prescription) => {
            let patient = acting.patient.ok_or(Code::Forbidden)?;
            Ok(Scope { patient: Some(patient), ..Scope::default() })
        }
        (Role::Doctor, K::Appointment | K::Visit | K::Prescription | K::Schedule | K::Patient) => {
            let doctor = acting.doctor.ok_or(Code::Forbidden)?;
            Ok(Scope { doctor: Some(doctor), ..Scope::default() })
        }
        // The rows of the log belong to no clinic.
        (Role::Admin, K::AuditLog) if acting.clinic.is_some() => Err(forbidden()),
        (Role::Nurse | Role::Receptionist, K::Appointment | K::Patient | K::Schedule)
        | (Role::Pharmacist, K::Prescription)
        | (Role::Admin, K::Account | K::Doctor | K::AuditLog | K::System | K::Schedule)
        | (Role::Support, K::Account) => Ok(Scope { clinic: acting.clinic, ..Scope::default() }),
        (_, K::Account) => Ok(Scope { user: Some(acting.user), ..Scope::default() }),
        (
            Role::Patient
            | Role::Doctor
            | Role::Nurse
            | Role::Receptionist
            | Role::Pharmacist
            | Role::LabTechnician
            | Role::Admin
            | Role::Support,
            K::Doctor
            | K::Schedule
            | K::Patient
            | K::Appointment
            | K::Visit
            | K::Record
            | K::Prescription
            | K::AuditLog
            | K::System,
        ) => Err(forbidden()),
    }
}
