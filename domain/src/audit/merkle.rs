//! Merkle tree hash over a list (RFC 9162 §2.1.1). Leaves and inner nodes are hashed with different prefixes, so that neither can pass for the
//! other.

use crate::vault::sha256;

pub(super) type Hash = [u8; 32];

/// The hash of one leaf.
pub(super) fn leaf(parts: &[&[u8]]) -> Hash {
    let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let mut all: Vec<&[u8]> = vec![&[0]];
    for (length, part) in lengths.iter().zip(parts) {
        all.push(length);
        all.push(part);
    }
    sha256(&all)
}

/// The root over the leaves; without leaves, the hash of an empty input.
pub(super) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [only] => *only,
        many => {
            let split = many.len().next_power_of_two() / 2;
            let (left, right) = many.split_at(split);
            sha256(&[&[1], &root(left), &root(right)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_the_list_changes_the_root() {
        let list: Vec<Hash> = (0..7_u8).map(|i| leaf(&[&[i]])).collect();
        let whole = root(&list);
        for i in 0..list.len() {
            let mut removed = list.clone();
            removed.remove(i);
            assert_ne!(root(&removed), whole);
            let mut swapped = list.clone();
            swapped.swap(i, (i + 1) % list.len());
            assert_ne!(root(&swapped), whole);
        }
        assert_ne!(leaf(&[b"ab", b"c"]), leaf(&[b"a", b"bc"]));
    }
}
