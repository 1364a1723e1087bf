//! The public welcome page.

use kit::layouts::PublicLayout;
use kit::parts::{Icon, PageTitle, Sign};
use kit::viewer::use_locale;
use leptos::prelude::*;
use scheduling::FindDoctor;
use words::say;

/// Begins with the search for a doctor, and explains Bedside in three steps.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let l = use_locale();
    let steps = [
        (Sign::Search, say!(l, common.welcome.step_find_title), say!(l, common.welcome.step_find)),
        (Sign::Camera, say!(l, common.welcome.step_meet_title), say!(l, common.welcome.step_meet)),
        (Sign::Medicine, say!(l, common.welcome.step_leave_title), say!(l, common.welcome.step_leave)),
    ]
    .map(|(sign, title, text)| {
        view! {
            <li>
                <Icon sign/>
                <h2>{title}</h2>
                <p>{text}</p>
            </li>
        }
    });
    view! {
        <PageTitle text=say!(l, common.welcome.title)/>
        <PublicLayout>
            <div class="hero">
                <h1>{say!(l, common.welcome.title)}</h1>
                <p>{say!(l, common.welcome.lead)}</p>
                <FindDoctor/>
                <div class="row">
                    <a href="/doctors">{say!(l, common.welcome.find)}</a>
                    <a class="button plain" href="/sign-up">{say!(l, common.welcome.create)}</a>
                    <p>
                        {say!(l, common.welcome.have_account)} " "
                        <a href="/sign-in">{say!(l, common.account.sign_in)}</a>
                    </p>
                </div>
            </div>
            <ol class="three">{steps.into_iter().collect_view()}</ol>
            <section class="card">
                <h2>{say!(l, common.welcome.for_doctors_title)}</h2>
                <p>{say!(l, common.welcome.for_doctors)}</p>
                <div class="row"><a href="/apply">{say!(l, common.welcome.for_doctors_link)}</a></div>
            </section>
        </PublicLayout>
    }
}
