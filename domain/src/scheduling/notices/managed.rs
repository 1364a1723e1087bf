//! A visit type that an administrator has added or changed for a doctor.

use super::MailKind;
use crate::{
    Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice},
};
use model::{
    ids::{DoctorId, VisitTypeId},
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The facts of a mail about a visit type.
#[derive(Serialize, Deserialize)]
pub(super) struct ManagedFacts {
    /// How it is called since.
    pub(super) visit_type: String,
}

/// A mail to the doctor.
pub(super) async fn mails(connection: &mut PgConnection, doctor: DoctorId, id: VisitTypeId) -> Result<Vec<MailNotice>> {
    let row = sqlx::query!(
        "select t.name as \"name!\", d.user_id as \"user!\" from visit_types t join doctor_name d on d.doctor_id = t.doctor_id
         where t.id = $1 and t.doctor_id = $2",
        id.uuid(),
        doctor.uuid()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let facts = ManagedFacts { visit_type: row.name };
    let mail = MailNotice::new(row.user.into(), MailKind::VisitTypeManaged).about(id.uuid());
    Ok(vec![mail.with_facts(&facts)?])
}

/// Everybody who looks at the doctor's times, and a notice for the doctor.
pub(super) async fn told(connection: &mut PgConnection, doctor: DoctorId, id: VisitTypeId) -> Result<Vec<LiveNotice>> {
    let user = sqlx::query_scalar!("select user_id as \"user!\" from doctor_name where doctor_id = $1", doctor.uuid())
        .fetch_optional(connection)
        .await?;
    let mut told = vec![LiveNotice::Times { doctor }];
    if let Some(user) = user {
        told.push(LiveNotice::Live { user: user.into(), kind: LiveKind::Terms, resource: id.uuid() });
        told.push(LiveNotice::Bell(BellNotice {
            user: user.into(),
            topic: NoticeTopic::VisitTypes,
            patient: None,
            doctor: Some(doctor),
            subject: id.uuid(),
            starts_at: None,
        }));
    }
    Ok(told)
}
