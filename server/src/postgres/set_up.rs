//! Roles, database and extension of the embedded cluster. This is the only SQL in this crate: it runs as the superuser, before a schema
//! exists, and only on our own cluster.

use super::passwords::Passwords;
use crate::config::Secret;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

/// The name of the database.
pub(super) const DATABASE: &str = "bedside";
/// The role that initdb creates.
pub(super) const SUPERUSER: &str = "postgres";
/// The role that owns the database and its tables, used for migrations.
pub(super) const OWNER: &str = "bedside_owner";
/// The role of the server. It may log in and has only the rights that migrations grant.
pub(super) const APP: &str = "bedside_app";

/// Creates what does not exist yet. Running it again changes nothing.
pub(super) async fn run(superuser: &PgConnectOptions, passwords: &Passwords) -> Result<(), sqlx::Error> {
    let mut cluster = PgConnection::connect_with(&superuser.clone().database("postgres")).await?;
    make_role(&mut cluster, OWNER, &passwords.owner).await?;
    make_role(&mut cluster, APP, &passwords.app).await?;
    make_database(&mut cluster).await?;
    cluster.close().await?;

    let mut database = PgConnection::connect_with(&superuser.clone().database(DATABASE)).await?;
    sqlx::query("CREATE EXTENSION IF NOT EXISTS btree_gist").execute(&mut database).await?;
    database.close().await
}

async fn make_role(cluster: &mut PgConnection, role: &'static str, password: &Secret<String>) -> Result<(), sqlx::Error> {
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)").bind(role).fetch_one(&mut *cluster).await?;
    if there {
        return Ok(());
    }
    // CREATE ROLE accepts no parameters. The role name is a constant and the password is hexadecimal (`Passwords::load` has checked it).
    let statement = format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{}'", password.expose());
    sqlx::query(AssertSqlSafe(statement)).execute(cluster).await?;
    Ok(())
}

async fn make_database(cluster: &mut PgConnection) -> Result<(), sqlx::Error> {
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(DATABASE)
        .fetch_one(&mut *cluster)
        .await?;
    if !there {
        sqlx::query("CREATE DATABASE bedside OWNER bedside_owner ENCODING 'UTF8' TEMPLATE template0")
            .execute(&mut *cluster)
            .await?;
    }
    sqlx::query("REVOKE ALL ON DATABASE bedside FROM PUBLIC").execute(&mut *cluster).await?;
    sqlx::query("GRANT CONNECT, TEMPORARY ON DATABASE bedside TO bedside_app").execute(cluster).await?;
    Ok(())
}
