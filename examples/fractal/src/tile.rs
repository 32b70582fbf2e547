/// Side of the whole map at zoom 0, and where its top left corner is, in the complex plane.
const SPAN: f64 = 4.0;
const LEFT: f64 = -2.5;
const TOP: f64 = -2.0;
/// Index of the palette for points of the set; all below it are the bands outside.
const INSIDE: u8 = 255;
/// Bands until the palette repeats.
const BANDS: f64 = 255.0;

/// Palette indices of one tile, row by row.
pub fn render(zoom: u32, x: f64, y: f64, size: u32) -> Vec<u8> {
    let tile_span = SPAN / f64::from(zoom).exp2();
    let step = tile_span / f64::from(size);
    let limit = 160 + 56 * zoom;
    let mut pixels = Vec::with_capacity((size * size) as usize);
    for row in 0..size {
        let ci = TOP + y * tile_span + (f64::from(row) + 0.5) * step;
        for column in 0..size {
            let cr = LEFT + x * tile_span + (f64::from(column) + 0.5) * step;
            pixels.push(escape(cr, ci, limit).map_or(INSIDE, band));
        }
    }
    pixels
}

/// How many steps the point takes to escape, with a fraction so that no edges show; `None` when it does not.
fn escape(cr: f64, ci: f64, limit: u32) -> Option<f64> {
    // Most points of the set lie in its two largest parts, which formulas tell.
    let q = (cr - 0.25) * (cr - 0.25) + ci * ci;
    if q * (q + (cr - 0.25)) <= 0.25 * ci * ci || (cr + 1.0) * (cr + 1.0) + ci * ci <= 0.0625 {
        return None;
    }
    let (mut r, mut i) = (0.0f64, 0.0f64);
    // Where the orbit was a while ago: one that comes back there never escapes.
    let (mut past_r, mut past_i, mut until) = (0.0, 0.0, 8);
    for step in 0..limit {
        let (rr, ii) = (r * r, i * i);
        if rr + ii > 256.0 {
            return Some(f64::from(step) + 1.0 - (0.5 * (rr + ii).ln() / std::f64::consts::LN_2).log2());
        }
        i = 2.0 * r * i + ci;
        r = rr - ii + cr;
        if r == past_r && i == past_i {
            return None;
        }
        if step == until {
            (past_r, past_i, until) = (r, i, until * 2);
        }
    }
    None
}

fn band(steps: f64) -> u8 {
    // The square root widens the bands near the set, where they would otherwise be noise.
    (steps.max(0.0).sqrt() * 24.0).rem_euclid(BANDS) as u8
}

/// 256 colours: bands from deep violet over coral and sand to mint, turned by `hue` degrees, and ink for the set itself.
pub fn palette(hue: u32) -> Vec<u8> {
    const STOPS: [[f64; 3]; 6] = [
        [0.16, 0.11, 0.40],
        [0.42, 0.32, 0.86],
        [0.96, 0.52, 0.47],
        [0.99, 0.86, 0.60],
        [0.45, 0.82, 0.72],
        [0.10, 0.33, 0.46],
    ];
    let shift = f64::from(hue % 360) / 360.0;
    let mut colours = Vec::with_capacity(256 * 3);
    for index in 0..256 {
        if index == usize::from(INSIDE) {
            colours.extend([0x12, 0x10, 0x1c]);
            continue;
        }
        let at = (index as f64 / BANDS + shift).fract() * STOPS.len() as f64;
        let (from, to) = (STOPS[at as usize % STOPS.len()], STOPS[(at as usize + 1) % STOPS.len()]);
        let part = at.fract() * at.fract() * (3.0 - 2.0 * at.fract());
        colours.extend((0..3).map(|c| ((from[c] + (to[c] - from[c]) * part) * 255.0) as u8));
    }
    colours
}
