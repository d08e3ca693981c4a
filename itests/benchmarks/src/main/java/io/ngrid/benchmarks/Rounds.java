package io.ngrid.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A figure of each contender, from several rounds. Ratios are taken within a round: what else ran then, hit both. */
final class Rounds {
    private final Map<Contender, List<Double>> figures = new LinkedHashMap<>();

    void add(Contender contender, double figure) {
        figures.computeIfAbsent(contender, c -> new ArrayList<>()).add(figure);
    }

    List<Contender> contenders() {
        return List.copyOf(figures.keySet());
    }

    double median(Contender contender) {
        return median(figures.getOrDefault(contender, List.of()).stream()
                .mapToDouble(d -> d)
                .toArray());
    }

    String spread(Contender contender) {
        double[] all = figures.getOrDefault(contender, List.of()).stream()
                .mapToDouble(d -> d)
                .sorted()
                .toArray();
        return all.length == 0 ? "" : Table.number(all[0]) + " .. " + Table.number(all[all.length - 1]);
    }

    /** Median of the ratios to a contender of that name, NaN if it was not measured. */
    double ratio(Contender contender, String to) {
        List<Double> own = figures.getOrDefault(contender, List.of());
        List<Double> other = figures.entrySet().stream()
                .filter(e -> e.getKey().name().equals(to))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse(List.of());
        double[] ratios = new double[Math.min(own.size(), other.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = own.get(i) / other.get(i);
        }
        return median(ratios);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
