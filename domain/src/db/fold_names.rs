//! Folds the names that have no searchable form yet: names from before the column existed, and names that a server of the previous version has
//! written since. SQL cannot fold as Rust does, so no migration can do this.

use crate::Result;
use model::identity::name_search_key;
use sqlx::PgConnection;
use uuid::Uuid;

/// How many names are folded in one statement.
const BATCH: i64 = 1_000;

/// Folds all of them. Runs after the migrations of each start; if there is nothing to do, it reads two empty indexes.
pub(super) async fn fold_names(connection: &mut PgConnection) -> Result<()> {
    loop {
        let rows =
            sqlx::query!("select id, display_name, latin_name from users where name_search is null order by id limit $1", BATCH)
                .fetch_all(&mut *connection)
                .await?;
        if rows.is_empty() {
            break;
        }
        let (ids, keys): (Vec<Uuid>, Vec<String>) =
            rows.into_iter().map(|row| (row.id, name_search_key(&row.display_name, row.latin_name.as_deref()))).unzip();
        // Somebody may have corrected the name meanwhile; then it has been folded with it.
        sqlx::query!(
            "update users u set name_search = t.key from unnest($1::uuid[], $2::text[]) as t(id, key)
             where u.id = t.id and u.name_search is null",
            &ids,
            &keys
        )
        .execute(&mut *connection)
        .await?;
    }
    loop {
        let rows = sqlx::query!(
            "select d.id, d.full_name, u.latin_name from doctors d join users u on u.id = d.user_id
             where d.name_search is null order by d.id limit $1",
            BATCH
        )
        .fetch_all(&mut *connection)
        .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let (ids, keys): (Vec<Uuid>, Vec<String>) =
            rows.into_iter().map(|row| (row.id, name_search_key(&row.full_name, row.latin_name.as_deref()))).unzip();
        sqlx::query!(
            "update doctors d set name_search = t.key from unnest($1::uuid[], $2::text[]) as t(id, key)
             where d.id = t.id and d.name_search is null",
            &ids,
            &keys
        )
        .execute(&mut *connection)
        .await?;
    }
}
