//! What the mails about doctors, and from the administration of accounts, say.

use super::{ActingFacts, AnswerFacts, JoinedFacts, LicenceFacts, MailKind, SpecialtiesFacts};
use crate::{
    Domain, Error, Result,
    directory::store::{break_glass, handovers},
    identity,
    notifications::{UnsentMail, may_be_told},
};
use jiff::{Timestamp, civil::Date};
use model::{
    directory::{ApplicationDecision, SuspensionKind},
    ids::AuditEventId,
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// The content of a mail.
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
    /// The doctor works at one more clinic.
    ClinicJoined {
        /// The clinic's name.
        clinic: String,
    },
    /// The doctor has other specialties.
    SpecialtiesChanged {
        /// Their names.
        specialties: Vec<String>,
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
    /// A question about an access to a record was answered.
    AccessAnswered {
        /// The access: the id of its row in the audit log.
        access: AuditEventId,
    },
    /// Somebody no longer acts for a patient.
    ActingEnded {
        /// The patient's name.
        patient: String,
        /// The name of who acted for the patient.
        representative: String,
        /// Whether the recipient is the one who acted.
        to_representative: bool,
    },
    /// A child comes of age within some weeks.
    ComingOfAge {
        /// The child's name.
        child: String,
    },
    /// The link with which a young person takes their record over.
    Handover {
        /// The link's token.
        token: String,
        /// Until when the link can be followed.
        expires_at: Timestamp,
    },
    /// A young person has taken their record over.
    HandedOver {
        /// The young person's name.
        patient: String,
        /// Whether the recipient is a guardian.
        to_guardian: bool,
        /// Until when the guardians still act; none if that has ended.
        until: Option<Timestamp>,
    },
    /// Somebody acts for a patient from now on.
    ActingBegun {
        /// The patient's name.
        patient: String,
        /// The name of who acts for the patient.
        representative: String,
        /// Whether the recipient is the one who acts.
        to_representative: bool,
        /// Until when.
        until: Timestamp,
    },
    /// Something more is needed before the application is decided.
    DoctorMoreAsked {
        /// What the admin asks for.
        reason: String,
    },
    /// A licence was approved.
    LicenceApproved(LicenceBrief),
    /// A licence was refused or withdrawn.
    LicenceRefused(LicenceBrief),
    /// Something more is needed before a licence is decided.
    LicenceMoreAsked(LicenceBrief),
    /// A licence ends soon.
    LicenceNearEnd(LicenceBrief),
    /// Two records of a patient are one now.
    RecordsMerged {
        /// The patient's name.
        patient: String,
    },
    /// Two records that were merged are separate again.
    RecordsSeparated {
        /// The patient's name.
        patient: String,
    },
}

/// A licence in a mail, as it was when its event happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LicenceBrief {
    /// The authority that issued it.
    pub authority: String,
    /// Its last day.
    pub expires_on: Date,
    /// What the admin wrote; may be empty.
    pub reply: String,
    /// Whether it was approved.
    pub approved: bool,
    /// Whether more was asked for instead of a decision.
    #[serde(default)]
    pub more_asked: bool,
}

impl MailContent {
    /// The content of a mail that is about to be sent; `None` when its link is gone, or its reader may not be told any more. Decisions, suspensions and accesses never change, so they are read now.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        kind: MailKind,
        mail: &UnsentMail,
    ) -> Result<Option<Self>> {
        if kind == MailKind::Handover {
            let letter = handovers::letter(domain, connection, mail.subject()?.into()).await?;
            return Ok(letter.map(|(token, expires_at)| Self::Handover { token, expires_at }));
        }
        if kind == MailKind::AccessAnswered {
            let AnswerFacts { patient } =
                mail.facts()?.ok_or_else(|| Error::internal("a mail about an answer without its facts"))?;
            let told = (mail.user()?, NoticeTopic::AccessAnswer, patient);
            let may = may_be_told(domain, connection, told, domain.now()).await?;
            return Ok(if may { Some(Self::AccessAnswered { access: mail.subject()?.into() }) } else { None });
        }
        Self::without_link(connection, kind, mail).await.map(Some)
    }

    async fn without_link(connection: &mut PgConnection, kind: MailKind, mail: &UnsentMail) -> Result<Self> {
        match kind {
            MailKind::Handover | MailKind::AccessAnswered => Err(Error::internal("the mail is made by itself")),
            MailKind::HandedOver => {
                let ActingFacts { patient, to_representative: to_guardian, until, .. } = acting_facts(mail)?;
                Ok(Self::HandedOver { patient, to_guardian, until })
            }
            MailKind::GlassBroken => {
                let (by, at) = break_glass::told(connection, mail.subject()?)
                    .await?
                    .ok_or_else(|| Error::internal("a mail about an access that does not exist"))?;
                Ok(Self::GlassBroken { by, at })
            }
            MailKind::ActingEnded => {
                let ActingFacts { patient, representative, to_representative, .. } = acting_facts(mail)?;
                Ok(Self::ActingEnded { patient, representative, to_representative })
            }
            MailKind::ActingBegun => {
                let ActingFacts { patient, representative, to_representative, until } = acting_facts(mail)?;
                let until = until.ok_or_else(|| Error::internal("a mail about acting for somebody without its end"))?;
                Ok(Self::ActingBegun { patient, representative, to_representative, until })
            }
            MailKind::ComingOfAge => {
                let ActingFacts { patient, .. } = acting_facts(mail)?;
                Ok(Self::ComingOfAge { child: patient })
            }
            MailKind::ClinicJoined => {
                let facts: Option<JoinedFacts> = mail.facts()?;
                let JoinedFacts { clinic } = facts.ok_or_else(|| Error::internal("a mail about a clinic without its name"))?;
                Ok(Self::ClinicJoined { clinic })
            }
            MailKind::SpecialtiesChanged => {
                let facts: Option<SpecialtiesFacts> = mail.facts()?;
                let missing = || Error::internal("a mail about specialties without their names");
                Ok(Self::SpecialtiesChanged { specialties: facts.ok_or_else(missing)?.specialties })
            }
            MailKind::DoctorDecided => decided(connection, mail.subject()?).await,
            MailKind::LicenceDecided => {
                let brief = licence_of(mail)?;
                Ok(if brief.more_asked {
                    Self::LicenceMoreAsked(brief)
                } else if brief.approved {
                    Self::LicenceApproved(brief)
                } else {
                    Self::LicenceRefused(brief)
                })
            }
            MailKind::LicenceNearEnd => Ok(Self::LicenceNearEnd(licence_of(mail)?)),
            MailKind::RecordsMerged => Ok(Self::RecordsMerged { patient: acting_facts(mail)?.patient }),
            MailKind::RecordsSeparated => Ok(Self::RecordsSeparated { patient: acting_facts(mail)?.patient }),
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

fn acting_facts(mail: &UnsentMail) -> Result<ActingFacts> {
    let facts: Option<ActingFacts> = mail.facts()?;
    facts.ok_or_else(|| Error::internal("a mail about acting for somebody without its facts"))
}

async fn decided(connection: &mut PgConnection, decision: Uuid) -> Result<MailContent> {
    let row = sqlx::query!(
        "select decision as \"decision!\", reason as \"reason!\" from doctor_decision where decision_id = $1",
        decision
    )
    .fetch_one(connection)
    .await?;
    let reason = row.reason;
    let decision = ApplicationDecision::parse(&row.decision).map_err(|_| Error::internal("an unknown decision"))?;
    Ok(match decision {
        ApplicationDecision::Verified => MailContent::DoctorVerified { reason },
        ApplicationDecision::Refused => MailContent::DoctorRefused { reason },
        ApplicationDecision::MoreAsked => MailContent::DoctorMoreAsked { reason },
    })
}

fn licence_of(mail: &UnsentMail) -> Result<LicenceBrief> {
    let facts: Option<LicenceFacts> = mail.facts()?;
    facts.map(|facts| facts.licence).ok_or_else(|| Error::internal("a mail about a licence without its facts"))
}
