//! The visit in progress and the waiting patients, on the doctor's home page.

use super::functions::{AdmitPatient, VisitValues, WaitingCard, load_waiting};
use super::news::call_doctor_to;
use kit::forms::{Form, FormHandle, use_form};
use kit::live::use_live;
use kit::parts::{Detail, Face, Moment, MomentRange, Region, Safety, SoundSwitch, loading, said};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use model::live::LiveKind;
use model::visits::views::WaitingView;
use words::say;

/// The visit in progress, then the waiting room of the signed-in doctor. It updates itself, and calls the doctor by a sound and in the title when somebody
/// arrives.
#[component]
pub fn WhoWaits() -> impl IntoView {
    let l = use_locale();
    let changes = RwSignal::new(0_u32);
    let waiting = Resource::new_blocking(move || changes.get(), |_| load_waiting());
    let form = use_form::<AdmitPatient, VisitValues>();
    use_live(LiveKind::Visit, move |_| {
        changes.try_update(|changes| *changes += 1);
    });
    let present = RwSignal::new(None::<Vec<WaitingView>>);
    // Outside of the `Transition`, which tracks every read of a resource inside it. While it loads again, and after a failure, the list stays.
    Effect::new(move |_| {
        if let Some(Ok(cards)) = waiting.get() {
            present.set(Some(cards.into_iter().map(|card| card.waiting).filter(|patient| !patient.admitted).collect()));
        }
    });
    call_doctor_to(present.into());
    view! {
        <div class="stack" data-who-waits="true">
            <Transition fallback=move || loading(l)>
                {
                let region = Region::here();
                move || {
                let region = region.clone();
                Suspend::new(async move {
                    let waiting = waiting.await;
                    region.show(|| match waiting {
                        Ok(rows) => {
                            let (in_visit, waiting): (Vec<_>, Vec<_>) = rows.into_iter().partition(|card| card.waiting.admitted);
                            view! {
                                <InVisit cards=in_visit/>
                                <Waiting cards=waiting form/>
                            }
                            .into_any()
                        }
                        Err(failure) => view! { <p class="note bad" role="alert">{failure.message(l)}</p> }.into_any(),
                    })
                })
                }
                }
            </Transition>
            <SoundSwitch/>
        </div>
    }
    .into_any()
}

/// The visits in progress: usually one, or none.
#[component]
fn InVisit(cards: Vec<WaitingCard>) -> impl IntoView {
    let l = use_locale();
    (!cards.is_empty()).then(|| {
        let items: Vec<_> = cards
            .into_iter()
            .map(|card| {
                let label = say!(l, visits.waiting.resume_of, patient = card.waiting.patient_name.clone());
                let href = format!("/doctor/visits/{}", card.waiting.encounter);
                let way = view! { <a class="button" href=href aria-label=label>{say!(l, visits.waiting.resume)}</a> };
                view! { <li class="card next"><Patient card/> <div class="row">{way}</div></li> }
            })
            .collect();
        view! {
            <section class="stack" aria-labelledby="in-visit">
                <h2 id="in-visit">{say!(l, visits.waiting.now)}</h2>
                <ul class="cards" role="list">{items}</ul>
            </section>
        }
    })
}

/// The patients who wait, each with the button that admits them.
#[component]
fn Waiting(cards: Vec<WaitingCard>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let list = if cards.is_empty() {
        view! {
            <p>
                <strong>{say!(l, visits.waiting.nobody_title)}</strong> <br/>
                <span class="quiet">{say!(l, visits.waiting.nobody)}</span>
            </p>
        }
        .into_any()
    } else {
        let cards = StoredValue::new(cards);
        // One form for all rows: the pressed button says which patient to admit.
        view! {
            <Form form>
                <ul class="cards" role="list">
                    {cards.with_value(|cards| cards.iter().cloned().map(|card| view! { <MayAdmit card/> }).collect_view())}
                </ul>
            </Form>
        }
        .into_any()
    };
    view! {
        <section class="stack" aria-labelledby="who-waits">
            <h2 id="who-waits">{say!(l, visits.waiting.title)}</h2>
            {list}
        </section>
    }
    .into_any()
}

#[component]
fn MayAdmit(card: WaitingCard) -> impl IntoView {
    let l = use_locale();
    let encounter = card.waiting.encounter;
    let label = format!("{}: {}", say!(l, visits.lobby.admit), card.waiting.patient_name);
    view! {
        <li class="card next">
            <Patient card/>
            <div class="row">
                <button type="submit" class="button" name="visit" value=encounter.to_string() aria-label=label>
                    {say!(l, visits.lobby.admit)}
                </button>
                <a href=format!("/doctor/visits/{encounter}")>{say!(l, visits.waiting.open)}</a>
            </div>
        </li>
    }
    .into_any()
}

/// Who it is, when the visit was planned, since when they wait, and what must be known about them.
#[component]
fn Patient(card: WaitingCard) -> impl IntoView {
    let l = use_locale();
    let WaitingCard { waiting: row, safety } = card;
    // A visit that was not ended may be from an earlier day.
    let zone = use_viewer().zone_rules();
    let is_of_another_day = zone.to_datetime(row.planned.start()).date() != zone.to_datetime(use_now().get_untracked()).date();
    let since = (!row.admitted).then(|| {
        view! { " · " {say!(l, visits.waiting.since)} " " <Moment at=row.since detail=Detail::Time/> }
    });
    view! {
        <div class="row">
            <Face name=row.patient_name.clone() of_patient=row.photo/>
            <div>
                <strong>{said(row.patient_name)}</strong>
                <p class="quiet">{say!(l, visits.waiting.planned)} " " <MomentRange range=row.planned with_day=is_of_another_day/> {since}</p>
            </div>
        </div>
        {safety.map(|safety| view! { <Safety safety/> })}
    }
    .into_any()
}
