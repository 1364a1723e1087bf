//! The list of waiting patients, on the doctor's home page.

use super::functions::{AdmitPatient, VisitValues, WaitingCard, load_waiting};
use kit::forms::{Form, use_form};
use kit::live::use_live;
use kit::parts::{Detail, EmptyState, Face, Moment, MomentRange, Region, Safety, Tag, TagKind, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::live::LiveKind;
use words::say;

/// The waiting room of the signed-in doctor. It updates itself.
#[component]
pub fn WhoWaits() -> impl IntoView {
    let l = use_locale();
    let changes = RwSignal::new(0_u32);
    let waiting = Resource::new_blocking(move || changes.get(), |_| load_waiting());
    let form = use_form::<AdmitPatient, VisitValues>();
    use_live(LiveKind::Visit, move |_| {
        changes.try_update(|changes| *changes += 1);
    });
    view! {
        <section class="stack" aria-labelledby="who-waits" data-who-waits="true">
            <h2 id="who-waits">{say!(l, visits.waiting.title)}</h2>
            <Transition fallback=move || view! { <p class="quiet">{say!(l, common.loading)}</p> }>
                {
                let region = Region::here();
                move || {
                let region = region.clone();
                Suspend::new(async move {
                    let waiting = waiting.await;
                    region.show(|| match waiting {
                        Ok(waiting) if waiting.is_empty() => view! {
                            <EmptyState title=say!(l, visits.waiting.nobody_title) text=say!(l, visits.waiting.nobody)/>
                        }
                        .into_any(),
                        Ok(rows) => {
                            let rows = StoredValue::new(rows);
                            // One form for all rows: the pressed button says which patient to admit.
                            view! {
                                <Form form>
                                    <ul class="cards" role="list">
                                        {rows.with_value(|rows| rows.iter().cloned().map(|card| view! { <Row card/> }).collect_view())}
                                    </ul>
                                </Form>
                            }
                            .into_any()
                        }
                        Err(failure) => view! { <p class="note bad" role="alert">{failure.message(l)}</p> }.into_any(),
                    })
                })
                }
                }
            </Transition>
        </section>
    }
    .into_any()
}

#[component]
fn Row(card: WaitingCard) -> impl IntoView {
    let l = use_locale();
    let WaitingCard { waiting: row, safety } = card;
    let page = format!("/doctor/visits/{}", row.encounter);
    let action = if row.admitted {
        view! {
            <div class="row">
                <Tag kind=TagKind::Good text=say!(l, visits.waiting.in_visit)/>
                <a class="button" href=page>{say!(l, visits.waiting.open)}</a>
            </div>
        }
        .into_any()
    } else {
        let label = format!("{}: {}", say!(l, visits.lobby.admit), row.patient_name);
        view! {
            <div class="row">
                <button type="submit" class="button" name="visit" value=row.encounter.to_string() aria-label=label>
                    {say!(l, visits.lobby.admit)}
                </button>
                <a href=page>{say!(l, visits.waiting.open)}</a>
            </div>
        }
        .into_any()
    };
    view! {
        <li class="card" class:next=!row.admitted>
            <div class="row">
                <Face name=row.patient_name.clone()/>
                <div>
                    <strong>{said(row.patient_name)}</strong>
                    <p class="quiet">
                        {say!(l, visits.waiting.planned)} " " <MomentRange range=row.planned/> " · " {say!(l, visits.waiting.since)} " "
                        <Moment at=row.since detail=Detail::Time/>
                    </p>
                </div>
            </div>
            {safety.map(|safety| view! { <Safety safety/> })}
            {action}
        </li>
    }
    .into_any()
}
