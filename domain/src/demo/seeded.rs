//! A random source that gives the same values each time, so that the clinic is the same each time. It must never make keys.

use crate::{randomness::Randomness, vault::sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// SHA-256 over a seed and a counter.
#[derive(Debug)]
pub(super) struct Seeded {
    seed: [u8; 32],
    counter: AtomicU64,
}

impl Seeded {
    pub(super) fn new(seed: &[u8]) -> Self {
        Self { seed: sha256(&[seed]), counter: AtomicU64::new(0) }
    }

    /// A number below `bound`.
    pub(super) fn below(&self, bound: usize) -> usize {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(u64::from_be_bytes(bytes) % bound).unwrap_or(0)
    }

    /// One element of a list that is not empty.
    pub(super) fn pick<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

impl Randomness for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::Relaxed);
            let block = sha256(&[&self.seed, &counter.to_be_bytes()]);
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}
