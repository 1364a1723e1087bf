//! The names that the list of a patient's documents shows.

use crate::{Result, db::Tx};
use model::ids::PatientId;
use std::collections::HashMap;
use uuid::Uuid;

/// The names of users.
pub(in super::super) async fn names_of(tx: &mut Tx, users: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!("select user_id as \"user_id!\", name as \"name!\" from person_name where user_id = any($1)", users)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.name)).collect())
}

/// The name of a patient.
pub(in super::super) async fn name_of_patient(tx: &mut Tx, patient: PatientId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select name as \"name!\" from patient_identity where patient_id = $1", patient.uuid())
        .fetch_optional(tx.connection())
        .await?)
}
