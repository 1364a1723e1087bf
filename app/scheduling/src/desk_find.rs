//! Finding the patient for whom reception or a doctor books. The search text is a name or a number of a person, so it is posted and kept encrypted for half an hour, and the page's
//! address contains only a random id.

use super::desk_booking::Booker;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{TextField, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::PatientsFound;
use model::scheduling::ChosenTime;
use serde::{Deserialize, Serialize};
use words::say;

/// The search as it is posted, and the time that is to be booked.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FindToBookValues {
    /// The doctor's id.
    pub doctor: String,
    /// The time with its clinic and visit type.
    pub time: String,
    /// A name, a person number or a phone number.
    pub text: String,
}

impl FormValues for FindToBookValues {
    const FORM: &'static str = "scheduling.find_to_book";
    const KEEP: Keep = Keep::Nowhere;
}

/// Keeps the search and leads to its results.
///
/// # Errors
/// A missing text; `NotFound` without a time; `Forbidden` for roles without a list of patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "find-to-book")]
pub async fn find_to_book(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindToBookValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::keep(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod post {
    use super::{Booker, ChosenTime, Failure, FindToBookValues, FormReply, FormValues as _, PatientsFound};
    use domain::directory::{self, PatientSearch};
    use kit::request::{RequestContext, call};
    use model::errors::Code;

    fn search_of(text: &str) -> PatientSearch {
        PatientSearch { text: text.to_owned(), date_of_birth: [const { String::new() }; 3] }
    }

    /// The search is carried out once here, so that a missing text is named in the form, and its results are read by the page that it leads to.
    pub(super) async fn keep(values: &FindToBookValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let search = search_of(&values.text);
        domain::error::retry(|| directory::find_patients(&request.domain, &request.access, &search)).await?;
        let chosen = ChosenTime::parse(&values.doctor, &values.time).ok_or(Code::NotFound)?;
        let id = request.keep(FindToBookValues::FORM, values).await?;
        Ok(FormReply::to(format!("{}&search={id}", Booker::of(&request.access).page(&chosen, None))))
    }

    /// What a kept search finds; `None` when it has expired.
    pub(crate) async fn found(request: &RequestContext, id: &str) -> Result<Option<PatientsFound>, Failure> {
        let kept = call(|| domain::drafts::load(&request.domain, FindToBookValues::FORM, id)).await?;
        let Some(values) = kept.and_then(|kept| serde_json::from_str::<FindToBookValues>(&kept).ok()) else { return Ok(None) };
        let search = search_of(&values.text);
        call(|| directory::find_patients(&request.domain, &request.access, &search)).await.map(Some)
    }
}

/// The search, what it found, and the way to register somebody new.
#[component]
pub(super) fn Finding(
    /// The time that is to be booked.
    chosen: ChosenTime,
    /// What was found; `None` before anything was searched.
    found: Option<PatientsFound>,
    /// The form of the search.
    form: FormHandle,
    /// Who books.
    booker: Booker,
) -> impl IntoView {
    let l = use_locale();
    let (doctor, time) = (chosen.doctor.to_string(), chosen.time());
    let results = found.map(|found| {
        let rows: Vec<_> = found
            .page
            .items
            .into_iter()
            .map(|row| {
                let born = date_of_birth(names(l), row.date_of_birth);
                view! {
                    <li>
                        <a href=booker.page(&chosen, Some(row.id))>{said(row.name)}</a> " · " <span class="num">{row.number}</span> " · " {born}
                    </li>
                }
            })
            .collect();
        if rows.is_empty() {
            let nobody = match booker {
                Booker::Desk => say!(l, scheduling.desk_booking.nobody),
                Booker::Doctor => say!(l, scheduling.own_booking.nobody),
            };
            view! { <p role="status">{nobody}</p> }.into_any()
        } else {
            let more = found.more.then(|| view! { <p class="quiet">{say!(l, scheduling.desk_booking.more)}</p> });
            view! {
                <h3>{say!(l, scheduling.desk_booking.found)}</h3>
                <ul class="list">{rows}</ul>
                {more}
            }
            .into_any()
        }
    });
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.desk_booking.who)}</h2>
            <Form form>
                <input type="hidden" name="doctor" value=doctor.clone()/>
                <input type="hidden" name="time" value=time.clone()/>
                <TextField name="text" kind="search" inputmode="search" hint=say!(l, scheduling.desk_booking.text_hint)/>
                <div class="row"><SubmitButton label=say!(l, scheduling.desk_booking.search)/></div>
            </Form>
            {results}
            {booker.register_page(&chosen).map(|href| view! { <p><a href=href>{say!(l, scheduling.desk_booking.register)}</a></p> })}
        </section>
    }
    .into_any()
}
