//! The lists of offered languages in the database.

use crate::{
    Error, Result,
    access::{Facts, Permit, ResourceKind, Subject, actions::Write},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{directory::LanguageListVersion, errors::Code};
use sqlx::PgConnection;
use uuid::Uuid;

/// The languages that are offered. They belong to the organisation and to no clinic, so only a role in all clinics covers them.
#[derive(Debug, Clone, Copy)]
pub(in crate::directory) struct Languages;

impl Subject for Languages {
    const KIND: ResourceKind = ResourceKind::Clinic;

    /// There is one list for the whole organisation, which needs no id.
    fn resource_id(self) -> Uuid {
        Uuid::nil()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts::default()))
    }
}

/// The tags of the newest list; `None` while there is none.
pub(in crate::directory) async fn newest(connection: &mut PgConnection) -> Result<Option<Vec<String>>> {
    Ok(sqlx::query_scalar!("select tags from language_lists order by version desc limit 1").fetch_optional(connection).await?)
}

/// All lists, newest first.
pub(in crate::directory) async fn history(connection: &mut PgConnection) -> Result<Vec<LanguageListVersion>> {
    let rows = sqlx::query!(
        "select v.version as \"version!\", v.tags as \"tags!\", v.changed_at as \"changed_at!\", p.name as \"by?\"
         from language_lists v left join person_name p on p.user_id = v.changed_by order by v.version desc"
    )
    .fetch_all(connection)
    .await?;
    let version = rows.into_iter().map(|row| LanguageListVersion {
        version: row.version,
        tags: row.tags,
        by: row.by,
        at: row.changed_at.to_jiff(),
    });
    Ok(version.collect())
}

/// Adds a list after the one with this version. Two administrators who do it at once write the same version, which only one of them can.
///
/// # Errors
/// `request.stale`.
pub(in crate::directory) async fn choose(tx: &mut Tx, _: &Permit<Write, Languages>, tags: &[String], version: i32) -> Result<()> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    let added = sqlx::query!(
        "insert into language_lists (version, tags, changed_by, changed_at)
         select $1::integer + 1, $2::text[], $3::uuid, $4::timestamptz
         where $1::integer = (select coalesce(max(version), 0) from language_lists)",
        version,
        tags,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("language_lists_pkey", Code::Stale)]))?
    .rows_affected();
    if added == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}
