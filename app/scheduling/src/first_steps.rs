//! What a newly verified doctor still has to do, on the doctor's home page.

use kit::failure::Failure;
use kit::parts::time::names;
use kit::parts::{Card, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::views;
use words::{fee_sentence, say};

/// Loads what the doctor as whom the user acts has done already.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-first-steps")]
pub async fn read_first_steps() -> Result<views::FirstSteps, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::scheduling::first_steps(&request.domain, &request.access)).await
}

/// The list of what is left to do. It is not shown when everything is done.
#[component]
pub fn FirstSteps() -> impl IntoView {
    let steps = Resource::new_blocking(|| (), |()| read_first_steps());
    loaded(steps, |steps| (!steps.are_done()).then(|| view! { <Left steps/> })).into_any()
}

#[component]
fn Left(steps: views::FirstSteps) -> impl IntoView {
    let l = use_locale();
    let hours = (!steps.has_hours).then(|| {
        let why = say!(l, scheduling.first_steps.hours_why).to_owned();
        ("/doctor/hours", say!(l, scheduling.first_steps.hours), why)
    });
    let fee = match steps.fee {
        None => {
            let why = say!(l, scheduling.first_steps.fee_unset_why).to_owned();
            Some(("/doctor/profile", say!(l, scheduling.first_steps.fee_unset), why))
        }
        Some(fee) => (!steps.is_fee_checked).then(|| {
            let why = say!(l, scheduling.first_steps.fee_why, fee = fee_sentence(l, fee, names(l)));
            ("/doctor/profile", say!(l, scheduling.first_steps.fee), why)
        }),
    };
    let about = (!steps.has_about).then(|| {
        let why = say!(l, scheduling.first_steps.about_why).to_owned();
        ("/doctor/profile", say!(l, scheduling.first_steps.about), why)
    });
    let items: Vec<_> = [hours, fee, about]
        .into_iter()
        .flatten()
        .map(|(href, what, why)| {
            view! {
                <li>
                    <a href=href>{what}</a> <br/>
                    <small>{why}</small>
                </li>
            }
        })
        .collect();
    view! { <Card title=say!(l, scheduling.first_steps.title)><ul class="list">{items}</ul></Card> }
}
