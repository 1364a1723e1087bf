//! Pictures are decoded within limits, turned as their EXIF data says, and encoded again, which removes hidden data and the place where they were taken.

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, imageops::FilterType};
use model::files::{FileKind, FileTrouble};
use std::io::Cursor;

/// The longest side, in pixels.
const LONGEST_SIDE: u32 = 20_000;
/// The most pixels: more than the cameras of telephones make.
const MOST_PIXELS: u64 = 64_000_000;
/// What decoding may allocate: the pixels with four bytes each, twice.
const MOST_MEMORY: u64 = MOST_PIXELS * 4 * 2;
/// The longest side of the small picture.
const THUMBNAIL_SIDE: u32 = 320;
/// The longest side of the photo of a person.
const PHOTO_SIDE: u32 = 512;
/// The side of the small photo: twice the size at which it is shown, for screens with dense pixels.
const SMALL_PHOTO_SIDE: u32 = 104;
/// The longest side of a logo: enough for print at the size that it has in the head of a document.
const LOGO_SIDE: u32 = 640;

/// A picture that was encoded again.
#[derive(Debug)]
pub(super) struct Anew {
    pub(super) kind: FileKind,
    pub(super) content: Vec<u8>,
    pub(super) thumbnail: Vec<u8>,
}

/// Decodes a picture and encodes it again. A WebP becomes a JPEG, or a PNG if something of it is transparent.
///
/// # Errors
/// `Damaged`, `TooManyPixels`.
pub(super) fn anew(kind: FileKind, content: &[u8]) -> Result<Anew, FileTrouble> {
    again(kind, &seen(kind, content)?)
}

/// The same for a logo, which becomes smaller if it is large.
///
/// # Errors
/// `Damaged`, `TooManyPixels`.
pub(super) fn logo(kind: FileKind, content: &[u8]) -> Result<Anew, FileTrouble> {
    let picture = seen(kind, content)?;
    let fits = picture.width() <= LOGO_SIDE && picture.height() <= LOGO_SIDE;
    let picture = if fits { picture } else { picture.resize(LOGO_SIDE, LOGO_SIDE, FilterType::Triangle) };
    again(kind, &picture)
}

/// The small picture of a page that was drawn as a JPEG.
///
/// # Errors
/// `Damaged`, `TooManyPixels`.
pub(in crate::files) fn small(jpeg: &[u8]) -> Result<Vec<u8>, FileTrouble> {
    encoded(&seen(FileKind::Jpeg, jpeg)?.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE), ImageFormat::Jpeg)
}

fn again(kind: FileKind, picture: &DynamicImage) -> Result<Anew, FileTrouble> {
    let (kind, format) = match kind {
        FileKind::Png => (FileKind::Png, ImageFormat::Png),
        FileKind::Webp if picture.color().has_alpha() => (FileKind::Png, ImageFormat::Png),
        FileKind::Jpeg | FileKind::Webp | FileKind::Pdf | FileKind::Text => (FileKind::Jpeg, ImageFormat::Jpeg),
    };
    let thumbnail = encoded(&picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE), ImageFormat::Jpeg)?;
    Ok(Anew { kind, content: encoded(picture, format)?, thumbnail })
}

/// Decodes the photo of a person, cuts the largest square out of its middle, and encodes that as a JPEG.
///
/// # Errors
/// `Damaged`, `TooManyPixels`.
pub(super) fn square(kind: FileKind, content: &[u8]) -> Result<Anew, FileTrouble> {
    let picture = seen(kind, content)?;
    let side = picture.width().min(picture.height()).min(PHOTO_SIDE);
    let photo = picture.resize_to_fill(side, side, FilterType::Triangle);
    let small_side = side.min(SMALL_PHOTO_SIDE);
    let small = photo.thumbnail(small_side, small_side);
    let thumbnail = encoded(&small, ImageFormat::Jpeg)?;
    Ok(Anew { kind: FileKind::Jpeg, content: encoded(&photo, ImageFormat::Jpeg)?, thumbnail })
}

fn seen(kind: FileKind, content: &[u8]) -> Result<DynamicImage, FileTrouble> {
    let format = match kind {
        FileKind::Jpeg => ImageFormat::Jpeg,
        FileKind::Png => ImageFormat::Png,
        FileKind::Webp => ImageFormat::WebP,
        FileKind::Pdf | FileKind::Text => return Err(FileTrouble::KindDiffers),
    };
    let picture = decoded(format, content).map_err(|error| match error {
        ImageError::Limits(_) => FileTrouble::TooManyPixels,
        _ => FileTrouble::Damaged,
    })?;
    picture.ok_or(FileTrouble::TooManyPixels)
}

/// The picture as people see it; `None` when it has too many pixels.
fn decoded(format: ImageFormat, content: &[u8]) -> Result<Option<DynamicImage>, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width > LONGEST_SIDE || height > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Ok(None);
    }
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(Some(picture))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>, FileTrouble> {
    let mut bytes = Cursor::new(Vec::new());
    let written = match format {
        // JPEG has neither transparency nor more than 8 bits.
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.to_rgb8()).write_to(&mut bytes, format),
        _ => picture.write_to(&mut bytes, format),
    };
    written.map_err(|_| FileTrouble::Damaged)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        encoded(&DynamicImage::ImageRgb8(RgbImage::new(width, height)), ImageFormat::Jpeg).unwrap()
    }

    /// The same JPEG with EXIF data that turns it by a quarter and has a text in it.
    fn turned(jpeg: &[u8]) -> Vec<u8> {
        // TIFF, big-endian, one entry: orientation (0x0112), a short, 6.
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"51.5074 N, 0.1278 W");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1][..], &length[..], &exif[..], &jpeg[2..]].concat()
    }

    #[test]
    fn a_photo_is_turned_and_loses_its_place() {
        let photo = turned(&jpeg(40, 20));
        let anew = anew(FileKind::Jpeg, &photo).unwrap();
        let found = |needle: &[u8]| anew.content.windows(needle.len()).any(|window| window == needle);
        assert!(!found(b"Exif") && !found(b"51.5074"));
        let seen = decoded(ImageFormat::Jpeg, &anew.content).unwrap().unwrap();
        assert_eq!((anew.kind, seen.width(), seen.height()), (FileKind::Jpeg, 20, 40));
        assert!(decoded(ImageFormat::Jpeg, &anew.thumbnail).unwrap().is_some());
    }

    #[test]
    fn the_photo_of_a_person_is_a_square_in_two_sizes() {
        let sides = |width, height| {
            let photo = square(FileKind::Jpeg, &jpeg(width, height)).unwrap();
            let side = |bytes: &[u8]| {
                let picture = decoded(ImageFormat::Jpeg, bytes).unwrap().unwrap();
                assert_eq!(picture.width(), picture.height());
                picture.width()
            };
            (side(&photo.content), side(&photo.thumbnail))
        };
        assert_eq!(sides(1_200, 900), (512, 104));
        assert_eq!(sides(100, 300), (100, 100));
        assert_eq!(square(FileKind::Pdf, b"%PDF-1.7").unwrap_err(), FileTrouble::KindDiffers);
    }

    #[test]
    fn a_large_logo_becomes_smaller_and_keeps_its_shape_and_its_type() {
        let sides = |width, height| {
            let anew = logo(FileKind::Jpeg, &jpeg(width, height)).unwrap();
            let picture = decoded(ImageFormat::Jpeg, &anew.content).unwrap().unwrap();
            (anew.kind, picture.width(), picture.height())
        };
        assert_eq!(sides(1_280, 320), (FileKind::Jpeg, 640, 160));
        assert_eq!(sides(60, 30), (FileKind::Jpeg, 60, 30));
        let clear = encoded(&DynamicImage::new_rgba8(20, 10), ImageFormat::Png).unwrap();
        let anew = logo(FileKind::Png, &clear).unwrap();
        assert!(anew.kind == FileKind::Png && decoded(ImageFormat::Png, &anew.content).unwrap().unwrap().color().has_alpha());
    }

    #[test]
    fn a_picture_with_too_many_pixels_is_not_decoded() {
        assert_eq!(anew(FileKind::Jpeg, &jpeg(40_000, 1)).unwrap_err(), FileTrouble::TooManyPixels);
        // Longer than a JPEG can be.
        let line = encoded(&DynamicImage::ImageRgb8(RgbImage::new(100_000, 1)), ImageFormat::Png).unwrap();
        assert_eq!(anew(FileKind::Png, &line).unwrap_err(), FileTrouble::TooManyPixels);
        assert_eq!(square(FileKind::Png, &line).unwrap_err(), FileTrouble::TooManyPixels);
        let half = jpeg(400, 400);
        assert!(anew(FileKind::Png, &half).is_err());
    }
}
