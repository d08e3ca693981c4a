package io.ngrid.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Elements a second of all cases as an SVG. */
final class Plot {
    private Plot() {}

    static void write(Map<String, Rounds> cases, Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(1500)
                .height(700)
                .title("Elements appended a second (logarithmic)")
                .xAxisTitle("")
                .yAxisTitle("elements/s")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setXAxisLabelRotation(30);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setAvailableSpaceFill(0.9);
        List<String> names = List.copyOf(cases.keySet());
        List<Contender> contenders = cases.values().stream()
                .flatMap(r -> r.contenders().stream())
                .distinct()
                .toList();
        double least = cases.values().stream()
                .flatMap(r -> r.contenders().stream().map(r::median))
                .min(Double::compare)
                .orElse(1.0);
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        for (Contender contender : contenders) {
            List<@Nullable Double> figures = new ArrayList<>();
            cases.values().forEach(rounds -> {
                double median = rounds.median(contender);
                figures.add(Double.isNaN(median) ? null : Double.valueOf(median));
            });
            chart.addSeries(contender.name(), names, figures);
        }
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}
