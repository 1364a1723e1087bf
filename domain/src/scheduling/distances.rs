//! How far doctors are from the place at which a patient searches.
//!
//! The distance of a doctor is the one in a straight line to the nearest clinic at which they have hours. Doctors of clinics whose position nobody has entered
//! have none: they come last in the order of distance, and a search within a distance leaves them out.
//!
//! The place itself is neither stored nor logged.

use super::{
    search::DoctorSearch,
    store::{self, doctors::Candidate},
};
use crate::{Error, Result, db::Tx, directory};
use model::{
    errors::FieldFault,
    ids::{ClinicId, DoctorId},
    place::Near,
    scheduling::VisitMode,
};
use std::collections::HashMap;

/// The distances of the doctors for one search.
pub(super) struct Distances {
    metres: HashMap<DoctorId, u32>,
}

impl Distances {
    /// The distances for a search; `None` if it is near nothing.
    ///
    /// # Errors
    /// `request.fields_invalid` with the field `near`, `UnknownChoice` for a postcode that is not known, or with `within_km`, `Missing` for a distance without a place.
    pub(super) async fn of(tx: &mut Tx, search: &DoctorSearch) -> Result<Option<Self>> {
        let Some(near) = &search.near else {
            return if search.within_km.is_some() { Err(Error::field("near", FieldFault::Missing)) } else { Ok(None) };
        };
        let clinics = directory::clinic_places(tx.connection()).await?;
        let from = match near {
            Near::Position(position) => *position,
            Near::Postcode(postcode) => directory::place_of(tx.connection(), postcode, search.country.as_deref(), &clinics)
                .await?
                .ok_or_else(|| Error::field("near", FieldFault::UnknownChoice))?,
        };
        let at: HashMap<ClinicId, u32> = clinics.iter().map(|place| (place.clinic, from.metres_to(place.position))).collect();
        let ids: Vec<ClinicId> = at.keys().copied().collect();
        let mut metres = HashMap::new();
        for (doctor, clinic) in store::doctors::who_has_hours_at(tx.connection(), &ids).await? {
            let Some(there) = at.get(&clinic).copied() else { continue };
            metres.entry(doctor).and_modify(|nearest: &mut u32| *nearest = (*nearest).min(there)).or_insert(there);
        }
        Ok(Some(Self { metres }))
    }

    /// Notes how far each doctor is.
    pub(super) fn measure(&self, found: &mut [Candidate]) {
        for candidate in found {
            candidate.metres = self.metres.get(&candidate.doctor).copied();
        }
    }
}

/// Removes the doctors who are farther away than a search wants, or whose distance is not known, and returns them.
pub(super) fn remove_farther(found: &mut Vec<Candidate>, within_km: Option<u32>) -> Vec<Candidate> {
    let Some(kilometres) = within_km else { return Vec::new() };
    let is_near = |candidate: &Candidate| candidate.metres.is_some_and(|metres| metres <= kilometres.saturating_mul(1000));
    let (near, farther) = std::mem::take(found).into_iter().partition(is_near);
    *found = near;
    farther
}

/// How many of the doctors who are farther away can be met on video, if the search is not for another way to meet.
pub(super) async fn by_video(tx: &mut Tx, farther: &[Candidate], mode: Option<VisitMode>) -> Result<u32> {
    if farther.is_empty() || mode.is_some_and(|mode| mode != VisitMode::Video) {
        return Ok(0);
    }
    let ids: Vec<DoctorId> = farther.iter().map(|candidate| candidate.doctor).collect();
    store::visit_types::who_meets_by(tx.connection(), &ids, VisitMode::Video).await
}
