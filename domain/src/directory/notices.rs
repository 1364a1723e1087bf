//! What happens to doctors, and in the administration of accounts, and what people are told about it.

mod content;

pub use content::{LicenceBrief, MailContent};

use super::store::{
    accesses::{self, AnsweredQuestion},
    acting, break_glass, doctor_specialties, family, handovers, licences, merged_accounts,
};
use crate::{
    Result,
    db::Urgency,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices, mail_kinds},
};
use jiff::Timestamp;
use model::{
    ids::{AccessQuestionId, ActingPaperId, BreakGlassId, ClinicId, DoctorId, HandoverId, LicenceId, MergeId, PatientId, UserId},
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that happened to a doctor's application or profile, or that an admin did to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A doctor asked to be verified.
    DoctorApplied {
        /// The doctor.
        doctor: DoctorId,
    },
    /// An admin decided on an application.
    DoctorDecided {
        /// The doctor.
        doctor: DoctorId,
        /// The row in `verification_decisions`.
        decision: Uuid,
    },
    /// A doctor changed what patients read about them, or the fee.
    DoctorProfileEdited {
        /// The doctor.
        doctor: DoctorId,
    },
    /// An admin let a doctor work at one more clinic.
    DoctorJoinedClinic {
        /// The doctor.
        doctor: DoctorId,
        /// The clinic.
        clinic: ClinicId,
    },
    /// An admin changed the specialties of a doctor.
    DoctorSpecialtiesChanged {
        /// The doctor.
        doctor: DoctorId,
    },
    /// An admin suspended an account.
    UserSuspended {
        /// The account.
        user: UserId,
        /// The row in `suspensions`.
        suspension: Uuid,
    },
    /// An admin restored an account.
    UserRestored {
        /// The account.
        user: UserId,
        /// The row in `suspensions`.
        suspension: Uuid,
    },
    /// A record was opened outside of the usual rules.
    GlassBroken {
        /// The access.
        glass: BreakGlassId,
    },
    /// An administrator answered a question about an access to a record.
    AccessQuestionAnswered {
        /// The question.
        question: AccessQuestionId,
    },
    /// A user no longer acts for a patient.
    ActingEnded {
        /// The patient.
        patient: PatientId,
        /// The user who acted for the patient.
        user: UserId,
        /// Who ended it: that user, the patient, or the staff of a clinic.
        by: UserId,
    },
    /// A child comes of age within some weeks.
    ComingOfAge {
        /// The child.
        patient: PatientId,
        /// The guardian who is told.
        user: UserId,
    },
    /// A guardian offered a record to a young person, or sent the link again.
    HandoverOffered {
        /// The handover.
        handover: HandoverId,
    },
    /// A young person took their record over.
    HandedOver {
        /// The handover.
        handover: HandoverId,
    },
    /// A clinic let a user act for a patient.
    ActingBegun {
        /// The document that was seen.
        paper: ActingPaperId,
    },
    /// An admin approved a licence, refused it or withdrew it, or asked for more.
    LicenceDecided {
        /// The doctor.
        doctor: DoctorId,
        /// The licence.
        licence: LicenceId,
    },
    /// A licence ends soon.
    LicenceNearEnd {
        /// The doctor.
        doctor: DoctorId,
        /// The licence.
        licence: LicenceId,
    },
    /// An admin merged two records of one person.
    RecordsMerged {
        /// The merge.
        merge: MergeId,
    },
    /// An admin separated two records that were merged.
    RecordsSeparated {
        /// The merge.
        merge: MergeId,
    },
}

mail_kinds! {
    /// The kinds of mail about applications and from the administration of accounts.
    MailKind {
        /// An application was decided.
        DoctorDecided = "doctor_decided",
        /// The doctor works at one more clinic.
        ClinicJoined = "clinic_joined",
        /// The doctor has other specialties.
        SpecialtiesChanged = "specialties_changed",
        /// The account was suspended.
        UserSuspended = "user_suspended",
        /// The account was restored.
        UserRestored = "user_restored",
        /// The patient's record was opened outside of the usual rules.
        GlassBroken = "glass_broken",
        /// A question about an access to a record was answered.
        AccessAnswered = "access_answered",
        /// Somebody no longer acts for somebody else.
        ActingEnded = "acting_ended",
        /// Somebody acts for somebody else from now on.
        ActingBegun = "acting_begun",
        /// A child comes of age within some weeks.
        ComingOfAge = "coming_of_age",
        /// The link with which a young person takes their record over.
        Handover = "handover",
        /// A young person has taken their record over.
        HandedOver = "handed_over",
        /// A licence was decided.
        LicenceDecided = "licence_decided",
        /// A licence ends soon.
        LicenceNearEnd = "licence_near_end",
        /// Two records of a patient are one now.
        RecordsMerged = "records_merged",
        /// Two records that were merged are separate again.
        RecordsSeparated = "records_separated",
    }
}

/// What a mail about acting for a patient says. It is stored until the mail is sent.
#[derive(Serialize, Deserialize)]
struct ActingFacts {
    /// The patient's name.
    patient: String,
    /// The name of the person who acts or acted for the patient.
    representative: String,
    /// Whether the recipient is the one who acts or acted.
    to_representative: bool,
    /// When the right will end; `None` in a mail about its end.
    #[serde(default)]
    until: Option<Timestamp>,
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        Ok(match *self {
            Self::DoctorDecided { doctor, decision } => {
                vec![MailNotice::new(user_of(connection, doctor).await?, MailKind::DoctorDecided).about(decision)]
            }
            Self::DoctorJoinedClinic { doctor, clinic } => {
                let facts = JoinedFacts { clinic: clinic_name(connection, clinic).await? };
                let mail = MailNotice::new(user_of(connection, doctor).await?, MailKind::ClinicJoined).about(clinic.uuid());
                vec![mail.with_facts(&facts)?]
            }
            Self::DoctorSpecialtiesChanged { doctor } => {
                let facts = SpecialtiesFacts { specialties: doctor_specialties::names(connection, doctor).await? };
                let mail = MailNotice::new(user_of(connection, doctor).await?, MailKind::SpecialtiesChanged).about(doctor.uuid());
                vec![mail.with_facts(&facts)?]
            }
            Self::UserSuspended { user, suspension } => vec![MailNotice::new(user, MailKind::UserSuspended).about(suspension)],
            Self::UserRestored { user, suspension } => vec![MailNotice::new(user, MailKind::UserRestored).about(suspension)],
            Self::GlassBroken { glass } => {
                let users = break_glass::representatives(connection, glass, at).await?;
                users.into_iter().map(|user| MailNotice::new(user, MailKind::GlassBroken).about(glass.uuid())).collect()
            }
            Self::AccessQuestionAnswered { question } => access_answered(connection, question, at).await?,
            Self::ActingEnded { patient, user, by } => acting_ended(connection, (patient, user, by), at).await?,
            Self::ActingBegun { paper } => acting_begun(connection, paper, at).await?,
            Self::ComingOfAge { patient, user } => coming_of_age(connection, patient, user).await?,
            Self::HandoverOffered { handover } => {
                let to = handovers::recipient(connection, handover).await?;
                to.into_iter().map(|to| MailNotice::to_address(to, MailKind::Handover).about(handover.uuid())).collect()
            }
            Self::HandedOver { handover } => handed_over(connection, handover).await?,
            Self::LicenceDecided { doctor, licence } => {
                vec![licence_mail(connection, doctor, licence, MailKind::LicenceDecided).await?]
            }
            Self::LicenceNearEnd { doctor, licence } => {
                vec![licence_mail(connection, doctor, licence, MailKind::LicenceNearEnd).await?]
            }
            Self::RecordsMerged { merge } => merged(connection, merge, MailKind::RecordsMerged, at).await?,
            Self::RecordsSeparated { merge } => merged(connection, merge, MailKind::RecordsSeparated, at).await?,
            Self::DoctorApplied { .. } | Self::DoctorProfileEdited { .. } => Vec::new(),
        })
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        Ok(match *self {
            Self::DoctorApplied { doctor } => {
                LiveNotice::for_users(admins(connection).await?, LiveKind::DoctorApplied, doctor.uuid())
            }
            Self::DoctorDecided { doctor, .. } | Self::DoctorProfileEdited { doctor } | Self::LicenceDecided { doctor, .. } => {
                vec![LiveNotice::Times { doctor }]
            }
            Self::DoctorJoinedClinic { doctor, clinic } => {
                terms_told(connection, doctor, NoticeTopic::ClinicJoined, clinic.uuid()).await?
            }
            Self::DoctorSpecialtiesChanged { doctor } => {
                terms_told(connection, doctor, NoticeTopic::Specialties, doctor.uuid()).await?
            }
            Self::UserSuspended { user, .. } | Self::UserRestored { user, .. } => times_of_user(connection, user).await?,
            Self::AccessQuestionAnswered { question } => answer_told(connection, question, at).await?,
            // The sockets of the users who act or acted are looked up again, because their rights have changed.
            Self::GlassBroken { .. }
            | Self::ActingEnded { .. }
            | Self::ActingBegun { .. }
            | Self::ComingOfAge { .. }
            | Self::HandoverOffered { .. }
            | Self::HandedOver { .. }
            | Self::LicenceNearEnd { .. }
            | Self::RecordsMerged { .. }
            | Self::RecordsSeparated { .. } => Vec::new(),
        })
    }
}

/// What a mail about an answer needs to know until it is sent.
#[derive(Serialize, Deserialize)]
struct AnswerFacts {
    /// The patient whose record it is.
    patient: PatientId,
}

/// Tells everybody who acts for the patient. The mail says nothing of the question.
async fn access_answered(connection: &mut PgConnection, question: AccessQuestionId, at: Timestamp) -> Result<Vec<MailNotice>> {
    let Some(AnsweredQuestion { patient, access, readers }) = accesses::answered(connection, question, at).await? else {
        return Ok(Vec::new());
    };
    let mail =
        |user: UserId| MailNotice::new(user, MailKind::AccessAnswered).about(access.uuid()).with_facts(&AnswerFacts { patient });
    readers.into_iter().map(mail).collect()
}

async fn answer_told(connection: &mut PgConnection, question: AccessQuestionId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let Some(AnsweredQuestion { patient, access, readers }) = accesses::answered(connection, question, at).await? else {
        return Ok(Vec::new());
    };
    let mut told = LiveNotice::for_users(readers.clone(), LiveKind::AccessAnswered, access.uuid());
    told.extend(readers.into_iter().map(|user| {
        LiveNotice::Bell(BellNotice {
            user,
            topic: NoticeTopic::AccessAnswer,
            patient: Some(patient),
            doctor: None,
            subject: access.uuid(),
            starts_at: None,
        })
    }));
    Ok(told)
}

/// Tells both sides, except the one that ended it. A patient without an account cannot be told.
async fn acting_ended(
    connection: &mut PgConnection,
    (patient, user, by): (PatientId, UserId, UserId),
    at: Timestamp,
) -> Result<Vec<MailNotice>> {
    let Some((patient_name, representative)) = family::names(connection, patient, user).await? else { return Ok(Vec::new()) };
    let own = family::account_of(connection, patient, at).await?;
    let mail = |told: UserId| {
        let (patient_name, representative) = (patient_name.clone(), representative.clone());
        let facts = ActingFacts { patient: patient_name, representative, to_representative: told == user, until: None };
        MailNotice::new(told, MailKind::ActingEnded).about(patient.uuid()).with_facts(&facts)
    };
    [Some(user), own].into_iter().flatten().filter(|told| *told != by).map(mail).collect()
}

/// Tells the person who acts from now on, and everybody who acted for the patient before.
async fn acting_begun(connection: &mut PgConnection, paper: ActingPaperId, at: Timestamp) -> Result<Vec<MailNotice>> {
    let acting::Given { patient, user, until } = acting::given(connection, paper).await?;
    let Some((patient_name, representative)) = family::names(connection, patient, user).await? else { return Ok(Vec::new()) };
    let others = acting::others(connection, patient, user, at).await?;
    let mail = |told: UserId| {
        let (patient_name, representative) = (patient_name.clone(), representative.clone());
        let facts = ActingFacts { patient: patient_name, representative, to_representative: told == user, until: Some(until) };
        MailNotice::new(told, MailKind::ActingBegun).about(paper.uuid()).with_facts(&facts)
    };
    [user].into_iter().chain(others).map(mail).collect()
}

async fn coming_of_age(connection: &mut PgConnection, patient: PatientId, user: UserId) -> Result<Vec<MailNotice>> {
    let Some((patient_name, representative)) = family::names(connection, patient, user).await? else { return Ok(Vec::new()) };
    let facts = ActingFacts { patient: patient_name, representative, to_representative: true, until: None };
    let mail = MailNotice::new(user, MailKind::ComingOfAge).about(patient.uuid()).urgent(Urgency::Reminder);
    Ok(vec![mail.with_facts(&facts)?])
}

/// Tells the young person, and everybody who was a guardian until then.
async fn handed_over(connection: &mut PgConnection, handover: HandoverId) -> Result<Vec<MailNotice>> {
    let handovers::Told { name, own, guardians, until } = handovers::told(connection, handover).await?;
    let mail = |told: UserId| {
        let (patient, representative) = (name.clone(), String::new());
        let facts = ActingFacts { patient, representative, to_representative: told != own, until };
        MailNotice::new(told, MailKind::HandedOver).about(handover.uuid()).with_facts(&facts)
    };
    [own].into_iter().chain(guardians).map(mail).collect()
}

/// Tells those who act for the patient that the records were merged or separated.
async fn merged(connection: &mut PgConnection, merge: MergeId, kind: MailKind, at: Timestamp) -> Result<Vec<MailNotice>> {
    let users = merged_accounts::told(connection, merge, kind == MailKind::RecordsSeparated, at).await?;
    let mail = |(user, patient): (UserId, String)| {
        let facts = ActingFacts { patient, representative: String::new(), to_representative: false, until: None };
        MailNotice::new(user, kind).about(merge.uuid()).with_facts(&facts)
    };
    users.into_iter().map(mail).collect()
}

/// A mail to a doctor about a licence, with what it says now: the licence may be corrected before the mail is sent.
async fn licence_mail(connection: &mut PgConnection, doctor: DoctorId, licence: LicenceId, kind: MailKind) -> Result<MailNotice> {
    let brief = licences::brief(connection, licence).await?;
    let mail = MailNotice::new(user_of(connection, doctor).await?, kind).about(licence.uuid());
    let urgency = if kind == MailKind::LicenceNearEnd { Urgency::Reminder } else { Urgency::Notice };
    mail.urgent(urgency).with_facts(&LicenceFacts { licence: brief })
}

/// The facts of a mail about a licence.
#[derive(Serialize, Deserialize)]
struct LicenceFacts {
    licence: LicenceBrief,
}

/// Everybody who looks at the doctor's times, and a notice for the doctor about how an administrator has changed their work.
async fn terms_told(
    connection: &mut PgConnection,
    doctor: DoctorId,
    topic: NoticeTopic,
    subject: Uuid,
) -> Result<Vec<LiveNotice>> {
    let user = user_of(connection, doctor).await?;
    Ok(vec![
        LiveNotice::Times { doctor },
        LiveNotice::Live { user, kind: LiveKind::Terms, resource: subject },
        LiveNotice::Bell(BellNotice { user, topic, patient: None, doctor: Some(doctor), subject, starts_at: None }),
    ])
}

/// The facts of a mail about the specialties of a doctor.
#[derive(Serialize, Deserialize)]
struct SpecialtiesFacts {
    specialties: Vec<String>,
}

/// The facts of a mail about a clinic that a doctor joined.
#[derive(Serialize, Deserialize)]
struct JoinedFacts {
    clinic: String,
}

async fn clinic_name(connection: &mut PgConnection, clinic: ClinicId) -> Result<String> {
    Ok(sqlx::query_scalar!("select name from clinics where id = $1", clinic.uuid()).fetch_one(connection).await?)
}

async fn user_of(connection: &mut PgConnection, doctor: DoctorId) -> Result<UserId> {
    let user = sqlx::query_scalar!("select user_id as \"user_id!\" from doctor_name where doctor_id = $1", doctor.uuid())
        .fetch_one(connection)
        .await?;
    Ok(user.into())
}

/// For a doctor who was suspended or restored: there is nothing to book any more, or there is again.
async fn times_of_user(connection: &mut PgConnection, user: UserId) -> Result<Vec<LiveNotice>> {
    let doctor = sqlx::query_scalar!("select doctor_id as \"doctor_id!\" from doctor_name where user_id = $1", user.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(doctor.map(|id| LiveNotice::Times { doctor: id.into() }).into_iter().collect())
}

/// The admins of the whole organisation: an applicant belongs to no clinic yet, so only they may see the application.
async fn admins(connection: &mut PgConnection) -> Result<Vec<UserId>> {
    let rows = sqlx::query!("select distinct user_id as \"user_id!\" from role_held where role = 'admin' and clinic_id is null")
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}
