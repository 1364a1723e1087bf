//! The insurance card of a patient: adding a photo of each side, and removing them. The button is a plain form.

use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{Card, FileList, UploadForm, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::files::{FilePurpose, OwnInsuranceCard};
use model::ids::FileId;
use server_fn::ServerFn as _;
use words::{Locale, say};

/// Loads the insurance card of the patient on whose behalf the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-own-insurance-card")]
pub async fn load_own_insurance_card() -> Result<OwnInsuranceCard, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_insurance_card(&request.domain, &request.access)).await
}

/// Removes the insurance card of the patient on whose behalf the user acts, and leads back to the profile.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "remove-insurance-card")]
pub async fn remove_insurance_card() -> Result<FormReply, Failure> {
    let next = post::remove().await?;
    kit::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

#[cfg(feature = "ssr")]
mod post {
    use super::Failure;
    use domain::{directory, error::retry};
    use kit::request::RequestContext;
    use model::errors::Code;

    const PAGE: &str = "/account/profile";

    /// Answers with the next page.
    pub(super) async fn remove() -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let outcome = retry(|| directory::remove_insurance_card(&request.domain, &request.access)).await;
        Ok(match outcome.map_err(|error| error.code()) {
            Ok(()) => PAGE.to_owned(),
            Err(Code::SignInNeeded) => kit::address::sign_in_path(PAGE),
            Err(_) => "/trouble".to_owned(),
        })
    }
}

/// The two sides as the reception sees them, the form that adds one, and the button that removes them.
#[component]
pub(super) fn InsuranceCard(
    /// The card. The page creates the resource, before it shows anything.
    found: Resource<Result<OwnInsuranceCard, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    loaded(found, move |OwnInsuranceCard { front, back }| {
        let removal = (front.photo.is_some() || back.photo.is_some()).then(|| {
            view! {
                <div class="row">
                    {sides(l, front.photo, back.photo)}
                    <form method="post" action=RemoveInsuranceCard::url()>
                        <button type="submit" class="button plain">{say!(l, directory.insurance_card.remove)}</button>
                    </form>
                </div>
            }
        });
        let newer: Vec<_> = front.newer.into_iter().chain(back.newer).collect();
        let newer = (!newer.is_empty()).then(|| view! { <FileList items=newer empty=""/> });
        view! {
            <Card title=say!(l, directory.insurance_card.title)>
                <p>{say!(l, directory.insurance_card.lead)}</p>
                {removal}
                {newer}
                <UploadForm
                    id="insurance-card-file"
                    label=say!(l, directory.insurance_card.file)
                    hint=say!(l, directory.photo.file_hint)
                    kind_not_taken=say!(l, directory.photo.kind_not_taken)
                    submit=say!(l, directory.insurance_card.add)
                    kinds=FilePurpose::InsuranceCardFront.kinds()
                >
                    <div class="field">
                        <label for="insurance-card-side">{say!(l, directory.insurance_card.side)}</label>
                        <select id="insurance-card-side" name="purpose">
                            <option value=FilePurpose::InsuranceCardFront.as_str()>{say!(l, directory.insurance_card.front)}</option>
                            <option value=FilePurpose::InsuranceCardBack.as_str()>{say!(l, directory.insurance_card.back)}</option>
                        </select>
                    </div>
                </UploadForm>
            </Card>
        }
    })
}

/// The sides of a card that are there, as small pictures that lead to the large ones.
pub(super) fn sides(l: Locale, front: Option<FileId>, back: Option<FileId>) -> AnyView {
    let side = |file: FileId, name: &'static str| {
        let address = format!("/files/{file}");
        let small = format!("{address}/thumbnail");
        view! { <a href=address rel="external"><img class="thumbnail" src=small alt=name loading="lazy"/></a> }
    };
    view! {
        {front.map(|file| side(file, say!(l, directory.insurance_card.front)))}
        {back.map(|file| side(file, say!(l, directory.insurance_card.back)))}
    }
    .into_any()
}
