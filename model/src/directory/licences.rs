//! A doctor's licences: how far each one is, and what pages show of them.

use super::{ApplicationDecision, Country, SameLicence};
use crate::{
    errors::Code,
    ids::{DoctorId, LicenceId},
    wire::words,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How many days before the end of a licence its doctor is warned, the longest time first.
pub const LICENCE_WARNINGS: [i32; 3] = [60, 30, 7];

words! {
    /// How far a licence is.
    LicenceState {
        /// An administrator has to check it.
        Waiting = "waiting",
        /// It was checked: the doctor may practise with it until its last day.
        Approved = "approved",
        /// It was not accepted, or an administrator has withdrawn it.
        Refused = "refused",
        /// A renewed one stands for it.
        Replaced = "replaced",
        /// An administrator has asked for something more. It waits again once the doctor has added or corrected it.
        MoreAsked = "more_asked",
    }
}

impl LicenceState {
    /// The state after a decision of an administrator.
    ///
    /// # Errors
    /// `LicenceDecided` when there is nothing to decide: what was refused or replaced stays so, and what was approved can only be withdrawn.
    pub const fn after(self, decision: ApplicationDecision) -> Result<Self, Code> {
        match (self, decision) {
            (Self::Waiting | Self::MoreAsked, ApplicationDecision::Verified) => Ok(Self::Approved),
            (Self::Waiting | Self::MoreAsked | Self::Approved, ApplicationDecision::Refused) => Ok(Self::Refused),
            (Self::Waiting | Self::MoreAsked, ApplicationDecision::MoreAsked) => Ok(Self::MoreAsked),
            (Self::Approved | Self::Refused | Self::Replaced, ApplicationDecision::Verified | ApplicationDecision::MoreAsked)
            | (Self::Refused | Self::Replaced, ApplicationDecision::Refused) => Err(Code::LicenceDecided),
        }
    }
}

/// The shortest of the [`LICENCE_WARNINGS`] that covers this number of days; `None` when the end is further away, or over.
#[must_use]
pub fn licence_warning(days_left: i32) -> Option<i32> {
    LICENCE_WARNINGS.into_iter().rev().find(|days| (0..=*days).contains(&days_left))
}

/// A licence as its doctor and administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLicence {
    /// The licence.
    pub id: LicenceId,
    /// The licence number.
    pub number: String,
    /// The authority that issued it.
    pub authority: String,
    /// The country of the authority.
    pub country: Country,
    /// The state or province in which it is valid, if not in the whole country.
    pub region: Option<String>,
    /// When it was issued.
    pub issued_on: Option<Date>,
    /// The last day on which it is valid.
    pub expires_on: Date,
    /// How far it is.
    pub state: LicenceState,
    /// What the administrator wrote.
    pub reply: Option<String>,
    /// How many days are left; 0 on the last day, less after it.
    pub days_left: i32,
    /// The version that was shown. A change must name it.
    pub version: i32,
}

impl OwnLicence {
    /// Whether the doctor may practise with it today.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.state == LicenceState::Approved && self.days_left >= 0
    }

    /// Whether it is near its end, so that the doctor must renew it.
    #[must_use]
    pub fn ends_soon(&self) -> bool {
        self.state == LicenceState::Approved && licence_warning(self.days_left).is_some()
    }
}

/// The insurance against malpractice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverView {
    /// The insurer.
    pub insurer: String,
    /// The number of the policy.
    pub number: String,
    /// The last day of the cover.
    pub until: Date,
    /// Whether it is over.
    pub over: bool,
}

/// All licences and the insurance of the calling doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicencesView {
    /// The licences: those that wait for a review, then the newest. Those that were replaced are left out.
    pub licences: Vec<OwnLicence>,
    /// The insurance, if one was stated.
    pub cover: Option<CoverView>,
    /// The version of the doctor, needed to change the insurance.
    pub version: i32,
}

impl LicencesView {
    /// Whether the doctor may practise today: patients can book, and prescriptions can be signed.
    #[must_use]
    pub fn may_practise(&self) -> bool {
        self.licences.iter().any(OwnLicence::is_valid)
    }
}

/// One licence in the list of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceRow {
    /// The licence.
    pub id: LicenceId,
    /// The name of its doctor.
    pub doctor_name: String,
    /// The authority that issued it.
    pub authority: String,
    /// The country of the authority.
    pub country: Country,
    /// The last day on which it is valid.
    pub expires_on: Date,
    /// When the doctor sent it.
    pub sent_at: Timestamp,
}

/// A licence on the page where an administrator decides about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceReview {
    /// The licence.
    pub licence: OwnLicence,
    /// Its doctor.
    pub doctor: DoctorId,
    /// The name of the doctor.
    pub doctor_name: String,
    /// When the doctor sent it.
    pub sent_at: Timestamp,
    /// Other doctors with the same licence.
    pub same_licence: Vec<SameLicence>,
    /// Whether the caller may decide about it.
    pub may_decide: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_the_shortest_that_covers_the_days() {
        let found: Vec<_> = [61, 60, 31, 30, 8, 7, 0, -1].into_iter().map(licence_warning).collect();
        assert_eq!(found, [None, Some(60), Some(60), Some(30), Some(30), Some(7), Some(7), None]);
    }

    #[test]
    fn a_licence_is_decided_once_and_can_be_withdrawn() {
        use ApplicationDecision::{MoreAsked, Refused, Verified};
        for open in [LicenceState::Waiting, LicenceState::MoreAsked] {
            assert_eq!(open.after(MoreAsked), Ok(LicenceState::MoreAsked));
            assert_eq!(open.after(Refused), Ok(LicenceState::Refused));
        }
        assert_eq!(LicenceState::MoreAsked.after(Verified), Ok(LicenceState::Approved));
        assert_eq!(LicenceState::Waiting.after(Verified), Ok(LicenceState::Approved));
        assert_eq!(LicenceState::Waiting.after(Refused), Ok(LicenceState::Refused));
        assert_eq!(LicenceState::Approved.after(Refused), Ok(LicenceState::Refused));
        for (state, decision) in [
            (LicenceState::Approved, Verified),
            (LicenceState::Approved, MoreAsked),
            (LicenceState::Refused, MoreAsked),
            (LicenceState::Refused, Verified),
            (LicenceState::Refused, Refused),
            (LicenceState::Replaced, Verified),
            (LicenceState::Replaced, Refused),
        ] {
            assert_eq!(state.after(decision), Err(Code::LicenceDecided), "{state}");
        }
    }
}
