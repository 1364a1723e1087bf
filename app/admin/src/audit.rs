//! The audit log. The filter is a plain GET form, because it contains only ids, action codes and days, never a name.

use super::actions::{action_areas, action_words};
use kit::address::query;
use kit::failure::Failure;
use kit::parts::{
    Card, Column, Detail, Moment, Notice, NoticeKind, PageTitle, Paging, SearchDate, SearchedDate, Table, Tag, TagKind, loaded,
    said,
};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::audit::{AuditAction, AuditEntryView, AuditPageView, SealView};
use model::health::LATE_SECS;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

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
    /// The cursor: the last row of the previous page.
    pub after: Option<String>,
}

/// Loads a page of the log. Filter values that cannot be parsed are ignored.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator of the whole organisation.
#[server(prefix = "/do", endpoint = "load-audit")]
pub async fn load_audit(
    /// The filter and the cursor.
    asked: AuditAsked,
) -> Result<AuditPageView, Failure> {
    read::page(asked).await
}

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
        let filter = filter(&asked, &kit::parts::time::zone(request.viewer.zone_name()));
        let page = kit::request::call(|| browse(&request.domain, &request.access, &filter)).await?;
        let seals = kit::request::call(|| seal_state(&request.domain)).await?.into();
        let rows: Vec<AuditEntryView> = page.rows.into_iter().map(entry).collect();
        let actor = filter.actor.map(|id| {
            let name =
                rows.iter().filter_map(|row| row.actor.as_ref()).find(|actor| actor.id == id).map(|actor| actor.name.clone());
            AuditSubject { id, name: name.unwrap_or_default() }
        });
        let patient = filter.patient.map(|id| {
            let named = rows.iter().flat_map(|row| &row.patients).find(|patient| patient.id == id);
            AuditSubject { id, name: named.map(|patient| patient.name.clone()).unwrap_or_default() }
        });
        let next_cursor = page.next.map(|(at, id)| format!("{at}~{id}"));
        Ok(AuditPageView { rows, next_cursor, seals, actor, patient })
    }

    pub(super) fn filter(asked: &AuditAsked, zone: &TimeZone) -> AuditFilter {
        let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
        let begins = |date: Date| date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
        AuditFilter {
            actor: asked.person.as_deref().and_then(|id| id.parse().ok()),
            patient: asked.patient.as_deref().and_then(|id| id.parse().ok()),
            action: asked.action.clone(),
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
        AuditEntryView {
            id: row.id,
            at: row.at,
            action: row.action,
            refused: row.outcome == "refused",
            actor: row.actor.map(|(id, name)| AuditSubject { id, name }),
            role: row.role,
            patients: row.patients.into_iter().map(|(id, name)| AuditSubject { id, name }).collect(),
            resource: row.resource.map(|(kind, _)| kind),
            sealed: row.sealed,
        }
    }
}

impl AuditAsked {
    fn address(&self, after: Option<&str>) -> String {
        let pairs = [
            ("person", self.person.as_deref()),
            ("patient", self.patient.as_deref()),
            ("action", self.action.as_deref()),
            ("from", self.from.as_deref()),
            ("until", self.until.as_deref()),
            ("after", after),
        ];
        format!("/admin/audit{}", query(&pairs))
    }
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
                from: SearchedDate::in_address(address, "from").value(),
                until: SearchedDate::in_address(address, "until").value(),
                after: given("after"),
            }
        })
    });
    let page = Resource::new_blocking(move || asked.get(), load_audit);
    view! {
        <PageTitle text=say!(l, admin.audit.title)/>
        <div class="lead">
            <h1>{say!(l, admin.audit.title)}</h1>
            <p>{say!(l, admin.audit.lead)}</p>
        </div>
        {loaded(page, move |page| {
            let asked = asked.get_untracked();
            let days = address.with_untracked(|address| ["from", "until"].map(|name| SearchedDate::in_address(address, name)));
            view! {
                <Seals seals=page.seals/>
                <Filter asked=asked.clone() days page=page.clone()/>
                <Rows asked page/>
            }
        })}
    }
}

#[component]
fn Seals(seals: SealView) -> impl IntoView {
    let l = use_locale();
    let late = seals.late_secs(use_viewer().now) > LATE_SECS;
    view! {
        {late.then(|| view! { <Notice kind=NoticeKind::Bad title=say!(l, admin.audit.sealing_late)/> })}
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

#[component]
fn Filter(asked: AuditAsked, days: [SearchedDate; 2], page: AuditPageView) -> impl IntoView {
    let l = use_locale();
    let [from, until] = days;
    let named = |name: String, otherwise: &'static str| if name.is_empty() { otherwise.to_owned() } else { name };
    let only = [
        page.actor.map(|person| say!(l, admin.audit.only_person, name = named(person.name, say!(l, admin.audit.this_person)))),
        page.patient
            .map(|patient| say!(l, admin.audit.only_patient, name = named(patient.name, say!(l, admin.audit.this_patient)))),
    ];
    let only: Vec<_> = only.into_iter().flatten().map(|text| view! { <p><strong>{text}</strong></p> }).collect();
    let choice = |value: &'static str, words: String| {
        let selected = asked.action.as_deref() == Some(value);
        view! { <option value=value selected=selected>{words}</option> }
    };
    let areas: Vec<_> = action_areas(l)
        .into_iter()
        .map(|(area, name)| {
            let within = AuditAction::ALL.iter().copied().filter(|action| action.as_str().starts_with(area));
            let within: Vec<_> = within.map(|action| choice(action.as_str(), action_words(l, action).to_owned())).collect();
            view! { <optgroup label=name>{choice(area, say!(l, admin.audit.all_of, area = name))} {within}</optgroup> }
        })
        .collect();
    view! {
        <form class="card" method="get" action="/admin/audit" role="search" aria-label=say!(l, admin.audit.filter)>
            {only}
            {asked.person.map(|person| view! { <input type="hidden" name="person" value=person/> })}
            {asked.patient.map(|patient| view! { <input type="hidden" name="patient" value=patient/> })}
            <div class="two">
                <div class="field">
                    <label for="action">{say!(l, admin.audit.area)}</label>
                    <select id="action" name="action">
                        <option value="">{say!(l, admin.audit.any)}</option>
                        {areas}
                    </select>
                </div>
                <SearchDate name="from" label=say!(l, admin.audit.from) date=from/>
                <SearchDate name="until" label=say!(l, admin.audit.until) date=until/>
            </div>
            <div class="row">
                <button class="button" type="submit">{say!(l, admin.audit.submit)}</button>
                <a href="/admin/audit">{say!(l, admin.audit.clear)}</a>
            </div>
        </form>
    }
}

#[component]
fn Rows(asked: AuditAsked, page: AuditPageView) -> impl IntoView {
    let l = use_locale();
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(after));
    let columns = vec![
        Column::text(say!(l, admin.audit.when), |entry: &AuditEntryView| view! { <Moment at=entry.at detail=Detail::Short/> }),
        Column::text(say!(l, admin.audit.who), move |entry: &AuditEntryView| who(l, entry)),
        Column::text(say!(l, admin.audit.what), move |entry: &AuditEntryView| what(l, entry)),
        Column::text(say!(l, admin.audit.whom), whom),
        Column::text(say!(l, admin.audit.seal), move |entry: &AuditEntryView| {
            let sealed = (TagKind::Good, say!(l, admin.audit.sealed));
            let (kind, text) = if entry.sealed { sealed } else { (TagKind::Warn, say!(l, admin.audit.unsealed)) };
            view! { <Tag kind text/> }
        }),
    ];
    view! {
        <Table
            columns
            rows=page.rows
            caption=say!(l, admin.audit.caption)
            frame=say!(l, admin.audit.title)
            with_zone=true
            paging
            empty_title=say!(l, admin.audit.empty_title)
            empty_text=say!(l, admin.audit.empty)
        />
    }
}

/// Who acted, and in which role; the name leads to all that this user did.
fn who(l: Locale, entry: &AuditEntryView) -> AnyView {
    let Some(actor) = &entry.actor else { return say!(l, admin.audit.system).into_any() };
    let role = entry.role.as_deref().and_then(Role::parse).map(|role| format!(", {}", role_name(l, role)));
    let href = format!("/admin/audit{}", query(&[("person", Some(&actor.id.to_string()))]));
    view! { <a href=href>{said(&actor.name)}</a> {role} }.into_any()
}

/// The action in words and as its code, and whether it was refused.
fn what(l: Locale, entry: &AuditEntryView) -> AnyView {
    // The log may have actions of a version that this one does not know; the code is shown all the same.
    let words = AuditAction::parse(&entry.action).ok().map(|action| view! { {action_words(l, action)} <br/> });
    view! {
        {words}
        <code class="quiet">{entry.action.clone()}</code>
        {entry.refused.then(|| view! { " " <Tag kind=TagKind::Bad text=say!(l, admin.audit.refused)/> })}
    }
    .into_any()
}

/// The patients that the entry is about; each name leads to all entries about this patient.
fn whom(entry: &AuditEntryView) -> AnyView {
    let patients: Vec<_> = entry
        .patients
        .iter()
        .map(|patient| {
            let href = format!("/admin/audit{}", query(&[("patient", Some(&patient.id.to_string()))]));
            view! { <li><a href=href>{said(&patient.name)}</a></li> }
        })
        .collect();
    (!patients.is_empty()).then(|| view! { <ul class="bare">{patients}</ul> }).into_any()
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
        let filter = read::filter(&asked, &TimeZone::get("Europe/Berlin").expect("a zone"));
        assert_eq!(filter.from.map(|at| at.to_string()).as_deref(), Some("2026-03-27T23:00:00Z"));
        // Daylight saving time begins on the 29th.
        assert_eq!(filter.until.map(|at| at.to_string()).as_deref(), Some("2026-03-29T22:00:00Z"));
        assert!(filter.after.is_none());
    }
}
