//! Records that are likely of one person: the list of them, picking two by their numbers, and the page that compares and merges two.

mod compare;

use super::different::{DifferentValues, SayDifferent};
use compare::Comparison;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Column, PageTitle, Paging, Table, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{LikelyPair, MergingView, RecordName};
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The numbers of two records.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PickValues {
    /// The number of one record.
    pub first_number: String,
    /// The number of the other one.
    pub second_number: String,
}

impl FormValues for PickValues {
    const FORM: &'static str = "admin.pick_records";
    const KEEP: Keep = Keep::Nowhere;
}

/// The decision to merge two records, as it is posted. Whose value is kept is said with the id of the record.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeValues {
    /// The id of one record.
    pub first: String,
    /// The version of it that was shown.
    pub first_seen: String,
    /// The id of the other one.
    pub second: String,
    /// The version of it that was shown.
    pub second_seen: String,
    /// The record that stays.
    pub survivor: String,
    /// Whose name is kept.
    pub name: String,
    /// Whose date of birth is kept.
    pub date_of_birth: String,
    /// Whose phone number is kept.
    pub phone: String,
    /// Whose address is kept.
    pub address: String,
    /// Why they are of one person.
    pub reason: String,
    /// The number of the record that ends.
    pub confirmation: String,
}

impl FormValues for MergeValues {
    const FORM: &'static str = "admin.merge_records";
    const KEEP: Keep = Keep::InPage;
}

/// What the page shows.
#[derive(Clone, Serialize, Deserialize)]
pub enum Merging {
    /// Records that are likely of one person.
    Pairs(Page<LikelyPair>),
    /// Two records next to each other.
    Two(Box<MergingView>),
}

/// Loads two records, or the list of those that are likely of one person.
///
/// # Errors
/// `NotFound`; `Forbidden` for everybody but administrators of the whole organisation.
#[server(prefix = "/do", endpoint = "load-merging")]
pub async fn load_merging(
    /// The id of one record.
    first: Option<String>,
    /// The id of the other one.
    second: Option<String>,
    /// The cursor of the list.
    after: Option<String>,
) -> Result<Merging, Failure> {
    post::load(first, second, after).await
}

/// Finds two records by their numbers, and goes to the page that compares them.
///
/// # Errors
/// Wrong fields; `Forbidden`.
#[server(prefix = "/do", endpoint = "pick-records")]
pub async fn pick_records(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PickValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::pick(&form.values).await;
    form.answer(outcome).await
}

/// Merges two records.
///
/// # Errors
/// Wrong fields; `MergeOverlap`, `MergeBusy`, `MergeStaff`; `Stale`; `NotFound`; `Forbidden`.
#[server(prefix = "/do", endpoint = "merge-records")]
pub async fn merge_records(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MergeValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::merge(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MergeValues, Merging, PickValues};
    use domain::{
        directory::{self, KeptDetails, MergeRecords, PickRecords},
        error::retry,
    };
    use kit::request::{RequestContext, call, id, posted_id};
    use model::{
        errors::{Code, FieldError, FieldFault},
        ids::PatientId,
    };

    pub(super) async fn load(first: Option<String>, second: Option<String>, after: Option<String>) -> Result<Merging, Failure> {
        let request = RequestContext::require()?;
        let (domain, access) = (&request.domain, &request.access);
        if let (Some(first), Some(second)) = (first, second) {
            let (first, second): (PatientId, PatientId) = (id(&first)?, id(&second)?);
            let view = call(|| directory::compare_records(domain, access, first, second)).await?;
            return Ok(Merging::Two(Box::new(view)));
        }
        let after = after.and_then(|after| after.parse().ok());
        Ok(Merging::Pairs(call(|| directory::likely_pairs(domain, access, after)).await?))
    }

    pub(super) async fn pick(values: &PickValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = PickRecords { first: values.first_number.clone(), second: values.second_number.clone() };
        let (first, second) = retry(|| directory::pick_records(&request.domain, &request.access, &command)).await?;
        Ok(FormReply::to(format!("/admin/merging?first={first}&second={second}")))
    }

    pub(super) async fn merge(values: &MergeValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let first: PatientId = posted_id(&values.first)?;
        let second: PatientId = posted_id(&values.second)?;
        let first = (first, values.first_seen.parse::<i32>().map_err(|_| Code::Stale)?);
        let second = (second, values.second_seen.parse::<i32>().map_err(|_| Code::Stale)?);
        let chosen = |text: &str| text.parse::<PatientId>().ok();
        let (survivor, merged) = match chosen(&values.survivor) {
            Some(stays) if stays == first.0 => (first, second),
            Some(stays) if stays == second.0 => (second, first),
            _ => return Err(Failure::fields(vec![FieldError::new("survivor", FieldFault::Missing)])),
        };
        let kept = KeptDetails {
            name: chosen(&values.name),
            date_of_birth: chosen(&values.date_of_birth),
            phone: chosen(&values.phone),
            address: chosen(&values.address),
        };
        let (reason, confirmation) = (values.reason.clone(), values.confirmation.clone());
        let command = MergeRecords { survivor, merged, kept, reason, confirmation };
        retry(|| directory::merge_records(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/merged?done=merged"))
    }
}

/// The page `/admin/merging`.
#[component]
pub fn MergingPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| (address.get("first"), address.get("second"), address.get("after"))));
    let shown = Resource::new_blocking(move || asked.get(), |(first, second, after)| load_merging(first, second, after));
    let pick = use_form::<PickRecords, PickValues>()
        .field("first_number", say!(l, admin.merging.first_number), say!(l, admin.merging.number_missing))
        .field("second_number", say!(l, admin.merging.second_number), say!(l, admin.merging.number_missing));
    let merge = use_form::<MergeRecords, MergeValues>()
        .choice("survivor", say!(l, admin.merging.survivor), say!(l, admin.merging.survivor_missing))
        .choice("name", say!(l, admin.merging.name), say!(l, admin.merging.name_missing))
        .choice("date_of_birth", say!(l, admin.merging.birth), say!(l, admin.merging.birth_missing))
        .choice("phone", say!(l, admin.merging.phone), say!(l, admin.merging.phone_missing))
        .choice("address", say!(l, admin.merging.address), say!(l, admin.merging.address_missing))
        .field("reason", say!(l, admin.merging.reason), say!(l, admin.merging.reason_missing))
        .field("confirmation", say!(l, admin.merging.confirmation), say!(l, admin.merging.confirmation_missing));
    let different = use_form::<SayDifferent, DifferentValues>();
    view! {
        <PageTitle text=say!(l, admin.merging.title)/>
        <h1>{say!(l, admin.merging.title)}</h1>
        {loaded(shown, move |shown| match shown {
            Merging::Two(view) => view! { <Comparison records=*view form=merge/> }.into_any(),
            Merging::Pairs(page) => {
                let after = asked.get_untracked().2;
                view! { <Pairs page after form=pick different/> }.into_any()
            }
        })}
        <div class="row">
            <a href="/admin/merged">{say!(l, admin.merged.title)}</a>
            <a href="/admin/different">{say!(l, admin.different.title)}</a>
        </div>
    }
    .into_any()
}

#[component]
fn Pairs(page: Page<LikelyPair>, after: Option<String>, form: FormHandle, different: FormHandle) -> impl IntoView {
    let l = use_locale();
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/merging{}", query(&[("after", after)]))
    });
    let further = page.next_cursor.clone().filter(|_| page.items.is_empty()).map(|next| {
        let href = format!("/admin/merging{}", query(&[("after", Some(&*next))]));
        view! { <a class="button plain" href=href>{say!(l, admin.merging.further)}</a> }
    });
    let columns = vec![
        Column::name(say!(l, admin.merging.newer), |pair: &LikelyPair| named(&pair.newer)),
        Column::text(say!(l, admin.merging.older), |pair: &LikelyPair| named(&pair.older)),
        Column::text(say!(l, admin.merging.same), move |pair: &LikelyPair| why(l, pair)),
        Column::text(say!(l, admin.merging.next), move |pair: &LikelyPair| {
            let href = format!("/admin/merging?first={}&second={}", pair.newer.id, pair.older.id);
            let (first, second) = (pair.newer.id.to_string(), pair.older.id.to_string());
            let (number, other) = (pair.newer.number.as_str(), pair.older.number.as_str());
            let label = say!(l, admin.different.submit, first = number, second = other);
            view! {
                <a href=href>{say!(l, admin.merging.compare)}</a>
                <Form form=different>
                    <input type="hidden" name="first" value=first.clone()/>
                    <input type="hidden" name="second" value=second.clone()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            }
        }),
    ];
    view! {
        <p>{say!(l, admin.merging.lead)}</p>
        <Table
            columns
            rows=page.items
            caption=say!(l, admin.merging.likely)
            paging
            empty_title=say!(l, admin.merging.none_title)
            empty_text=say!(l, admin.merging.none)
        >
            {further}
        </Table>
        <Form form class="card">
            <h2>{say!(l, admin.merging.pick)}</h2>
            <TextField name="first_number" width="medium"/>
            <TextField name="second_number" width="medium"/>
            <div class="row"><SubmitButton label=say!(l, admin.merging.compare)/></div>
        </Form>
    }
    .into_any()
}

/// A record as a list shows it: the name and the number.
pub(crate) fn named(record: &RecordName) -> AnyView {
    view! { {said(&record.name)} " " <span class="quiet">{record.number.clone()}</span> }.into_any()
}

fn why(l: Locale, pair: &LikelyPair) -> &'static str {
    match (pair.same_birth, pair.same_phone) {
        (true, true) => say!(l, admin.merging.same_both),
        (true, false) => say!(l, admin.merging.same_birth),
        (false, _) => say!(l, admin.merging.same_phone),
    }
}
