//! Arbitrary input of clients and peers; the entry is that of the fuzzer (`relay/fuzz`).

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_input_breaks_the_server(input in prop::collection::vec(any::<u8>(), 0..2000)) {
        crate::turn::exercise::run(&input);
    }
}

#[test]
fn the_corpus_breaks_nothing() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/server");
    let inputs = std::fs::read_dir(corpus).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let count = inputs.map(|input| crate::turn::exercise::run(&input)).count();
    assert!(count > 0, "the corpus is in the tree");
}
