//! Tests with arbitrary input from clients and peers, through the entry points of the fuzzer (`relay/fuzz`).

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_input_breaks_the_server(input in prop::collection::vec(any::<u8>(), 0..2000)) {
        crate::turn::exercise::run(&input);
    }

    #[test]
    fn no_input_is_read_in_two_ways(input in prop::collection::vec(any::<u8>(), 0..200)) {
        crate::stun::exercise::run(&input);
    }
}

/// Runs every file of a corpus folder.
fn each(folder: &str, run: impl Fn(&[u8])) {
    // Asked when the test runs: clones of the project may share what was built, and the test that one of them has built serves the other.
    let relay = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    let corpus = std::path::Path::new(&relay).join("fuzz/corpus").join(folder);
    let inputs = std::fs::read_dir(corpus).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    assert!(inputs.map(|input| run(&input)).count() > 0, "the corpus is in the tree");
}

#[test]
fn the_corpora_break_nothing() {
    each("server", crate::turn::exercise::run);
    each("message", crate::stun::exercise::run);
}
