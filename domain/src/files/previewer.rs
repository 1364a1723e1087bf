//! The first page of a PDF as a picture.

use async_trait::async_trait;
use std::fmt;

/// What draws the first page of a PDF.
#[async_trait]
pub trait Previewer: fmt::Debug + Send + Sync {
    /// The first page as a JPEG, not larger than some hundred pixels a side; `None` when nothing here can draw PDFs. What it returns is decoded and encoded
    /// again before anybody sees it.
    ///
    /// # Errors
    /// The cause in words, when this file cannot be drawn. It then has no preview.
    async fn first_page(&self, pdf: Vec<u8>) -> Result<Option<Vec<u8>>, String>;
}
