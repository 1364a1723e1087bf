//! The rules of prescriptions, as pure functions.

use super::items::Direction;
use jiff::Timestamp;
use model::{
    ids::PrescriptionItemId,
    prescriptions::{Medicine, PrescriptionState, TypedMedicine},
};

/// The most medicines on one prescription; more belong on a second one.
pub(super) const MOST_ITEMS: usize = 20;

/// The state of a prescription.
pub(super) const fn state(signed: Option<Timestamp>, cancelled: Option<Timestamp>) -> PrescriptionState {
    match (signed, cancelled) {
        (None, _) => PrescriptionState::Draft,
        (Some(_), None) => PrescriptionState::Signed,
        (Some(_), Some(_)) => PrescriptionState::Cancelled,
    }
}

/// Parses a medicine, which the paper must be able to show.
pub(super) fn medicine(typed: &TypedMedicine) -> crate::Result<Medicine> {
    Medicine::parse(typed, |text| crate::document::printable(text).is_ok()).map_err(crate::Error::fields)
}

/// The order after a medicine was moved by one position; at the end of the list nothing changes. `None` when it is not in the list.
pub(super) fn moved(
    mut order: Vec<PrescriptionItemId>,
    item: PrescriptionItemId,
    to: Direction,
) -> Option<Vec<PrescriptionItemId>> {
    let at = order.iter().position(|id| *id == item)?;
    let other = match to {
        Direction::Up => at.checked_sub(1),
        Direction::Down => Some(at + 1).filter(|next| *next < order.len()),
    };
    if let Some(other) = other {
        order.swap(at, other);
    }
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> PrescriptionItemId {
        Uuid::from_u128(n).into()
    }

    #[test]
    fn a_medicine_moves_by_one_place_and_not_beyond_the_ends() {
        let order = || vec![id(1), id(2), id(3)];
        assert_eq!(moved(order(), id(2), Direction::Up), Some(vec![id(2), id(1), id(3)]));
        assert_eq!(moved(order(), id(2), Direction::Down), Some(vec![id(1), id(3), id(2)]));
        assert_eq!(moved(order(), id(1), Direction::Up), Some(order()));
        assert_eq!(moved(order(), id(3), Direction::Down), Some(order()));
        assert_eq!(moved(order(), id(4), Direction::Down), None);
    }
}
