//! The entries of a record in words.

use crate::plain_names::named;
use kit::parts::said;
use kit::parts::time::{date_of_birth, names};
use leptos::prelude::*;
use model::records::{
    DiagnosisView, Entry, EntryField, EntryKind, EntrySource, PartialDate, ProblemState, Relative, SocialTopic,
};
use words::{Locale, say};

/// The heading of a section.
pub(crate) fn kind_name(l: Locale, kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Problem => say!(l, records.record.kind_problem),
        EntryKind::History => say!(l, records.record.kind_history),
        EntryKind::Medication => say!(l, records.record.kind_medication),
        EntryKind::Immunisation => say!(l, records.record.kind_immunisation),
        EntryKind::Family => say!(l, records.record.kind_family),
        EntryKind::Social => say!(l, records.record.kind_social),
        EntryKind::Procedure => say!(l, records.record.kind_procedure),
        EntryKind::CarePlan => say!(l, records.record.kind_care_plan),
    }
}

/// What the button says that adds an entry, which is also the heading of its page.
pub(super) fn add_name(l: Locale, kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Problem => say!(l, records.record.add_problem),
        EntryKind::History => say!(l, records.record.add_history),
        EntryKind::Medication => say!(l, records.record.add_medication),
        EntryKind::Immunisation => say!(l, records.record.add_immunisation),
        EntryKind::Family => say!(l, records.record.add_family),
        EntryKind::Social => say!(l, records.record.add_social),
        EntryKind::Procedure => say!(l, records.record.add_procedure),
        EntryKind::CarePlan => say!(l, records.record.add_care_plan),
    }
}

/// Where an entry comes from.
pub(crate) fn source_name(l: Locale, source: EntrySource) -> &'static str {
    match source {
        EntrySource::Patient => say!(l, records.record.source_patient),
        EntrySource::Clinician => say!(l, records.record.source_clinician),
        EntrySource::Elsewhere => say!(l, records.record.source_elsewhere),
        EntrySource::Imported => say!(l, records.record.source_imported),
    }
}

/// Whether the patient still has a problem.
pub(super) fn state_name(l: Locale, state: ProblemState) -> &'static str {
    match state {
        ProblemState::Active => say!(l, records.record.state_active),
        ProblemState::Resolved => say!(l, records.record.state_resolved),
    }
}

/// A relative.
pub(super) fn relative_name(l: Locale, relative: Relative) -> &'static str {
    match relative {
        Relative::Mother => say!(l, records.record.relative_mother),
        Relative::Father => say!(l, records.record.relative_father),
        Relative::Sister => say!(l, records.record.relative_sister),
        Relative::Brother => say!(l, records.record.relative_brother),
        Relative::Daughter => say!(l, records.record.relative_daughter),
        Relative::Son => say!(l, records.record.relative_son),
        Relative::MothersParent => say!(l, records.record.relative_mothers_parent),
        Relative::FathersParent => say!(l, records.record.relative_fathers_parent),
        Relative::Other => say!(l, records.record.relative_other),
    }
}

/// A topic of the social history.
pub(super) fn topic_name(l: Locale, topic: SocialTopic) -> &'static str {
    match topic {
        SocialTopic::Tobacco => say!(l, records.record.topic_tobacco),
        SocialTopic::Alcohol => say!(l, records.record.topic_alcohol),
        SocialTopic::Drugs => say!(l, records.record.topic_drugs),
        SocialTopic::Work => say!(l, records.record.topic_work),
        SocialTopic::Home => say!(l, records.record.topic_home),
        SocialTopic::Diet => say!(l, records.record.topic_diet),
        SocialTopic::Exercise => say!(l, records.record.topic_exercise),
        SocialTopic::Other => say!(l, records.record.topic_other),
    }
}

/// The label of a field.
pub(super) fn field_name(l: Locale, kind: EntryKind, field: EntryField) -> &'static str {
    match field {
        EntryField::Name => match kind {
            EntryKind::Problem => say!(l, records.record.field_name_problem),
            EntryKind::Medication => say!(l, records.record.field_name_medication),
            EntryKind::Immunisation => say!(l, records.record.field_name_immunisation),
            EntryKind::Family => say!(l, records.record.field_name_family),
            EntryKind::Procedure => say!(l, records.record.field_name_procedure),
            EntryKind::CarePlan => say!(l, records.record.field_name_care_plan),
            EntryKind::History | EntryKind::Social => say!(l, records.record.field_name),
        },
        EntryField::Code => say!(l, records.record.field_code),
        EntryField::State => say!(l, records.record.field_state),
        EntryField::Relative => say!(l, records.record.field_relative),
        EntryField::Age => say!(l, records.record.field_age),
        EntryField::Topic => say!(l, records.record.field_topic),
        EntryField::Strength => say!(l, records.record.field_strength),
        EntryField::Dose => say!(l, records.record.field_dose),
        EntryField::DoseNumber => say!(l, records.record.field_dose_number),
        EntryField::Lot => say!(l, records.record.field_lot),
        EntryField::Since => match kind {
            EntryKind::Immunisation => say!(l, records.record.field_since_immunisation),
            EntryKind::Procedure => say!(l, records.record.field_since_procedure),
            EntryKind::CarePlan => say!(l, records.record.field_since_care_plan),
            EntryKind::Problem | EntryKind::History | EntryKind::Medication | EntryKind::Family | EntryKind::Social => {
                say!(l, records.record.field_since)
            }
        },
        EntryField::Until => match kind {
            EntryKind::CarePlan => say!(l, records.record.field_until_care_plan),
            EntryKind::Problem
            | EntryKind::History
            | EntryKind::Medication
            | EntryKind::Immunisation
            | EntryKind::Family
            | EntryKind::Social
            | EntryKind::Procedure => say!(l, records.record.field_until),
        },
        EntryField::Place => say!(l, records.record.field_place),
        EntryField::Text => match kind {
            EntryKind::CarePlan => say!(l, records.record.field_text_care_plan),
            EntryKind::Social => say!(l, records.record.field_text_social),
            EntryKind::Problem
            | EntryKind::History
            | EntryKind::Medication
            | EntryKind::Immunisation
            | EntryKind::Family
            | EntryKind::Procedure => say!(l, records.record.field_text),
        },
    }
}

/// What an entry is called.
pub(super) fn title(l: Locale, entry: &Entry, code: Option<&DiagnosisView>) -> AnyView {
    match entry {
        Entry::Problem { name, .. } => {
            let name = match (name, code) {
                (Some(name), _) => said(name),
                (None, Some(code)) => named(code.plain.clone(), code.description.clone()),
                (None, None) => ().into_any(),
            };
            let code = entry.code().map(|code| view! { " " <span class="quiet num">{code.to_owned()}</span> });
            view! { {name} {code} }.into_any()
        }
        Entry::Family { relative, name, .. } => view! { {relative_name(l, *relative)} ": " {said(name)} }.into_any(),
        Entry::Social { topic, .. } => topic_name(l, *topic).into_any(),
        Entry::History { name, .. }
        | Entry::Medication { name, .. }
        | Entry::Immunisation { name, .. }
        | Entry::Procedure { name, .. }
        | Entry::CarePlan { name, .. } => said(name),
    }
}

/// What else an entry says, as a list of facts; nothing when it says nothing else.
pub(super) fn facts(l: Locale, entry: &Entry, source: EntrySource) -> AnyView {
    let (kind, typed) = (entry.kind(), entry.typed(source));
    let rows: Vec<_> = kind
        .fields()
        .iter()
        .filter_map(|field| {
            let text = typed.get(*field);
            if text.is_empty() {
                return None;
            }
            let value = match field {
                // They are in the title.
                EntryField::Name | EntryField::Code | EntryField::Relative | EntryField::Topic => return None,
                EntryField::State => said(ProblemState::parse(text).map_or(text, |state| state_name(l, state))),
                EntryField::Since | EntryField::Until => {
                    said(PartialDate::parse(text).map_or_else(|_| text.to_owned(), |date| partial(l, &date)))
                }
                EntryField::Text => view! { <span class="lines" dir="auto">{text.to_owned()}</span> }.into_any(),
                EntryField::Age
                | EntryField::Strength
                | EntryField::Dose
                | EntryField::DoseNumber
                | EntryField::Lot
                | EntryField::Place => said(text),
            };
            Some(view! { <dt>{field_name(l, kind, *field)}</dt> <dd>{value}</dd> })
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// A date as far as it is known: "2019", "May 2019", "3 May 2019".
pub(super) fn partial(l: Locale, date: &PartialDate) -> String {
    let names = names(l);
    if let Some(day) = date.day() {
        return date_of_birth(names, day);
    }
    let (year, month, _) = date.parts();
    let month = month.and_then(|month| names.months.get(usize::try_from(month).ok()?.checked_sub(1)?));
    month.map_or_else(|| year.to_string(), |month| format!("{month} {year}"))
}
