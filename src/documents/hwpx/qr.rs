//! The QR code of a paper's link, as a picture in the package.
use super::super::paper::Modules;

/// So many modules stay white around it (ISO/IEC 18004 §9.1).
const BORDER: usize = 4;
/// Pixels of a module: printed at 30 mm, its edges stay sharp.
const SCALE: usize = 4;

/// A bitmap of one bit a pixel (BITMAPINFOHEADER): rows from the lowest to the highest, each filled up to 4 bytes.
pub(super) fn bitmap(code: &Modules) -> Vec<u8> {
    let side = (code.width + 2 * BORDER) * SCALE;
    let row = side.div_ceil(32) * 4;
    let size = 62 + row * side;
    let long = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut out = Vec::with_capacity(size);
    out.extend(b"BM");
    for n in [size, 0, 62, 40, side, side] {
        out.extend(long(n));
    }
    // One plane, one bit a pixel.
    out.extend([1, 0, 1, 0]);
    // Not packed; 300 dots an inch; two colours: 0 white, 1 black.
    for n in [0, row * side, 11_811, 11_811, 2, 2, 0x00ff_ffff, 0] {
        out.extend(long(n));
    }
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / SCALE).checked_sub(BORDER), (y / SCALE).checked_sub(BORDER));
        let (Some(x), Some(y)) = (x, y) else { return false };
        x < code.width && code.dark.get(y * code.width + x).copied().unwrap_or(false)
    };
    for y in (0..side).rev() {
        for byte in 0..row {
            let bit = |bit: usize| if dark(byte * 8 + bit, y) { 0x80_u8 >> bit } else { 0 };
            out.push((0..8).map(bit).sum());
        }
    }
    out
}
