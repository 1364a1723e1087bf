//! Beginning a conversation, and with whom a patient can.

use super::{
    Opening,
    store::{self, NewMessage, Opened},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Acting, Permit, ResourceKind,
        actions::{Create, Read},
    },
    audit::{Audit, AuditAction},
    chat::Event,
    db::Tx,
    error::Faults,
};
use jiff::SignedDuration;
use model::{
    access::Role,
    chat::{
        MessageText,
        conversation::{ConversationSubject, Counterpart, CounterpartView, Writer},
    },
    errors::{Code, FieldFault},
    ids::{CareGroupId, ClinicId, DoctorId, PatientId, ThreadId},
};
use uuid::Uuid;

/// How many conversations the side of one patient can begin within a day. Each asks somebody to answer.
const MOST_A_DAY: i64 = 20;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Begins a conversation with its first message.
#[derive(Clone)]
pub struct OpenConversation {
    /// The patient, for doctors and receptionists; a patient may leave it out.
    pub patient: Option<PatientId>,
    /// With which doctor a patient writes. A doctor writes as themselves.
    pub doctor: Option<DoctorId>,
    /// With the desk of which clinic a patient writes; for receptionists of all clinics, for which clinic they write.
    pub clinic: Option<ClinicId>,
    /// What it is about: 1 to 120 characters.
    pub subject: String,
    /// The first message: 1 to 4,000 characters.
    pub text: String,
    /// A key that the writer's page makes; a conversation that is begun twice with the same key is one.
    pub client_key: Uuid,
}

/// Begins a conversation of a patient with a doctor who treats them, or with the desk of a clinic whose patient they are. The other side is told.
///
/// # Errors
/// `request.fields_invalid` with the fields `subject`, `text`, `patient`, `with`; `access.forbidden` for other roles; `not_found` for the patients of others;
/// `chat.not_in_care`; `chat.nobody_answers` for a patient, when the doctor has no account any more, or nobody works at the desk;
/// `request.idempotency_mismatch` when the key was used for another conversation; `request.rate_limited` when the patient's side has begun many within a day.
pub async fn open_conversation(domain: &Domain, access: &Access, command: OpenConversation) -> Result<ThreadId> {
    let acting = access.acting()?;
    let mut faults = Faults::default();
    let subject = faults.take("subject", ConversationSubject::parse(&command.subject));
    let text = faults.take("text", MessageText::parse(&command.text));
    let people = people(acting, &command, &mut faults)?;
    faults.check()?;
    let (Some(subject), Some(text), Some(people)) = (subject, text, people) else {
        return Err(Error::internal("a fault that was not noted"));
    };
    begin(domain, access, people, (&subject, &text), command.client_key).await
}

/// Begins a conversation with a care group, or as one of its members.
#[derive(Clone)]
pub struct WriteToGroup {
    /// The patient, for the members of the group; a patient may leave it out.
    pub patient: Option<PatientId>,
    /// The group.
    pub group: CareGroupId,
    /// What it is about: 1 to 120 characters.
    pub subject: String,
    /// The first message: 1 to 4,000 characters.
    pub text: String,
    /// A key that the writer's page makes; a conversation that is begun twice with the same key is one.
    pub client_key: Uuid,
}

/// Begins a conversation of a patient with a care group of a clinic whose patient they are. The other side is told.
///
/// # Errors
/// `request.fields_invalid` with the fields `subject`, `text`, `patient`; `access.forbidden` for other roles; `not_found` for the patients of others, and for members of
/// other groups; `chat.not_in_care`; `chat.nobody_answers` for a patient, when the group was ended or nobody of it works at the clinic;
/// `request.idempotency_mismatch` when the key was used for another conversation.
pub async fn write_to_group(domain: &Domain, access: &Access, command: WriteToGroup) -> Result<ThreadId> {
    let acting = access.acting()?;
    let mut faults = Faults::default();
    let subject = faults.take("subject", ConversationSubject::parse(&command.subject));
    let text = faults.take("text", MessageText::parse(&command.text));
    let (side, patient) = match acting.role {
        Role::Patient => (Writer::Patient, Some(command.patient.or(acting.patient).ok_or(Code::Forbidden)?)),
        Role::Doctor | Role::Nurse | Role::Receptionist => {
            (Writer::Care, faults.take("patient", command.patient.ok_or(FieldFault::Missing)))
        }
        Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support => return Err(Code::Forbidden.into()),
    };
    faults.check()?;
    let (Some(subject), Some(text), Some(patient)) = (subject, text, patient) else {
        return Err(Error::internal("a fault that was not noted"));
    };
    let people = (patient, Counterpart::Group(command.group), side);
    begin(domain, access, people, (&subject, &text), command.client_key).await
}

/// Begins a conversation of these people, unless its writer has begun it before with this key.
async fn begin(
    domain: &Domain,
    access: &Access,
    (patient, with, side): (PatientId, Counterpart, Writer),
    (subject, text): (&ConversationSubject, &MessageText),
    client_key: Uuid,
) -> Result<ThreadId> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("chat.open_conversation", access).await?;
    // This locks the patient, so that a repeated request waits here for the first.
    let permit = tx.permit(Create, Opening(patient)).await?;
    if let (Counterpart::Group(group), Writer::Care) = (with, side)
        && store::groups::caller_in(&mut tx, group).await?.is_none()
    {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    let begun = store::opened(&mut tx, &permit, (user, client_key), (with, subject, text)).await?;
    if let Some(Opened { thread, is_same }) = begun {
        tx.close().await?;
        return if is_same { Ok(thread) } else { Err(Code::IdempotencyMismatch.into()) };
    }
    if !store::is_in_care(&mut tx, &permit, with).await? {
        tx.close().await?;
        return Err(Code::ConversationNotInCare.into());
    }
    if side == Writer::Patient && !store::is_answered(&mut tx, with).await? {
        tx.close().await?;
        return Err(Code::ConversationUnanswered.into());
    }
    if side == Writer::Patient
        && let Some(refusal) = too_many(&mut tx, &permit).await?
    {
        tx.close().await?;
        return Err(refusal);
    }
    let thread = store::insert(&mut tx, &permit, (with, user, client_key), subject).await?;
    let message = NewMessage { sender: user, side, client_key, quotes: None, text };
    let message = store::append(&mut tx, (thread, patient), &message).await?.id;
    tx.emit(Event::ConversationMessageSent { thread, message }).await?;
    let audit = Audit::of(AuditAction::ChatConversationOpened).on(ResourceKind::Conversation, thread).patient(patient);
    tx.commit(audit.with("side", side.as_str()).with_id("message", message)).await?;
    Ok(thread)
}

/// Why the patient's side can begin no further conversation now. The permit has locked the patient, so two are not counted past each other.
async fn too_many(tx: &mut Tx, permit: &Permit<Create, Opening>) -> Result<Option<Error>> {
    let now = tx.now();
    let (begun, first) = store::begun_by_patient(tx, permit, now - DAY).await?;
    if begun < MOST_A_DAY {
        return Ok(None);
    }
    let secs = (first.unwrap_or(now) + DAY).duration_since(now).as_secs();
    Ok(Some(Error::new(Code::RateLimited).retry_after(u64::try_from(secs).unwrap_or(0) + 1)))
}

/// The patient, with whom they write, and on which side the caller does. Faults are noted.
fn people(acting: &Acting, command: &OpenConversation, faults: &mut Faults) -> Result<Option<(PatientId, Counterpart, Writer)>> {
    match acting.role {
        Role::Patient => {
            let patient = command.patient.or(acting.patient).ok_or(Code::Forbidden)?;
            let with = match (command.doctor, command.clinic) {
                (Some(doctor), None) => Ok(Counterpart::Doctor(doctor)),
                (None, Some(clinic)) => Ok(Counterpart::Desk(clinic)),
                (None, None) => Err(FieldFault::Missing),
                (Some(_), Some(_)) => Err(FieldFault::Malformed),
            };
            Ok(faults.take("with", with).map(|with| (patient, with, Writer::Patient)))
        }
        Role::Doctor => {
            let doctor = acting.doctor.ok_or(Code::Forbidden)?;
            let patient = faults.take("patient", command.patient.ok_or(FieldFault::Missing));
            Ok(patient.map(|patient| (patient, Counterpart::Doctor(doctor), Writer::Care)))
        }
        Role::Receptionist => {
            let clinic = faults.take("with", acting.clinic.or(command.clinic).ok_or(FieldFault::Missing));
            let patient = faults.take("patient", command.patient.ok_or(FieldFault::Missing));
            Ok(patient.zip(clinic).map(|(patient, clinic)| (patient, Counterpart::Desk(clinic), Writer::Care)))
        }
        Role::Nurse | Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support => Err(Code::Forbidden.into()),
    }
}

/// With whom the patient on whose behalf the caller acts can begin a conversation: the doctors who treat them, then the care groups and the desks of their clinics at
/// which somebody works. For those who care for patients, the groups as which they can begin one.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles without conversations, and for guardians who see appointments only.
pub async fn counterparts(domain: &Domain, access: &Access) -> Result<Vec<CounterpartView>> {
    let scope = access.scope(ResourceKind::Conversation)?;
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("chat.counterparts", access).await?;
    let found = match scope.patient {
        Some(patient) => {
            let groups = store::groups::for_patient(&mut tx, patient).await?;
            let (doctors, desks): (Vec<_>, Vec<_>) =
                store::counterparts(&mut tx, patient).await?.into_iter().partition(|one| !one.with.is_shared());
            doctors.into_iter().chain(groups).chain(desks).collect()
        }
        None => store::groups::to_begin_as(&mut tx, acting).await?,
    };
    tx.close().await?;
    Ok(found)
}

/// The name of the patient to whom a doctor or a receptionist is about to write.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` for the patients of others.
pub async fn recipient(domain: &Domain, access: &Access, patient: PatientId) -> Result<String> {
    let mut tx = domain.begin_reading("chat.recipient", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let name = store::patient_name(&mut tx, &permit).await?;
    tx.commit(Audit::read(AuditAction::DirectoryPatientRead).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(name)
}
