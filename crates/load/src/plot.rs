//! Pictures of runs.

use std::path::Path;

use plotters::prelude::*;

const SIZE: (u32, u32) = (1200, 480);

/// Draws values over seconds, with a mark where something happened.
///
/// # Errors
/// When the file can't be written.
pub fn timeline(
    path: &Path,
    title: &str,
    points: &[(f64, f64)],
    marks: &[(f64, String)],
) -> anyhow::Result<()> {
    let end = points.last().map_or(1.0, |point| point.0).max(1.0);
    let top = points.iter().map(|point| point.1).fold(1.0, f64::max) * 1.3;
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    let wrong = |error: &dyn std::fmt::Display| anyhow::anyhow!("{}: {error}", path.display());
    area.fill(&WHITE).map_err(|error| wrong(&error))?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..end, 0.0..top)
        .map_err(|error| wrong(&error))?;
    chart.configure_mesh().light_line_style(WHITE).x_desc("seconds").draw().map_err(|error| wrong(&error))?;
    for (n, (at, name)) in marks.iter().enumerate() {
        let colour = if name.starts_with('/') { GREEN } else { RED };
        let line = [(*at, 0.0), (*at, top)];
        chart.draw_series(LineSeries::new(line, colour.mix(0.5))).map_err(|error| wrong(&error))?;
        if colour == RED {
            let height = top * (0.98 - 0.05 * (n / 2 % 5) as f64);
            let label = Text::new(name.clone(), (*at, height), ("sans-serif", 12).into_font());
            chart.draw_series([label]).map_err(|error| wrong(&error))?;
        }
    }
    chart.draw_series(LineSeries::new(points.iter().copied(), BLUE)).map_err(|error| wrong(&error))?;
    area.present().map_err(|error| wrong(&error))
}
