//! Choosing a time: it is held, and the next page asks for the reason (or, if the reason is known, shows all answers).

use kit::failure::Failure;
use kit::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The values of the form that chooses a time.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HoldValues {
    /// The doctor's id.
    pub doctor: String,
    /// The time with its clinic.
    pub time: String,
    /// The id of the stored answers, when another time is chosen for them.
    pub booking: String,
}

impl FormValues for HoldValues {
    const FORM: &'static str = "scheduling.hold";
    const KEEP: Keep = Keep::Nowhere;
}

/// Holds a time. A visitor without a session is sent to the sign-in page and then returns to the chosen time.
///
/// # Errors
/// A missing time; `SlotTaken`, `SlotPast`, `SlotUnknown`, `PatientBusy`, `DoctorUnavailable`, `Forbidden` for a user who does not act as a patient.
#[server(prefix = "/do", endpoint = "hold-time")]
pub async fn hold_time(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HoldValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::hold(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, HoldValues};
    use crate::address;
    use crate::booking::kept::{Kept, keep, look_up};
    use domain::scheduling::{self, Hold};
    use jiff::Timestamp;
    use kit::address::sign_in_path;
    use kit::request::RequestContext;
    use model::errors::{Code, FieldError, FieldFault};
    use model::ids::DoctorId;
    use model::scheduling::views::OpenTime;

    pub(super) async fn hold(values: &HoldValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let doctor: DoctorId = values.doctor.parse().map_err(|_| Code::NotFound)?;
        let fault = if values.time.is_empty() { FieldFault::Missing } else { FieldFault::UnknownChoice };
        let chosen = address::read_time(&values.time);
        let (start, clinic) = chosen.ok_or_else(|| Failure::fields(vec![FieldError::new("time", fault)]))?;

        let command = Hold { doctor, clinic, start };
        let held = match domain::error::retry(|| scheduling::hold(&request.domain, &request.access, command)).await {
            Ok(held) => held,
            Err(error) if error.code() == Code::SignInNeeded => {
                return Ok(FormReply::fresh(sign_in_path(&way_back(&request, doctor, start, &values.time))));
            }
            Err(error) => return Err(error.into()),
        };
        let time = OpenTime { clinic, start: held.starts_at, end: held.ends_at };
        let Some(answers) = look_up(&request, &values.booking).await? else {
            return Ok(FormReply::to(address::book(held.reservation, doctor, &time, None)));
        };
        let kept =
            Kept { hold: held.reservation.to_string(), doctor: values.doctor.clone(), time: values.time.clone(), ..answers };
        let booking = keep(&request, &kept).await?;
        Ok(FormReply::to(format!("/book/{}/check?booking={booking}", held.reservation)))
    }

    /// The doctor's page with the time selected. Its address contains only ids and a time, nothing that reveals who asks.
    fn way_back(request: &RequestContext, doctor: DoctorId, start: Timestamp, time: &str) -> String {
        let zone = kit::parts::time::zone(&request.viewer.zone);
        let day = zone.to_datetime(start).date().to_string();
        format!("/doctors/{doctor}{}", kit::address::query(&[("day", Some(&day)), ("time", Some(time))]))
    }
}
