//! The page that the link of a handover opens: the young person takes the record over.

use kit::address::with_next;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{Choice, DateFields, Notice, NoticeKind, PageTitle, Radios, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::{GuardiansAccess, HandoverOffer, HandoverWay};
use model::errors::Code;
use model::format;
use serde::{Deserialize, Serialize};
use words::{Locale, error_message, names, say};

/// A handover, or why its link does not work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownHandover {
    /// What it offers.
    pub offer: Option<HandoverOffer>,
    /// Why the link does not work.
    pub refused: Option<Code>,
}

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptHandoverValues {
    /// The link's token.
    pub token: String,
    /// What happens to the guardians' access.
    pub guardians: String,
    /// The day of the month of the last day of their access.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
}

impl FormValues for AcceptHandoverValues {
    const FORM: &'static str = "directory.accept_handover";
    const SECRETS: &'static [&'static str] = &["token"];
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads what a handover offers.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-handover")]
pub async fn load_handover(
    /// The link's token.
    token: String,
) -> Result<ShownHandover, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::directory::handover_offer(&request.domain, &request.access, &token)).await;
    match outcome {
        Ok(offer) => Ok(ShownHandover { offer: Some(offer), refused: None }),
        Err(error) if matches!(error.code(), Code::LinkUnknown | Code::HandoverOver) => {
            Ok(ShownHandover { offer: None, refused: Some(error.code()) })
        }
        Err(error) => kit::failure::answered(Err(error)),
    }
}

/// Takes a record over.
///
/// # Errors
/// Wrong fields; `LinkUnknown`, `HandoverOver`, `HandoverForeign`, `HandoverRecord`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "accept-handover")]
pub async fn accept_handover(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AcceptHandoverValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::accept(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AcceptHandoverValues, Failure, FormReply};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn accept(values: &AcceptHandoverValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let AcceptHandoverValues { token, guardians, until_day, until_month, until_year } = values.clone();
        let command = directory::AcceptHandover { token, guardians, until: [until_day, until_month, until_year] };
        retry(|| directory::accept_handover(&request.domain, &request.access, command.clone())).await?;
        // Every page names whom the user may act for, so it is loaded again.
        Ok(FormReply::fresh("/account/claimed"))
    }
}

/// The page `/handover/:token`.
#[component]
pub fn HandoverPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let form = use_form::<AcceptHandover, AcceptHandoverValues>()
        .choice("guardians", say!(l, directory.handover.guardians), say!(l, directory.handover.guardians_missing))
        .date("until", say!(l, directory.handover.until), say!(l, directory.handover.until_missing));
    let asked = token.clone();
    let shown = Resource::new_blocking(move || asked.clone(), load_handover);
    view! {
        <PageTitle text=say!(l, directory.handover.accept_title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, directory.handover.accept_title)}</h1>
            {loaded(shown, move |shown| match shown.offer {
                Some(offer) => view! { <Offer offer token=token.clone() form/> }.into_any(),
                None => refused(l, shown.refused.unwrap_or(Code::LinkUnknown)),
            })}
        </PublicLayout>
    }
}

fn refused(l: Locale, code: Code) -> AnyView {
    view! { <Notice kind=NoticeKind::Bad title=error_message(l, code)/> }.into_any()
}

#[component]
fn Offer(offer: HandoverOffer, token: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let HandoverOffer { email, name, way, last_day } = offer;
    let back = format!("/handover/{token}");
    match way {
        HandoverWay::Accept => {
            let choices: Vec<Choice> = GuardiansAccess::ALL
                .iter()
                .map(|access| {
                    let label = match access {
                        GuardiansAccess::Ends => say!(l, directory.handover.guardians_ends),
                        GuardiansAccess::Stays => say!(l, directory.handover.guardians_stays),
                    };
                    Choice { value: access.as_str().to_owned(), label: label.to_owned(), hint: None }
                })
                .collect();
            let hint = say!(l, directory.handover.until_hint, date = format::date_long(last_day, names(l)));
            view! {
                {name.map(|name| view! { <p>{say!(l, directory.handover.whose)} " " <strong>{said(name)}</strong></p> })}
                <Form form class="card">
                    <p>{say!(l, directory.handover.accept_lead)}</p>
                    <input type="hidden" name="token" value=token.clone()/>
                    <Radios name="guardians" choices=choices.clone()/>
                    <DateFields name="until" hint=hint.clone()/>
                    <div class="row"><SubmitButton label=say!(l, directory.handover.accept)/></div>
                </Form>
            }
            .into_any()
        }
        HandoverWay::SignIn => view! {
            <p>{say!(l, directory.handover.sign_in, email = email)}</p>
            <div class="row"><a class="button" href=with_next("/sign-in", Some(&back))>{say!(l, common.account.sign_in)}</a></div>
        }
        .into_any(),
        HandoverWay::SignUp => view! {
            <p>{say!(l, directory.handover.sign_up, email = email)}</p>
            <div class="row"><a class="button" href=with_next("/sign-up", Some(&back))>{say!(l, directory.handover.sign_up_link)}</a></div>
        }
        .into_any(),
        HandoverWay::Foreign => refused(l, Code::HandoverForeign),
    }
}
