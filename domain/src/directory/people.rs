//! User accounts, for staff who run the organisation. No clinical content.

use super::store::people::{self, Wanted};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    text::NameQuery,
};
use model::{
    access::Role,
    directory::{PersonRow, PersonView},
    identity::PersonNumber,
    ids::UserId,
    page::{PAGE_SIZE, Page},
};

/// Which users to look for. Each field that is set narrows the result.
#[derive(Debug, Clone, Default)]
pub struct PeopleSearch {
    /// A part of the name (accents do not matter) or of the email address, or a whole person number. Empty: all users.
    pub text: String,
    /// Only users who hold this role.
    pub role: Option<Role>,
    /// The cursor of the previous page.
    pub after: Option<UserId>,
}

/// Longer search texts are cut to this length, in characters.
const LONGEST_TEXT: usize = 120;

/// User accounts, sorted by name.
///
/// # Errors
/// `access.sign_in_needed`. Callers who do not run the organisation find only themselves.
pub async fn search_people(domain: &Domain, access: &Access, search: &PeopleSearch) -> Result<Page<PersonRow>> {
    let scope = access.scope(ResourceKind::Account)?;
    let text: String = search.text.trim().chars().take(LONGEST_TEXT).collect();
    let number = PersonNumber::parse(&text).ok().and_then(|number| i64::try_from(number.counter()).ok());
    let name = NameQuery::new(&text);
    let wanted = Wanted { scope: &scope, text: &text, name: name.as_ref(), number, role: search.role, after: search.after };
    let mut connection = domain.pool().acquire().await?;
    let rows = people::find(&mut connection, &wanted, i64::from(PAGE_SIZE) + 1).await?;
    Ok(Page::cut(rows, PAGE_SIZE, |row| row.user.to_string()))
}

/// One user's account: roles, sessions, suspensions.
///
/// # Errors
/// `not_found`.
pub async fn person(domain: &Domain, access: &Access, user: UserId) -> Result<PersonView> {
    let mut tx = domain.begin_reading("directory.person", access).await?;
    let permit = tx.permit(Read, user).await?;
    let view = people::person(&mut tx, &permit).await?;
    tx.commit(Audit::of(AuditAction::DirectoryPersonViewed).on(ResourceKind::Account, user)).await?;
    Ok(view)
}
