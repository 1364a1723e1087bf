//! What the owners of accounts have stated in each version, in the database.

use crate::{
    Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::UserId;

/// One version of an account.
pub(crate) struct AccountVersion {
    /// When and by whom it was made; `None` for what was there before the first change that is kept.
    pub(crate) made: Option<(Timestamp, String)>,
    pub(crate) name: String,
    pub(crate) latin_name: Option<String>,
    pub(crate) time_zone: String,
    /// The tag of the language.
    pub(crate) language: String,
}

/// Keeps what an account is before the first change of it that is kept.
pub(super) async fn keep_first(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<()> {
    sqlx::query!(
        "insert into account_versions (user_id, version, display_name, latin_name, time_zone, language)
         select u.id, u.version, u.display_name, u.latin_name, u.time_zone, u.language
         from users u where u.id = $1 and not exists (select from account_versions v where v.user_id = u.id)
         on conflict do nothing",
        permit.id().uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what an account is now as its version, made by the caller.
pub(super) async fn keep(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<()> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into account_versions (user_id, version, display_name, latin_name, time_zone, language, changed_by, changed_at)
         select id, version, display_name, latin_name, time_zone, language, $2::uuid, $3::timestamptz from users where id = $1",
        permit.id().uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The newest versions of an account, at most `limit`, the newest first.
pub(crate) async fn versions_of_account(tx: &mut Tx, permit: &Permit<Read, UserId>, limit: i64) -> Result<Vec<AccountVersion>> {
    let rows = sqlx::query!(
        "select v.display_name as \"name!\", v.latin_name as \"latin_name?\", v.time_zone as \"time_zone!\", v.language as \"language!\",
           u.display_name as \"by?\", v.changed_at as \"changed_at?\"
         from account_versions v left join users u on u.id = v.changed_by
         where v.user_id = $1 order by v.version desc limit $2",
        permit.id().uuid(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let versions = rows.into_iter().map(|row| AccountVersion {
        made: row.changed_at.zip(row.by).map(|(at, by)| (at.to_jiff(), by)),
        name: row.name,
        latin_name: row.latin_name,
        time_zone: row.time_zone,
        language: row.language,
    });
    Ok(versions.collect())
}
