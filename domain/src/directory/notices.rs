//! What happens to doctors, and in the administration of accounts, and what people are told about it.

use super::store::{break_glass, family};
use crate::{
    Error, Result, identity,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, Notices, UnsentMail, mail_kinds},
};
use jiff::Timestamp;
use model::{
    directory::SuspensionKind,
    ids::{BreakGlassId, DoctorId, PatientId, UserId},
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
    /// A user no longer acts for a patient.
    ActingEnded {
        /// The patient.
        patient: PatientId,
        /// The user who acted for the patient.
        user: UserId,
        /// Who ended it: that user, or the patient.
        by: UserId,
    },
}

mail_kinds! {
    /// The kinds of mail about applications and from the administration of accounts.
    MailKind {
        /// An application was decided.
        DoctorDecided = "doctor_decided",
        /// The account was suspended.
        UserSuspended = "user_suspended",
        /// The account was restored.
        UserRestored = "user_restored",
        /// The patient's record was opened outside of the usual rules.
        GlassBroken = "glass_broken",
        /// Somebody no longer acts for somebody else.
        ActingEnded = "acting_ended",
    }
}

/// What a mail about the end of acting for a patient says. It is stored until the mail is sent.
#[derive(Serialize, Deserialize)]
struct ActingFacts {
    /// The name of the other side.
    other: String,
    /// Whether the recipient is the one who acted.
    to_representative: bool,
}

/// The content of such a mail.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// The application was accepted.
    DoctorVerified {
        /// The admin's reason.
        reason: String,
    },
    /// The application was refused.
    DoctorRefused {
        /// The admin's reason.
        reason: String,
    },
    /// The account was suspended.
    UserSuspended {
        /// The admin's reason.
        reason: String,
    },
    /// The account was restored.
    UserRestored {
        /// The admin's reason.
        reason: String,
    },
    /// The patient's record was opened outside of the usual rules.
    GlassBroken {
        /// Who opened it.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// The recipient no longer acts for a patient, who has ended it.
    ActingEndedByPatient {
        /// The patient's name.
        patient: String,
    },
    /// Somebody no longer acts for the recipient, and has ended it.
    ActingEndedByRepresentative {
        /// The name of who acted for the recipient.
        representative: String,
    },
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        Ok(match *self {
            Self::DoctorDecided { doctor, decision } => {
                vec![MailNotice::new(user_of(connection, doctor).await?, MailKind::DoctorDecided).about(decision)]
            }
            Self::UserSuspended { user, suspension } => vec![MailNotice::new(user, MailKind::UserSuspended).about(suspension)],
            Self::UserRestored { user, suspension } => vec![MailNotice::new(user, MailKind::UserRestored).about(suspension)],
            Self::GlassBroken { glass } => {
                let users = break_glass::representatives(connection, glass, at).await?;
                users.into_iter().map(|user| MailNotice::new(user, MailKind::GlassBroken).about(glass.uuid())).collect()
            }
            Self::ActingEnded { patient, user, by } => acting_ended(connection, (patient, user, by), at).await?,
            Self::DoctorApplied { .. } | Self::DoctorProfileEdited { .. } => Vec::new(),
        })
    }

    async fn live(&self, connection: &mut PgConnection, _: Timestamp) -> Result<Vec<LiveNotice>> {
        Ok(match *self {
            Self::DoctorApplied { doctor } => {
                LiveNotice::for_users(admins(connection).await?, LiveKind::DoctorApplied, doctor.uuid())
            }
            Self::DoctorDecided { doctor, .. } | Self::DoctorProfileEdited { doctor } => vec![LiveNotice::Times { doctor }],
            Self::UserSuspended { user, .. } | Self::UserRestored { user, .. } => times_of_user(connection, user).await?,
            // The sockets of whoever acted close, because their rights have changed.
            Self::GlassBroken { .. } | Self::ActingEnded { .. } => Vec::new(),
        })
    }
}

impl MailContent {
    /// The content of a mail that is about to be sent. Decisions, suspensions and accesses never change, so they are read now.
    pub(crate) async fn of(connection: &mut PgConnection, kind: MailKind, mail: &UnsentMail) -> Result<Self> {
        match kind {
            MailKind::GlassBroken => {
                let (by, at) = break_glass::told(connection, mail.subject()?)
                    .await?
                    .ok_or_else(|| Error::internal("a mail about an access that does not exist"))?;
                Ok(Self::GlassBroken { by, at })
            }
            MailKind::ActingEnded => {
                let facts: Option<ActingFacts> = mail.facts()?;
                let ActingFacts { other, to_representative } =
                    facts.ok_or_else(|| Error::internal("a mail about acting for somebody without its facts"))?;
                Ok(if to_representative {
                    Self::ActingEndedByPatient { patient: other }
                } else {
                    Self::ActingEndedByRepresentative { representative: other }
                })
            }
            MailKind::DoctorDecided => decided(connection, mail.subject()?).await,
            MailKind::UserSuspended | MailKind::UserRestored => {
                let (kind, reason) = identity::reason_of_suspension(connection, mail.subject()?).await?;
                Ok(match kind {
                    SuspensionKind::Suspended => Self::UserSuspended { reason },
                    SuspensionKind::Restored => Self::UserRestored { reason },
                })
            }
        }
    }
}

/// Tells the side that did not end it. A patient without an account cannot be told.
async fn acting_ended(
    connection: &mut PgConnection,
    (patient, user, by): (PatientId, UserId, UserId),
    at: Timestamp,
) -> Result<Vec<MailNotice>> {
    let Some((patient_name, name)) = family::names(connection, patient, user).await? else { return Ok(Vec::new()) };
    let (told, facts) = if by == user {
        (family::account_of(connection, patient, at).await?, ActingFacts { other: name, to_representative: false })
    } else {
        (Some(user), ActingFacts { other: patient_name, to_representative: true })
    };
    let mail = |user: UserId| MailNotice::new(user, MailKind::ActingEnded).about(patient.uuid()).with_facts(&facts);
    told.map(mail).into_iter().collect()
}

async fn decided(connection: &mut PgConnection, decision: Uuid) -> Result<MailContent> {
    let row = sqlx::query!(
        "select decision as \"decision!\", reason as \"reason!\" from doctor_decision where decision_id = $1",
        decision
    )
    .fetch_one(connection)
    .await?;
    let reason = row.reason;
    Ok(if row.decision == "verified" { MailContent::DoctorVerified { reason } } else { MailContent::DoctorRefused { reason } })
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
