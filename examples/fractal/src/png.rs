use miniz_oxide::deflate::compress_to_vec_zlib;

const LEVEL: u8 = 4;

/// A square PNG of palette indices (https://www.w3.org/TR/png-3/). `palette`: red, green, blue of each index.
pub fn encode(pixels: &[u8], size: u32, palette: &[u8]) -> Vec<u8> {
    let mut rows = Vec::with_capacity(pixels.len() + size as usize);
    for row in pixels.chunks(size as usize) {
        rows.push(0); // no filter: indices next to each other say nothing of their difference
        rows.extend_from_slice(row);
    }
    let mut head = Vec::new();
    head.extend(size.to_be_bytes());
    head.extend(size.to_be_bytes());
    head.extend([8, 3, 0, 0, 0]); // 8 bits, palette, deflate, standard filters, not interlaced
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &head);
    chunk(&mut png, b"PLTE", palette);
    chunk(&mut png, b"IDAT", &compress_to_vec_zlib(&rows, LEVEL));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let sum = crc(&png[start..]);
    png.extend(sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}
