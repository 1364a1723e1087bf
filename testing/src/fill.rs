//! Fills a clinic with many rows, for tests of what queries read.

use super::TestClinic;
use sqlx::AssertSqlSafe;

/// The statements; `cargo xtask fill` runs them too.
const FILL: &str = include_str!("../fill.sql");

impl TestClinic {
    /// Fills the clinic with this many doctors, and for each of them fifty patients, three hundred appointments and two hundred audit rows and seals.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn fill(&self, doctors: u32) {
        let statements = FILL.replace(":doctors", &doctors.to_string()).replace(":at", &format!("'{}'", super::BEGIN));
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&self.owner).await.expect("the clinic can be filled");
    }
}
