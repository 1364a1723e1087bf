//! Reception books a time for a patient. The time comes from the clinic's day; the patient is found here, or registered on the way. A time that is taken can be overbooked
//! with a reason. A doctor books in the same way ([`super::doctor_booking`]).

use super::desk_find::{FindToBook, FindToBookValues, Finding};
use super::states::mode_name;
use kit::chosen::{desk_page, desk_register_page, own_booking_page, staff_series_page};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{date_of_birth, names, readable, zone as rules_of};
use kit::parts::{Choice, EmptyState, PageTitle, Radios, TextArea, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{PatientCard, PatientsFound};
use model::format;
use model::ids::PatientId;
use model::scheduling::views::DeskBookingView;
use model::scheduling::{ChosenTime, VisitMode};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that books for a patient.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeskBookingValues {
    /// The patient's id.
    pub patient: String,
    /// The doctor's id.
    pub doctor: String,
    /// The time with its clinic and visit type, as the page before chose it.
    pub time: String,
    /// When the visit is to begin, as an instant.
    pub start: String,
    /// Why the patient comes.
    pub reason: String,
    /// The number that the doctor calls at a visit by phone.
    pub phone: String,
    /// Why a time that is taken is overbooked.
    pub overbooking: String,
}

impl FormValues for DeskBookingValues {
    const FORM: &'static str = "scheduling.desk_booking";
    // Times go while one thinks about them.
    const KEEP: Keep = Keep::Nowhere;
}

/// Who books for a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Booker {
    /// Reception.
    Desk,
    /// The doctor, with themselves.
    Doctor,
}

impl Booker {
    /// The one who makes this request.
    #[cfg(feature = "ssr")]
    pub(super) fn of(access: &domain::access::Access) -> Self {
        if access.acting().is_ok_and(|acting| acting.doctor.is_some()) { Self::Doctor } else { Self::Desk }
    }

    /// The page that books this time, for a patient or for one who is found there.
    pub(super) fn page(self, chosen: &ChosenTime, patient: Option<PatientId>) -> String {
        match self {
            Self::Desk => desk_page(chosen, patient),
            Self::Doctor => own_booking_page(chosen, patient),
        }
    }

    /// The portal in which the pages are.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Desk => "/desk",
            Self::Doctor => "/doctor",
        }
    }

    /// The page that registers somebody new. Doctors register nobody.
    pub(super) fn register_page(self, chosen: &ChosenTime) -> Option<String> {
        match self {
            Self::Desk => Some(desk_register_page(chosen)),
            Self::Doctor => None,
        }
    }
}

/// What the page shows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DeskBooking {
    /// The doctor's times on the day of the chosen time.
    pub view: DeskBookingView,
    /// The patient, once one is chosen.
    pub patient: Option<PatientCard>,
    /// The patients whom the search found.
    pub found: Option<PatientsFound>,
}

/// Loads a doctor's times on the day of a time, and the patient, or those whom a search found. Without a time there is nothing to load.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for those who do not belong to the staff of a clinic; `NotFound` for another clinic or patient; the reasons why a doctor cannot be booked.
#[server(prefix = "/do", endpoint = "read-desk-booking")]
pub async fn read_desk_booking(
    /// The doctor's id.
    doctor: Option<String>,
    /// The time with its clinic and visit type.
    time: Option<String>,
    /// The patient's id.
    patient: Option<String>,
    /// The id of the kept search.
    search: Option<String>,
) -> Result<Option<DeskBooking>, Failure> {
    post::load(doctor, time, patient, search).await
}

/// Books for a patient.
///
/// # Errors
/// Wrong fields, also when a taken time is chosen without a reason; `SlotPast`, `SlotUnknown`, `PatientBusy`, `PatientNeedsRemoteCare`, `NotFound`, `Forbidden`,
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "book-for-patient")]
pub async fn book_for_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DeskBookingValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::book(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod post {
    use super::super::desk_find::post::found;
    use super::{Booker, ChosenTime, DeskBooking, DeskBookingValues, Failure, FormReply, Posted, rules_of};
    use domain::{
        directory,
        error::retry,
        scheduling::{self, BookForPatient},
    };
    use jiff::Timestamp;
    use kit::failure::answered;
    use kit::request::{RequestContext, call, id, posted_id};
    use model::errors::{Code, FieldError, FieldFault};

    pub(super) async fn load(
        doctor: Option<String>,
        time: Option<String>,
        patient: Option<String>,
        search: Option<String>,
    ) -> Result<Option<DeskBooking>, Failure> {
        let request = RequestContext::require()?;
        let access = &request.access;
        // Strangers sign in before they read what to do.
        answered(access.acting().map(|_| ()))?;
        let (Some(doctor), Some(time)) = (doctor, time) else { return Ok(None) };
        let Some(chosen) = ChosenTime::parse(&doctor, &time) else { return Ok(None) };
        of_time(&request, chosen, patient, search).await.map(Some)
    }

    /// What the page shows of a time.
    pub(crate) async fn of_time(
        request: &RequestContext,
        chosen: ChosenTime,
        patient: Option<String>,
        search: Option<String>,
    ) -> Result<DeskBooking, Failure> {
        let access = &request.access;
        let view = call(|| scheduling::desk_booking(&request.domain, access, chosen)).await?;
        let patient = match patient {
            Some(patient) => {
                let patient = id(&patient)?;
                Some(call(|| directory::patient_card(&request.domain, access, patient)).await?)
            }
            None => None,
        };
        let found = match search.filter(|_| patient.is_none()) {
            Some(search) => found(request, &search).await?,
            None => None,
        };
        Ok(DeskBooking { view, patient, found })
    }

    pub(super) async fn book(form: &Posted<DeskBookingValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = &form.values;
        let chosen = ChosenTime::parse(&values.doctor, &values.time).ok_or(Code::NotFound)?;
        let missing = |field: &str| Failure::fields(vec![FieldError::new(field, FieldFault::Missing)]);
        let start: Timestamp = values.start.parse().map_err(|_| missing("start"))?;
        let command = BookForPatient {
            patient: posted_id(&values.patient)?,
            time: ChosenTime { start, ..chosen },
            reason: values.reason.clone(),
            phone: values.phone.clone(),
            overbooking: values.overbooking.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        match retry(|| scheduling::book_for_patient(&request.domain, &request.access, command.clone())).await {
            Ok(view) if Booker::of(&request.access) == Booker::Doctor => {
                Ok(FormReply::to(format!("/doctor/appointments/{}?booked=1", view.card.id)))
            }
            Ok(view) => {
                let day = rules_of(request.viewer.zone_name()).to_datetime(view.card.starts_at).date();
                Ok(FormReply::to(format!("/desk/day?day={day}&booked=1")))
            }
            // The form can mend it: with a reason the time is overbooked.
            Err(error) if error.code() == Code::SlotTaken => Err(missing("overbooking")),
            Err(error) => Err(error.into()),
        }
    }
}

/// The page `/desk/book`.
#[component]
pub fn DeskBookingPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|value| !value.is_empty());
            (given("doctor"), given("time"), given("patient"), given("search"))
        })
    });
    let booking = Resource::new_blocking(
        move || asked.get(),
        |(doctor, time, patient, search)| read_desk_booking(doctor, time, patient, search),
    );
    let (find, form) = booking_forms();
    view! {
        <PageTitle text=say!(l, scheduling.desk_booking.title)/>
        <p><a href="/desk/day">"← " {say!(l, scheduling.columns.title)}</a></p>
        <h1>{say!(l, scheduling.desk_booking.title)}</h1>
        {loaded(booking, move |booking| {
            let chosen = asked.with_untracked(|(doctor, time, ..)| {
                doctor.as_ref().zip(time.as_ref()).and_then(|(doctor, time)| ChosenTime::parse(doctor, time))
            });
            match booking.zip(chosen) {
                Some((booking, chosen)) => view! { <Chosen booking chosen form find booker=Booker::Desk/> }.into_any(),
                None => view! {
                    <EmptyState title=say!(l, scheduling.desk_booking.no_time_title) text=say!(l, scheduling.desk_booking.no_time)>
                        <a class="button" href="/desk/day">{say!(l, scheduling.columns.title)}</a>
                    </EmptyState>
                }
                .into_any(),
            }
        })}
    }
    .into_any()
}

/// The forms that find a patient and book for one. Create them with the page, before anything is awaited.
pub(super) fn booking_forms() -> (FormHandle, FormHandle) {
    let l = use_locale();
    let find = use_form::<FindToBook, FindToBookValues>().field(
        "text",
        say!(l, scheduling.desk_booking.text),
        say!(l, scheduling.desk_booking.text_missing),
    );
    let form = use_form::<BookForPatient, DeskBookingValues>()
        .choice("start", say!(l, scheduling.moving.times), say!(l, scheduling.moving.times_missing))
        .field("overbooking", say!(l, scheduling.overbooking.why), say!(l, scheduling.overbooking.why_missing))
        .noun(say!(l, scheduling.overbooking.noun))
        .field("reason", say!(l, scheduling.appointment.reason), say!(l, scheduling.desk_booking.reason_missing))
        .field("phone", say!(l, scheduling.waiting.phone), say!(l, scheduling.desk_booking.phone_missing))
        .malformed(say!(l, common.person.phone_malformed));
    (find, form)
}

/// The chosen day with its visit types; and the search for a patient, or the form that books.
#[component]
pub(super) fn Chosen(
    /// The times of the day, and the patient.
    booking: DeskBooking,
    /// The time.
    chosen: ChosenTime,
    /// The form that books.
    form: FormHandle,
    /// The form that finds a patient.
    find: FormHandle,
    /// Who books.
    booker: Booker,
) -> impl IntoView {
    let l = use_locale();
    let DeskBooking { view, patient, found } = booking;
    let id = patient.as_ref().map(|patient| patient.id);
    let types: Vec<_> = view
        .visit_types
        .iter()
        .map(|known| {
            let is_chosen = known.id == view.visit_type;
            let href = booker.page(&ChosenTime { visit_type: Some(known.id), ..chosen }, id);
            let what = format!("{} · {}", mode_name(l, known.mode), say!(l, scheduling.doctor.minutes, n = known.minutes));
            view! {
                <li><a href=href aria-current=is_chosen.then_some("true")>{said(known.name.clone())} " " <small>{what}</small></a></li>
            }
        })
        .collect();
    let next = match patient {
        Some(patient) => view! { <Book view=view.clone() chosen patient form booker/> }.into_any(),
        None => view! { <Finding chosen found form=find booker/> }.into_any(),
    };
    view! {
        <section class="card">
            <p>
                <strong>{said(view.doctor.name)}</strong> <br/>
                {said(view.clinic.name)} " · " {format::date_long(view.day, names(l))}
            </p>
            <h2>{say!(l, scheduling.why.visit_type)}</h2>
            <ul class="list">{types}</ul>
        </section>
        {next}
    }
    .into_any()
}

#[component]
fn Book(view: DeskBookingView, chosen: ChosenTime, patient: PatientCard, form: FormHandle, booker: Booker) -> impl IntoView {
    let l = use_locale();
    let zone = view.clinic.time_zone.clone();
    let rules = rules_of(&zone);
    let another = booker.page(&chosen, None);
    let series = staff_series_page(booker.folder(), &chosen, patient.id, &[]);
    let who = view! {
        <p>
            <strong>{said(patient.name.clone())}</strong> " · " <span class="num">{patient.number.clone()}</span> " · "
            {date_of_birth(names(l), patient.date_of_birth)} <br/>
            <a href=another>{say!(l, scheduling.desk_booking.another)}</a> " "
            <a href=series>{say!(l, scheduling.repeat.title)}</a>
        </p>
    };
    if view.times.is_empty() {
        return view! {
            <section class="card">
                {who}
                <p>{match booker {
                    Booker::Desk => say!(l, scheduling.desk_booking.none),
                    Booker::Doctor => say!(l, scheduling.own_booking.none),
                }}</p>
            </section>
        }
        .into_any();
    }
    let by_phone = view.visit_types.iter().any(|known| known.id == view.visit_type && known.mode == VisitMode::Phone);
    // The first free time from the chosen one on, which may be the beginning of a longer free time.
    let preset = view.times.iter().find(|time| time.is_free && time.start >= chosen.start).map(|time| time.start.to_string());
    let has_taken = view.times.iter().any(|time| !time.is_free);
    let choices: Vec<Choice> = view
        .times
        .iter()
        .map(|time| Choice {
            value: time.start.to_string(),
            label: format::time(time.start, &rules, names(l)),
            hint: (!time.is_free).then(|| say!(l, scheduling.overbooking.taken).to_owned()),
        })
        .collect();
    let form = form.filled(&DeskBookingValues { start: preset.unwrap_or_default(), ..DeskBookingValues::default() });
    let (patient, doctor, time) = (patient.id.to_string(), chosen.doctor.to_string(), chosen.time());
    view! {
        <section class="card">
            {who}
            <p class="quiet">{say!(l, scheduling.why.zone, zone = readable(&zone))}</p>
            <Form form>
                <input type="hidden" name="patient" value=patient.clone()/>
                <input type="hidden" name="doctor" value=doctor.clone()/>
                <input type="hidden" name="time" value=time.clone()/>
                <Radios name="start" choices=choices.clone()/>
                {has_taken.then(|| view! { <TextField name="overbooking" hint=say!(l, scheduling.overbooking.hint) optional=true/> })}
                <TextArea name="reason" hint=say!(l, scheduling.desk_booking.reason_hint) rows=3/>
                {by_phone.then(|| view! {
                    <TextField name="phone" hint=say!(l, scheduling.desk_booking.phone_hint) kind="tel" inputmode="tel" optional=true/>
                })}
                <div class="row"><SubmitButton label=say!(l, scheduling.desk_booking.submit)/></div>
            </Form>
        </section>
    }
    .into_any()
}
