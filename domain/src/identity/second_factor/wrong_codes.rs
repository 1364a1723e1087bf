//! Wrong codes after a right password: the person who enters them knows the password, so the owner of the account is told.

use crate::{
    Error, Result,
    access::ResourceKind,
    audit::{Audit, AuditAction},
    db::Tx,
    identity::notices::Event,
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::UserId};

/// How many wrong codes in a day are told to the owner.
const MOST: i32 = 5;

/// In which time they count together. A right code does not begin a new one, so that there is one mail in it.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Ends the transaction of a code that was refused, and returns the refusal. A wrong code of the second factor is counted; the fifth of a day is told to the owner.
pub(in crate::identity) async fn end_refused(mut tx: Tx, user: UserId, refused: Error) -> Result<Error> {
    let wrong = if refused.code() == Code::CodeWrong { count(&mut tx, user).await? } else { None };
    let Some(wrong) = wrong else {
        tx.close().await?;
        return Ok(refused);
    };
    if wrong == MOST {
        tx.emit(Event::CodesWrong { user }).await?;
    }
    let entry = Audit::of(AuditAction::IdentityCodeWrong).on(ResourceKind::Account, user);
    tx.commit(entry.with("wrong_codes", i64::from(wrong))).await?;
    Ok(refused)
}

/// Counts a wrong code; `None` when the user has no second factor.
async fn count(tx: &mut Tx, user: UserId) -> Result<Option<i32>> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "update totp_factors set
           wrong_codes = case when wrong_codes_since > $2::timestamptz then wrong_codes + 1 else 1 end,
           wrong_codes_since = case when wrong_codes_since > $2::timestamptz then wrong_codes_since else $3::timestamptz end
         where user_id = $1 returning wrong_codes",
        user.uuid(),
        (now - DAY).to_sqlx(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?)
}
