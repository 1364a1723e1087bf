//! Inviting staff, and the state of the invitations.

use super::{clinic_text, role_choices};
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Choice, Detail, EmailField, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, SelectField, Tag, TagKind,
    ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::ClinicList;
use model::identity::{ALL_CLINICS, InvitationRow, InvitationState};
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

/// An invitation as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteValues {
    /// The e-mail address.
    pub email: String,
    /// The word of the role.
    pub role: String,
    /// The clinic's id, or the word for all clinics.
    pub clinic: String,
}

impl FormValues for InviteValues {
    const FORM: &'static str = "admin.invite";
}

/// The values of the forms that withdraw an invitation or send it again.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SettleValues {
    /// The id of the invitation.
    pub invitation: String,
}

impl FormValues for SettleValues {
    const FORM: &'static str = "admin.invitation";
    const KEEP: Keep = Keep::Nowhere;
}

/// The invitations, and the clinics to invite to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownInvitations {
    /// A page of invitations.
    pub page: Page<InvitationRow>,
    /// The clinics that the caller manages.
    pub clinics: ClinicList,
}

/// Loads the invitations.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-invitations")]
pub async fn load_invitations(
    /// The cursor: the last invitation of the previous page.
    after: Option<String>,
) -> Result<ShownInvitations, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let asked = domain::identity::ListInvitations { after, limit: None };
    let page = kit::request::call(|| domain::identity::list_invitations(&request.domain, &request.access, asked)).await?;
    let clinics = kit::request::call(|| domain::directory::list_clinics(&request.domain, &request.access)).await?;
    Ok(ShownInvitations { page, clinics })
}

/// Invites somebody.
///
/// # Errors
/// Wrong fields; `InvitationExists`, `RoleHeld`; `Forbidden`.
#[server(prefix = "/do", endpoint = "invite-staff")]
pub async fn invite_staff(
    /// The posted form.
    #[server(flatten)]
    form: Posted<InviteValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::invite(&form.values).await;
    form.answer(outcome).await
}

/// Mails the link of an invitation again.
///
/// # Errors
/// `NotFound`, `InvitationSettled`.
#[server(prefix = "/do", endpoint = "send-invitation")]
pub async fn send_invitation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SettleValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::send(&form.values).await;
    form.answer(outcome).await
}

/// Withdraws an invitation.
///
/// # Errors
/// `NotFound`, `InvitationSettled`.
#[server(prefix = "/do", endpoint = "withdraw-invitation")]
pub async fn withdraw_invitation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SettleValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::withdraw(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, InviteValues, SettleValues};
    use domain::{error::retry, identity};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn invite(values: &InviteValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let InviteValues { email, role, clinic } = values.clone();
        let command = identity::InviteStaff { email, role, clinic };
        retry(|| identity::invite_staff(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/invitations?done=sent"))
    }

    pub(super) async fn send(values: &SettleValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&values.invitation)?;
        retry(|| identity::send_invitation_again(&request.domain, &request.access, id)).await?;
        Ok(FormReply::to("/admin/invitations?done=sent"))
    }

    pub(super) async fn withdraw(values: &SettleValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&values.invitation)?;
        retry(|| identity::withdraw_invitation(&request.domain, &request.access, id)).await?;
        Ok(FormReply::to("/admin/invitations?done=withdrawn"))
    }
}

/// The page `/admin/invitations`.
#[component]
pub fn InvitationsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = Memo::new(move |_| address.with(|address| address.get("after")));
    let invite = use_form::<InviteStaff, InviteValues>()
        .email("email")
        .field("role", say!(l, admin.staff.role), say!(l, admin.staff.role_missing))
        .field("clinic", say!(l, admin.staff.clinic), say!(l, admin.staff.clinic_missing));
    let again = use_form::<SendInvitation, SettleValues>();
    let withdraw = use_form::<WithdrawInvitation, SettleValues>();
    let (invited, sent, withdrawn) = (invite.done(), again.done(), withdraw.done());
    let shown = Resource::new_blocking(
        move || (after.get(), invited.get(), sent.get(), withdrawn.get()),
        |(after, ..)| load_invitations(after),
    );
    view! {
        <PageTitle text=say!(l, admin.staff.invitations)/>
        <h1>{say!(l, admin.staff.invitations)}</h1>
        <p>{say!(l, admin.staff.invitations_lead)}</p>
        {switch(
            move || address.with(|address| address.get("done")),
            move |done| done_notice(l, done.as_deref()),
        )}
        {loaded(shown, move |ShownInvitations { page, clinics }| {
            let after = after.get_untracked();
            view! {
                <InviteForm form=invite clinics/>
                <Invitations page after again withdraw/>
            }
        })}
    }
}

fn done_notice(l: Locale, done: Option<&str>) -> Option<AnyView> {
    let title = match done? {
        "sent" => say!(l, admin.staff.sent),
        "withdrawn" => say!(l, admin.staff.was_withdrawn),
        _ => return None,
    };
    Some(view! { <Notice kind=NoticeKind::Good title=title/> }.into_any())
}

#[component]
fn InviteForm(form: FormHandle, clinics: ClinicList) -> impl IntoView {
    let l = use_locale();
    let all = Choice { value: ALL_CLINICS.to_owned(), label: say!(l, admin.staff.all_clinics).to_owned(), hint: None };
    let all = clinics.may_create.then_some(all);
    let each = clinics.clinics.into_iter().map(|clinic| Choice { value: clinic.id.to_string(), label: clinic.name, hint: None });
    let choices: Vec<Choice> = each.chain(all).collect();
    view! {
        <section class="card">
            <h2>{say!(l, admin.staff.invite)}</h2>
            <Form form>
                <EmailField name="email"/>
                <SelectField name="role" choices=role_choices(l) hint=say!(l, admin.staff.role_hint)/>
                <SelectField name="clinic" choices=choices.clone()/>
                <div class="row"><SubmitButton label=say!(l, admin.staff.submit)/></div>
            </Form>
            <p><a href="/admin/invitations/import">{say!(l, admin.staff_import.link)}</a></p>
        </section>
    }
}

#[component]
fn Invitations(page: Page<InvitationRow>, after: Option<String>, again: FormHandle, withdraw: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! { <EmptyState title=say!(l, admin.staff.none_title) text=say!(l, admin.staff.none)/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/invitations{}", query(&[("after", after)]))
    });
    let items: Vec<_> = page.items.into_iter().map(|row| invitation(l, row, again, withdraw)).collect();
    view! {
        <section class="card">
            <h2>{say!(l, admin.staff.sent_before)}</h2>
            <ZoneNote/>
            <ul class="list">{items}</ul>
            <Pager paging/>
        </section>
    }
    .into_any()
}

fn state_tag(l: Locale, state: InvitationState) -> AnyView {
    let (kind, text) = match state {
        InvitationState::Open => (TagKind::Warn, say!(l, admin.staff.open)),
        InvitationState::Expired => (TagKind::Bad, say!(l, admin.staff.expired)),
        InvitationState::Accepted => (TagKind::Good, say!(l, admin.staff.accepted)),
        InvitationState::Withdrawn => (TagKind::Plain, say!(l, admin.staff.withdrawn)),
    };
    view! { <Tag kind text/> }.into_any()
}

fn invitation(l: Locale, row: InvitationRow, again: FormHandle, withdraw: FormHandle) -> AnyView {
    let id = row.id.to_string();
    let settled = matches!(row.state, InvitationState::Accepted | InvitationState::Withdrawn);
    let is_open = row.state == InvitationState::Open;
    let (send_label, withdraw_label) =
        (say!(l, admin.staff.send_again, email = row.email.clone()), say!(l, admin.staff.withdraw, email = row.email.clone()));
    let second = id.clone();
    let buttons = (!settled).then(|| {
        view! {
            <Form form=again>
                <input type="hidden" name="invitation" value=id.clone()/>
                <SubmitButton label=send_label.clone() class="plain"/>
            </Form>
            <Form form=withdraw>
                <input type="hidden" name="invitation" value=second.clone()/>
                <SubmitButton label=withdraw_label.clone() class="plain"/>
            </Form>
        }
    });
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{said(&row.email)}</strong> " " {state_tag(l, row.state)}
                    <br/>
                    {row.name.map(|name| view! { {said(name)} <br/> })}
                    {role_name(l, row.role)} ", " {clinic_text(l, row.clinic.as_deref())}
                    <br/>
                    {say!(l, admin.staff.sent_by, name = row.invited_by)} ", " <Moment at=row.sent_at detail=Detail::Short/>
                    {is_open.then(|| view! {
                        <br/>
                        {say!(l, admin.staff.until)} " " <Moment at=row.expires_at detail=Detail::Short/>
                    })}
                </div>
                {buttons}
            </div>
        </li>
    }
    .into_any()
}
