//! The choice between the visit types of a doctor, on the doctor's page.

use super::address::{self, Wanted};
use super::states::mode_name;
use kit::parts::said;
use kit::parts::time::names;
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::{DoctorId, VisitTypeId};
use model::scheduling::VisitTypeView;
use words::{fee_briefly, say};

/// The doctor's visit types, each a link to its times; nothing when there is only one.
#[component]
pub(super) fn TypeChoice(
    /// The doctor.
    doctor: DoctorId,
    /// All types that can be booked, in order.
    types: Vec<VisitTypeView>,
    /// The type whose times are shown.
    chosen: VisitTypeId,
    /// The time zone to keep in the address, if the user has chosen one.
    zone: Option<String>,
    /// The id of stored answers to keep in the address.
    booking: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    if types.len() < 2 {
        return ().into_any();
    }
    let first = types.first().map(|first| first.id);
    let links: Vec<_> = types
        .into_iter()
        .map(|known| {
            let visit_type = Some(known.id).filter(|id| Some(*id) != first);
            let wanted = Wanted { zone: zone.as_deref(), visit_type, booking: booking.as_deref(), ..Wanted::default() };
            let (place, length) = (mode_name(l, known.mode), say!(l, scheduling.doctor.minutes, n = known.minutes));
            let facts = format!("{place} · {length} · {}", fee_briefly(l, known.fee, names(l)));
            let current = (known.id == chosen).then_some("true");
            view! {
                <li>
                    <a href=address::doctor(doctor, wanted) aria-current=current>{said(known.name)}</a>
                    " "
                    <small class="quiet">{facts}</small>
                </li>
            }
        })
        .collect();
    view! {
        <nav aria-label=say!(l, scheduling.doctor.types)>
            <ul class="list">{links}</ul>
        </nav>
    }
    .into_any()
}
