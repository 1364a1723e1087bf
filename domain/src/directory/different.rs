//! Records that are alike and of different people: an administrator of the whole organisation says so of a pair, and the list of likely duplicates leaves it out
//! until that is taken back.

use super::{merging::permits, store::different as store};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::{
    directory::DifferentRow,
    ids::{DifferentPeopleId, PatientId},
    page::{Page, page_size},
};

/// Which pairs to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListDifferent {
    /// The last one of the previous page.
    pub after: Option<DifferentPeopleId>,
    /// How many.
    pub limit: Option<u32>,
}

/// Says that two records are of different people. A repeat changes nothing.
///
/// # Errors
/// `not_found` when one of them does not exist, or both are the same; `access.forbidden`.
pub async fn say_different(domain: &Domain, access: &Access, first: PatientId, second: PatientId) -> Result<DifferentPeopleId> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("directory.say_different", access).await?;
    let (one, other) = permits(&mut tx, first, second).await?;
    let (id, is_new) = store::say(&mut tx, &one, &other).await?;
    if !is_new {
        tx.close().await?;
        return Ok(id);
    }
    let entry = Audit::of(AuditAction::DirectoryDifferentSaid).patients([first, second]);
    let entry = entry.on(ResourceKind::Patient, first).with_id("different", id).with_id("other", second);
    tx.commit(entry).await?;
    Ok(id)
}

/// Takes back that two records are of different people: the pair may be listed as likely of one person again.
///
/// # Errors
/// `not_found`, also when it was taken back before, or when one of the records has ended; `access.forbidden`.
pub async fn take_back_different(domain: &Domain, access: &Access, id: DifferentPeopleId) -> Result<()> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("directory.take_back_different", access).await?;
    let (first, second) = store::pair_of(&mut tx, id).await?;
    let (one, other) = permits(&mut tx, first, second).await?;
    store::take_back(&mut tx, (&one, &other), id).await?;
    let entry = Audit::of(AuditAction::DirectoryDifferentTakenBack).patients([first, second]);
    tx.commit(entry.on(ResourceKind::Patient, first).with_id("different", id).with_id("other", second)).await
}

/// The pairs of which somebody has said that they are different people, the newest first. Leaves out those of which a record has ended.
///
/// # Errors
/// `access.forbidden`.
pub async fn different_people(domain: &Domain, access: &Access, command: ListDifferent) -> Result<Page<DifferentRow>> {
    access.scope(ResourceKind::System)?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("directory.different_people", access).await?;
    let rows = store::list(&mut tx, command.after, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let shown = page.items.iter().flat_map(|row| [row.first.id, row.second.id]);
    tx.commit(Audit::of(AuditAction::DirectoryDifferentListed).patients(shown)).await?;
    Ok(page)
}
