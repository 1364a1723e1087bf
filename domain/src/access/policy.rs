//! Who may do what to which resource: one pure `match` over role, relation, action and resource, and what holds an action back. The whole matrix is a reviewed
//! snapshot (`domain/tests/it/policy.rs`).

use super::{Acting, ActionKind, Limits, Relation, Relations, limits::held_back};
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
    /// Who acts for a patient, as the staff of a clinic sees and changes it.
    Acting,
    /// An appointment.
    Appointment,
    /// A visit: its room and its chat.
    Visit,
    /// A conversation of a patient with a doctor, with the desk of a clinic, or with a care group.
    Conversation,
    /// What the team of a clinic tells each other: tasks and handover notes.
    Team,
    /// What a patient says about a visit, for everybody to read.
    Rating,
    /// What a doctor writes about a visit.
    Note,
    /// A request to a colleague to co-sign a note.
    Cosignature,
    /// The diagnoses of a visit, or of a patient over all visits.
    Diagnosis,
    /// A patient's allergies, with the medicines that must be known together with them.
    Allergy,
    /// The entries of a patient's record: problems, history, medication from elsewhere, immunisations, and the like.
    Entry,
    /// Measurements: blood pressure, weight, temperature.
    Vitals,
    /// Results of a laboratory.
    Result,
    /// Letters and files in a patient's record.
    Document,
    /// A prescription.
    Prescription,
    /// A letter of a doctor: a referral, a sick note, a fit note, the summary of a visit.
    Letter,
    /// An access to a record outside of the usual rules.
    BreakGlass,
    /// What others did with a patient's record, and the patient's questions about that.
    AccessQuestion,
    /// The links by which a patient's side shares items of the record.
    RecordShare,
    /// A clinic: its address, hours and closures; and what all clinics have in common, like the specialties and the languages.
    Clinic,
    /// A role of staff, held or offered by an invitation.
    Membership,
    /// The audit log.
    AuditLog,
    /// The state of the system: queue, mail, relay, seals.
    System,
    /// What became of mails and text messages.
    Delivery,
}

impl ResourceKind {
    /// All kinds.
    pub const ALL: [Self; 28] = [
        Self::Account,
        Self::Doctor,
        Self::Schedule,
        Self::Patient,
        Self::Acting,
        Self::Appointment,
        Self::Visit,
        Self::Conversation,
        Self::Team,
        Self::Rating,
        Self::Note,
        Self::Cosignature,
        Self::Diagnosis,
        Self::Allergy,
        Self::Entry,
        Self::Vitals,
        Self::Result,
        Self::Document,
        Self::Prescription,
        Self::Letter,
        Self::BreakGlass,
        Self::AccessQuestion,
        Self::RecordShare,
        Self::Clinic,
        Self::Membership,
        Self::AuditLog,
        Self::System,
        Self::Delivery,
    ];

    /// Whether it is a part of a patient's record: what is written, measured, found or prescribed. Who the patient is does not belong to the record.
    #[must_use]
    pub const fn is_clinical(self) -> bool {
        match self {
            Self::Note
            | Self::Diagnosis
            | Self::Allergy
            | Self::Entry
            | Self::Vitals
            | Self::Result
            | Self::Document
            | Self::Prescription
            | Self::Letter => true,
            Self::Account
            | Self::Doctor
            | Self::Schedule
            | Self::Patient
            | Self::Acting
            | Self::Appointment
            | Self::Visit
            | Self::Conversation
            | Self::Team
            | Self::Rating
            | Self::Cosignature
            | Self::BreakGlass
            | Self::AccessQuestion
            | Self::RecordShare
            | Self::Clinic
            | Self::Membership
            | Self::AuditLog
            | Self::System
            | Self::Delivery => false,
        }
    }

    /// The kind as it is written in the audit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Doctor => "doctor",
            Self::Schedule => "schedule",
            Self::Patient => "patient",
            Self::Acting => "acting",
            Self::Appointment => "appointment",
            Self::Visit => "visit",
            Self::Conversation => "conversation",
            Self::Team => "team",
            Self::Rating => "rating",
            Self::Note => "note",
            Self::Cosignature => "cosignature",
            Self::Diagnosis => "diagnosis",
            Self::Allergy => "allergy",
            Self::Entry => "entry",
            Self::Vitals => "vitals",
            Self::Result => "result",
            Self::Document => "document",
            Self::Prescription => "prescription",
            Self::Letter => "letter",
            Self::BreakGlass => "break_glass",
            Self::AccessQuestion => "access_question",
            Self::RecordShare => "record_share",
            Self::Clinic => "clinic",
            Self::Membership => "membership",
            Self::AuditLog => "audit_log",
            Self::System => "system",
            Self::Delivery => "delivery",
        }
    }
}

/// The answer of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The caller may do this.
    Allowed,
    /// The caller may know that the resource exists, but may not do this; the code says why.
    Refused(Code),
    /// For this caller, the resource does not exist.
    Hidden,
    /// The caller must sign in first.
    SignIn,
}

/// Decides. A caller who may read the resource is openly refused other actions; any other caller is told that it does not exist.
#[must_use]
pub fn decide(role: Role, relations: &Relations, limits: Limits, action: ActionKind, resource: ResourceKind) -> Decision {
    if allowed(role, relations, action, resource) {
        held_back(limits, action, resource).map_or(Decision::Allowed, Decision::Refused)
    } else if allowed(role, relations, ActionKind::Read, resource) {
        Decision::Refused(Code::Forbidden)
    } else {
        Decision::Hidden
    }
}

/// Decides about something that is still being written: for a caller who may not follow that, it does not exist.
#[must_use]
pub fn decide_unfinished(
    role: Role,
    relations: &Relations,
    limits: Limits,
    action: ActionKind,
    resource: ResourceKind,
) -> Decision {
    if allowed(role, relations, ActionKind::Follow, resource) {
        decide(role, relations, limits, action, resource)
    } else {
        Decision::Hidden
    }
}

fn allowed(role: Role, relations: &Relations, action: ActionKind, resource: ResourceKind) -> bool {
    relations.iter().any(|relation| allows(role, relation, action, resource))
}

/// The closest relation that allows this by itself; `None` if none does.
#[must_use]
pub fn closest(role: Role, relations: &Relations, action: ActionKind, resource: ResourceKind) -> Option<Relation> {
    relations.iter().find(|relation| allows(role, *relation, action, resource))
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
        | (Patient, R::Own, K::Conversation, A::Read | A::Write | A::Create)
        | (Patient, R::Own, K::Rating, A::Read | A::Create)
        | (Patient, R::Own, K::Document | K::Vitals, A::Create) => true,
        (Patient, R::Own, kind, A::Read) if kind.is_clinical() => true,
        // They share items of it by links, and end these.
        (Patient, R::Own, K::RecordShare, A::Read | A::Create | A::Cancel) => true,
        // They see who has read or changed their record, and ask about it. Admins answer, and see no such list.
        (Patient, R::Own, K::AccessQuestion, A::Read | A::Create) | (Admin, R::SameClinic, K::AccessQuestion, A::Decide) => true,
        // A guardian who sees appointments only books, cancels, joins and writes in the chat of a visit, and reads and writes nothing of the record.
        (Patient, R::Guardian, K::Patient, A::Read)
        | (Patient, R::Guardian, K::Appointment, A::Read | A::Create | A::Cancel)
        | (Patient, R::Guardian, K::Visit, A::Read | A::Join | A::Write | A::Arrive) => true,

        // Doctors keep their own profile and hours, and do what belongs to their own visits.
        (Doctor, R::Own | R::Responsible, K::Doctor | K::Schedule, A::Read | A::Write) => true,
        (Doctor, R::Responsible, K::Appointment, A::Read | A::Cancel | A::Decide)
        | (Doctor, R::Responsible, K::Visit, A::Read | A::Join | A::Write | A::Attend | A::Admit | A::End)
        | (Doctor, R::Responsible, K::Conversation, A::Read | A::Write | A::End)
        | (Doctor, R::Responsible, K::Rating, A::Read | A::Write)
        | (Doctor, R::Responsible, K::Note | K::Diagnosis, A::Read | A::Follow | A::Write)
        | (Doctor, R::Responsible, K::Note, A::Sign)
        | (Doctor, R::Responsible, K::Prescription, A::Read | A::Follow | A::Write | A::Create | A::Sign | A::Cancel)
        | (Doctor, R::Responsible, K::Letter, A::Read | A::Follow | A::Write | A::Create | A::Sign | A::Cancel) => true,
        // They ask colleagues to co-sign their notes. Whoever is asked reads that note and answers, and sees nothing else of the record.
        (Doctor, R::Responsible, K::Cosignature, A::Read | A::Create) | (Doctor, R::Own, K::Cosignature, A::Read | A::Sign) => {
            true
        }
        // They book for those whom they treat, with themselves.
        (Doctor, R::Treating, K::Appointment, A::Create) => true,
        // They begin conversations with the patients whom they treat. What others write with a patient is not theirs.
        (Doctor, R::Treating, K::Conversation, A::Create) => true,
        // Doctors who treat a patient see the patient's whole history, whoever wrote it. Only its author sees the draft of a prescription or a letter.
        (Doctor, R::Treating, K::Patient | K::Prescription | K::Letter | K::Result, A::Read)
        | (Doctor, R::Treating, K::Note | K::Diagnosis, A::Read | A::Follow)
        | (Doctor, R::Treating, K::Allergy | K::Entry | K::Vitals | K::Document, A::Read | A::Create) => true,

        // Nurses and receptionists see their clinic's appointments, patients and schedules. Nurses also see records, without prescriptions, add entries to them, and measure.
        // Pharmacists see prescriptions, and what a medicine must not meet. Laboratories see and release results.
        (Nurse | Receptionist, R::SameClinic, K::Appointment | K::Patient | K::Schedule, A::Read) => true,
        // Receptionists note whether patients come to the clinic, and see nothing else of a visit.
        // They book for patients, and confirm requested visits. They put patients on the waiting list, who then accept a time themselves.
        (Receptionist, R::SameClinic, K::Appointment, A::Create | A::Cancel | A::Decide)
        | (Receptionist, R::SameClinic, K::Visit, A::Attend) => true,
        // They answer for the desk of their clinic, and begin conversations with its patients.
        (Receptionist, R::SameClinic, K::Conversation, A::Read | A::Write | A::Create | A::End) => true,
        // They and admins let carers and legal guardians act for a patient of their clinic, with a document, and end it.
        (Receptionist | Admin, R::SameClinic, K::Acting, A::Read | A::Create | A::Cancel) => true,
        // Receptionists register patients, and correct the details of those who have no account.
        (Receptionist, R::SameClinic, K::Patient, A::Create | A::Write) => true,
        (Nurse, R::SameClinic, K::Note | K::Diagnosis, A::Read | A::Follow)
        | (Nurse, R::SameClinic, K::Allergy | K::Result | K::Document | K::Letter, A::Read)
        | (Nurse, R::SameClinic, K::Entry | K::Vitals, A::Read | A::Create) => true,
        // The team of a clinic gives each other tasks, and hands over from one shift to the next.
        (Doctor | Nurse | Receptionist, R::SameClinic, K::Team, A::Read | A::Write | A::Create) => true,
        // The members of a care group answer for it. That a nurse begins a conversation for no other one is checked by the use case.
        (Doctor | Nurse | Receptionist, R::Own, K::Conversation, A::Read | A::Write | A::End)
        | (Nurse, R::SameClinic, K::Conversation, A::Create) => true,
        (Pharmacist, R::SameClinic, K::Prescription | K::Allergy, A::Read) => true,
        (LabTechnician, R::SameClinic, K::Result, A::Read | A::Follow | A::Write | A::Create | A::Sign) => true,

        // Who works at a clinic may open any record for an hour, with a reason, and then reads it and writes nothing. An admin reviews it.
        (Doctor | Nurse, R::SameClinic, K::BreakGlass, A::Create) => true,
        (Doctor | Nurse, R::BreakGlass, kind, A::Read) if kind.is_clinical() => true,
        (Doctor | Nurse, R::BreakGlass, K::Patient, A::Read)
        | (Doctor | Nurse, R::BreakGlass, K::Note | K::Diagnosis, A::Follow)
        | (Admin, R::SameClinic, K::BreakGlass, A::Read | A::Decide) => true,

        // Admins register the patients of a file, merge two records of one person, and separate them again.
        (Admin, R::SameClinic, K::Patient, A::Create | A::Decide) => true,

        // Admins manage people and places and see no clinical content.
        (Admin, R::SameClinic, K::Account, A::Read | A::Suspend)
        | (Admin, R::SameClinic, K::Doctor | K::Rating, A::Read | A::Decide)
        | (Admin, R::SameClinic, K::Clinic | K::Membership, A::Read | A::Write | A::Create)
        | (Admin, R::SameClinic, K::Schedule | K::AuditLog | K::System, A::Read) => true,
        (Support, R::SameClinic, K::Account, A::Read) | (Admin | Support, R::SameClinic, K::Delivery, A::Read) => true,

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
/// `access.forbidden` when the role has no such list. Only an admin of the whole organisation has the audit log and the state of the system.
pub fn scope(acting: &Acting, resource: ResourceKind) -> Result<Scope> {
    use ResourceKind as K;

    let forbidden = || Code::Forbidden.into();
    match (acting.role, resource) {
        (Role::Patient, kind) if (kind.is_clinical() || kind == K::Conversation) && acting.appointments_only => Err(forbidden()),
        (Role::Patient, kind) if kind.is_clinical() || matches!(kind, K::Appointment | K::Visit | K::Conversation) => {
            let patient = acting.patient.ok_or(Code::Forbidden)?;
            Ok(Scope { patient: Some(patient), ..Scope::default() })
        }
        // A doctor has the requests that were sent to them.
        (Role::Doctor, K::Cosignature) => Ok(Scope { user: Some(acting.user), ..Scope::default() }),
        // A nurse has the conversations of the care groups to which they belong.
        (Role::Nurse, K::Conversation) => Ok(Scope { user: Some(acting.user), ..Scope::default() }),
        (
            Role::Doctor,
            K::Appointment | K::Visit | K::Conversation | K::Rating | K::Prescription | K::Letter | K::Schedule | K::Patient,
        ) => {
            let doctor = acting.doctor.ok_or(Code::Forbidden)?;
            Ok(Scope { doctor: Some(doctor), ..Scope::default() })
        }
        // The rows of the log, the mails and the parts of the system belong to no clinic.
        (Role::Admin | Role::Support, K::AuditLog | K::System | K::Delivery) if acting.clinic.is_some() => Err(forbidden()),
        (Role::Nurse | Role::Receptionist, K::Appointment | K::Patient | K::Schedule)
        | (Role::Receptionist, K::Conversation)
        | (Role::Doctor | Role::Nurse | Role::Receptionist, K::Team)
        | (Role::Receptionist | Role::Admin, K::Acting)
        | (Role::Pharmacist, K::Prescription)
        | (
            Role::Admin,
            K::Account
            | K::Doctor
            | K::Rating
            | K::AuditLog
            | K::System
            | K::Schedule
            | K::BreakGlass
            | K::AccessQuestion
            | K::Clinic
            | K::Membership,
        )
        | (Role::Admin | Role::Support, K::Delivery)
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
            | K::Acting
            | K::Appointment
            | K::Visit
            | K::Conversation
            | K::Team
            | K::Rating
            | K::Note
            | K::Cosignature
            | K::Diagnosis
            | K::Allergy
            | K::Entry
            | K::Vitals
            | K::Result
            | K::Document
            | K::Prescription
            | K::Letter
            | K::BreakGlass
            | K::AccessQuestion
            | K::RecordShare
            | K::Clinic
            | K::Membership
            | K::AuditLog
            | K::System
            | K::Delivery,
        ) => Err(forbidden()),
    }
}
