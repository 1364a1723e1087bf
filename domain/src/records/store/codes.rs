//! The table of ICD-10-CM codes.

use crate::{
    Result,
    db::{Tx, lift},
    records::{plain_names::plain_name, rules},
};
use model::records::Icd10Code;
use sqlx::{Connection, PgConnection};

/// The version of the rules by which [`rules::WordIndex`] makes words. Increase it when they change; then all words are written again.
const WORDS_VERSION: i16 = 1;

/// How many codes the table has.
pub(in super::super) struct CodesKnown {
    /// Codes with words as this binary makes them.
    pub(in super::super) current: u64,
    /// Codes with other words.
    pub(in super::super) stale: u64,
}

pub(in super::super) async fn codes_known(connection: &mut PgConnection) -> Result<CodesKnown> {
    let row = sqlx::query!(
        "select count(*) filter (where words_version = $1) as \"current!\", count(*) filter (where words_version <> $1) as \"stale!\"
         from icd10cm",
        WORDS_VERSION
    )
    .fetch_one(connection)
    .await?;
    Ok(CodesKnown { current: row.current.unsigned_abs(), stale: row.stale.unsigned_abs() })
}

/// Loads a release (`code,billable,description` with a header line) and makes the words of all codes.
pub(in super::super) async fn load_codes(connection: &mut PgConnection, csv: &[u8]) -> Result<()> {
    let mut tx = connection.begin().await?;
    lift(&mut tx).await?;
    sqlx::raw_sql(
        "create temporary table icd10cm_release (code text, billable boolean, description text) on commit drop;
         create temporary table icd10cm_words (code text, words tsvector) on commit drop",
    )
    .execute(&mut *tx)
    .await?;
    let mut copy = tx.copy_in_raw("copy icd10cm_release from stdin with (format csv, header)").await?;
    copy.send(csv).await?;
    copy.finish().await?;
    // Add the codes that only an older release has.
    sqlx::raw_sql(
        "insert into icd10cm_release select code, billable, description from icd10cm i
         where not exists (select from icd10cm_release r where r.code = i.code)",
    )
    .execute(&mut *tx)
    .await?;
    // The tables are created here, so the query cannot be checked at compile time.
    let described: Vec<(String, String)> =
        sqlx::query_as("select code, description from icd10cm_release").fetch_all(&mut *tx).await?;
    let mut words = rules::WordIndex::default();
    let mut copy = tx.copy_in_raw("copy icd10cm_words from stdin").await?;
    for some in described.chunks(5_000) {
        let lines: String = some.iter().map(|(code, description)| format!("{code}\t{}\n", words.of(description))).collect();
        copy.send(lines.as_bytes()).await?;
    }
    copy.finish().await?;
    // The codes are sorted, so that two servers that start at the same time write them in the same order.
    sqlx::query(
        "insert into icd10cm (code, billable, description, words, words_version)
         select r.code, r.billable, r.description, w.words, $1 from icd10cm_release r join icd10cm_words w on w.code = r.code order by r.code
         on conflict (code) do update set billable = excluded.billable, description = excluded.description, words = excluded.words,
             words_version = excluded.words_version
           where (icd10cm.billable, icd10cm.description, icd10cm.words_version)
             is distinct from (excluded.billable, excluded.description, excluded.words_version)",
    )
    .bind(WORDS_VERSION)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// A code with its plain name.
pub(super) fn found(code: String, description: String) -> Icd10Code {
    Icd10Code { plain: plain_name(&code), code, description }
}

/// Recordable codes with this prefix.
pub(in super::super) async fn codes_beginning(tx: &mut Tx, prefix: &str, limit: i64) -> Result<Vec<Icd10Code>> {
    let rows = sqlx::query!(
        "select code, description from icd10cm where code like $1 || '%' and billable order by code limit $2",
        prefix,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| found(row.code, row.description)).collect())
}

/// The recordable ones of some codes, in this order.
pub(in super::super) async fn codes_listed(tx: &mut Tx, codes: &[String]) -> Result<Vec<Icd10Code>> {
    let rows = sqlx::query!(
        "select i.code, i.description from unnest($1::text[]) with ordinality as t(code, place) join icd10cm i on i.code = t.code
         where i.billable order by t.place",
        codes
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| found(row.code, row.description)).collect())
}

/// Recordable codes whose description matches the query. First come those that match `whole` too, then those in which the words are close together
/// and little else is said. Both parameters are texts of a tsquery.
pub(in super::super) async fn codes_saying(tx: &mut Tx, query: &str, whole: &str, limit: i64) -> Result<Vec<Icd10Code>> {
    let rows = sqlx::query!(
        "select i.code, i.description from icd10cm i, cast($1::text as tsquery) as q, cast($2::text as tsquery) as whole
         where i.words @@ q and i.billable
         order by i.words @@ whole desc, ts_rank_cd(i.words, q, 2) desc, length(i.description), i.code limit $3",
        query,
        whole,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| found(row.code, row.description)).collect())
}

/// An English word without its ending: `fractur` for `fractured`. For a word that the dictionary skips (`of`), the word itself.
pub(in super::super) async fn english_stem(tx: &mut Tx, word: &str) -> Result<String> {
    let stem = sqlx::query_scalar!("select coalesce((ts_lexize('english_stem', $1))[1], $1) as \"stem!\"", word)
        .fetch_one(tx.connection())
        .await?;
    Ok(stem)
}

/// Whether any recordable code matches the query.
pub(in super::super) async fn any_code_says(tx: &mut Tx, query: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select exists (select from icd10cm i where i.words @@ cast($1::text as tsquery) and i.billable) as \"found!\"",
        query
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}
