//! Turning off the authenticator app of a person who has lost it, after an identity check. It takes effect after a delay.

use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Detail, Moment, Notice, NoticeKind, PageTitle, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use words::say;

/// The second factor of a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFactor {
    /// The person's user id.
    pub user: String,
    /// The person's name.
    pub name: String,
    /// Whether there is a second factor.
    pub is_on: bool,
    /// When it will be turned off, if that was asked for.
    pub takes_effect_at: Option<Timestamp>,
    /// After how many hours it would be turned off.
    pub delay_hours: i64,
}

/// The values of the form that asks to turn off an app.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetValues {
    /// The person's user id.
    pub user: String,
    /// How the identity was checked.
    pub reason: String,
}

impl FormValues for ResetValues {
    const FORM: &'static str = "admin.second_factor";
}

/// Loads the second factor of a person.
///
/// # Errors
/// `NotFound`; `Forbidden`; `SuspendSelf`, `AccountAbove`, `AccountElsewhere`.
#[server(prefix = "/do", endpoint = "load-second-factor-of")]
pub async fn load_second_factor_of(
    /// The person's user id.
    user: String,
) -> Result<PersonFactor, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&user)?;
    let factor = kit::request::call(|| domain::identity::second_factor_of(&request.domain, &request.access, id)).await?;
    Ok(PersonFactor {
        user,
        name: factor.name,
        is_on: factor.is_on,
        takes_effect_at: factor.takes_effect_at,
        delay_hours: factor.delay_hours,
    })
}

/// Asks to turn off the app of a person after the delay.
///
/// # Errors
/// Wrong fields; `SecondFactorAbsent`; `ResetAsked`; `SuspendSelf`, `AccountAbove`, `AccountElsewhere`.
#[server(prefix = "/do", endpoint = "ask-reset")]
pub async fn ask_reset(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ResetValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::ask(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, ResetValues};
    use domain::{
        error::retry,
        identity::{self, AskReset},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn ask(values: &ResetValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let user = posted_id(&values.user)?;
        let command = AskReset { user, reason: values.reason.clone() };
        retry(|| identity::ask_reset(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(format!("/admin/people/{user}/second-factor")))
    }
}

/// The page on which an admin asks to turn off an app.
#[component]
pub fn PersonFactorPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<AskReset, ResetValues>().field(
        "reason",
        say!(l, admin.second_factor.reason),
        say!(l, admin.second_factor.reason_missing),
    );
    let params = use_params_map();
    let factor =
        Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_second_factor_of);
    view! {
        <PageTitle text=say!(l, admin.second_factor.title)/>
        <h1>{say!(l, admin.second_factor.title)}</h1>
        {loaded(factor, move |factor| view! { <State factor form/> })}
    }
}

#[component]
fn State(factor: PersonFactor, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PersonFactor { user, name, is_on, takes_effect_at, delay_hours } = factor;
    let person = format!("/admin/people/{user}");
    let back = view! { <p><a href=person.clone()>{say!(l, admin.second_factor.back, name = name.clone())}</a></p> };
    if let Some(at) = takes_effect_at {
        return view! {
            <Notice kind=NoticeKind::Info title=say!(l, admin.second_factor.asked_title)>
                <p>{say!(l, admin.second_factor.asked)} " " <Moment at detail=Detail::Short/></p>
            </Notice>
            {back}
        }
        .into_any();
    }
    if !is_on {
        return view! {
            <p>{say!(l, admin.second_factor.none, name = name)}</p>
            {back}
        }
        .into_any();
    }
    let lead = say!(l, admin.second_factor.lead, name = name, n = delay_hours);
    view! {
        <Form form class="card">
            <p>{lead.clone()}</p>
            <input type="hidden" name="user" value=user.clone()/>
            <TextArea name="reason" hint=say!(l, admin.second_factor.reason_hint)/>
            <div class="row">
                <SubmitButton label=say!(l, admin.second_factor.submit) class="bad"/>
                <a href=person.clone()>{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}
