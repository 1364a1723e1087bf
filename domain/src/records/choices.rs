//! The codes that a doctor reaches for: the favourites, and what they have recorded lately. A search offers them first.

use super::{
    rules,
    store::choices::{self as store, Choice},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    db::Tx,
};
use model::{
    ids::UserId,
    records::{Icd10Code, KnownCodes},
    text::fold::fold_for_search,
};

/// The most favourites, and the most recorded codes, that a search looks at.
const MOST: i64 = 50;

/// The most recorded codes that are offered before anything is typed.
const RECENT: usize = 8;

/// Marks a code as a favourite, or takes that back.
#[derive(Debug, Clone)]
pub struct MarkCode {
    /// The code.
    pub code: String,
    /// Whether it is a favourite from now on.
    pub is_favourite: bool,
}

/// The favourites of the calling doctor, and the codes that they have recorded lately.
///
/// # Errors
/// `access.forbidden` for callers who are no doctors.
pub async fn known_codes(domain: &Domain, access: &Access) -> Result<KnownCodes> {
    access.acting_doctor()?;
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("records.known_codes", access).await?;
    let choices = store::choices(&mut tx, user, MOST).await?;
    tx.close().await?;
    let (favourites, recent): (Vec<Choice>, Vec<Choice>) = choices.into_iter().partition(|choice| choice.is_favourite);
    let codes = |choices: Vec<Choice>| choices.into_iter().map(|choice| choice.code);
    Ok(KnownCodes { favourites: codes(favourites).collect(), recent: codes(recent).take(RECENT).collect() })
}

/// Marks a code as one of the calling doctor's favourites, or takes that back. A repeat changes nothing.
///
/// # Errors
/// `records.diagnosis_unknown`; `access.forbidden` for callers who are no doctors.
pub async fn mark_code(domain: &Domain, access: &Access, command: MarkCode) -> Result<()> {
    access.acting_doctor()?;
    let user = access.acting()?.user;
    let mut tx = domain.begin("records.mark_code", access).await?;
    let permit = tx.permit(Write, user).await?;
    if let Err(error) = store::mark(&mut tx, &permit, &command.code, command.is_favourite).await {
        tx.close().await?;
        return Err(error);
    }
    let entry = Audit::of(AuditAction::RecordsCodeMarked).on(ResourceKind::Account, user);
    tx.commit(entry.with("favourite", if command.is_favourite { "yes" } else { "no" })).await
}

/// What was found for a text, with the user's favourites and recorded codes first. Those of them that have all words of the text are added if the search has left them out.
pub(super) async fn first(tx: &mut Tx, user: UserId, query: &str, found: Vec<Icd10Code>) -> Result<Vec<Icd10Code>> {
    let choices = store::choices(tx, user, MOST).await?;
    Ok(ordered(&choices, query, found))
}

fn ordered(choices: &[Choice], query: &str, found: Vec<Icd10Code>) -> Vec<Icd10Code> {
    if choices.is_empty() {
        return found;
    }
    let is_found = |choice: &&Choice| found.iter().any(|code| code.code == choice.code.code) || says(&choice.code, query);
    let mut first: Vec<Icd10Code> = choices.iter().filter(is_found).map(|choice| choice.code.clone()).collect();
    let rest = found.iter().filter(|code| !first.iter().any(|one| one.code == code.code)).cloned().collect::<Vec<_>>();
    first.extend(rest);
    first
}

/// Whether a code begins as the text, or its names have the beginnings of all words of the text.
fn says(code: &Icd10Code, query: &str) -> bool {
    if let Some(prefix) = rules::code_prefix(query) {
        return code.code.starts_with(&prefix);
    }
    let names = fold_for_search(&format!("{} {}", code.description, code.plain.as_deref().unwrap_or_default()));
    let typed = fold_for_search(query);
    let mut words = typed.split(' ').filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| names.split(' ').any(|name| name.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(code: &str, description: &str) -> Icd10Code {
        Icd10Code { code: code.to_owned(), description: description.to_owned(), plain: None }
    }

    #[test]
    fn favourites_come_before_what_was_recorded_and_that_before_the_rest() {
        let choices = [
            Choice { code: code("J45.909", "Unspecified asthma, uncomplicated"), is_favourite: true },
            Choice { code: code("M54.50", "Low back pain, unspecified"), is_favourite: false },
            Choice { code: code("J45.20", "Mild intermittent asthma, uncomplicated"), is_favourite: false },
        ];
        let of = |query: &str, found: &[&str]| {
            let found = found.iter().map(|one| code(one, "")).collect();
            ordered(&choices, query, found).into_iter().map(|code| code.code).collect::<Vec<_>>()
        };
        assert_eq!(of("asthma", &["J45.901", "J45.20"]), ["J45.909", "J45.20", "J45.901"]);
        assert_eq!(of("back pa", &["M54.9"]), ["M54.50", "M54.9"]);
        assert_eq!(of("j45", &["J45.901"]), ["J45.909", "J45.20", "J45.901"]);
        assert_eq!(of("headache", &["R51.9"]), ["R51.9"]);
    }
}
