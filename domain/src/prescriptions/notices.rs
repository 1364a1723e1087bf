//! What happens to prescriptions, and who is told about it.

use crate::{
    Domain, Error, Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices, UnsentMail, mail_kinds, may_be_told},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{PatientId, PrescriptionId},
    notices::{NoticeSwitch, NoticeTopic},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// Something that happened to a prescription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A prescription was signed.
    PrescriptionSigned {
        /// The prescription.
        prescription: PrescriptionId,
    },
    /// A prescription was cancelled.
    PrescriptionCancelled {
        /// The prescription.
        prescription: PrescriptionId,
    },
}

mail_kinds! {
    /// The kinds of mail about prescriptions.
    MailKind {
        /// A prescription was signed.
        Signed = "prescription_signed",
    }
}

/// The content of a mail about a prescription. It says neither what was prescribed nor who prescribed it.
#[derive(Debug, Clone, Copy)]
pub enum MailContent {
    /// A prescription was signed.
    Signed {
        /// The prescription.
        prescription: PrescriptionId,
    },
}

/// What is stored with a mail until it is sent.
#[derive(Serialize, Deserialize)]
struct MailFacts {
    patient: PatientId,
}

impl MailContent {
    /// The content of a mail that is about to be sent; `None` when its reader may not see the prescription any more.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        kind: MailKind,
        mail: &UnsentMail,
    ) -> Result<Option<Self>> {
        match kind {
            MailKind::Signed => {
                let facts = mail.facts::<MailFacts>()?;
                let MailFacts { patient } =
                    facts.ok_or_else(|| Error::internal("a mail about a prescription without its patient"))?;
                let told = (mail.user()?, NoticeTopic::Prescription, patient);
                let shown = may_be_told(domain, connection, told, domain.now()).await?;
                let prescription = mail.subject()?.into();
                Ok(shown.then_some(Self::Signed { prescription }))
            }
        }
    }
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        match *self {
            Self::PrescriptionSigned { prescription } => signed_mails(connection, prescription, at).await,
            Self::PrescriptionCancelled { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::PrescriptionSigned { prescription } => {
                prescription_told(connection, prescription, NoticeTopic::Prescription, at).await
            }
            Self::PrescriptionCancelled { prescription } => {
                prescription_told(connection, prescription, NoticeTopic::PrescriptionCancelled, at).await
            }
        }
    }
}

/// A mail for each person who acts for the patient: a prescription may be signed long after the visit, when nobody looks at its page.
async fn signed_mails(connection: &mut PgConnection, id: PrescriptionId, at: Timestamp) -> Result<Vec<MailNotice>> {
    let rows = sqlx::query!(
        "select r as \"user!\", p.patient_id as \"patient!\"
         from prescription_people p cross join representatives(p.patient_id, $2) r where p.prescription_id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let mails = rows.into_iter().map(|row| {
        let facts = MailFacts { patient: row.patient.into() };
        let mail = MailNotice::new(row.user.into(), MailKind::Signed).about(id.uuid());
        mail.unless(NoticeSwitch::PrescriptionMail).with_facts(&facts)
    });
    mails.collect()
}

/// Those who act for the patient are notified; the doctor is the one who signed or cancelled it.
async fn prescription_told(
    connection: &mut PgConnection,
    id: PrescriptionId,
    topic: NoticeTopic,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select r as \"user!\", p.patient_id as \"patient!\", p.doctor_id as \"doctor!\"
         from prescription_people p cross join representatives(p.patient_id, $2) r where p.prescription_id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let mut told = LiveNotice::for_users(rows.iter().map(|row| row.user.into()).collect(), LiveKind::Prescription, id.uuid());
    told.extend(rows.into_iter().map(|row| {
        LiveNotice::Bell(BellNotice {
            user: row.user.into(),
            topic,
            patient: Some(PatientId::from(row.patient)),
            doctor: Some(row.doctor.into()),
            subject: id.uuid(),
            starts_at: None,
        })
    }));
    Ok(told)
}
