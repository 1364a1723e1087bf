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

/// The root over nothing: the hash of an empty input.
pub(super) fn empty() -> Hash {
    Tree::default().root()
}

/// Makes the root over leaves that come one after the other. It holds one hash for each complete subtree, so its size is the logarithm of their number.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The roots of the complete subtrees, each with the number of its leaves; the largest is first.
    subtrees: Vec<(u64, Hash)>,
}

impl Tree {
    /// Adds the next leaf.
    pub(super) fn push(&mut self, leaf: Hash) {
        let (mut leaves, mut root) = (1, leaf);
        while let Some((_, left)) = self.subtrees.pop_if(|(size, _)| *size == leaves) {
            root = inner(&left, &root);
            leaves *= 2;
        }
        self.subtrees.push((leaves, root));
    }

    /// The root over the leaves so far.
    pub(super) fn root(&self) -> Hash {
        let from_the_right = self.subtrees.iter().rev().map(|(_, root)| *root);
        from_the_right.reduce(|right, left| inner(&left, &right)).unwrap_or_else(|| sha256(&[]))
    }
}

fn inner(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition in RFC 9162 §2.1.1.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [only] => *only,
            many => {
                let split = many.len().next_power_of_two() / 2;
                let (left, right) = many.split_at(split);
                inner(&defined(left), &defined(right))
            }
        }
    }

    fn root(leaves: &[Hash]) -> Hash {
        let mut tree = Tree::default();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        tree.root()
    }

    #[test]
    fn the_root_is_the_one_that_the_rfc_defines() {
        let list: Vec<Hash> = (0..70_u8).map(|i| leaf(&[&[i]])).collect();
        for length in 0..=list.len() {
            assert_eq!(root(&list[..length]), defined(&list[..length]), "{length} leaves");
        }
    }

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
