//! Signing in with e-mail and password. A user with a second factor continues on its page (`second_factor`).

use super::chosen::ChosenNote;
use super::foreign::{ForeignButtons, ForeignTrouble};
use super::passkeys::PasskeySignIn;
use super::typed_address::ForgotButton;
use kit::address::{use_next, with_next};
use kit::failure::Failure;
use kit::forms::{Form, FormContext, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{EmailField, PageTitle, PasswordField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::errors::Code;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the sign-in form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInValues {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The page to return to; empty for the home page of the role.
    pub next: String,
}

impl FormValues for SignInValues {
    const FORM: &'static str = "identity.sign_in";
    const SECRETS: &'static [&'static str] = &["password"];
}

/// Signs in and goes to the page that required it, or to the home page of the role. A time that was chosen before is held. With the right password of an
/// account that its owner has deleted, goes to the page that brings it back.
///
/// # Errors
/// `BadCredentials`, whether the address or the password is wrong or the sign-up is not confirmed yet; `Suspended`; `RateLimited`.
#[server(prefix = "/do", endpoint = "sign-in")]
pub async fn sign_in(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SignInValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::sign_in(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, SignInValues};
    use crate::chosen::after;
    use domain::access::Device;
    use domain::identity::{self, Entry, SessionKind, SignIn};
    use kit::address::{local_path, with_next};
    use kit::request::{RequestContext, device_secret, keep_device_secret, keep_half_sign_in, remembered_browser};
    use model::errors::{Code, FieldError, FieldFault};
    use model::identity::{EmailAddress, TypedPassword};

    pub(super) async fn sign_in(values: &SignInValues) -> Result<FormReply, Failure> {
        let email = EmailAddress::parse(&values.email);
        let password = TypedPassword::parse(&values.password);
        let (Ok(email), Ok(password)) = (&email, &password) else {
            let wrong = |field: &str, fault: FieldFault| FieldError::new(field, fault);
            let faults = [email.err().map(|fault| wrong("email", fault)), password.err().map(|fault| wrong("password", fault))];
            return Err(Failure::fields(faults.into_iter().flatten().collect()));
        };
        let request = RequestContext::require()?;
        let command =
            SignIn { email: email.as_str().to_owned(), password: password.as_str().to_owned(), kind: SessionKind::Browser };
        let secret = device_secret().unwrap_or_else(|| request.token());
        let mut access = request.access.clone();
        access.device = Some(Device::of_secret(&secret));
        let browser = remembered_browser();
        let entry = match identity::begin_sign_in(&request.domain, &access, command, browser.as_deref()).await {
            Ok(entry) => entry,
            // Only a user who knows the password gets here.
            Err(error) if error.code() == Code::AccountDeleted => return Ok(FormReply::to("/bring-back")),
            Err(error) => return Err(error.into()),
        };
        match entry {
            Entry::SignedIn(signed_in) => {
                keep_device_secret(&secret);
                Ok(FormReply::fresh(after::sign_in(&request, signed_in.session, &values.next).await?))
            }
            Entry::Half(half) => {
                keep_half_sign_in(&half.token);
                Ok(FormReply::fresh(with_next("/sign-in/second", local_path(&values.next))))
            }
        }
    }
}

/// The sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let l = use_locale();
    let next = use_next();
    let (sign_up, again) = (with_next("/sign-up", next.as_deref()), with_next("/confirm/again", next.as_deref()));
    let next = next.unwrap_or_default();
    let (then, after, others) = (next.clone(), next.clone(), next.clone());
    let form = use_form::<SignIn, SignInValues>().email("email").field(
        "password",
        say!(l, common.person.password),
        say!(l, common.person.password_missing),
    );
    view! {
        <PageTitle text=say!(l, identity.sign_in.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, identity.sign_in.title)}</h1>
            <ForeignTrouble/>
            <ChosenNote/>
            <Form form class="card">
                <input type="hidden" name="next" value=next.clone()/>
                <EmailField name="email" autocomplete="username webauthn"/>
                <PasswordField name="password" autocomplete="current-password"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.sign_in.submit)/>
                    <ForgotButton next=then.clone()/>
                </div>
                // The address may wait for its confirmation, which the answer must not tell: so this link comes with every refusal.
                {
                    let again = again.clone();
                    move || {
                    let refused = use_context::<FormContext>()
                        .and_then(|form| form.failure.get())
                        .is_some_and(|failure| failure.code() == Some(Code::BadCredentials));
                    refused.then(|| view! { <p><a href=again.clone()>{say!(l, common.confirmation.again)}</a></p> })
                    }
                }
            </Form>
            <PasskeySignIn next=after/>
            <ForeignButtons next=others/>
            <p>{say!(l, identity.sign_in.new_here)} " " <a href=sign_up>{say!(l, identity.sign_in.create)}</a></p>
        </PublicLayout>
    }
}
