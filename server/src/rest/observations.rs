//! The measurements of a patient.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    Domain,
    error::retry,
    records::{self, AddMeasurements, WithdrawMeasurements},
};
use jiff::Timestamp;
use model::{
    errors::Code,
    ids::{EncounterId, PatientId},
    vitals::{GrowthMeasure, GrowthPoint, Measured, MeasurementView, News2, Side, TypedVitals},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The measurements of a patient.
#[derive(Serialize, ToSchema)]
pub(super) struct Observations {
    /// What was measured at each time, the newest first, without what was entered in error.
    items: Vec<Observation>,
    /// Of somebody younger than 19 whose sex is known: each weight, height and body mass index, compared with the children of the same age and sex, the oldest first.
    growth: Vec<GrowthValue>,
}

/// A value that is compared by the growth standards of the WHO.
#[derive(Serialize, ToSchema)]
struct GrowthValue {
    /// What was measured: `weight` in kg, `height` in cm, or `bmi` in kg/m2.
    kind: &'static str,
    /// When it was measured.
    taken_at: Timestamp,
    /// The age then, in completed days.
    age_days: i32,
    /// The value.
    #[schema(examples("9.65"))]
    value: String,
    /// The z-score.
    #[schema(examples("-0.13"))]
    z_score: String,
    /// How many per cent of the children have less.
    #[schema(examples("44.8"))]
    percentile: String,
}

impl GrowthValue {
    fn of(measure: GrowthMeasure, point: &GrowthPoint) -> Self {
        let (sign, size) = (if point.z_hundredths < 0 { "-" } else { "" }, point.z_hundredths.unsigned_abs());
        Self {
            kind: measure.as_str(),
            taken_at: point.taken_at,
            age_days: point.age_days,
            value: point.value.to_string(),
            z_score: format!("{sign}{}.{:02}", size / 100, size % 100),
            percentile: format!("{}.{}", point.per_mille / 10, point.per_mille % 10),
        }
    }
}

/// What was measured at one time.
#[derive(Serialize, ToSchema)]
pub(super) struct Observation {
    /// The id.
    id: Uuid,
    /// When it was measured.
    taken_at: Timestamp,
    /// The name of who entered it.
    recorded_by: String,
    /// Whether the patient's side has entered it, at home.
    at_home: bool,
    /// The visit for which it was measured; null if there is none.
    visit_id: Option<Uuid>,
    /// The values.
    values: Vec<ObservedValue>,
    /// How awake the patient was: `alert`, `confusion`, `voice`, `pain` or `unresponsive`; null if it was not assessed.
    consciousness: Option<&'static str>,
    /// What the patient breathed: `air` or `oxygen`; null if it was not noted.
    breathes: Option<&'static str>,
    /// The scale for the oxygen saturation: `scale_1` or `scale_2`.
    scale: &'static str,
    /// The early-warning score NEWS2; null if one of its parameters is missing or the patient was younger than 16.
    news2: Option<Score>,
}

/// A measured value.
#[derive(Serialize, ToSchema)]
struct ObservedValue {
    /// What was measured: `systolic`, `diastolic`, `pulse`, `temperature`, `saturation`, `breathing`, `weight`, `height`, `pain` or `glucose`.
    kind: &'static str,
    /// The LOINC code.
    #[schema(examples("8480-6"))]
    loinc: &'static str,
    /// The exact value in the canonical unit.
    #[schema(examples("37.00"))]
    value: String,
    /// The UCUM code of the canonical unit.
    #[schema(examples("Cel"))]
    unit: &'static str,
    /// The value as it was entered.
    #[schema(examples("98.6"))]
    entered_value: String,
    /// The UCUM code of the unit in which it was entered.
    #[schema(examples("[degF]"))]
    entered_unit: &'static str,
    /// `low` or `high` when somebody must be told of the value; null otherwise.
    alarm: Option<&'static str>,
}

/// The early-warning score.
#[derive(Serialize, ToSchema)]
struct Score {
    /// The sum of the points, 0 to 20.
    aggregate: u8,
    /// Whether one parameter alone has 3 points.
    single_trigger: bool,
    /// The clinical risk: `low`, `low_medium`, `medium` or `high`.
    risk: &'static str,
}

impl From<MeasurementView> for Observation {
    fn from(view: MeasurementView) -> Self {
        let alarm = |measured: &Measured| view.alarms.iter().find(|alarm| alarm.kind == measured.kind).map(|alarm| alarm.side);
        let values = view.vitals.values.iter().map(|measured| ObservedValue::of(measured, alarm(measured))).collect();
        Self {
            id: view.id.uuid(),
            taken_at: view.taken_at,
            at_home: view.at_home,
            visit_id: view.encounter.map(EncounterId::uuid),
            values,
            consciousness: view.vitals.consciousness.map(|word| word.as_str()),
            breathes: view.vitals.breathes.map(|word| word.as_str()),
            scale: view.vitals.scale.as_str(),
            news2: view.news2.map(Into::into),
            recorded_by: view.recorded_by,
        }
    }
}

impl ObservedValue {
    fn of(measured: &Measured, alarm: Option<Side>) -> Self {
        Self {
            kind: measured.kind.as_str(),
            loinc: measured.kind.loinc(),
            value: measured.canonical.to_string(),
            unit: measured.kind.unit().as_str(),
            entered_value: measured.value.to_string(),
            entered_unit: measured.unit.as_str(),
            alarm: alarm.map(|side| match side {
                Side::Low => "low",
                Side::High => "high",
            }),
        }
    }
}

impl From<News2> for Score {
    fn from(score: News2) -> Self {
        Self { aggregate: score.aggregate(), single_trigger: score.has_single_trigger(), risk: score.risk().as_str() }
    }
}

/// Lists the measurements of a patient, the newest 200.
#[utoipa::path(
    get, path = "/patients/{patient_id}/observations", tag = "records", operation_id = "list_observations",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses((status = 200, description = "The measurements.", body = Observations))
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<Json<Observations>, Problem> {
    Ok(Json(shown(&domain, &access, patient).await?))
}

async fn shown(domain: &Domain, access: &domain::access::Access, patient: PatientId) -> Result<Observations, Problem> {
    let found = retry(|| records::measurements(domain, access, Some(patient))).await?;
    let charts = found.growth.map(|growth| growth.charts).unwrap_or_default();
    let growth = charts.iter().flat_map(|chart| chart.points.iter().map(|point| GrowthValue::of(chart.measure, point)));
    Ok(Observations { growth: growth.collect(), items: found.items.into_iter().map(Into::into).collect() })
}

/// What was measured at one time: at least one value. Values are texts, so that they stay exact; a comma is taken for a point. A unit that is absent is the canonical one.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "systolic": "120", "diastolic": "80", "temperature": "98.6", "temperature_unit": "[degF]", "pulse": "72" }))]
pub(super) struct NewObservation {
    /// The visit for which it was measured.
    #[schema(value_type = Option<Uuid>)]
    visit_id: Option<EncounterId>,
    /// When it was measured; now if it is absent.
    taken_at: Option<Timestamp>,
    /// The upper blood pressure in mmHg, together with the lower one.
    systolic: Option<String>,
    /// The lower blood pressure in mmHg.
    diastolic: Option<String>,
    /// The pulse per minute.
    pulse: Option<String>,
    /// The temperature.
    temperature: Option<String>,
    /// `Cel` or `[degF]`.
    temperature_unit: Option<String>,
    /// The oxygen saturation in per cent.
    saturation: Option<String>,
    /// The breaths per minute.
    breathing: Option<String>,
    /// The weight.
    weight: Option<String>,
    /// `kg` or `[lb_av]`.
    weight_unit: Option<String>,
    /// The height; in feet and inches like `5 ft 11 in`.
    height: Option<String>,
    /// `cm` or `[in_i]`.
    height_unit: Option<String>,
    /// The pain from 0 to 10.
    pain: Option<String>,
    /// The glucose in the blood.
    glucose: Option<String>,
    /// `mmol/L` or `mg/dL`.
    glucose_unit: Option<String>,
    /// How awake the patient is: `alert`, `confusion`, `voice`, `pain` or `unresponsive`. Not taken from the patient's side.
    consciousness: Option<String>,
    /// What the patient breathes: `air` or `oxygen`. Not taken from the patient's side.
    breathes: Option<String>,
    /// The scale for the oxygen saturation: `scale_1` or `scale_2`. Not taken from the patient's side.
    scale: Option<String>,
}

impl FromFields for NewObservation {
    fn read(fields: &mut Fields) -> Option<Self> {
        let visit_id = fields.optional("visit_id", fields::id);
        let taken_at = fields.optional("taken_at", fields::instant);
        let mut text = |name| fields.optional(name, fields::text);
        Some(Self {
            visit_id,
            taken_at,
            systolic: text("systolic"),
            diastolic: text("diastolic"),
            pulse: text("pulse"),
            temperature: text("temperature"),
            temperature_unit: text("temperature_unit"),
            saturation: text("saturation"),
            breathing: text("breathing"),
            weight: text("weight"),
            weight_unit: text("weight_unit"),
            height: text("height"),
            height_unit: text("height_unit"),
            pain: text("pain"),
            glucose: text("glucose"),
            glucose_unit: text("glucose_unit"),
            consciousness: text("consciousness"),
            breathes: text("breathes"),
            scale: text("scale"),
        })
    }
}

/// Records what was measured. What the patient's side records is marked as measured at home.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/patients/{patient_id}/observations", tag = "records", operation_id = "add_observation",
    request_body = NewObservation,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each measurement."),
    ),
    responses(
        (status = 201, description = "The measurements of the patient.", body = Observations),
        (status = 403, description = "`access.forbidden`: the caller reads the record and records nothing.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    key: IdempotencyKey,
    Body(new): Body<NewObservation>,
) -> Result<(StatusCode, Json<Observations>), Problem> {
    let vitals = TypedVitals {
        systolic: new.systolic.unwrap_or_default(),
        diastolic: new.diastolic.unwrap_or_default(),
        pulse: new.pulse.unwrap_or_default(),
        temperature: new.temperature.unwrap_or_default(),
        temperature_unit: new.temperature_unit.unwrap_or_default(),
        saturation: new.saturation.unwrap_or_default(),
        breathing: new.breathing.unwrap_or_default(),
        weight: new.weight.unwrap_or_default(),
        weight_unit: new.weight_unit.unwrap_or_default(),
        height: new.height.unwrap_or_default(),
        height_unit: new.height_unit.unwrap_or_default(),
        pain: new.pain.unwrap_or_default(),
        glucose: new.glucose.unwrap_or_default(),
        glucose_unit: new.glucose_unit.unwrap_or_default(),
        consciousness: new.consciousness.unwrap_or_default(),
        breathes: new.breathes.unwrap_or_default(),
        scale: new.scale.unwrap_or_default(),
    };
    let (encounter, taken_at, idempotency_key) = (new.visit_id, new.taken_at, Some(key.required()?));
    let command = AddMeasurements { patient, encounter, taken_at, vitals, idempotency_key };
    retry(|| records::add_measurements(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(shown(&domain, &access, patient).await?)))
}

/// Why measurements were entered in error.
#[derive(Clone, ToSchema)]
pub(super) struct ObservationWithdrawal {
    /// The reason.
    #[schema(value_type = String, examples("Another patient"))]
    reason: String,
}

impl FromFields for ObservationWithdrawal {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required("reason", fields::text)? })
    }
}

/// Marks measurements as entered in error. Nobody sees them any more; they stay in the record with the reason. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/observations/{observation_id}/withdraw", tag = "records", operation_id = "withdraw_observation",
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("observation_id" = Uuid, Path, description = "The id of the measurements."),
    ),
    request_body = ObservationWithdrawal,
    responses(
        (status = 204, description = "The measurements are marked."),
        (status = 403, description = "`access.forbidden`: the patient's side marks only what it has measured.", body = ErrorBody),
    )
)]
pub(super) async fn withdraw(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path((patient, measurement)): Path<(String, String)>,
    Body(withdrawal): Body<ObservationWithdrawal>,
) -> Result<StatusCode, Problem> {
    let command = WithdrawMeasurements {
        patient: patient.parse().map_err(|_| Code::NotFound)?,
        measurement: measurement.parse().map_err(|_| Code::NotFound)?,
        reason: withdrawal.reason,
    };
    retry(|| records::withdraw_measurements(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
