//! The home page of the doctors' portal.

use crate::i18n::{say, use_locale};
use crate::parts::PageTitle;
use crate::scheduling::{DayHead, DayTable, day_of_address};
use crate::visits::WhoWaits;
use leptos::prelude::*;

/// Shows the day, the patients who wait, and the day's visits.
#[component]
pub fn DoctorHome() -> impl IntoView {
    let l = use_locale();
    let day = day_of_address();
    view! {
        <PageTitle text=say!(l, common.home.doctor_title)/>
        <DayHead day/>
        <WhoWaits/>
        <DayTable day/>
    }
}
