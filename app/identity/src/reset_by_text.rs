//! A forgotten password: the link for a new one as a text message to the verified phone number of the account.

use super::AddressValues;
use super::typed_address::{typed_address_query, use_typed_address};
use kit::address::{use_next, with_next};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, Posted, SubmitButton, use_form};
use kit::layouts::{NextStepPage, PublicLayout};
use kit::parts::{EmailField, PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// Sends a link for choosing a new password to the verified phone number. The answer is the same whether or not the account and the number exist.
///
/// # Errors
/// The address is not valid; `RateLimited`.
#[server(prefix = "/do", endpoint = "request-reset-by-text")]
pub async fn request_reset_by_text(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddressValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::request(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddressValues, Failure, FormReply};
    use crate::typed_address::on_server::with_address;
    use domain::{error::retry, identity};
    use kit::request::RequestContext;

    pub(super) async fn request(values: &AddressValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::request_reset_by_text(&request.domain, &request.access, &values.email)).await?;
        Ok(FormReply::to(with_address("/reset-password/text-sent", values).await?))
    }
}

/// The form that sends a link to the phone.
#[component]
pub fn ForgottenByTextPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<RequestResetByText, AddressValues>().email("email");
    let typed = use_typed_address();
    let next = use_next();
    let sign_in = with_next("/sign-in", next.as_deref());
    let next = next.unwrap_or_default();
    view! {
        <PageTitle text=say!(l, identity.forgotten.by_text_title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.forgotten.by_text_title)}</h1>
                <p>{say!(l, identity.forgotten.by_text_lead)}</p>
            </div>
            {loaded(typed, move |email| {
                let values = AddressValues { email, next: next.clone() };
                let sign_in = sign_in.clone();
                view! {
                    <Form form=form.filled(&values) class="card">
                        <input type="hidden" name="next" value=values.next.clone()/>
                        <EmailField name="email" autocomplete="username"/>
                        <div class="row">
                            <SubmitButton label=say!(l, identity.forgotten.by_text_submit)/>
                            <a href=sign_in.clone()>{say!(l, identity.forgotten.back)}</a>
                        </div>
                    </Form>
                }
            })}
        </PublicLayout>
    }
}

/// Says what happens next. It is the same whether or not the account and its number exist.
#[component]
pub fn ForgottenByTextSentPage() -> impl IntoView {
    let l = use_locale();
    let by_mail = format!("/reset-password{}", typed_address_query());
    view! {
        <NextStepPage title=say!(l, identity.forgotten.by_text_sent_title)>
            <p>{say!(l, identity.forgotten.by_text_sent)}</p>
            <p><a href=by_mail>{say!(l, identity.forgotten.by_mail)}</a></p>
        </NextStepPage>
    }
}
