//! The logo of the clinic, as the paper draws it.

use image::ImageError;
use printpdf::{RawImage, RawImageData, RawImageFormat};

/// A picture in colours without transparency: paper is white.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    width: u32,
    height: u32,
    /// Red, green and blue of each pixel, row by row from the top.
    pixels: Vec<u8>,
}

impl Logo {
    /// Decodes the content of a file that was encoded by the check of files, which bounds its size.
    ///
    /// # Errors
    /// What the decoder says about a content that is no picture.
    pub fn decode(content: &[u8]) -> Result<Self, ImageError> {
        let picture = image::load_from_memory(content)?.to_rgba8();
        let (width, height) = picture.dimensions();
        let pixels = picture.pixels().flat_map(|pixel| {
            let [red, green, blue, alpha] = pixel.0;
            [red, green, blue].map(|colour| on_white(colour, alpha))
        });
        Ok(Self { width, height, pixels: pixels.collect() })
    }

    /// The width and height, in points, of the largest size that fits into a room and keeps the shape.
    pub(super) fn within(&self, width: f32, height: f32) -> (f32, f32) {
        let (own_width, own_height) = (self.width.max(1) as f32, self.height.max(1) as f32);
        let scale = (width / own_width).min(height / own_height);
        (own_width * scale, own_height * scale)
    }

    pub(super) fn raw(&self) -> RawImage {
        RawImage {
            pixels: RawImageData::U8(self.pixels.clone()),
            width: self.width as usize,
            height: self.height as usize,
            data_format: RawImageFormat::RGB8,
            tag: Vec::new(),
        }
    }
}

/// A colour of this opacity in front of white.
fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha, full) = (u16::from(colour), u16::from(alpha), u16::from(u8::MAX));
    u8::try_from((colour * alpha + full * (full - alpha) + full / 2) / full).unwrap_or(u8::MAX)
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logo").field("width", &self.width).field("height", &self.height).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_is_as_white_as_the_paper() {
        assert_eq!([on_white(0, 255), on_white(200, 255), on_white(0, 0), on_white(255, 7)], [0, 200, 255, 255]);
        assert_eq!(on_white(0, 128), 127);
        assert!(Logo::decode(b"no picture").is_err());
    }

    #[test]
    fn a_logo_fills_its_room_and_keeps_its_shape() {
        let logo = |width, height| Logo { width, height, pixels: Vec::new() };
        assert_eq!(logo(400, 100).within(180.0, 44.0), (176.0, 44.0));
        assert_eq!(logo(800, 100).within(160.0, 44.0), (160.0, 20.0));
    }
}
