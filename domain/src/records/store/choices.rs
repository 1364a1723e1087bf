//! The favourite codes of doctors and those that they have recorded, in the database.

use super::{super::subjects::DiagnosesOf, codes::found};
use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
};
use model::{errors::Code, ids::UserId, records::Icd10Code};

/// A code of a doctor, and whether it is a favourite.
pub(in super::super) struct Choice {
    pub(in super::super) code: Icd10Code,
    pub(in super::super) is_favourite: bool,
}

/// The favourites of a user, then the other codes that they have recorded, the last ones first; of each at most so many.
pub(in super::super) async fn choices(tx: &mut Tx, user: UserId, most: i64) -> Result<Vec<Choice>> {
    let rows = sqlx::query!(
        "select x.code as \"code!\", x.description as \"description!\", x.is_favourite as \"is_favourite!\" from (
           select i.code, i.description, c.is_favourite, c.last_use,
             row_number() over (partition by c.is_favourite order by c.last_use desc nulls last, i.code) as place
           from diagnosis_choices c join icd10cm i on i.code = c.code
           where c.user_id = $1 and i.billable and (c.is_favourite or c.last_use is not null)) x
         where x.place <= $2 order by x.is_favourite desc, x.place",
        user.uuid(),
        most
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Choice { code: found(row.code, row.description), is_favourite: row.is_favourite }).collect())
}

/// Notes that the caller has recorded these codes, the last one as the newest.
pub(in super::super) async fn used(tx: &mut Tx, _: &Permit<Write, DiagnosesOf>, codes: &[String]) -> Result<()> {
    let user = tx.access().acting()?.user;
    sqlx::query!(
        "insert into diagnosis_choices (user_id, code, is_favourite, last_use)
         select $1::uuid, t.code, false, (select coalesce(max(c.last_use), 0) from diagnosis_choices c where c.user_id = $1) + t.place
         from unnest($2::text[]) with ordinality as t(code, place)
         on conflict (user_id, code) do update set last_use = excluded.last_use",
        user.uuid(),
        codes
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Marks a code as a favourite, or as none.
///
/// # Errors
/// `records.diagnosis_unknown` for a code that does not exist or is a heading.
pub(in super::super) async fn mark(tx: &mut Tx, permit: &Permit<Write, UserId>, code: &str, is_favourite: bool) -> Result<()> {
    let done = sqlx::query!(
        "insert into diagnosis_choices (user_id, code, is_favourite) select $1::uuid, i.code, $3::boolean from icd10cm i where i.code = $2 and i.billable
         on conflict (user_id, code) do update set is_favourite = excluded.is_favourite",
        permit.id().uuid(),
        code,
        is_favourite
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::DiagnosisUnknown.into()) }
}
