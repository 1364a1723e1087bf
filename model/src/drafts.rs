//! The subject of a draft. It decides who may save the draft and with which key the draft is encrypted.

use crate::ids::{EncounterId, PatientId, PrescriptionId};
use std::{fmt, str::FromStr};

/// The longest detail, in bytes. A few ids fit.
const LONGEST_DETAIL: usize = 200;

/// The subject of a draft, as a form sends it: `visit:<id>`, `own`, `own:<detail>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DraftSubject {
    /// Something that belongs to the user: their working hours, a decision they write. The detail tells drafts of one kind apart, e.g. by
    /// the id in the URL.
    Own(String),
    /// A visit.
    Visit(EncounterId),
    /// The patient of a visit; used by a page that knows only the visit's id.
    PatientOf(EncounterId),
    /// A patient's record.
    Patient(PatientId),
    /// A prescription. The detail tells its medicines apart.
    Prescription(PrescriptionId, String),
}

/// The text is not the subject of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the subject of a draft")]
pub struct NotASubject;

impl fmt::Display for DraftSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_detail = |f: &mut fmt::Formatter<'_>, detail: &str| match detail {
            "" => Ok(()),
            detail => write!(f, ":{detail}"),
        };
        match self {
            Self::Own(detail) => {
                f.write_str("own")?;
                with_detail(f, detail)
            }
            Self::Visit(id) => write!(f, "visit:{id}"),
            Self::PatientOf(id) => write!(f, "patient-of:{id}"),
            Self::Patient(id) => write!(f, "patient:{id}"),
            Self::Prescription(id, detail) => {
                write!(f, "prescription:{id}")?;
                with_detail(f, detail)
            }
        }
    }
}

impl FromStr for DraftSubject {
    type Err = NotASubject;

    fn from_str(text: &str) -> Result<Self, NotASubject> {
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "own" => detail(rest).map(Self::Own),
            "visit" => rest.parse().map(Self::Visit).map_err(|_| NotASubject),
            "patient-of" => rest.parse().map(Self::PatientOf).map_err(|_| NotASubject),
            "patient" => rest.parse().map(Self::Patient).map_err(|_| NotASubject),
            "prescription" => {
                let (id, rest) = rest.split_once(':').unwrap_or((rest, ""));
                Ok(Self::Prescription(id.parse().map_err(|_| NotASubject)?, detail(rest)?))
            }
            _ => Err(NotASubject),
        }
    }
}

fn detail(text: &str) -> Result<String, NotASubject> {
    let is_plain = text.len() <= LONGEST_DETAIL && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain { Ok(text.to_owned()) } else { Err(NotASubject) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_subject_reads_what_it_writes() {
        let id = Uuid::from_u128(7);
        for subject in [
            DraftSubject::Own(String::new()),
            DraftSubject::Own("id=7".to_owned()),
            DraftSubject::Visit(id.into()),
            DraftSubject::PatientOf(id.into()),
            DraftSubject::Patient(id.into()),
            DraftSubject::Prescription(id.into(), String::new()),
            DraftSubject::Prescription(id.into(), id.to_string()),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
    }

    #[test]
    fn what_names_no_subject_is_refused() {
        let long = format!("own:{}", "a".repeat(LONGEST_DETAIL + 1));
        for text in ["", "visit", "visit:7", "patient:", "doctor:7", "own:a b", "own:\u{e4}", long.as_str()] {
            assert_eq!(text.parse::<DraftSubject>(), Err(NotASubject), "{text:?}");
        }
    }
}
