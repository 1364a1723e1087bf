//! `slot-answers COUNT` prints what the slot engine answers for the first generated schedules, in native code: a JSON list of digests. They are texts, because
//! JavaScript reads numbers of 64 bits inexactly.

#[expect(clippy::print_stdout, reason = "the list is the result")]
fn main() {
    let count: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).expect("`slot-answers COUNT`");
    let answers: Vec<String> = (0..count).map(|seed| format!("\"{}\"", schedules::digest(seed))).collect();
    println!("[{}]", answers.join(","));
}
