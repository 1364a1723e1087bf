//! The form that records what was measured.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::vitals::unit_name;
use kit::parts::{Choice, SelectField, TextField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::{EncounterId, PatientId};
use model::vitals::{Breathes, Consciousness, SaturationScale, TypedVitals, VitalKind};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that records measurements.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MeasurementValues {
    /// The patient's id.
    pub patient: String,
    /// The id of the visit for which it was measured; empty if there is none.
    pub encounter: String,
    /// What was measured.
    #[serde(flatten)]
    pub vitals: TypedVitals,
}

impl FormValues for MeasurementValues {
    const FORM: &'static str = "records.add_measurements";
    // A few numbers that somebody reads off a device. A nurse may see the patient and not the visit, so there is no draft of the visit for them.
    const KEEP: Keep = Keep::InPage;
}

/// Records what was measured.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-measurements")]
pub async fn add_measurements(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MeasurementValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MeasurementValues, Posted};
    use crate::same_page;
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn add(form: &Posted<MeasurementValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let encounter = match form.values.encounter.as_str() {
            "" => None,
            encounter => Some(posted_id(encounter)?),
        };
        let command = records::AddMeasurements {
            patient: posted_id(&form.values.patient)?,
            encounter,
            taken_at: None,
            vitals: form.values.vitals.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| records::add_measurements(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// Creates the form, and declares its fields in the order of the page. Create it at the top of the page. The sentences about limits name the canonical unit, because the
/// limits are in it.
pub(super) fn measurement_form() -> FormHandle {
    let l = use_locale();
    let unit = say!(l, records.vitals.unit);
    use_form::<AddMeasurements, MeasurementValues>()
        .field("systolic", say!(l, records.vitals.systolic), say!(l, records.vitals.nothing))
        .malformed(say!(l, records.vitals.systolic_wrong))
        .field("diastolic", say!(l, records.vitals.diastolic), say!(l, records.vitals.diastolic_missing))
        .malformed(say!(l, records.vitals.diastolic_wrong))
        .optional("pulse", say!(l, records.vitals.pulse))
        .malformed(say!(l, records.vitals.pulse_wrong))
        .optional("breathing", say!(l, records.vitals.breathing))
        .malformed(say!(l, records.vitals.breathing_wrong))
        .optional("saturation", say!(l, records.vitals.saturation))
        .malformed(say!(l, records.vitals.saturation_wrong))
        .optional("temperature", say!(l, common.vitals.temperature))
        .noun(say!(l, records.vitals.temperature_noun))
        .malformed(say!(l, records.vitals.temperature_wrong))
        .optional("temperature_unit", format!("{unit}: {}", say!(l, common.vitals.temperature)))
        .optional("weight", say!(l, common.vitals.weight))
        .noun(say!(l, records.vitals.weight_noun))
        .malformed(say!(l, records.vitals.weight_wrong))
        .optional("weight_unit", format!("{unit}: {}", say!(l, common.vitals.weight)))
        .optional("height", say!(l, common.vitals.height))
        .noun(say!(l, records.vitals.height_noun))
        .malformed(say!(l, records.vitals.height_wrong))
        .optional("height_unit", format!("{unit}: {}", say!(l, common.vitals.height)))
        .optional("pain", say!(l, records.vitals.pain))
        .noun(say!(l, common.vitals.pain))
        .malformed(say!(l, records.vitals.pain_wrong))
        .optional("glucose", say!(l, common.vitals.glucose))
        .noun(say!(l, records.vitals.glucose_noun))
        .malformed(say!(l, records.vitals.glucose_wrong))
        .optional("glucose_unit", format!("{unit}: {}", say!(l, common.vitals.glucose)))
        .optional("consciousness", say!(l, records.vitals.consciousness))
        .optional("breathes", say!(l, records.vitals.breathes))
        .optional("scale", say!(l, records.vitals.scale))
}

/// The form. The patient's side is not asked what only a clinician assesses.
#[component]
pub(super) fn MeasurementForm(
    /// The form.
    form: FormHandle,
    /// The patient.
    patient: PatientId,
    /// The visit for which it is measured.
    encounter: Option<EncounterId>,
    /// Whether it is measured at home.
    at_home: bool,
) -> impl IntoView {
    let l = use_locale();
    let encounter = encounter.map(|encounter| encounter.to_string()).unwrap_or_default();
    let submit = if at_home { say!(l, records.vitals.add_own) } else { say!(l, records.vitals.add) };
    view! {
        <Form form>
            <input type="hidden" name="patient" value=patient.to_string()/>
            <input type="hidden" name="encounter" value=encounter.clone()/>
            <div class="measures">
                <TextField name="systolic" inputmode="numeric" width="short" optional=true/>
                <TextField name="diastolic" inputmode="numeric" width="short" optional=true/>
                <TextField name="pulse" inputmode="numeric" width="short" optional=true/>
                <TextField name="breathing" inputmode="numeric" width="short" optional=true/>
                <TextField name="saturation" inputmode="numeric" width="short" optional=true/>
                <div class="measure">
                    <TextField name="temperature" inputmode="decimal" width="short" hint=say!(l, records.vitals.comma) optional=true/>
                    <SelectField name="temperature_unit" choices=units(l, VitalKind::Temperature) preset=preset(VitalKind::Temperature)/>
                </div>
                <div class="measure">
                    <TextField name="weight" inputmode="decimal" width="short" optional=true/>
                    <SelectField name="weight_unit" choices=units(l, VitalKind::Weight) preset=preset(VitalKind::Weight)/>
                </div>
                <div class="measure">
                    <TextField name="height" width="short" hint=say!(l, records.vitals.height_hint) optional=true/>
                    <SelectField name="height_unit" choices=units(l, VitalKind::Height) preset=preset(VitalKind::Height)/>
                </div>
                <TextField name="pain" inputmode="numeric" width="short" optional=true/>
                <div class="measure">
                    <TextField name="glucose" inputmode="decimal" width="short" optional=true/>
                    <SelectField name="glucose_unit" choices=units(l, VitalKind::Glucose) preset=preset(VitalKind::Glucose)/>
                </div>
            </div>
            {(!at_home).then(|| view! { <Assessed/> })}
            <div class="row"><SubmitButton label=submit/></div>
        </Form>
    }
    .into_any()
}

/// What the early-warning score must know besides. Nothing is assumed: without an answer there is no score.
#[component]
fn Assessed() -> impl IntoView {
    let l = use_locale();
    let of_words = |words: Vec<(String, &'static str)>| -> Vec<Choice> {
        let not_assessed = std::iter::once((String::new(), say!(l, records.vitals.not_assessed)));
        let all = not_assessed.chain(words);
        all.map(|(value, label)| Choice { value, label: label.to_owned(), hint: None }).collect()
    };
    let awake = Consciousness::ALL.iter().map(|word| (word.to_string(), consciousness_name(l, *word))).collect();
    let breathes = Breathes::ALL.iter().map(|word| (word.to_string(), breathes_name(l, *word))).collect();
    let scales = SaturationScale::ALL
        .iter()
        .map(|word| Choice { value: word.to_string(), label: scale_name(l, *word).to_owned(), hint: None })
        .collect::<Vec<_>>();
    view! {
        <SelectField name="consciousness" choices=of_words(awake) preset=String::new()/>
        <SelectField name="breathes" choices=of_words(breathes) preset=String::new()/>
        <SelectField name="scale" choices=scales preset=SaturationScale::Usual.to_string()/>
    }
    .into_any()
}

fn preset(kind: VitalKind) -> String {
    kind.unit().to_string()
}

fn units(l: Locale, kind: VitalKind) -> Vec<Choice> {
    let units = kind.units().iter();
    units.map(|unit| Choice { value: unit.to_string(), label: unit_name(l, *unit).to_owned(), hint: None }).collect()
}

fn consciousness_name(l: Locale, word: Consciousness) -> &'static str {
    match word {
        Consciousness::Alert => say!(l, records.vitals.alert),
        Consciousness::Confusion => say!(l, records.vitals.confusion),
        Consciousness::Voice => say!(l, records.vitals.voice),
        Consciousness::Pain => say!(l, records.vitals.responds_to_pain),
        Consciousness::Unresponsive => say!(l, records.vitals.unresponsive),
    }
}

fn breathes_name(l: Locale, word: Breathes) -> &'static str {
    match word {
        Breathes::Air => say!(l, records.vitals.air),
        Breathes::Oxygen => say!(l, records.vitals.oxygen),
    }
}

fn scale_name(l: Locale, word: SaturationScale) -> &'static str {
    match word {
        SaturationScale::Usual => say!(l, records.vitals.scale_1),
        SaturationScale::Hypercapnic => say!(l, records.vitals.scale_2),
    }
}
