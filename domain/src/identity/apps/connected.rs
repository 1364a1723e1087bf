//! The apps that a person has connected.

use super::store;
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use model::{errors::Code, identity::ConnectedApp, ids::AppId};

/// The apps that may act in the caller's name, by name.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn connected_apps(domain: &Domain, access: &Access) -> Result<Vec<ConnectedApp>> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("identity.connected_apps", access).await?;
    let permit = tx.permit(Read, user).await?;
    let apps = store::connected(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(apps)
}

/// Ends all connections of the caller with an app, and codes that it has not exchanged.
///
/// # Errors
/// `not_found` when it is not connected, and has no such code; `access.sign_in_needed`.
pub async fn disconnect_app(domain: &Domain, access: &Access, app: AppId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.disconnect_app", access).await?;
    let permit = tx.permit(Write, user).await?;
    let had_codes = store::end_codes(&mut tx, &permit, app).await?;
    let ended = store::end_sessions(&mut tx, app, Some(user)).await?;
    if ended == 0 && !had_codes {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    let entry = Audit::of(AuditAction::IdentityAppDisconnected).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("app", app).with("sessions", ended)).await
}
