//! The logo of a clinic: adding one, and removing it. The button is a plain form.

use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{Card, FileList, Notice, NoticeKind, UploadForm};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::errors::Code;
use model::files::{FilePurpose, OwnPhoto};
use model::ids::ClinicId;
use server_fn::ServerFn as _;
use words::{Locale, error_message, say};

/// Loads the logo of a clinic.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-clinic-logo")]
pub async fn load_clinic_logo(
    /// The clinic's id.
    id: String,
) -> Result<OwnPhoto, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::directory::clinic_logo(&request.domain, &request.access, id)).await
}

/// Removes the logo of a clinic, and leads back to its page.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "remove-clinic-logo")]
pub async fn remove_clinic_logo(
    /// The clinic.
    clinic: ClinicId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::directory::remove_clinic_logo(&request.domain, &request.access, clinic)).await;
    Ok(kit::request::back_to(&format!("/admin/clinics/{clinic}"), outcome))
}

/// The logo as it is printed, the form that adds another one, and the button that removes it.
#[component]
pub(super) fn Logo(
    /// The clinic's id.
    clinic: String,
    /// Its logo.
    logo: OwnPhoto,
) -> impl IntoView {
    let l = use_locale();
    let trouble = trouble(l, use_query_map().with_untracked(|query| query.get("trouble")));
    let OwnPhoto { photo, newer } = logo;
    let of = clinic.clone();
    let shown = photo.map(|photo| {
        view! {
            <div class="row">
                <img class="thumbnail" src=format!("/files/{photo}") alt=say!(l, admin.clinics.logo_alt)/>
                <form method="post" action=RemoveClinicLogo::url()>
                    <input type="hidden" name="clinic" value=of/>
                    <button type="submit" class="button plain">{say!(l, admin.clinics.logo_remove)}</button>
                </form>
            </div>
        }
    });
    let newer = newer.map(|newer| view! { <FileList items=vec![newer] empty=""/> });
    view! {
        <Card title=say!(l, admin.clinics.logo)>
            <p>{say!(l, admin.clinics.logo_lead)}</p>
            {trouble}
            {shown}
            {newer}
            <UploadForm
                id="clinic-logo-file"
                label=say!(l, admin.clinics.logo_file)
                hint=say!(l, admin.clinics.logo_file_hint)
                kind_not_taken=say!(l, admin.clinics.logo_kind_not_taken)
                submit=say!(l, admin.clinics.logo_add)
                kinds=FilePurpose::ClinicLogo.kinds()
            >
                <input type="hidden" name="purpose" value=FilePurpose::ClinicLogo.as_str()/>
                <input type="hidden" name="clinic" value=clinic/>
            </UploadForm>
        </Card>
    }
    .into_any()
}

/// Says what went wrong with an upload of a page without scripts; the address has the code. The only field that can be wrong is the file.
fn trouble(l: Locale, code: Option<String>) -> Option<AnyView> {
    let code = Code::ALL.iter().copied().find(|known| code.as_deref() == Some(known.as_str()))?;
    let title =
        if code == Code::FieldsInvalid { say!(l, admin.clinics.logo_kind_not_taken).to_owned() } else { error_message(l, code) };
    Some(view! { <Notice kind=NoticeKind::Bad title=title/> }.into_any())
}
