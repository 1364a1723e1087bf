//! Folds the names that have no searchable form yet: names from before the column existed, and names that a server of the previous version has
//! written since. SQL cannot fold as Rust does, so no migration can do this.

use crate::Result;
use model::identity::name_search_key;
use sqlx::PgConnection;
use uuid::Uuid;

/// How many names are folded in one statement.
const BATCH: i64 = 1_000;

/// Folds all of them. Runs after the migrations of each start; if there is nothing to do, it reads three empty indexes.
pub(super) async fn fold_names(connection: &mut PgConnection) -> Result<()> {
    for of in [Of::Users, Of::Doctors, Of::Patients] {
        loop {
            let (ids, keys): (Vec<Uuid>, Vec<String>) = of.next_keys(connection).await?.into_iter().unzip();
            if ids.is_empty() {
                break;
            }
            of.store(connection, &ids, &keys).await?;
        }
    }
    Ok(())
}

/// Whose names.
#[derive(Clone, Copy)]
enum Of {
    Users,
    Doctors,
    Patients,
}

impl Of {
    /// The searchable forms of the next names that have none, each with the id of its row.
    async fn next_keys(self, connection: &mut PgConnection) -> Result<Vec<(Uuid, String)>> {
        Ok(match self {
            Self::Users => {
                let rows = sqlx::query!(
                    "select id, display_name, latin_name from users where name_search is null order by id limit $1",
                    BATCH
                )
                .fetch_all(connection)
                .await?;
                rows.into_iter().map(|row| (row.id, name_search_key(&row.display_name, row.latin_name.as_deref()))).collect()
            }
            Self::Doctors => {
                let rows = sqlx::query!(
                    "select d.id, d.full_name, u.latin_name from doctors d join users u on u.id = d.user_id
             where d.name_search is null order by d.id limit $1",
                    BATCH
                )
                .fetch_all(connection)
                .await?;
                rows.into_iter().map(|row| (row.id, name_search_key(&row.full_name, row.latin_name.as_deref()))).collect()
            }
            Self::Patients => {
                let rows = sqlx::query!(
                    "select id, full_name, latin_name from patients where name_search is null order by id limit $1",
                    BATCH
                )
                .fetch_all(connection)
                .await?;
                rows.into_iter().map(|row| (row.id, name_search_key(&row.full_name, row.latin_name.as_deref()))).collect()
            }
        })
    }

    /// Stores them. Somebody may have corrected a name meanwhile; then it has been folded with it.
    async fn store(self, connection: &mut PgConnection, ids: &[Uuid], keys: &[String]) -> Result<()> {
        match self {
            Self::Users => {
                sqlx::query!(
                    "update users u set name_search = t.key from unnest($1::uuid[], $2::text[]) as t(id, key)
             where u.id = t.id and u.name_search is null",
                    ids,
                    keys
                )
                .execute(connection)
                .await?
            }
            Self::Doctors => {
                sqlx::query!(
                    "update doctors d set name_search = t.key from unnest($1::uuid[], $2::text[]) as t(id, key)
             where d.id = t.id and d.name_search is null",
                    ids,
                    keys
                )
                .execute(connection)
                .await?
            }
            Self::Patients => {
                sqlx::query!(
                    "update patients p set name_search = t.key from unnest($1::uuid[], $2::text[]) as t(id, key)
             where p.id = t.id and p.name_search is null",
                    ids,
                    keys
                )
                .execute(connection)
                .await?
            }
        };
        Ok(())
    }
}
