//! The links to meetings elsewhere on the web.

use crate::{
    Result,
    access::{Permit, actions::Decide},
    db::Tx,
    vault::Column,
};
use model::{
    ids::AppointmentId,
    scheduling::{MeetingLink, VisitMode},
};
use sqlx::PgConnection;

/// The meeting of an appointment.
pub(in crate::scheduling) struct MeetingRow {
    pub(in crate::scheduling) mode: VisitMode,
    /// The link of this appointment, encrypted with the patient's key.
    pub(in crate::scheduling) cipher: Option<Vec<u8>>,
    /// The link of its visit type.
    pub(in crate::scheduling) of_type: Option<String>,
}

/// The meeting of an appointment that exists.
pub(in crate::scheduling) async fn of(connection: &mut PgConnection, id: AppointmentId) -> Result<MeetingRow> {
    let row = sqlx::query!(
        "select a.mode, a.meeting_link_cipher, (select t.meeting_link from visit_types t where t.id = a.visit_type_id) as \"of_type?\"
         from appointments a where a.id = $1",
        id.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(MeetingRow { mode: super::visit_types::mode(&row.mode)?, cipher: row.meeting_link_cipher, of_type: row.of_type })
}

/// Stores the link of an appointment, or removes it.
pub(in crate::scheduling) async fn set_link(
    tx: &mut Tx,
    permit: &Permit<Decide, AppointmentId>,
    link: Option<&MeetingLink>,
) -> Result<()> {
    let key = tx.patient_key(permit.patient()?).await?;
    let cipher = link.map(|link| key.encrypt(tx.domain().randomness(), Column::MeetingLink, permit.id(), link.expose()));
    sqlx::query!(
        "update appointments set meeting_link_cipher = $2, version = version + 1 where id = $1",
        permit.id().uuid(),
        cipher
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
