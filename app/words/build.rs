//! Generates the catalogue of the sentences that every area and the server need.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    catalogue::generate_first(&["common", "errors", "mail"])
}
