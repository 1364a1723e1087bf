//! The table of ICD-10-CM.

use crate::{Result, db::Tx};
use model::records::Icd10Code;
use sqlx::{Connection, PgConnection};

/// How many codes are there.
pub(in super::super) async fn codes_known(connection: &mut PgConnection) -> Result<u64> {
    let known = sqlx::query_scalar!("select count(*) as \"count!\" from icd10cm").fetch_one(connection).await?;
    Ok(known.unsigned_abs())
}

/// Takes over a release: `code,billable,description` with a header line.
pub(in super::super) async fn load_codes(connection: &mut PgConnection, csv: &[u8]) -> Result<()> {
    let mut tx = connection.begin().await?;
    sqlx::raw_sql("create temporary table icd10cm_release (code text, billable boolean, description text) on commit drop")
        .execute(&mut *tx)
        .await?;
    let mut copy = tx.copy_in_raw("copy icd10cm_release from stdin with (format csv, header)").await?;
    copy.send(csv).await?;
    copy.finish().await?;
    // Two servers that start at once write the same codes in the same order.
    sqlx::raw_sql(
        "insert into icd10cm (code, billable, description) select code, billable, description from icd10cm_release order by code
         on conflict (code) do update set billable = excluded.billable, description = excluded.description
           where (icd10cm.billable, icd10cm.description) is distinct from (excluded.billable, excluded.description)",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Recordable codes that begin so.
pub(in super::super) async fn codes_beginning(tx: &mut Tx, prefix: &str, limit: i64) -> Result<Vec<Icd10Code>> {
    let rows = sqlx::query!(
        "select code, description from icd10cm where code like $1 || '%' and billable order by code limit $2",
        prefix,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Icd10Code { code: row.code, description: row.description }).collect())
}

/// Recordable codes whose description has all the words; where they stand close together and little else is said, first.
pub(in super::super) async fn codes_saying(tx: &mut Tx, words: &str, limit: i64) -> Result<Vec<Icd10Code>> {
    let rows = sqlx::query!(
        "select i.code, i.description from icd10cm i, to_tsquery('english', $1) as q
         where i.words @@ q and i.billable
         order by ts_rank_cd(i.words, q, 2) desc, length(i.description), i.code limit $2",
        words,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Icd10Code { code: row.code, description: row.description }).collect())
}
