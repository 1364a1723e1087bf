//! Generates the catalogue of this area's sentences.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    catalogue::generate(&["records", "team"])
}
