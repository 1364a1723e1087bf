//! The apps of the organisation, which its administrators register and end.

use super::store::{self, NewApp};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
    identity::{api_tokens, limited},
};
use model::{
    errors::Code,
    identity::{AppRow, app_name, redirects},
    ids::AppId,
};
use std::fmt;

/// The beginning of the secrets of apps.
const SECRET: &str = "bedside_app_";

/// A new app. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct RegisterApp {
    /// The name that people see.
    pub name: String,
    /// Where people may be sent back to, one address a line.
    pub redirects: String,
    /// Whether it runs on a server, where it can keep a secret.
    pub keeps_secret: bool,
}

/// An app that was just registered.
#[derive(Clone)]
pub struct RegisteredApp {
    /// The app, which is its `client_id`.
    pub id: AppId,
    /// Its secret, if it has one. It cannot be shown again.
    pub secret: Option<String>,
}

/// Keeps the secret out of logs.
impl fmt::Debug for RegisteredApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredApp").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Only administrators of the whole organisation manage apps.
fn check_organisation(access: &Access) -> Result<()> {
    match access.scope(ResourceKind::Clinic)?.clinic {
        None => Ok(()),
        Some(_) => Err(Code::Forbidden.into()),
    }
}

/// The apps that have not ended, by name.
///
/// # Errors
/// `access.forbidden` for everybody but administrators of the organisation; `access.sign_in_needed`.
pub async fn list_apps(domain: &Domain, access: &Access) -> Result<Vec<AppRow>> {
    check_organisation(access)?;
    let mut connection = domain.pool().acquire().await?;
    store::list(&mut connection, domain.now()).await
}

/// Registers an app.
///
/// # Errors
/// `request.fields_invalid` with the fields `name` and `redirects`; `access.forbidden` for everybody but administrators of the organisation.
pub async fn register_app(domain: &Domain, access: &Access, command: RegisterApp) -> Result<RegisteredApp> {
    check_organisation(access)?;
    let mut faults = Faults::default();
    let name = faults.take("name", app_name(&command.name));
    let redirects = faults.take("redirects", redirects(&command.redirects));
    faults.check()?;
    let (Some(name), Some(redirects)) = (name, redirects) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    let mut tx = domain.begin("identity.register_app", access).await?;
    let id = tx.new_id::<AppId>();
    let permit = tx.permit(Create, NewApp(id)).await?;
    let secret = command.keeps_secret.then(|| limited::new_secret(domain, SECRET));
    let hash = secret.as_deref().map(api_tokens::hash);
    store::insert(&mut tx, &permit, &name, &redirects, hash).await?;
    let kind = if secret.is_some() { "confidential" } else { "public" };
    tx.commit(Audit::of(AuditAction::IdentityAppRegistered).on(ResourceKind::Clinic, id).with("kind", kind)).await?;
    Ok(RegisteredApp { id, secret })
}

/// Ends an app. Everybody's connections with it end at once.
///
/// # Errors
/// `not_found`, also for everybody but administrators of the organisation, and when it has ended.
pub async fn end_app(domain: &Domain, access: &Access, id: AppId) -> Result<()> {
    let mut tx = domain.begin("identity.end_app", access).await?;
    let permit = tx.permit(Write, id).await?;
    store::end(&mut tx, &permit).await?;
    let ended = store::end_sessions(&mut tx, id, None).await?;
    tx.commit(Audit::of(AuditAction::IdentityAppEnded).on(ResourceKind::Clinic, id).with("sessions", ended)).await
}
