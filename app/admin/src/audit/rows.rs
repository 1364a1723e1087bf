//! The rows of the audit log: one line each, below the day on which they were written.

use super::AuditAsked;
use crate::actions::action_words;
use kit::address::query;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Grouping, Moment, Paging, Table, Tag, TagKind, said};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::access::Role;
use model::audit::{AuditAction, AuditEntryView, AuditPageView, AuditResource, AuditSubject};
use model::format;
use model::ids::PatientId;
use words::{Locale, role_name, say};

/// A row names this many patients; more are folded.
const NAMED: usize = 2;

#[component]
pub(super) fn Rows(asked: AuditAsked, page: AuditPageView) -> impl IntoView {
    let l = use_locale();
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(after));
    let zone = use_viewer().zone_rules();
    let day = move |entry: &AuditEntryView| format::date_long(zone.to_datetime(entry.at).date(), names(l));
    let columns = vec![
        Column::text(say!(l, admin.audit.when), |entry: &AuditEntryView| view! { <Moment at=entry.at detail=Detail::Seconds/> }),
        Column::text(say!(l, admin.audit.who), move |entry: &AuditEntryView| who(l, entry)),
        Column::text(say!(l, admin.audit.what), move |entry: &AuditEntryView| what(l, entry)),
        Column::text(say!(l, admin.audit.whom), move |entry: &AuditEntryView| whom(l, entry)),
    ];
    view! {
        <Table
            columns
            rows=page.rows
            caption=say!(l, admin.audit.caption)
            dense=true
            grouping=Grouping::by(day)
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
    view! { <a href=href>{said(&actor.name)}</a> <span class="quiet">{role}</span> }.into_any()
}

/// The action in words, and whether it was refused; folded below it its code, the account or application, and the seal.
fn what(l: Locale, entry: &AuditEntryView) -> AnyView {
    // The log may have actions of a version that this one does not know; they are shown by their code.
    let words =
        AuditAction::parse(&entry.action).map_or_else(|_| entry.action.clone(), |action| action_words(l, action).to_owned());
    let sealed = (TagKind::Good, say!(l, admin.audit.sealed));
    let (kind, text) = if entry.sealed { sealed } else { (TagKind::Warn, say!(l, admin.audit.unsealed)) };
    let page = entry.resource.as_ref().map(|resource| {
        let (href, name) = page_of(resource);
        view! { <p><a href=href>{say!(l, admin.audit.open_page, name = name)}</a></p> }
    });
    view! {
        <details>
            <summary>
                {words}
                {entry.refused.then(|| view! { " " <Tag kind=TagKind::Bad text=say!(l, admin.audit.refused)/> })}
            </summary>
            <p><code class="quiet">{entry.action.clone()}</code> " " <Tag kind text/></p>
            {page}
        </details>
    }
    .into_any()
}

/// The patients that the entry is about, or whose account or application it is.
fn whom(l: Locale, entry: &AuditEntryView) -> AnyView {
    let patients = &entry.patients;
    if patients.len() > NAMED {
        let items: Vec<_> = patients.iter().map(|patient| view! { <li>{patient_link(l, patient)}</li> }).collect();
        return view! {
            <details>
                <summary>{say!(l, admin.audit.patients, n = patients.len())}</summary>
                <ul class="bare">{items}</ul>
            </details>
        }
        .into_any();
    }
    if patients.is_empty() {
        return entry.resource.as_ref().map(page_of).map(|(href, name)| view! { <a href=href>{said(name)}</a> }).into_any();
    }
    let links = patients.iter().enumerate().map(|(place, patient)| {
        let comma = (place > 0).then_some(", ");
        view! { {comma} {patient_link(l, patient)} }
    });
    links.collect_view().into_any()
}

/// The name of a patient, which leads to all entries about this patient.
fn patient_link(l: Locale, patient: &AuditSubject<PatientId>) -> AnyView {
    let href = format!("/admin/audit{}", query(&[("patient", Some(&patient.id.to_string()))]));
    let name = if patient.name.is_empty() { say!(l, admin.audit.this_patient) } else { patient.name.as_str() };
    view! { <a href=href>{said(name)}</a> }.into_any()
}

/// The page of the account or application, and the name of the person.
fn page_of(resource: &AuditResource) -> (String, &str) {
    match resource {
        AuditResource::Account(account) => (format!("/admin/people/{}", account.id), account.name.as_str()),
        AuditResource::Doctor(doctor) => (format!("/admin/applications/{}", doctor.id), doctor.name.as_str()),
    }
}
