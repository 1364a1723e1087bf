//! The audit log. Its address contains only ids, action codes and days, never a name: who is looked for by name is found first (`search`).

mod rows;
mod search;

pub use search::{FindInLog, FindInLogValues, LogChoices, TypedNames, find_in_log};

use kit::address::query;
use kit::failure::Failure;
use kit::parts::time::names;
use kit::parts::{Card, Moment, Notice, NoticeKind, PageTitle, loaded};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::audit::{AuditPageView, MOST_EXPORTED, SealView};
use model::format;
use model::health::LATE_SECS;
use rows::Rows;
use search::{Choices, Filter, search_form};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The filter and the cursor, as they appear in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAsked {
    /// Only actions by this user.
    pub person: Option<String>,
    /// Only actions about this patient.
    pub patient: Option<String>,
    /// Only this action; if it ends with a full stop, all actions of this area.
    pub action: Option<String>,
    /// From this day.
    pub from: Option<String>,
    /// Up to and including this day.
    pub until: Option<String>,
    /// The id of the stored names that several people have; one of them has to be chosen.
    pub search: Option<String>,
    /// The cursor: the last row of the previous page.
    pub after: Option<String>,
}

/// What the page of the log shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShownLog {
    /// The rows that match.
    Rows(AuditPageView),
    /// The people who have the name that was looked for.
    Choices(LogChoices),
}

/// Loads a page of the log. Filter values that cannot be parsed are ignored.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator of the whole organisation.
#[server(prefix = "/do", endpoint = "load-audit")]
pub async fn load_audit(
    /// The filter and the cursor. Without any of them a browser sends nothing.
    #[server(default)]
    asked: AuditAsked,
) -> Result<ShownLog, Failure> {
    match search::choices(&asked).await? {
        Some(choices) => Ok(ShownLog::Choices(choices)),
        None => read::page(asked).await.map(ShownLog::Rows),
    }
}

#[cfg(feature = "ssr")]
pub use read::log_filter;

#[cfg(feature = "ssr")]
mod read {
    use super::{AuditAsked, AuditPageView, Failure};
    use domain::audit::{AuditFilter, AuditRow, browse, seal_state};
    use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
    use kit::request::RequestContext;
    use model::{
        audit::{AuditEntryView, AuditSubject},
        ids::AuditEventId,
    };

    pub(super) async fn page(asked: AuditAsked) -> Result<AuditPageView, Failure> {
        let request = RequestContext::require()?;
        let filter = log_filter(&asked, &request.viewer.zone_rules());
        let page = kit::request::call(|| browse(&request.domain, &request.access, &filter)).await?;
        let seals = kit::request::call(|| seal_state(&request.domain)).await?.into();
        let actor = filter.actor.map(|id| AuditSubject { id, name: page.actor.unwrap_or_default() });
        let patient = filter.patient.map(|id| AuditSubject { id, name: page.patient.unwrap_or_default() });
        let rows = page.rows.into_iter().map(entry).collect();
        let next_cursor = page.next.map(|(at, id)| format!("{at}~{id}"));
        Ok(AuditPageView { rows, next_cursor, seals, actor, patient })
    }

    /// The filter that an address asks for. Its days are those of the zone.
    #[must_use]
    pub fn log_filter(asked: &AuditAsked, zone: &TimeZone) -> AuditFilter {
        let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
        let begins = |date: Date| date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
        AuditFilter {
            actor: asked.person.as_deref().and_then(|id| id.parse().ok()),
            patient: asked.patient.as_deref().and_then(|id| id.parse().ok()),
            action: asked.action.clone().filter(|action| !action.is_empty()),
            from: day(&asked.from).and_then(begins),
            until: day(&asked.until).and_then(|date| date.checked_add(1.day()).ok()).and_then(begins),
            after: asked.after.as_deref().and_then(cursor),
        }
    }

    fn cursor(text: &str) -> Option<(Timestamp, AuditEventId)> {
        let (at, id) = text.split_once('~')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    }

    fn entry(row: AuditRow) -> AuditEntryView {
        let resource = row.about();
        AuditEntryView {
            id: row.id,
            at: row.at,
            action: row.action,
            refused: row.outcome == "refused",
            actor: row.actor.map(|(id, name)| AuditSubject { id, name }),
            role: row.role,
            patients: row.patients.into_iter().map(|(id, name)| AuditSubject { id, name }).collect(),
            resource,
            sealed: row.sealed,
        }
    }
}

impl AuditAsked {
    /// The address of the page with this filter, at a cursor.
    fn address(&self, after: Option<&str>) -> String {
        let search = self.search.as_deref();
        format!("/admin/audit{}", self.query(&[("search", search), ("after", after)]))
    }

    /// The address of the file with the rows that this filter matches. The server needs the zone to know when the days begin.
    fn file(&self, zone: &str) -> String {
        format!("/admin/audit.csv{}", self.query(&[("zone", Some(zone))]))
    }

    fn query(&self, more: &[(&str, Option<&str>)]) -> String {
        let filter = [
            ("person", self.person.as_deref()),
            ("patient", self.patient.as_deref()),
            ("action", self.action.as_deref()),
            ("from", self.from.as_deref()),
            ("until", self.until.as_deref()),
        ];
        query(&[&filter[..], more].concat())
    }
}

/// The sentence at the end of an exported file that leaves older rows out.
#[must_use]
pub fn export_note(l: Locale) -> String {
    say!(l, admin.audit.export_more, n = format::count(MOST_EXPORTED, names(l)))
}

/// The audit log page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let given = |name: &str| address.get(name).filter(|value| !value.is_empty());
            AuditAsked {
                person: given("person"),
                patient: given("patient"),
                action: given("action"),
                from: given("from"),
                until: given("until"),
                search: given("search"),
                after: given("after"),
            }
        })
    });
    let shown = Resource::new_blocking(move || asked.get(), load_audit);
    let form = search_form(l);
    view! {
        <PageTitle text=say!(l, admin.audit.title)/>
        <div class="lead">
            <h1>{say!(l, admin.audit.title)}</h1>
            <p>{say!(l, admin.audit.lead)}</p>
        </div>
        {loaded(shown, move |shown| {
            let asked = asked.get_untracked();
            match shown {
                ShownLog::Choices(choices) => view! {
                    <Filter form asked=asked.clone() typed=choices.typed.clone()/>
                    <Choices asked choices/>
                }
                .into_any(),
                ShownLog::Rows(page) => view! {
                    <Late seals=page.seals/>
                    <Filter form asked=asked.clone()/>
                    <Only asked=asked.clone() page=page.clone()/>
                    <Rows asked=asked.clone() page=page.clone()/>
                    <Export asked/>
                    <Seals seals=page.seals/>
                }
                .into_any(),
            }
        })}
    }
}

/// Whose actions are shown, and about whom, each with a link that removes this limit.
#[component]
fn Only(asked: AuditAsked, page: AuditPageView) -> impl IntoView {
    let l = use_locale();
    let named = |name: String, otherwise: &'static str| if name.is_empty() { otherwise.to_owned() } else { name };
    let line = |text: String, without: AuditAsked| {
        view! { <p><strong>{text}</strong> " " <a href=without.address(None)>{say!(l, admin.audit.remove)}</a></p> }
    };
    let person = page.actor.map(|person| {
        let text = say!(l, admin.audit.only_person, name = named(person.name, say!(l, admin.audit.this_person)));
        line(text, AuditAsked { person: None, ..asked.clone() })
    });
    let patient = page.patient.map(|patient| {
        let text = say!(l, admin.audit.only_patient, name = named(patient.name, say!(l, admin.audit.this_patient)));
        line(text, AuditAsked { patient: None, ..asked.clone() })
    });
    (person.is_some() || patient.is_some()).then(|| view! { <div class="limits">{person} {patient}</div> })
}

/// The link to the file, and what the file leaves out.
#[component]
fn Export(asked: AuditAsked) -> impl IntoView {
    let l = use_locale();
    let href = asked.file(use_viewer().zone_name());
    view! {
        <div class="row">
            <a class="button plain" href=href rel="external" download="">{say!(l, admin.audit.export)}</a>
            <span class="quiet">{say!(l, admin.audit.export_hint, n = format::count(MOST_EXPORTED, names(l)))}</span>
        </div>
    }
}

/// A warning while sealing is late.
#[component]
fn Late(seals: SealView) -> impl IntoView {
    let l = use_locale();
    let late = seals.late_secs(use_viewer().now) > LATE_SECS;
    late.then(|| view! { <Notice kind=NoticeKind::Bad title=say!(l, admin.audit.sealing_late)/> })
}

#[component]
fn Seals(seals: SealView) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card>
            <dl class="facts">
                <dt>{say!(l, admin.audit.seals)}</dt>
                <dd>{seals.seals}</dd>
                <dt>{say!(l, admin.audit.last_seal)}</dt>
                <dd>
                    {match seals.last_sealed_at {
                        Some(at) => view! { <Moment at/> }.into_any(),
                        None => say!(l, admin.audit.never).into_any(),
                    }}
                </dd>
                <dt>{say!(l, admin.audit.unsealed_rows)}</dt>
                <dd>{seals.unsealed}</dd>
            </dl>
        </Card>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn days_are_the_viewers_and_the_last_one_is_included() {
        let asked = AuditAsked {
            from: Some("2026-03-28".into()),
            until: Some("2026-03-29".into()),
            after: Some("nonsense".into()),
            ..AuditAsked::default()
        };
        let filter = log_filter(&asked, &TimeZone::get("Europe/Berlin").expect("a zone"));
        assert_eq!(filter.from.map(|at| at.to_string()).as_deref(), Some("2026-03-27T23:00:00Z"));
        // Daylight saving time begins on the 29th.
        assert_eq!(filter.until.map(|at| at.to_string()).as_deref(), Some("2026-03-29T22:00:00Z"));
        assert!(filter.after.is_none());
    }

    #[test]
    fn the_file_has_the_filter_of_the_page_and_its_zone() {
        let asked = AuditAsked {
            action: Some("visits.".into()),
            from: Some("2026-03-28".into()),
            after: Some("x".into()),
            ..AuditAsked::default()
        };
        assert_eq!(asked.address(None), "/admin/audit?action=visits.&from=2026-03-28");
        assert_eq!(asked.file("Europe/London"), "/admin/audit.csv?action=visits.&from=2026-03-28&zone=Europe/London");
    }
}
