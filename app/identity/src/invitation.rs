//! The page that the link of an invitation opens: it is accepted with a new account, or with the account that the address has.

use super::name::{NameFields, declare};
use kit::address::with_next;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{Checkbox, NewPasswordField, Notice, NoticeKind, PageTitle, UsernameField, ZoneField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::errors::Code;
use model::identity::{AcceptingWay, InvitationOffer};
use serde::{Deserialize, Serialize};
use words::{Locale, error_message, role_name, say};

/// An invitation, or why its link does not work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownInvitation {
    /// What it offers.
    pub offer: Option<InvitationOffer>,
    /// Why the link does not work.
    pub refused: Option<Code>,
}

/// The values of the form that accepts with a new account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewStaffValues {
    /// The link's token.
    pub token: String,
    /// The full name.
    pub name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub latin_name: String,
    /// The new password.
    pub password: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// `true` if the person agrees to the terms.
    pub terms: String,
}

impl FormValues for NewStaffValues {
    const FORM: &'static str = "identity.accept_as_new";
    const SECRETS: &'static [&'static str] = &["token", "password"];
}

/// The values of the form that accepts with the account of the caller.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptValues {
    /// The link's token.
    pub token: String,
}

impl FormValues for AcceptValues {
    const FORM: &'static str = "identity.accept_invitation";
    const SECRETS: &'static [&'static str] = &["token"];
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads what an invitation offers.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-invitation")]
pub async fn load_invitation(
    /// The link's token.
    token: String,
) -> Result<ShownInvitation, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::invitation_offer(&request.domain, &request.access, &token)).await;
    match outcome {
        Ok(offer) => Ok(ShownInvitation { offer: Some(offer), refused: None }),
        Err(error) if is_about_the_link(error.code()) => Ok(ShownInvitation { offer: None, refused: Some(error.code()) }),
        Err(error) => kit::failure::answered(Err(error)),
    }
}

/// Whether a failure says what is wrong with the link.
#[cfg(feature = "ssr")]
fn is_about_the_link(code: Code) -> bool {
    matches!(code, Code::LinkUnknown | Code::InvitationUsed | Code::InvitationWithdrawn | Code::InvitationExpired)
}

/// Makes an account for the invited address, and signs in.
///
/// # Errors
/// Wrong fields; `LinkUnknown`, `InvitationUsed`, `InvitationWithdrawn`, `InvitationExpired`, `InvitationHasAccount`.
#[server(prefix = "/do", endpoint = "accept-as-new")]
pub async fn accept_as_new(
    /// The posted form.
    #[server(flatten)]
    form: Posted<NewStaffValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::as_new(&form.values).await;
    form.answer(outcome).await
}

/// Gives the caller the role of an invitation to their address, and acts in it.
///
/// # Errors
/// `LinkUnknown`, `InvitationUsed`, `InvitationWithdrawn`, `InvitationExpired`, `InvitationForeign`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "accept-invitation")]
pub async fn accept_invitation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AcceptValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::accept(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AcceptValues, Failure, FormReply, NewStaffValues};
    use crate::chosen::after;
    use domain::{
        error::retry,
        identity::{self, Entry},
    };
    use kit::layouts::home_of;
    use kit::request::{RequestContext, keep_half_sign_in};

    pub(super) async fn as_new(values: &NewStaffValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = values.clone();
        let command = identity::AcceptAsNew {
            token: values.token,
            name: values.name,
            latin_name: values.latin_name,
            password: values.password,
            time_zone: values.time_zone,
            language: request.viewer.locale.clone(),
            terms: values.terms == "true",
        };
        match retry(|| identity::accept_as_new(&request.domain, &request.access, command.clone())).await? {
            Entry::SignedIn(signed_in) => Ok(FormReply::fresh(after::sign_in(&request, signed_in.session, "").await?)),
            Entry::Half(half) => {
                keep_half_sign_in(&half.token);
                Ok(FormReply::fresh("/sign-in/second"))
            }
        }
    }

    pub(super) async fn accept(values: &AcceptValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::accept_invitation(&request.domain, &request.access, &values.token)).await?;
        let session = request.access.acting()?.session;
        let acting = identity::resolve_session(&request.domain, session).await?;
        // A session with one factor is no longer valid when the new role needs two.
        Ok(FormReply::fresh(acting.map_or("/sign-in", |acting| home_of(Some(acting.role)))))
    }
}

/// The page that the mailed link opens.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let as_new = declare(use_form::<AcceptAsNew, NewStaffValues>(), l)
        .field("password", say!(l, common.person.password), say!(l, common.person.password_new_missing))
        .zone("time_zone")
        .field("terms", say!(l, identity.invitation.terms), say!(l, identity.invitation.terms_missing));
    let accept = use_form::<AcceptInvitation, AcceptValues>();
    let asked = token.clone();
    let shown = Resource::new_blocking(move || asked.clone(), load_invitation);
    view! {
        <PageTitle text=say!(l, identity.invitation.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, identity.invitation.title)}</h1>
            {loaded(shown, move |shown| match shown.offer {
                Some(offer) => view! { <Offer offer token=token.clone() as_new accept/> }.into_any(),
                None => refused(l, shown.refused.unwrap_or(Code::LinkUnknown)),
            })}
        </PublicLayout>
    }
}

fn refused(l: Locale, code: Code) -> AnyView {
    view! { <Notice kind=NoticeKind::Bad title=error_message(l, code)/> }.into_any()
}

#[component]
fn Offer(offer: InvitationOffer, token: String, as_new: FormHandle, accept: FormHandle) -> impl IntoView {
    let l = use_locale();
    let role = role_name(l, offer.role);
    let text = match &offer.clinic {
        Some(clinic) => say!(l, identity.invitation.offer_at, role = role, clinic = clinic.clone()),
        None => say!(l, identity.invitation.offer, role = role),
    };
    let way = match offer.way {
        AcceptingWay::NewAccount => {
            let form = match offer.name {
                Some(name) => as_new.filled(&NewStaffValues { name, ..NewStaffValues::default() }),
                None => as_new,
            };
            view! { <AsNew form token email=offer.email/> }.into_any()
        }
        AcceptingWay::SignIn => {
            let href = with_next("/sign-in", Some(&format!("/invitation/{token}")));
            view! {
                <p>{say!(l, identity.invitation.sign_in, email = offer.email)}</p>
                <div class="row"><a class="button" href=href>{say!(l, common.account.sign_in)}</a></div>
            }
            .into_any()
        }
        AcceptingWay::Accept => view! {
            <Form form=accept>
                <input type="hidden" name="token" value=token.clone()/>
                <div class="row"><SubmitButton label=say!(l, identity.invitation.accept)/></div>
            </Form>
        }
        .into_any(),
        AcceptingWay::Foreign => refused(l, Code::InvitationForeign),
    };
    view! {
        <p>{text}</p>
        {way}
    }
}

#[component]
fn AsNew(form: FormHandle, token: String, email: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form class="card">
            <p>{say!(l, identity.invitation.as_new, email = email.clone())}</p>
            <input type="hidden" name="token" value=token.clone()/>
            <UsernameField username=email.clone()/>
            <NameFields/>
            <NewPasswordField name="password"/>
            <ZoneField name="time_zone" hint=say!(l, common.person.zone_hint)/>
            <Checkbox name="terms"/>
            <div class="row"><SubmitButton label=say!(l, identity.invitation.accept)/></div>
        </Form>
    }
}
