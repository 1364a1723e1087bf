//! "Who looked" as a list: what one person did in one role on one day is one row, with its single accesses folded below it.

use super::accesses::{what, who, why};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Grouping, Moment, Paging, Table, Tag, TagKind};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::access::Role;
use model::directory::{AccessKind, AccessReason, AccessView, AccessedPart};
use model::format;
use words::{Locale, plural, say};

/// What one person did in one role on one day.
struct DayOfPerson {
    /// The day in the viewer's time zone.
    day: Date,
    by: String,
    role: Option<Role>,
    /// The single accesses, the newest first. There is at least one.
    accesses: Vec<AccessView>,
}

/// Joins the accesses of one page. They come the newest first, so the rows of one day follow each other.
fn joined(accesses: Vec<AccessView>, zone: &TimeZone) -> Vec<DayOfPerson> {
    let mut rows: Vec<DayOfPerson> = Vec::new();
    for access in accesses {
        let day = zone.to_datetime(access.at).date();
        if let Some(row) = rows.iter_mut().find(|row| row.day == day && row.by == access.by && row.role == access.role) {
            row.accesses.push(access);
        } else {
            rows.push(DayOfPerson { day, by: access.by.clone(), role: access.role, accesses: vec![access] });
        }
    }
    rows
}

/// What was done, and how many times.
fn kinds(accesses: &[AccessView]) -> Vec<(AccessedPart, AccessKind, i64)> {
    let mut kinds: Vec<(AccessedPart, AccessKind, i64)> = Vec::new();
    for access in accesses {
        if let Some((_, _, times)) = kinds.iter_mut().find(|(part, kind, _)| *part == access.part && *kind == access.kind) {
            *times += 1;
        } else {
            kinds.push((access.part, access.kind, 1));
        }
    }
    kinds
}

/// A page of accesses, by day and person.
#[component]
pub(super) fn AccessDays(
    /// The accesses, the newest first.
    accesses: Vec<AccessView>,
    /// The links to the other pages.
    paging: Paging,
) -> impl IntoView {
    let l = use_locale();
    let n = count(&accesses);
    let caption = plural(n, say!(l, records.accesses.count_singular, n = n), say!(l, records.accesses.count_plural, n = n));
    let rows = joined(accesses, &use_viewer().zone_rules());
    view! {
        <Table
            columns=columns(l)
            rows
            caption
            grouping=Grouping::by(move |row: &DayOfPerson| format::date_long(row.day, names(l)))
            with_zone=true
            paging
            empty_title=say!(l, records.accesses.empty_title)
            empty_text=say!(l, records.accesses.empty)
        />
    }
    .into_any()
}

fn columns(l: Locale) -> Vec<Column<DayOfPerson>> {
    vec![
        Column::name(say!(l, records.accesses.who), move |row: &DayOfPerson| who(l, &row.by, row.role)),
        Column::text(say!(l, records.accesses.what), move |row: &DayOfPerson| done(l, &row.accesses)),
        Column::text(say!(l, records.accesses.why), move |row: &DayOfPerson| reasons(l, &row.accesses)),
    ]
}

/// What was done, the questions about it, and each single access with the link that asks about it.
fn done(l: Locale, accesses: &[AccessView]) -> AnyView {
    let kinds: Vec<_> = kinds(accesses)
        .into_iter()
        .map(|(part, kind, n)| {
            let times = (n > 1).then(|| format!(", {}", say!(l, records.accesses.times, n = n)));
            view! { <li>{what(l, part, kind)} {times}</li> }
        })
        .collect();
    let asked: Vec<_> =
        accesses.iter().filter(|access| access.question.is_some()).map(|access| view! { <p>{question(l, access)}</p> }).collect();
    let lines: Vec<_> = accesses
        .iter()
        .map(|access| {
            let (what, why) = (what(l, access.part, access.kind), why(l, access.reason));
            view! { <li><Moment at=access.at detail=Detail::Time/> " · " {what} " · " {why} " · " {question(l, access)}</li> }
        })
        .collect();
    let n = count(accesses);
    let each = plural(n, say!(l, records.accesses.each_singular).to_owned(), say!(l, records.accesses.each_plural, n = n));
    view! {
        <ul class="bare">{kinds}</ul>
        {asked}
        <details>
            <summary>{each}</summary>
            <ul class="list">{lines}</ul>
        </details>
    }
    .into_any()
}

/// Why they were allowed to, each reason once.
fn reasons(l: Locale, accesses: &[AccessView]) -> AnyView {
    let mut reasons: Vec<AccessReason> = Vec::new();
    for access in accesses {
        if !reasons.contains(&access.reason) {
            reasons.push(access.reason);
        }
    }
    let lines: Vec<_> = reasons.into_iter().map(|reason| view! { <li>{why(l, reason)}</li> }).collect();
    view! { <ul class="bare">{lines}</ul> }.into_any()
}

/// The link that asks about an access, or shows the question.
fn question(l: Locale, access: &AccessView) -> AnyView {
    let href = format!("/patient/accesses/{}", access.id);
    let Some(question) = &access.question else {
        return view! { <a href=href>{say!(l, records.accesses.ask)}</a> }.into_any();
    };
    let (kind, text) = match question.answer {
        None => (TagKind::Warn, say!(l, records.accesses.waits)),
        Some(_) => (TagKind::Good, say!(l, records.accesses.answered)),
    };
    view! { <a href=href>{say!(l, records.accesses.see)}</a> " " <Tag kind text/> }.into_any()
}

fn count(accesses: &[AccessView]) -> i64 {
    i64::try_from(accesses.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::AuditEventId;

    fn access(at: &str, by: &str, kind: AccessKind) -> AccessView {
        let id: AuditEventId = "01936b1e-0000-7000-8000-000000000001".parse().unwrap();
        let (part, reason) = (AccessedPart::Record, AccessReason::Treats);
        AccessView { id, at: at.parse().unwrap(), part, kind, by: by.to_owned(), role: Some(Role::Nurse), reason, question: None }
    }

    #[test]
    fn what_one_person_did_on_one_day_of_the_viewer_is_one_row() {
        let (read, changed) = (AccessKind::Read, AccessKind::Changed);
        let rows = joined(
            vec![
                access("2026-11-24T15:00:00Z", "Amara", read),
                access("2026-11-24T14:00:00Z", "Jonas", read),
                access("2026-11-24T13:00:00Z", "Amara", changed),
                access("2026-11-24T12:00:00Z", "Amara", read),
                access("2026-11-24T04:00:00Z", "Amara", read),
            ],
            &TimeZone::fixed(jiff::tz::offset(-5)),
        );
        let shown: Vec<_> = rows.iter().map(|row| (row.day.day(), row.by.as_str(), row.accesses.len())).collect();
        assert_eq!(shown, [(24, "Amara", 3), (24, "Jonas", 1), (23, "Amara", 1)]);
        let first = rows.first().map(|row| kinds(&row.accesses));
        assert_eq!(first, Some(vec![(AccessedPart::Record, read, 2), (AccessedPart::Record, changed, 1)]));
    }
}
