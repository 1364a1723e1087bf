//! What the import of staff compares a file with.

use super::Parsed;
use crate::Result;
use model::ids::ClinicId;
use sqlx::PgConnection;

/// The ids and names of the clinics, or of the one that the caller manages.
pub(in crate::identity::invitations) async fn clinic_names(
    connection: &mut PgConnection,
    only: Option<ClinicId>,
) -> Result<Vec<(ClinicId, String)>> {
    let rows = sqlx::query!(
        "select clinic_id as \"id!\", name as \"name!\" from clinic_address where $1::uuid is null or clinic_id = $1 order by name, clinic_id",
        only.map(ClinicId::uuid)
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// Whether somebody with this address is invited to the role at the clinic, and has not accepted yet.
pub(in crate::identity::invitations) async fn is_invited(connection: &mut PgConnection, invitation: &Parsed) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from invitations
           where email_key = $1 and role = $2 and clinic_id is not distinct from $3 and accepted_at is null and withdrawn_at is null)
           as \"invited!\"",
        invitation.email.key(),
        invitation.role.as_str(),
        invitation.clinic.map(ClinicId::uuid)
    )
    .fetch_one(connection)
    .await?)
}
