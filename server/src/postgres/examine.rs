//! Examines a reachable database for `bedside check`: whether its version is supported, and whether its roles have the rights they need and no more.

use super::{Urls, binaries::OLDEST};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::time::Duration;

const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A remark about the database for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Remark {
    /// No problem.
    Fine(String),
    /// It works, but the operator should change it.
    Doubtful(String),
    /// The server cannot work with it.
    Broken(String),
}

/// The facts about a role and its connection.
struct RoleFacts {
    name: String,
    version: i32,
    writable: bool,
    all_powerful: bool,
    may_make_tables: bool,
    has_btree_gist: bool,
    may_make_btree_gist: bool,
}

/// Connects as each role and examines it.
pub(crate) async fn examine(urls: &Urls) -> Vec<Remark> {
    let mut remarks = Vec::new();
    match facts(&urls.app).await {
        Ok(app) => remarks.extend(of_app(&app)),
        Err(why) => return vec![Remark::Broken(format!("the server's role cannot connect: {why}"))],
    }
    match facts(&urls.owner).await {
        Ok(owner) => remarks.extend(of_owner(&owner)),
        Err(why) => remarks.push(Remark::Broken(format!("the owner's role, which runs the migrations, cannot connect: {why}"))),
    }
    if let Err(why) = facts(&urls.listen).await {
        remarks.push(Remark::Broken(format!("the connection for LISTEN fails: {why}. Check database.listen_url")));
    }
    remarks
}

fn of_app(app: &RoleFacts) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let major = app.version / 10_000;
    if u32::try_from(major).is_ok_and(|major| major >= OLDEST) {
        remarks.push(Remark::Fine(format!("Postgres {major} answers as {}", app.name)));
    } else {
        remarks.push(Remark::Broken(format!("it is Postgres {major}. Version {OLDEST} or newer is needed")));
    }
    if !app.writable {
        remarks.push(Remark::Broken("it is a read-only copy. Set database.url to the primary".to_owned()));
    }
    if app.all_powerful {
        let text = format!(
            "the role {} has all rights, so it could also change the audit log. Use a role without special rights in database.url",
            app.name
        );
        remarks.push(Remark::Doubtful(text));
    } else if app.may_make_tables {
        let text = format!(
            "the role {} may create tables, but the server only needs to use them. Put a role without this right in database.url, and \
             the owner of the tables in database.migrate_url",
            app.name
        );
        remarks.push(Remark::Doubtful(text));
    }
    remarks
}

fn of_owner(owner: &RoleFacts) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if !owner.may_make_tables {
        remarks.push(Remark::Broken(format!(
            "the role {}, which runs the migrations, may not create tables. Grant it CREATE on the schema public",
            owner.name
        )));
    }
    if !owner.has_btree_gist && !owner.may_make_btree_gist {
        let text = "the extension btree_gist is missing. As a superuser, run CREATE EXTENSION btree_gist in this database";
        remarks.push(Remark::Broken(text.to_owned()));
    }
    remarks
}

/// The error is one of our own texts: the driver's text may quote the URL with its password.
async fn facts(options: &PgConnectOptions) -> Result<RoleFacts, &'static str> {
    let asked = tokio::time::timeout(ANSWER_WITHIN, ask(options)).await;
    match asked {
        Err(_) => Err("no answer within five seconds"),
        Ok(Ok(facts)) => Ok(facts),
        Ok(Err(sqlx::Error::Database(refusal))) => Err(match refusal.code().as_deref() {
            Some("28P01" | "28000") => "the role or the password is wrong",
            Some("3D000") => "the database does not exist",
            Some("53300") => "all its connections are in use",
            Some("57P03") => "it is starting or stopping",
            _ => "it refuses the connection",
        }),
        Ok(Err(sqlx::Error::Tls(_))) => Err("the TLS connection fails"),
        Ok(Err(sqlx::Error::Io(_))) => Err("nothing answers at this address"),
        Ok(Err(_)) => Err("it does not answer as Postgres does"),
    }
}

async fn ask(options: &PgConnectOptions) -> Result<RoleFacts, sqlx::Error> {
    let mut database = PgConnection::connect_with(options).await?;
    let (name, version, writable, all_powerful, may_make_tables, has_btree_gist, may_make_btree_gist) = sqlx::query_as(
        "SELECT current_user::text,
                current_setting('server_version_num')::int,
                NOT pg_is_in_recovery(),
                role.rolsuper OR role.rolbypassrls,
                has_schema_privilege('public', 'CREATE'),
                EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist'),
                (role.rolsuper OR has_database_privilege(current_database(), 'CREATE'))
                    AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist')
         FROM pg_roles AS role
         WHERE role.rolname = current_user",
    )
    .fetch_one(&mut database)
    .await?;
    database.close().await?;
    Ok(RoleFacts { name, version, writable, all_powerful, may_make_tables, has_btree_gist, may_make_btree_gist })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str) -> RoleFacts {
        RoleFacts {
            name: name.to_owned(),
            version: 150_014,
            writable: true,
            all_powerful: false,
            may_make_tables: false,
            has_btree_gist: true,
            may_make_btree_gist: false,
        }
    }

    #[test]
    fn a_plain_role_on_a_new_database_is_fine() {
        assert_eq!(of_app(&role("app")), [Remark::Fine("Postgres 15 answers as app".to_owned())]);
        assert_eq!(of_owner(&RoleFacts { may_make_tables: true, ..role("owner") }), []);
    }

    #[test]
    fn an_old_database_a_copy_and_a_mighty_role_are_told() {
        assert!(matches!(of_app(&RoleFacts { version: 140_001, ..role("app") })[..], [Remark::Broken(_)]));
        assert!(matches!(of_app(&RoleFacts { writable: false, ..role("app") })[1..], [Remark::Broken(_)]));
        for mighty in [RoleFacts { all_powerful: true, ..role("app") }, RoleFacts { may_make_tables: true, ..role("app") }] {
            assert!(matches!(of_app(&mighty)[1..], [Remark::Doubtful(_)]));
        }
        assert!(matches!(
            of_owner(&RoleFacts { has_btree_gist: false, ..role("owner") })[..],
            [Remark::Broken(_), Remark::Broken(_)]
        ));
    }
}
