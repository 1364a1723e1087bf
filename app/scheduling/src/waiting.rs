//! The waiting list: a patient's page, with the times that are offered, and the page of reception.

use super::states::mode_name;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{
    Detail, EmptyState, Moment, MomentRange, Notice, NoticeKind, PageTitle, TextField, ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::{OfferView, TimeRange, VisitMode, WaitingView};
use serde::{Deserialize, Serialize};
use words::{fee_sentence, say};

/// The entries that the viewer may see, and the times that are offered to the viewer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The entries.
    pub entries: Vec<WaitingView>,
    /// The open offers; for patients only.
    pub offers: Vec<OfferView>,
}

/// The values of the forms that answer an offer.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OfferValues {
    /// The offer.
    pub offer: String,
    /// The fee that was shown, in minor units; empty for none.
    pub fee: String,
    /// The number that the doctor calls; empty for that of the account.
    pub phone: String,
}

impl FormValues for OfferValues {
    const FORM: &'static str = "scheduling.offer";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that leaves the list.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaveValues {
    /// The entry.
    pub entry: String,
    /// `true` for reception, which returns to its own page.
    pub desk: String,
}

impl FormValues for LeaveValues {
    const FORM: &'static str = "scheduling.leave_waiting";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the waiting list as far as the viewer may see it.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "read-waiting")]
pub async fn read_waiting() -> Result<Waiting, Failure> {
    use domain::scheduling::{waiting_list, waiting_offer};

    let request = kit::request::RequestContext::require()?;
    let entries = kit::request::call(|| waiting_list(&request.domain, &request.access)).await?;
    let is_patient = request.access.acting().is_ok_and(|acting| acting.patient.is_some());
    let mut offers = Vec::new();
    for offer in entries.iter().filter(|_| is_patient).filter_map(|entry| entry.offer) {
        offers.push(kit::request::call(|| waiting_offer(&request.domain, &request.access, offer.id)).await?);
    }
    Ok(Waiting { entries, offers })
}

/// Accepts an offered time.
///
/// # Errors
/// `NotFound`, `OfferGone`, `RemoteCareNeeded`, `FeeChanged`, `SlotTaken`; a missing or wrong phone number.
#[server(prefix = "/do", endpoint = "accept-offer")]
pub async fn accept_offer(
    /// The posted form.
    #[server(flatten)]
    form: Posted<OfferValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::accept(&form.values).await;
    form.answer(outcome).await
}

/// Refuses an offered time.
///
/// # Errors
/// `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "refuse-offer")]
pub async fn refuse_offer(
    /// The posted form.
    #[server(flatten)]
    form: Posted<OfferValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::refuse(&form.values).await;
    form.answer(outcome).await
}

/// Takes a patient off the waiting list.
///
/// # Errors
/// `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "leave-waiting")]
pub async fn leave_waiting(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LeaveValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::leave(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, LeaveValues, OfferValues};
    use domain::{
        error::retry,
        scheduling::{self, AcceptOffer},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn accept(values: &OfferValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command =
            AcceptOffer { offer: posted_id(&values.offer)?, phone: values.phone.clone(), fee_minor: values.fee.parse().ok() };
        let view = retry(|| scheduling::accept_offer(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/appointments/{}?booked=1", view.card.id)))
    }

    pub(super) async fn refuse(values: &OfferValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let offer = posted_id(&values.offer)?;
        retry(|| scheduling::refuse_offer(&request.domain, &request.access, offer)).await?;
        Ok(FormReply::fresh("/waiting?done=refused"))
    }

    pub(super) async fn leave(values: &LeaveValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let entry = posted_id(&values.entry)?;
        retry(|| scheduling::leave_waiting_list(&request.domain, &request.access, entry)).await?;
        let page = if values.desk.is_empty() { "/waiting" } else { "/desk/waiting" };
        Ok(FormReply::fresh(format!("{page}?done=left")))
    }
}

/// Says what was done on the page before.
fn done_notice() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    switch(
        move || query.with(|query| query.get("done")),
        move |done| {
            let title = match done.as_deref() {
                Some("joined") => say!(l, scheduling.waiting.joined),
                Some("left") => say!(l, scheduling.waiting.left),
                Some("refused") => say!(l, scheduling.waiting.refused),
                _ => return None,
            };
            Some(view! { <Notice kind=NoticeKind::Good title=title/> })
        },
    )
}

/// The forms of a page. They are created with the page, before anything is awaited.
#[derive(Clone, Copy)]
pub(super) struct WaitingForms {
    accept: FormHandle,
    refuse: FormHandle,
    leave: FormHandle,
}

impl WaitingForms {
    fn new() -> Self {
        let l = use_locale();
        Self {
            accept: use_form::<AcceptOffer, OfferValues>().optional("phone", say!(l, scheduling.waiting.phone)),
            refuse: use_form::<RefuseOffer, OfferValues>(),
            leave: use_form::<LeaveWaiting, LeaveValues>(),
        }
    }
}

/// The patient's page: what is offered, and for what they wait.
#[component]
pub fn WaitingPage() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::Appointment);
    let forms = WaitingForms::new();
    let found = Resource::new_blocking(move || changes.get(), |_| read_waiting());
    view! {
        <PageTitle text=say!(l, scheduling.waiting.title)/>
        <p><a href="/appointments">"← " {say!(l, scheduling.list.title)}</a></p>
        <h1>{say!(l, scheduling.waiting.title)}</h1>
        {done_notice()}
        {loaded(found, move |found| view! { <Own found forms/> })}
    }
}

#[component]
fn Own(found: Waiting, forms: WaitingForms) -> impl IntoView {
    let l = use_locale();
    if found.entries.is_empty() {
        return view! {
            <EmptyState title=say!(l, scheduling.waiting.empty_title) text=say!(l, scheduling.waiting.empty)>
                <a class="button" href="/doctors">{say!(l, scheduling.search.title)}</a>
            </EmptyState>
        }
        .into_any();
    }
    let offers: Vec<_> = found.offers.into_iter().map(|offer| view! { <Offer offer forms/> }).collect();
    view! {
        {offers}
        <Entries entries=found.entries forms is_desk=false/>
        <p class="quiet">{say!(l, scheduling.waiting.how)}</p>
    }
    .into_any()
}

#[component]
fn Offer(offer: OfferView, forms: WaitingForms) -> impl IntoView {
    let l = use_locale();
    let id = offer.id.to_string();
    // Each form owns what it shows.
    let refused = id.clone();
    let moves = offer.moves_from.is_some();
    // A visit that moves keeps its fee, so nothing is compared.
    let fee = offer.fee.filter(|_| !moves).map(|fee| fee.minor.to_string()).unwrap_or_default();
    let costs = offer.fee.map(|fee| view! { <p>{fee_sentence(l, fee, names(l))}</p> });
    let from = offer.moves_from.map(|at| {
        view! { <p>{say!(l, scheduling.waiting.moves)} " " <Moment at detail=Detail::DayAndTime/></p> }
    });
    let asks_number = offer.mode == VisitMode::Phone && !moves;
    let range = TimeRange::new(offer.starts_at, offer.ends_at);
    let place = match offer.mode {
        VisitMode::InPerson => view! { <p>{said(offer.clinic.name.clone())}</p> }.into_any(),
        VisitMode::Video | VisitMode::Phone | VisitMode::External => ().into_any(),
    };
    view! {
        <section class="card next">
            <h2>{say!(l, scheduling.waiting.offer_title)}</h2>
            <p>
                <strong>{range.map(|range| view! { <MomentRange range with_day=true/> })}</strong>
                <br/>
                {said(offer.doctor.name.clone())} " · " {mode_name(l, offer.mode)}
            </p>
            {place}
            {from}
            {costs}
            <p>{say!(l, scheduling.waiting.answer_until)} " " <Moment at=offer.expires_at detail=Detail::Time/></p>
            <ZoneNote/>
            <Form form=forms.accept>
                <input type="hidden" name="offer" value=id.clone()/>
                <input type="hidden" name="fee" value=fee.clone()/>
                {asks_number.then(|| view! {
                    <TextField name="phone" hint=say!(l, scheduling.waiting.phone_hint) kind="tel" inputmode="tel" optional=true/>
                })}
                <div class="row"><SubmitButton label=say!(l, scheduling.waiting.accept)/></div>
            </Form>
            <Form form=forms.refuse>
                <input type="hidden" name="offer" value=refused.clone()/>
                <button type="submit" class="as-link">{say!(l, scheduling.waiting.refuse)}</button>
            </Form>
        </section>
    }
    .into_any()
}

#[component]
fn Entries(entries: Vec<WaitingView>, forms: WaitingForms, is_desk: bool) -> impl IntoView {
    let l = use_locale();
    let items: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let what = match (&entry.doctor, &entry.specialty) {
                (Some(doctor), _) => doctor.name.clone(),
                (None, Some(specialty)) => specialty.name.clone(),
                (None, None) => String::new(),
            };
            let mode = entry.mode.map(|mode| view! { " · " {mode_name(l, mode)} });
            let moves = entry.appointment.filter(|_| !is_desk).map(|id| {
                view! { " " <a href=format!("/appointments/{id}")>{say!(l, scheduling.waiting.appointment)}</a> }
            });
            let who = is_desk.then(|| {
                view! { <a href=format!("/desk/patients/{}", entry.patient.id)>{said(entry.patient.name.clone())}</a> <br/> }
            });
            let offered = entry.offer.filter(|_| is_desk).map(|offer| {
                view! {
                    <br/>
                    <small>
                        {say!(l, scheduling.waiting.is_offered)} " " <Moment at=offer.starts_at detail=Detail::DayAndTime/>
                    </small>
                }
            });
            let until = say!(l, scheduling.waiting.until_day, day = format::date_long(entry.times.until, names(l)));
            let label = say!(l, scheduling.waiting.leave_of, what = what.clone());
            let id = entry.id.to_string();
            let desk = if is_desk { "true" } else { "" };
            view! {
                <li>
                    {who}
                    <strong>{said(what)}</strong>
                    {mode}
                    {moves}
                    <br/>
                    <small class="quiet">{until}</small>
                    {offered}
                    <Form form=forms.leave>
                        <input type="hidden" name="entry" value=id.clone()/>
                        <input type="hidden" name="desk" value=desk/>
                        <button type="submit" class="as-link" aria-label=label.clone()>{say!(l, scheduling.waiting.leave)}</button>
                    </Form>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.waiting.list)}</h2>
            <ul class="list">{items}</ul>
        </section>
    }
    .into_any()
}

/// The page of reception with all entries of the clinic's waiting list.
#[component]
pub fn DeskWaitingPage() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::Appointment);
    let forms = WaitingForms::new();
    let found = Resource::new_blocking(move || changes.get(), |_| read_waiting());
    view! {
        <PageTitle text=say!(l, scheduling.waiting.desk_title)/>
        <h1>{say!(l, scheduling.waiting.desk_title)}</h1>
        <p>{say!(l, scheduling.waiting.desk_lead)} " " <a href="/desk/patients">{say!(l, scheduling.clinic_day.patients)}</a></p>
        {done_notice()}
        {loaded(found, move |found| {
            if found.entries.is_empty() {
                view! { <p class="quiet">{say!(l, scheduling.waiting.desk_empty)}</p> }.into_any()
            } else {
                view! { <Entries entries=found.entries forms is_desk=true/> }.into_any()
            }
        })}
    }
}
