//! The form for a handover note: what is about no patient, and a few lines about patients.

use super::shift_notes::shift_name;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Choice, SelectField, TextArea};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::team::{NamedPatient, Shift, ShiftNoteView};
use serde::{Deserialize, Serialize};
use words::say;

/// How many lines about patients the form has.
const LINES: usize = 6;

/// A handover note as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShiftNoteValues {
    /// The day of the shift.
    pub day: String,
    /// The shift.
    pub shift: String,
    /// What is about no patient.
    pub text: String,
    /// The id of the note that it corrects; empty if it corrects none.
    pub corrects: String,
    /// The first patient's id, and so on; empty for a line that is not used.
    pub patient_1: String,
    /// What is about the first patient, and so on.
    pub line_1: String,
    /// The second patient.
    pub patient_2: String,
    /// The second line.
    pub line_2: String,
    /// The third patient.
    pub patient_3: String,
    /// The third line.
    pub line_3: String,
    /// The fourth patient.
    pub patient_4: String,
    /// The fourth line.
    pub line_4: String,
    /// The fifth patient.
    pub patient_5: String,
    /// The fifth line.
    pub line_5: String,
    /// The sixth patient.
    pub patient_6: String,
    /// The sixth line.
    pub line_6: String,
}

impl FormValues for ShiftNoteValues {
    const FORM: &'static str = "records.write_shift_note";
    // A draft on the server belongs to one patient, and a note is about several.
    const KEEP: Keep = Keep::InPage;
}

impl ShiftNoteValues {
    /// The lines, each with its patient.
    #[cfg(feature = "ssr")]
    fn lines(&self) -> [(&str, &str); LINES] {
        [
            (&self.patient_1, &self.line_1),
            (&self.patient_2, &self.line_2),
            (&self.patient_3, &self.line_3),
            (&self.patient_4, &self.line_4),
            (&self.patient_5, &self.line_5),
            (&self.patient_6, &self.line_6),
        ]
    }

    fn lines_mut(&mut self) -> [(&mut String, &mut String); LINES] {
        [
            (&mut self.patient_1, &mut self.line_1),
            (&mut self.patient_2, &mut self.line_2),
            (&mut self.patient_3, &mut self.line_3),
            (&mut self.patient_4, &mut self.line_4),
            (&mut self.patient_5, &mut self.line_5),
            (&mut self.patient_6, &mut self.line_6),
        ]
    }

    /// What the form begins with: nothing, or the patient from whose page the user comes.
    pub(super) fn about(patient: Option<String>) -> Self {
        Self { patient_1: patient.unwrap_or_default(), ..Self::default() }
    }

    /// What the form begins with that corrects a note.
    pub(super) fn correcting(note: &ShiftNoteView) -> Self {
        let (day, shift) = (note.day.to_string(), note.shift.to_string());
        let mut values = Self { day, shift, text: note.text.clone(), corrects: note.id.to_string(), ..Self::default() };
        for ((patient, text), line) in values.lines_mut().into_iter().zip(&note.lines) {
            *patient = line.patient.id.to_string();
            text.clone_from(&line.text);
        }
        values
    }
}

/// Writes a handover note.
///
/// # Errors
/// Wrong fields; `Stale` when the note that it corrects was corrected already; `NotFound`, `Forbidden`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "write-shift-note")]
pub async fn write_shift_note(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ShiftNoteValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::write(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, ShiftNoteValues};
    use crate::same_page;
    use domain::{
        Error,
        error::{Faults, retry},
        records,
    };
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn write(form: &Posted<ShiftNoteValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = &form.values;
        let mut faults = Faults::default();
        // The numbers of the lines that are used: the use case numbers only those.
        let mut used = Vec::new();
        let mut lines = Vec::new();
        for (number, (patient, text)) in (1..).zip(values.lines()) {
            match (patient.is_empty(), text.trim().is_empty()) {
                (true, true) => {}
                (true, false) => faults.add(&format!("patient_{number}"), FieldFault::Missing),
                (false, true) => faults.add(&format!("line_{number}"), FieldFault::Missing),
                (false, false) => {
                    used.push(number);
                    lines.push(records::TypedShiftLine { patient: posted_id(patient)?, text: text.to_owned() });
                }
            }
        }
        let day = match values.day.as_str() {
            "" => Err(FieldFault::Missing),
            day => day.parse::<jiff::civil::Date>().map_err(|_| FieldFault::UnknownChoice),
        };
        let day = faults.take("day", day);
        faults.check()?;
        let day = day.ok_or_else(|| Error::internal("a day that was not parsed"))?;
        let corrects = if values.corrects.is_empty() { None } else { Some(posted_id(&values.corrects)?) };
        let command = records::WriteShiftNote {
            day,
            shift: values.shift.clone(),
            text: values.text.clone(),
            lines,
            corrects,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let written = retry(|| records::write_shift_note(&request.domain, &request.access, command.clone())).await;
        written.map_err(|error| renumbered(error, &used))?;
        Ok(same_page(form))
    }

    /// The error with the numbers that the lines have in the form.
    fn renumbered(error: Error, used: &[usize]) -> Failure {
        let wrong = error.field_errors();
        if wrong.is_empty() {
            return error.into();
        }
        let renumber = |wrong: &FieldError| {
            let place = wrong.field.strip_prefix("line_").and_then(|number| number.parse::<usize>().ok());
            let number = place.and_then(|place| used.get(place.checked_sub(1)?));
            let field = number.map_or_else(|| wrong.field.clone(), |number| format!("line_{number}"));
            FieldError::new(field, wrong.fault)
        };
        Failure::fields(wrong.iter().map(renumber).collect())
    }
}

/// Creates the form. Create it at the top of the page.
pub(super) fn shift_form() -> FormHandle {
    let l = use_locale();
    let form = use_form::<WriteShiftNote, ShiftNoteValues>()
        .choice("day", say!(l, team.handover.shift_day), say!(l, team.handover.shift_day_missing))
        .choice("shift", say!(l, team.handover.shift), say!(l, team.handover.shift_missing))
        .field("text", say!(l, team.handover.text), say!(l, team.handover.text_missing))
        .noun(say!(l, team.handover.text_noun));
    (1..=LINES).fold(form, |form, number| {
        let number = number.to_string();
        form.choice(
            &format!("patient_{number}"),
            say!(l, team.handover.patient, number = number.clone()),
            say!(l, team.handover.patient_missing, number = number.clone()),
        )
        .field(
            &format!("line_{number}"),
            say!(l, team.handover.line, number = number.clone()),
            say!(l, team.handover.line_missing, number = number.clone()),
        )
    })
}

/// The fields. `days` are the days of whose shifts a note can be written now, each with its name.
#[component]
pub(super) fn ShiftForm(form: FormHandle, corrects: String, days: Vec<Choice>, patients: Vec<NamedPatient>) -> impl IntoView {
    let l = use_locale();
    let shift = |shift: &Shift| Choice { value: shift.to_string(), label: shift_name(l, *shift).to_owned(), hint: None };
    let shifts: Vec<Choice> = Shift::ALL.iter().map(shift).collect();
    let none = Choice { value: String::new(), label: say!(l, team.handover.no_patient).to_owned(), hint: None };
    let patient = |patient: NamedPatient| Choice { value: patient.id.to_string(), label: patient.name, hint: None };
    let choices: Vec<Choice> = [none].into_iter().chain(patients.into_iter().map(patient)).collect();
    view! {
        <Form form>
            <input type="hidden" name="corrects" value=corrects.clone()/>
            <SelectField name="day" choices=days.clone()/>
            <SelectField name="shift" choices=shifts.clone()/>
            <TextArea name="text" rows=3 hint=say!(l, team.handover.text_hint)/>
            <h2>{say!(l, team.handover.patients)}</h2>
            <p>{say!(l, team.handover.patients_lead)}</p>
            {(1..=LINES)
                .map(|number| {
                    let choices = choices.clone();
                    view! {
                        <SelectField name=format!("patient_{number}") choices preset=""/>
                        <TextArea name=format!("line_{number}") rows=2 optional=true/>
                    }
                })
                .collect_view()}
            <div class="row"><SubmitButton label=say!(l, team.handover.save)/></div>
        </Form>
    }
    .into_any()
}
