//! The filter of the log. Names are typed into it, so it is posted; the address to which it leads contains ids. If several people have the name, one
//! of them is chosen from a list.

use super::AuditAsked;
use crate::actions::{action_areas, action_words};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_field, use_form};
use kit::parts::{Card, DateFields, TextField, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::audit::AuditAction;
use model::directory::PersonRow;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the filter.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindInLogValues {
    /// Who acted: part of a name or e-mail address, or a number. Empty: as before.
    pub person: String,
    /// About which patient, in the same way.
    pub patient: String,
    /// An action, or an area with its full stop.
    pub action: String,
    /// The first day.
    pub from_day: String,
    /// Its month.
    pub from_month: String,
    /// Its year.
    pub from_year: String,
    /// The last day.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
    /// The id of the person to whom the rows are limited already.
    pub chosen_person: String,
    /// The id of the patient to whom the rows are limited already.
    pub chosen_patient: String,
}

impl FormValues for FindInLogValues {
    const FORM: &'static str = "admin.find_in_log";
    const KEEP: Keep = Keep::Nowhere;
}

/// Names that more than one person has.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedNames {
    /// Who acted; empty if that is clear.
    pub person: String,
    /// About whom; empty if that is clear.
    pub patient: String,
}

/// The people among whom one has to be chosen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogChoices {
    /// What was typed.
    pub typed: TypedNames,
    /// The people who have the first of these names.
    pub people: Vec<PersonRow>,
    /// Whether even more people have such a name.
    pub more: bool,
}

/// Finds the people of the filter, and leads to the log with this filter.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator of the whole organisation; wrong fields: a name that nobody has, a wrong date.
#[server(prefix = "/do", endpoint = "find-in-log")]
pub async fn find_in_log(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindInLogValues>,
) -> Result<FormReply, Failure> {
    let outcome = find::run(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) use find::choices;

#[cfg(feature = "ssr")]
mod find {
    use super::{AuditAsked, Failure, FindInLogValues, FormReply, LogChoices, PersonRow, TypedNames};
    use domain::{access::ResourceKind, directory::PeopleSearch, error::retry};
    use kit::request::RequestContext;
    use model::{
        access::Role,
        errors::{FieldError, FieldFault},
        identity::DateFields,
        page::Page,
    };

    /// The name under which ambiguous names are stored.
    const SEARCH: &str = "admin.log_search";

    pub(super) async fn run(values: &FindInLogValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        request.access.scope(ResourceKind::AuditLog)?;
        let mut faults = Vec::new();
        let people = found(&request, &values.person, None).await?.items;
        let patients = found(&request, &values.patient, Some(Role::Patient)).await?.items;
        for (field, typed, people) in [("person", &values.person, &people), ("patient", &values.patient, &patients)] {
            if !typed.trim().is_empty() && people.is_empty() {
                faults.push(FieldError::new(field, FieldFault::UnknownChoice));
            }
        }
        let from = day(&mut faults, "from", [&values.from_day, &values.from_month, &values.from_year]);
        let until = day(&mut faults, "until", [&values.until_day, &values.until_month, &values.until_year]);
        if !faults.is_empty() {
            return Err(Failure::fields(faults));
        }
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let person = match people.as_slice() {
            [] => given(&values.chosen_person),
            [one] => Some(one.user.to_string()),
            [_, _, ..] => None,
        };
        let patient = match patients.as_slice() {
            [] => given(&values.chosen_patient),
            [one] => one.patient.map(|patient| patient.to_string()),
            [_, _, ..] => None,
        };
        let ambiguous = |text: &str, people: &[PersonRow]| if people.len() > 1 { text.to_owned() } else { String::new() };
        let typed = TypedNames { person: ambiguous(&values.person, &people), patient: ambiguous(&values.patient, &patients) };
        let search = if typed == TypedNames::default() { None } else { Some(request.keep(SEARCH, &typed).await?) };
        let asked = AuditAsked { person, patient, action: given(&values.action), from, until, search, after: None };
        Ok(FormReply::to(asked.address(None)))
    }

    /// The people with this name; none if no name was typed.
    async fn found(request: &RequestContext, text: &str, role: Option<Role>) -> domain::Result<Page<PersonRow>> {
        if text.trim().is_empty() {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        let search = PeopleSearch { text: text.to_owned(), role, ..PeopleSearch::default() };
        let found = retry(|| domain::directory::search_people(&request.domain, &request.access, &search)).await?;
        Ok(found.page)
    }

    /// The date as a value of the address; `None` if none was typed.
    fn day(faults: &mut Vec<FieldError>, name: &str, [day, month, year]: [&String; 3]) -> Option<String> {
        if [day, month, year].iter().all(|part| part.trim().is_empty()) {
            return None;
        }
        match (DateFields { day, month, year }).parse() {
            Ok(date) => Some(date.to_string()),
            Err(wrong) => {
                faults.extend(wrong.into_iter().map(|fault| fault.under(name)));
                None
            }
        }
    }

    /// The people among whom one has to be chosen; `None` if everybody was chosen, or the stored names have expired.
    pub(in crate::audit) async fn choices(asked: &AuditAsked) -> Result<Option<LogChoices>, Failure> {
        let Some(search) = &asked.search else { return Ok(None) };
        let request = RequestContext::require()?;
        kit::failure::answered(request.access.scope(ResourceKind::AuditLog))?;
        let kept = kit::request::call(|| domain::drafts::load(&request.domain, SEARCH, search)).await?;
        let Some(mut typed) = kept.and_then(|kept| serde_json::from_str::<TypedNames>(&kept).ok()) else { return Ok(None) };
        if asked.person.is_some() {
            typed.person.clear();
        }
        if asked.patient.is_some() {
            typed.patient.clear();
        }
        if typed == TypedNames::default() {
            return Ok(None);
        }
        // One question at a time: first who acted, then about whom.
        let (text, role) = if typed.person.is_empty() { (&typed.patient, Some(Role::Patient)) } else { (&typed.person, None) };
        let Page { items, next_cursor } = kit::failure::answered(found(&request, text, role).await)?;
        Ok(Some(LogChoices { typed, people: items, more: next_cursor.is_some() }))
    }
}

/// The form of the filter.
pub(super) fn search_form(l: Locale) -> FormHandle {
    use_form::<FindInLog, FindInLogValues>()
        .field("person", say!(l, admin.audit.person), say!(l, admin.audit.nobody))
        .field("patient", say!(l, admin.audit.patient), say!(l, admin.audit.no_patient))
        .optional("action", say!(l, admin.audit.area))
        .optional_date("from", say!(l, admin.audit.from))
        .optional_date("until", say!(l, admin.audit.until))
}

/// The filter, filled with what the address asks for.
#[component]
pub(super) fn Filter(form: FormHandle, asked: AuditAsked, #[prop(optional)] typed: TypedNames) -> impl IntoView {
    let l = use_locale();
    let [from_day, from_month, from_year] = parts(asked.from.as_deref());
    let [until_day, until_month, until_year] = parts(asked.until.as_deref());
    let values = FindInLogValues {
        person: typed.person,
        patient: typed.patient,
        action: asked.action.unwrap_or_default(),
        from_day,
        from_month,
        from_year,
        until_day,
        until_month,
        until_year,
        chosen_person: asked.person.unwrap_or_default(),
        chosen_patient: asked.patient.unwrap_or_default(),
    };
    let form = form.filled(&values);
    let (person, patient) = (values.chosen_person, values.chosen_patient);
    view! {
        <Form form class="card">
            <input type="hidden" name="chosen_person" value=person.clone()/>
            <input type="hidden" name="chosen_patient" value=patient.clone()/>
            <div class="filters">
                <TextField name="person" kind="search" inputmode="search"/>
                <TextField name="patient" kind="search" inputmode="search"/>
                <ActionField/>
                <DateFields name="from"/>
                <DateFields name="until"/>
            </div>
            <div class="row">
                <SubmitButton label=say!(l, admin.audit.submit)/>
                <a href="/admin/audit">{say!(l, admin.audit.clear)}</a>
                <span class="quiet">{say!(l, admin.audit.name_hint)}</span>
            </div>
        </Form>
    }
}

/// Day, month and year of a date in the address.
fn parts(date: Option<&str>) -> [String; 3] {
    let date = date.and_then(|date| date.parse::<jiff::civil::Date>().ok());
    date.map(|date| [date.day().to_string(), date.month().to_string(), date.year().to_string()]).unwrap_or_default()
}

/// The actions, each below its area.
#[component]
fn ActionField() -> impl IntoView {
    let l = use_locale();
    let field = use_field("action", None);
    let chosen = field.value.clone();
    let choice = |value: &'static str, words: String| {
        let selected = chosen == value;
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
        <div class="field">
            <label for=field.id.clone()>{field.label.clone()}</label>
            <select id=field.id.clone() name=field.name.clone()>
                <option value="">{say!(l, admin.audit.any)}</option>
                {areas}
            </select>
        </div>
    }
}

/// The people who have the name that was typed. Each leads on with the rest of the filter.
#[component]
pub(super) fn Choices(asked: AuditAsked, choices: LogChoices) -> impl IntoView {
    let l = use_locale();
    let LogChoices { typed, people, more } = choices;
    let is_patient = typed.person.is_empty();
    let items: Vec<_> = people
        .into_iter()
        .map(|person| {
            let next = if is_patient {
                AuditAsked { patient: person.patient.map(|patient| patient.to_string()), ..asked.clone() }
            } else {
                AuditAsked { person: Some(person.user.to_string()), ..asked.clone() }
            };
            choice(person, next.address(None))
        })
        .collect();
    let title = if is_patient { say!(l, admin.audit.which_patient) } else { say!(l, admin.audit.which_person) };
    view! {
        <Card title=title next=true>
            <ul class="list">{items}</ul>
            {more.then(|| view! { <p class="quiet">{say!(l, admin.audit.more_people)}</p> })}
        </Card>
    }
}

fn choice(person: PersonRow, href: String) -> impl IntoView {
    let number = person.number.map(|number| format!(", {number}"));
    view! { <li><a href=href>{said(person.name)}</a> " " <span class="quiet">{said(person.email)} {number}</span></li> }
}
