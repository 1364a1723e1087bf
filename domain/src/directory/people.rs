//! User accounts, for staff who run the organisation. No clinical content.

use super::store::people::{self, Wanted};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    text::NameQuery,
};
use jiff::Timestamp;
use model::{
    access::Role,
    directory::{AccountState, PeopleFound, PeopleOrder, PersonRow, PersonView},
    errors::Code,
    identity::PersonNumber,
    ids::UserId,
    page::{Page, page_size},
    scheduling::TimeRange,
};
use std::{fmt, str::FromStr};

/// Which users to look for. Each field that is set narrows the result.
#[derive(Debug, Clone)]
pub struct PeopleSearch {
    /// A part of the name (accents do not matter) or of the email address, or a whole person number. Empty: all users.
    pub text: String,
    /// Only users who hold this role.
    pub role: Option<Role>,
    /// Only accounts in this state.
    pub state: Option<AccountState>,
    /// In which order.
    pub order: PeopleOrder,
    /// The cursor of the previous page, in the same order.
    pub after: Option<PeopleCursor>,
    /// How many users a page has; the usual number when it is not given.
    pub limit: Option<u32>,
}

impl Default for PeopleSearch {
    fn default() -> Self {
        Self { text: String::new(), role: None, state: None, order: PeopleOrder::Name, after: None, limit: None }
    }
}

/// The last user of a page: the id, and in an order by time the time that the page showed, which may have changed since. As text it is `id` or `time~id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleCursor {
    pub(super) user: UserId,
    pub(super) at: Option<Timestamp>,
}

impl PeopleCursor {
    fn of(row: &PersonRow, order: PeopleOrder) -> Self {
        let at = match order {
            PeopleOrder::Name => None,
            PeopleOrder::LastActive => Some(row.last_seen_at.unwrap_or(people::NEVER)),
            PeopleOrder::Newest => Some(row.created_at),
        };
        Self { user: row.user, at }
    }

    /// Whether it belongs to a list in this order.
    #[must_use]
    pub const fn fits(&self, order: PeopleOrder) -> bool {
        match order {
            PeopleOrder::Name => self.at.is_none(),
            PeopleOrder::LastActive | PeopleOrder::Newest => self.at.is_some(),
        }
    }
}

impl fmt::Display for PeopleCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{at}~{}", self.user),
            None => write!(f, "{}", self.user),
        }
    }
}

impl FromStr for PeopleCursor {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        let (at, user) = match text.split_once('~') {
            Some((at, user)) => (Some(at.parse::<Timestamp>().map_err(|_| Code::NotFound)?), user),
            None => (None, text),
        };
        Ok(Self { user: user.parse().map_err(|_| Code::NotFound)?, at })
    }
}

/// Longer search texts are cut to this length, in characters.
const LONGEST_TEXT: usize = 120;

/// User accounts that match a search, and how many there are on all pages. Each page leaves an audit entry that names the patients on it.
///
/// # Errors
/// `access.sign_in_needed`. Callers who do not run the organisation find only themselves.
pub async fn search_people(domain: &Domain, access: &Access, search: &PeopleSearch) -> Result<PeopleFound> {
    let scope = access.scope(ResourceKind::Account)?;
    let text: String = search.text.trim().chars().take(LONGEST_TEXT).collect();
    let number = PersonNumber::parse(&text).ok().and_then(|number| i64::try_from(number.counter()).ok());
    let name = NameQuery::new(&text);
    let size = page_size(search.limit);
    let wanted = Wanted { scope: &scope, text: &text, name: name.as_ref(), number, search };
    let mut tx = domain.begin_reading("directory.search_people", access).await?;
    let (rows, count) = people::find(tx.connection(), &wanted, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| PeopleCursor::of(row, search.order).to_string());
    tx.commit(searched(search, &text, &page, count)).await?;
    Ok(PeopleFound { page, count })
}

/// What the audit log keeps of a search: which patients it showed, how many rows, how many it found, and the filters. Not the text, which a person wrote.
fn searched(search: &PeopleSearch, text: &str, page: &Page<PersonRow>, count: i64) -> Audit {
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    let entry = Audit::of(AuditAction::DirectoryPeopleSearched)
        .patients(page.items.iter().filter_map(|row| row.patient))
        .with("shown", shown)
        .with("found", count)
        .with("by", if text.is_empty() { "filters" } else { "text" });
    let entry = search.role.into_iter().fold(entry, |entry, role| entry.with("role", role.as_str()));
    search.state.into_iter().fold(entry, |entry, state| entry.with("state", state.as_str()))
}

/// How many accounts were made on this day. An admin of one clinic counts those who work at the clinic; other callers
/// who do not run the organisation count only their own.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn joined(domain: &Domain, access: &Access, day: TimeRange) -> Result<i64> {
    let scope = access.scope(ResourceKind::Account)?;
    let mut connection = domain.pool().acquire().await?;
    people::joined(&mut connection, &scope, day).await
}

/// One user's account: roles, sessions, suspensions. If the user is a patient, the audit entry names the patient.
///
/// # Errors
/// `not_found`.
pub async fn person(domain: &Domain, access: &Access, user: UserId) -> Result<PersonView> {
    let mut tx = domain.begin_reading("directory.person", access).await?;
    let permit = tx.permit(Read, user).await?;
    let view = people::person(&mut tx, &permit).await?;
    let entry = Audit::of(AuditAction::DirectoryPersonViewed).on(ResourceKind::Account, user);
    tx.commit(view.patient.into_iter().fold(entry, Audit::patient)).await?;
    Ok(view)
}
